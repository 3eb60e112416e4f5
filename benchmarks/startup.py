"""How long the commands take that run no model: median of several starts, and what they import.

python benchmarks/startup.py
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
GRADER = Path(sys.executable).with_name("grader")
RUNS = 9


def seconds(*arguments: str) -> list[float]:
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([GRADER, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return taken


def main() -> None:
    print(f"{'command':32} {'min':>7} {'median':>7} {'max':>7}   seconds, {RUNS} runs")
    for arguments in (["--help"], ["grade", "--help"], ["generate", "--check"]):
        taken = seconds(*arguments)
        name = "grader " + " ".join(arguments)
        print(f"{name:32} {min(taken):7.3f} {statistics.median(taken):7.3f} {max(taken):7.3f}")
    code = "import sys; from grader.cli import main\ntry: main(['generate', '--check'])\nexcept SystemExit: pass\n"
    code += "print('imports tensorflow:', 'tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    print("grader generate", done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
