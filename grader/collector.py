"""Rest for Python's garbage collector while a large class is read and written."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["frozen_past", "resting_collector"]


@contextmanager
def resting_collector() -> Iterator[None]:
    """No search for cycles meanwhile.

    The records of ten thousand students are millions of objects without a cycle; looking through them again and again
    as they come takes a fifth of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def frozen_past() -> Iterator[None]:
    """A search only among what is made from here on, as pages are drawn, which leaves cycles behind."""
    was = gc.isenabled()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        gc.unfreeze()
        if not was:
            gc.disable()
