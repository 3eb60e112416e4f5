"""The sample class of week 1 through `grader demo`: wall clock and peak memory of everything that it starts.

Memory is the proportional set size summed over all processes, read every quarter of a second; shared pages count once.

    python benchmarks/demo_class.py
"""

import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
GRADER = Path(sys.executable).with_name("grader")


def watch(pid: int, peaks: list[int], over: threading.Event) -> None:
    root = psutil.Process(pid)
    while not over.wait(0.25):
        total = 0
        with contextlib.suppress(psutil.Error):
            for process in [root, *root.children(recursive=True)]:
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().pss
        peaks.append(total)


def main() -> None:
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        demo = subprocess.Popen([GRADER, "demo", "--out", out], cwd=ROOT)
        peaks: list[int] = [0]
        over = threading.Event()
        watcher = threading.Thread(target=watch, args=(demo.pid, peaks, over))
        watcher.start()
        status = demo.wait()
        over.set()
        watcher.join()
        print(f"grader demo: exit {status}, {time.perf_counter() - start:.0f} s, peak {max(peaks) / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
