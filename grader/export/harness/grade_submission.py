"""Grades the one submission in Gradescope's container; `run_autograder` starts it, and `setup.sh` with --get-ready.

Only the standard library is used here; the grader itself is started as a program.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("AUTOGRADER", "/autograder"))
STUDENT = "submission"


def grader(*arguments: str) -> int:
    """Run the grader on the course in the zip, and give its exit status."""
    command = [sys.executable, "-m", "grader", "--course", str(SOURCE / "course"), *arguments]
    return subprocess.run(command, check=False).returncode


def get_ready(plan: dict[str, str]) -> int:
    """Make or fetch the data once, when the image is built."""
    status = grader("data", "fetch" if plan["source"] == "real" else "make", plan["data"])
    return status or (grader("data", "fetch", plan["base"]) if plan["base"] else 0)


def notebook_of(week: str) -> Path | str:
    """The notebook that was handed in, or what to tell the student."""
    folder = HOME / "submission"
    found = [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if path.is_file()
        and not path.is_symlink()
        and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    ]
    named = [path for path in found if path.stem == week]
    chosen = named or found
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        return f"There is no notebook in what you handed in. Hand in {week}.ipynb."
    listed = ", ".join(path.relative_to(folder).as_posix() for path in chosen[:5])
    return f"There are {len(chosen)} notebooks in what you handed in: {listed}. Hand in {week}.ipynb alone."


def handed_in() -> float | None:
    """When Gradescope says that it came in, in seconds since 1970."""
    try:
        said = json.loads((HOME / "submission_metadata.json").read_text(encoding="utf-8"))["created_at"]
        return datetime.fromisoformat(said).timestamp()
    except (OSError, ValueError, KeyError, TypeError):
        return None


def main() -> int:
    """Grade, and write results.json; without one Gradescope tells staff that the autograder failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sandbox", default="auto", choices=["auto", "bwrap", "none"])
    parser.add_argument("--get-ready", action="store_true")
    options = parser.parse_args()
    plan = json.loads((SOURCE / "plan.json").read_text(encoding="utf-8"))
    if options.get_ready:
        return get_ready(plan)
    week, results = plan["week"], HOME / "results" / "results.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    notebook = notebook_of(week)
    if isinstance(notebook, str):
        results.write_text(json.dumps({"score": 0, "output": notebook, "output_format": "text"}), encoding="utf-8")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{STUDENT}.ipynb"
        shutil.copy2(notebook, copy)
        moment = handed_in()
        if moment is not None:
            os.utime(copy, (moment, moment))
        out = str(Path(folder) / "reports")
        status = grader("grade", week, str(copy), "--out", out, "--sandbox", options.sandbox)
        if status not in {0, 3}:
            return status
        return grader("export", week, "--format", "gradescope", "--student", STUDENT, "--out", str(results))


if __name__ == "__main__":
    sys.exit(main())
