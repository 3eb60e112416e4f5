"""Builds a base: our own network, or one of Keras' applications."""

from typing import Any

from grader.base import Base

__all__ = ["build"]


def build(base: Base, **settings: Any) -> Any:
    """The network of a base.

    Args:
        base: Which.
        settings: `input_shape`, `include_top` and `weights`, as Keras' own applications take them.

    Returns:
        A functional `keras.Model`, not compiled.
    """
    if base.name == "shipped":
        from grader.bases.small_inception import SmallInception  # noqa: PLC0415 - as below

        return SmallInception(**settings)
    import keras  # noqa: PLC0415 - heavy, and only notebooks build networks

    return getattr(keras.applications, base.title)(**settings)
