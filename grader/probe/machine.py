"""What of the machine could make the same training come out differently elsewhere, in its last digits."""

import os
import platform
from pathlib import Path
from typing import Any

__all__ = ["describe"]

INSTRUCTIONS = ("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "asimd", "sve")
"""Those by which numerical libraries choose between ways to add up, the order of which rounding shows."""
THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")


def describe(cpuinfo: Path = Path("/proc/cpuinfo")) -> dict[str, Any]:
    """The processor, those of its instruction sets that matter, and the threads that training may use.

    Args:
        cpuinfo: What the kernel says of the processors.
    """
    try:
        first = cpuinfo.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    except OSError:
        first = ""
    pairs = (line.partition(":") for line in first.splitlines())
    told = {name.strip().lower(): value.strip() for name, _, value in pairs}
    has = {*told.get("flags", told.get("features", "")).split()}
    return {
        "processor": (told.get("model name") or platform.processor() or platform.machine())[:120],
        "architecture": platform.machine(),
        "instructions": [name for name in INSTRUCTIONS if name in has],
        "threads": {name: os.environ[name] for name in THREADS if name in os.environ},
        "deterministic": os.environ.get("TF_DETERMINISTIC_OPS") == "1",
    }
