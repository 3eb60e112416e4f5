"""One submission, from its file to observations: read, run in a sandbox, inspect its model in a second one, measure.

A notebook whose result chance could have decided is run again with other seeds; see `grader.borderline`.
"""

import hashlib
import hmac
import json
import logging
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from grader import __version__
from grader.borderline import seeds_wanted
from grader.course import Assignment, Limits
from grader.datasets import LabelledImages
from grader.datasets.places import places
from grader.errors import InternalFault, Interrupted, NotebookError
from grader.judge import BoundCriterion, compile_rubric, judge
from grader.judge.left_out import find_reach, training_matters
from grader.measure import observe
from grader.measure.answers import written_headings
from grader.measure.callbacks import callback_cases
from grader.measure.challenge import Challenge, make_challenge
from grader.measure.challenge_arrays import write_arrays
from grader.measure.inspected import after_inspection
from grader.measure.inspection import inspection_inputs
from grader.measure.machine import read_machine
from grader.measure.plan import make_plan, wants_augmentation
from grader.notebook import nbformat, read_notebook, without_policy
from grader.observation import Again, Conditions, Function, Observations, Run, RunStatus
from grader.probe.seeds import SEED
from grader.reach import Reach
from grader.rubric import Role, Rubric
from grader.sandbox import Job, Result, Sandbox
from grader.scratch import scratch_folder
from grader.sources import source_digest
from grader.submission import Submission

__all__ = ["RunOutcome", "Runner"]

ROOMS = ("probe", "measure", "sandbox")
"""Those whose code observations come from, so that a change of it is a change of key."""


@dataclass(frozen=True)
class RunOutcome:
    """What became of one submission."""

    observations: Observations
    executed: str | None
    """The notebook as it ran, with its outputs; None when it never ran."""


