"""Turns the raw files that come out of a sandbox into observations; runs outside, without TensorFlow."""
