"""How long a stranger waits: from clone to a graded sample class, and from `grader init` to a graded week of their own.

The first path is two commands, `git clone` and `make demo`, in an empty folder, packages downloaded and all.
The second is every command of docs/tutorials/new-week.md, as its test runs them; reading and typing are not in it.
`--own` walks the second path alone.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tutorials" / "new-week.md"


def main() -> None:
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        if "--own" not in sys.argv[1:]:
            clone_and_demo(Path(name))
        own_week(Path(name))
    print(f"load of this machine after: {os.getloadavg()[0]:.1f}")


def clone_and_demo(folder: Path) -> None:
    """The two commands of the README."""
    total = timed("git clone", ["git", "clone", "--quiet", str(ROOT), "course"], folder)
    total += timed("make setup (the first half of make demo)", ["make", "setup"], folder / "course")
    total += timed("make demo", ["make", "demo"], folder / "course")
    print(f"from clone to the sample class: {total:.0f} s")


def own_week(folder: Path) -> None:
    """The blocks of the tutorial, in order."""
    total = 0.0
    work = folder / "own"
    work.mkdir()
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {key: value for key, value in os.environ.items() if key != "GRADER_GRADEBOOK"} | {"PATH": path}
    for block in reader().blocks_of(PAGE):
        if block.mark in {"file", "append"}:
            place = work / block.words
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a" if block.mark == "append" else "w", encoding="utf-8") as stream:
                stream.write(block.text)
        elif block.language == "bash":
            first = block.text.splitlines()[0]
            total += timed(first, ["bash", "-euc", f'{block.text}\npwd > "{folder}/end"'], work, env)
            work = Path((folder / "end").read_text().strip())
    print(f"from grader init to a graded week, commands alone: {total:.0f} s")


def reader() -> ModuleType:
    """`tests/docs/blocks.py`."""
    spec = importlib.util.spec_from_file_location("blocks_of_docs", ROOT / "tests" / "docs" / "blocks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def timed(name: str, words: list[str], folder: Path, env: dict[str, str] | None = None) -> float:
    """Seconds that a command takes; what it says is shown when it fails."""
    start = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
        sys.exit(f"{name}: exit {done.returncode}")
    print(f"{seconds:7.1f} s  {name}")
    return seconds


if __name__ == "__main__":
    main()
