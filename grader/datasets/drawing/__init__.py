"""Draws photographs-to-be of cats and dogs: animals, coats, backgrounds, light and lens, from one random generator."""

from grader.datasets.drawing.scene import Species, draw_picture

__all__ = ["Species", "draw_picture"]
