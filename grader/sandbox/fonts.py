"""Matplotlib's list of fonts, made once: a sandbox starts with an empty home, and making it takes seconds."""

import os
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

__all__ = ["font_list"]


@cache
def font_list() -> Path | None:
    """Matplotlib's own cache file for this version, made when missing; None where matplotlib cannot make it."""
    folder = user_cache_path("cnn-grader") / f"matplotlib-{version('matplotlib')}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            return _found(folder) or _made(folder)
    except OSError:
        return None


def _found(folder: Path) -> Path | None:
    return max(folder.glob("fontlist-*.json"), key=lambda p: p.stat().st_mtime, default=None)


def _made(folder: Path) -> Path | None:
    environment = {**os.environ, "MPLCONFIGDIR": str(folder), "MPLBACKEND": "agg"}
    subprocess.run(
        [sys.executable, "-c", "import matplotlib.font_manager"],
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    return _found(folder)
