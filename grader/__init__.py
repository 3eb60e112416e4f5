"""Generates, runs and grades the notebooks of a course on convolutional networks in TensorFlow."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("cnn-grader")
