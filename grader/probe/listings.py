"""Folders list their files by name, so that no file system has a say in what a notebook trains on.

The order in which a file system gives names differs between machines, and even between two copies of one folder. What
shuffles with a seed (`random.sample(os.listdir(folder), n)`) then splits a data set differently on each. Sorted names
go through everything of Python's library that lists folders: `os.walk`, `glob`, `Path.iterdir` and `shutil` all ask
`os.listdir` or `os.scandir`. The loaders of Keras sort by themselves.
"""

import os
from collections.abc import Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Self

__all__ = ["sort_listings"]


class _Sorted:
    """What `os.scandir` gives, by name."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(sorted(entries, key=lambda entry: entry.name))

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the iteration."""
        self._entries = iter(())


def sort_listings() -> None:
    """Let `os.listdir` and `os.scandir` of this process sort by name."""
    listdir = getattr(os.listdir, "__wrapped__", os.listdir)
    scandir = getattr(os.scandir, "__wrapped__", os.scandir)

    @wraps(listdir)
    def sorted_listdir(*args: Any, **kwargs: Any) -> list[Any]:
        return sorted(listdir(*args, **kwargs))

    @wraps(scandir)
    def sorted_scandir(*args: Any, **kwargs: Any) -> _Sorted:
        with scandir(*args, **kwargs) as entries:
            return _Sorted(list(entries))

    library: Any = os
    library.listdir, library.scandir = sorted_listdir, sorted_scandir
    os.supports_fd |= {sorted_listdir, sorted_scandir}
