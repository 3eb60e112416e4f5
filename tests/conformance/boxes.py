"""Runs small notebooks in a sandbox."""

import itertools
import json
import os
from pathlib import Path
from typing import Any

import nbformat

from grader.course import Limits
from grader.sandbox import Job, Result, Sandbox

MIB = 1024**2


class Box:
    """A sandbox with a short memory: every run has inputs and a spool of its own."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.numbers = itertools.count(1)

    def run(self, *cells: str, data: dict[str, Path] | None = None, **changes: Any) -> Result:
        """Run a notebook of these code cells under small limits."""
        number = next(self.numbers)  # several threads may run notebooks at once
        inputs = self.folder / f"inputs{number}"
        inputs.mkdir()
        settings = {
            "cell_seconds": 20, "run_seconds": 60, "memory_bytes": 1500 * MIB, "disk_bytes": 64 * MIB,
            "file_bytes": 8 * MIB, "processes": 100, "output_bytes": MIB,
        } | changes  # fmt: skip
        limits = Limits(**settings)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        (inputs / "notebook.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
        plan = {
            "cell_seconds": limits.cell_seconds, "run_seconds": limits.run_seconds, "probe_seconds": 2,
            "output_bytes": limits.output_bytes, "cell_output_bytes": limits.cell_output_bytes,
            "messages": limits.messages, "cell_messages": limits.cell_messages,
        }  # fmt: skip
        (inputs / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        files = {name: inputs / name for name in ("notebook.ipynb", "plan.json")}
        # without a sandbox, coverage can follow
        follow = {} if self.sandbox.isolates else {k: v for k, v in os.environ.items() if k.startswith("COVERAGE_")}
        job = Job("grader.probe.execute", files, data or {}, limits, {"GRADER_TEST": "yes", **follow})
        return self.sandbox.run(job, self.folder / f"spool{number}")


def cells(result: Result) -> list[str]:
    """Status of each cell, in order."""
    return [record["status"] for record in result.records if record["kind"] == "cell"]


def records(result: Result, kind: str) -> list[dict[str, Any]]:
    """The records of one kind."""
    return [record for record in result.records if record["kind"] == kind]


def shipped(result: Result, name: str) -> Any:
    """Content of a JSON file that came out."""
    return json.loads(result.files[name].read_text(encoding="utf-8"))
