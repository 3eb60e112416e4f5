"""What the benchmarks have in common: naming the machine, and printing times with their spread."""

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

__all__ = ["machine", "spread"]


def machine() -> str:
    """The machine, its load just now and the versions that matter, in one line."""
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0))
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"machine: {cores} cores of {names[0] if names else platform.machine()}, {memory:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}, TensorFlow {version('tensorflow')}, "
        f"{'root' if os.geteuid() == 0 else 'an ordinary user'}, load {os.getloadavg()[0]:.1f}"
    )


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Least, median and largest of some numbers."""
    least, middle, most = min(values), statistics.median(values), max(values)
    return f"min {least:.{digits}f}, median {middle:.{digits}f}, max {most:.{digits}f} ({len(values)})"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