@dataclass(frozen=True)
class Runner:
    """Runs the submissions of one assignment, one per call; calls from several threads do not disturb each other."""

    assignment: Assignment
    limits: Limits
    sandbox: Sandbox
    data: Mapping[str, Path]
    """Path inside the sandbox -> folder with training data."""
    training: LabelledImages
    """The sample of training images that the trained model is asked about."""
    holdout: LabelledImages
    secret: bytes
    """The course secret; makes challenges that no student can know, and the same one for the same notebook."""
    environment: Mapping[str, str]
    """Settings for TensorFlow: its threads, and which Keras it shows."""
    other_holdout: Callable[[int], LabelledImages] | None = None
    """Gives another draw of holdout images by its number, for a second look; None where there is only the one."""
    leaves_out: bool = True
    """Training that nothing could come of may be left out."""
    turn: AbstractContextManager[Any] = field(default_factory=nullcontext)
    """Held while a notebook runs, whose limits count seconds of the clock; what comes before and after needs none."""

    def key(self, digest: str) -> str:
        """Names everything that observations depend on: notebook, contract, data, limits, sandbox, versions."""
        return hashlib.sha256(f"{digest} {self._common}".encode()).hexdigest()

    @cached_property
    def _common(self) -> str:
        """The part of every key that is the same for the whole class."""
        rubric = self.assignment.rubric
        parts = {
            "week": self.assignment.week,
            "helpers": list(self.assignment.helpers),
            "training": [rubric.training.model_dump(mode="json"), self._reach and self._reach.plan()],
            "functions": [f.model_dump(mode="json") for f in rubric.functions],
            "augmentation": wants_augmentation(rubric),
            "callback": callback_cases(rubric),
            "weights": [rubric.weights, self.assignment.base.digest if self.assignment.base else ""],
            "variables": [rubric.model_variable, rubric.history_variable, *rubric.image_shape],
            "data": sorted(str(path) for path in self.data.values()),
            "each": self.assignment.each,
            "answers": written_headings(rubric),
            "holdout": str(self.holdout.files[0].parent),
            "limits": self.limits.model_dump(mode="json"),
            "sandbox": self.sandbox.name,
            "keras": self.assignment.keras,
            "versions": observe.versions(self.assignment.keras)
            | {"grader": __version__, "code": source_digest(*ROOMS)},
        }
        return json.dumps(parts, sort_keys=True)

    def run(self, submission: Submission, digest: str) -> RunOutcome:
        """Observe one submission; what is wrong with the notebook is an observation, never an exception."""
        first = self._run(submission, digest, SEED, self.holdout)
        if training_matters(self._rubric, first.observations):
            first = replace(self, leaves_out=False)._run(submission, digest, SEED, self.holdout)
        return RunOutcome(self.settle(submission, digest, first.observations), first.executed)

    def settle(self, submission: Submission, digest: str, seen: Observations) -> Observations:
        """The same, together with the further runs that a result close to a threshold still needs by the rubric."""
        again = list(seen.again)
        for seed in seeds_wanted(self.assignment.rubric.borderline, judge(self._rubric, seen), seen):
            draw = 0 if self.other_holdout is None else seed
            try:
                holdout = self.holdout if self.other_holdout is None else self.other_holdout(draw)
                found = replace(self, leaves_out=False)._run(submission, digest, seed, holdout).observations
            except (Interrupted, InternalFault):
                raise
            except Exception:  # whatever it is, it costs nobody the run that went well
                logging.getLogger(__name__).exception("The run with the seed %d could not be made.", seed)
                continue
            if found.run.status is RunStatus.INTERNAL:  # our fault: made good when the class is next graded
                continue
            run, train, new = found.run.model_copy(update={"cells": ()}), found.train_accuracy, found.holdout_accuracy
            new = None if new is None else new.model_copy(update={"draw": draw})
            again.append(Again(seed=seed, run=run, train_accuracy=train, holdout_accuracy=new))
        return seen.model_copy(update={"again": tuple(again)})

    @cached_property
    def _rubric(self) -> tuple[BoundCriterion, ...]:
        """For what is close to a threshold or beyond reach; scores are given elsewhere."""
        return compile_rubric(self.assignment.rubric, where=str(self.assignment.folder / "rubric.toml"))

    @cached_property
    def _reach(self) -> Reach | None:
        """What a model must look like for its training to be worth anything."""
        rubric = self.assignment.rubric
        if not self.leaves_out or not rubric.training.leave_out:
            return None
        labels = {"training": self.training.labels, "holdout": self.holdout.labels}
        return find_reach(self._rubric, image_shape=rubric.image_shape, **labels)

    def _run(self, submission: Submission, digest: str, seed: int, holdout: LabelledImages) -> RunOutcome:
        try:
            notebook = read_notebook(submission.path, max_bytes=self.limits.notebook_bytes)
        except NotebookError as error:
            return RunOutcome(_unreadable(error, self.assignment.rubric), executed=None)
        clean = without_policy(notebook)
        secret = int.from_bytes(hmac.digest(self.secret, digest.encode(), "sha256")[:8], "big")
        with scratch_folder("run") as folder:
            wanted = wants_augmentation(self.assignment.rubric)
            roles = {function.role for function in self.assignment.rubric.functions}
            challenge = make_challenge(
                folder / "challenge",
                secret,
                classes=self.training.classes,
                fiducials=wanted,
                images=bool(roles & {Role.PIPELINES, Role.DATASETS}),
            )
            if roles & {Role.PARSE, Role.ARRAY_PIPELINES}:
                write_arrays(folder / "challenge" / "arrays", secret)
            plan = make_plan(self.assignment.rubric, self.limits, challenge) | self._places(challenge, folder)
            plan["seed"] = seed
            if self._reach is not None:
                plan["training"] |= {"reach": self._reach.plan(), "model": self.assignment.rubric.model_variable}
            (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
            (folder / "notebook.ipynb").write_text(nbformat.writes(clean), encoding="utf-8")
            inputs = {name: folder / name for name in ("notebook.ipynb", "plan.json", "challenge")}
            job = Job("grader.probe.execute", inputs, self.data, self.limits, self.environment)
            with self.turn:
                ran = self.sandbox.run(job, folder / "spool")
            seen = observe.after_run(ran, clean, self.assignment.rubric, challenge, reach=self._reach)
            if self.assignment.keras != "keras":  # what is hinted at are spellings that Keras 3 removed
                seen = seen.model_copy(update={"hints": ()})
            inspection = inspection_inputs(
                seen,
                ran,
                self.training,
                holdout,
                folder / "inspection",
                image_shape=self.assignment.rubric.image_shape,
                pattern=challenge.pattern if wanted else None,
                weights=self._weights(),
            )
            with ThreadPoolExecutor(1) as beside:  # images are measured while the sandbox looks at the models
                measured = beside.submit(observe.augmentation, seen, ran, self.assignment.rubric, challenge)
                job = Job("grader.probe.inspect", inspection, {}, self.limits, self.environment)
                looked = self.sandbox.run(job, folder / "spool2") if inspection else None
            seen = seen.model_copy(update={"augmentation": measured.result()})
            if looked is not None:
                pattern = challenge.pattern if wanted else None
                seen = after_inspection(seen, looked, self.training, holdout, pattern=pattern)
            seen = seen.model_copy(update={"conditions": self._conditions(ran, seed)})
            executed = ran.files.get("executed.ipynb")
            text = executed.read_text(encoding="utf-8", errors="replace") if executed else None
            return RunOutcome(seen, text)

    def _places(self, challenge: Challenge, folder: Path) -> dict[str, Any]:
        """What the plan says of the places at which notebooks look for the data; their images are written for it."""
        found = places(self.assignment.data)
        links, classes = found.pop("links"), found.pop("classes")
        rubric = self.assignment.rubric
        if any(f.role is Role.DATASETS for f in rubric.functions):
            challenge.write_for_datasets(
                folder / "challenge", classes, pool=not found["validation"], marks=wants_augmentation(rubric)
            )
        if (base := self.assignment.base) is not None:
            links += [{"path": path, "to": base.inside, "sound": False} for path in base.links]
        return {
            "helpers": list(self.assignment.helpers),
            "links": links,
            "places": {**found, "offered": len(challenge.images)},
        }

    def _conditions(self, ran: Result, seed: int) -> Conditions:
        editions = sorted({path.parent.name for path in self.data.values()})
        return Conditions(
            versions={
                "python": platform.python_version(),
                **observe.versions(self.assignment.keras),
                "grader": __version__,
            },
            sandbox=self.sandbox.name,
            machine=read_machine(ran),
            seed=seed,
            limits=self.limits.model_dump(mode="json"),
            data=", ".join(editions),
            worker=ran.worker,
        )

    def _weights(self) -> Path | None:
        """The week's pretrained weights on the host: the rubric names their place inside the sandbox."""
        inside = Path(self.assignment.rubric.weights)
        for mounted, folder in self.data.items():
            if self.assignment.rubric.weights and inside.is_relative_to(mounted):
                return folder / inside.relative_to(mounted)
        return None


def _unreadable(error: NotebookError, rubric: Rubric) -> Observations:
    """A file that is no notebook: nothing ran, and the student is told why."""
    message = f"{error.message}. {error.remedy}" if error.remedy else error.message
    functions = {f.name: Function(name=f.name, defined=False) for f in rubric.functions}
    return Observations(run=Run(status=RunStatus.CELL_ERROR, seconds=0.0, message=message), functions=functions)
