"""Puts the observations of one run together: first from the run itself, then from the inspection of its models."""

import contextlib
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from grader.measure.answers import find_answers, written_headings
from grader.measure.augmentation_evidence import read_augmentation
from grader.measure.callbacks import read_callback_cases
from grader.measure.challenge import Challenge, Folder
from grader.measure.challenge_arrays import array_challenge
from grader.measure.evidence import Evidence, Ran, code_error
from grader.measure.excuses import is_excused
from grader.measure.inspected import AWAITS_INSPECTION
from grader.measure.inspection import saved_model_problem
from grader.measure.parsed import read_parsed
from grader.measure.pipelines import measure_pipeline
from grader.measure.plan import wants_augmentation
from grader.measure.source import find_functions
from grader.measure.spelling import find_old_spellings
from grader.measure.splits import measure_directories, measure_pool_split, measure_split
from grader.notebook import NotebookNode
from grader.observation import (
    Augmentation,
    CellRun,
    CodeError,
    Directories,
    Figure,
    Function,
    History,
    KerasModel,
    Observations,
    Pipeline,
    Run,
    RunStatus,
    Split,
    Training,
)
from grader.reach import Reach
from grader.rubric import FunctionContract, Role, Rubric
from grader.sources import package_versions

__all__ = ["after_run", "augmentation", "read_pipeline", "versions"]

MAX_CELL_SOURCE, MAX_SOURCE = 20_000, 200_000
"""Characters of source that are kept of one cell, and of a notebook."""
NOT_REACHED = "The run ended before this could be looked at."


def versions(keras: str = "keras") -> dict[str, str]:
    """Versions of the packages that observations depend on; `missing` for one that is not installed.

    Args:
        keras: The package that is Keras in this course.
    """
    return package_versions("tensorflow", keras, "numpy", "pillow")


def after_run(
    result: Ran, notebook: NotebookNode, rubric: Rubric, challenge: Challenge, *, reach: Reach | None = None
) -> Observations:
    """All facts that the run itself gives, but for `augmentation`; models are described by `after_inspection`.

    Args:
        result: Of the sandbox that ran `grader.probe.execute`.
        notebook: As it was run.
        rubric: Tells the functions of the assignment.
        challenge: What was in the folders that the functions were called on.
        reach: The rule by which training was to be left out; None where there was none.
    """
    evidence = Evidence(result)
    functions = _functions(evidence, notebook, rubric, challenge)
    run = _run(evidence, notebook, functions)
    missing: dict[str, str] = {}
    facts: dict[str, Any] = {}
    in_use = rubric.in_use([name for name, function in functions.items() if function.defined])
    for role, names in FACTS.items():
        contract = next((f for f in in_use if f.role is role), None)
        if contract is not None:
            found = _measure(contract, evidence, challenge)
            facts |= {name: found[name] for name in names if found.get(name)}
            missing |= {n: _why(functions[contract.name], evidence) for n in names if not found.get(n)}
            if "built.keras" in result.files and "built_model" in missing:
                missing["built_model"] = AWAITS_INSPECTION
    contract = next((f for f in in_use if f.role is Role.CALLBACK), None)
    if contract is not None:
        facts["callback_cases"] = read_callback_cases(evidence, rubric)
        if not facts["callback_cases"]:
            missing["callback_cases"] = _why(functions[contract.name], evidence)
    history = _history(evidence)
    if history is None:
        missing["history"] = _sentence(evidence.error("history.json"), run)
    trained = _unusable(evidence, "trained")
    for name in ("trained_model", "train_accuracy", "holdout_accuracy"):
        missing[name] = trained.error if trained and trained.error else _why_untrained(evidence, run)
    return Observations(
        run=run,
        functions=functions,
        history=history,
        training=_training(evidence, rubric, reach),
        trained_model=trained,
        figures=_figures(evidence),
        hints=find_old_spellings(notebook),
        answers=find_answers(notebook, headings) if (headings := written_headings(rubric)) else None,
        missing={name: why for name, why in missing.items() if not (name == "trained_model" and trained)},
        **facts,
    )


def augmentation(observations: Observations, result: Ran, rubric: Rubric, challenge: Challenge) -> Augmentation | None:
    """What the training data does to images at random, which takes seconds to measure; None where nothing tells.

    Args:
        observations: From `after_run`.
        result: Of the sandbox that ran `grader.probe.execute`.
        rubric: Tells the functions of the assignment, and whether augmentation matters.
        challenge: What was in the folders that the functions were called on.
    """
    in_use = rubric.in_use([name for name, function in observations.functions.items() if function.defined])
    if not wants_augmentation(rubric) or not any(contract.role in DATA_ROLES for contract in in_use):
        return None
    return read_augmentation(Evidence(result), challenge.pattern, observations.validation_data)


DATA_ROLES = {Role.PIPELINES, Role.DATASETS, Role.ARRAY_PIPELINES}

FACTS: dict[Role, tuple[str, ...]] = {
    Role.DIRECTORIES: ("directories",),
    Role.SPLIT: ("splits",),
    Role.PIPELINES: ("training_data", "validation_data"),
    Role.DATASETS: ("training_data", "validation_data", "splits"),
    Role.MODEL: ("built_model",),
    Role.PRETRAINED: ("built_base",),
    Role.CUT: ("cut_model",),
    Role.HEAD: ("built_model",),
    Role.PARSE: ("parsed",),
    Role.ARRAY_PIPELINES: ("training_data", "validation_data"),
}
"""Role of a function -> the facts that calling it gives."""

FILES: dict[Role, str] = {
    Role.DIRECTORIES: "directories.json",
    Role.PIPELINES: "pipelines.json",
    Role.DATASETS: "pipelines.json",
    Role.MODEL: "built.json",
    Role.PARSE: "parsed.json",
    Role.ARRAY_PIPELINES: "pipelines.json",
    Role.PRETRAINED: "pretrained.json",
    Role.CUT: "cut.json",
    Role.HEAD: "built.json",
    Role.CALLBACK: "callback.json",
}
"""Role of a function -> the file in which its probe tells of an error; splits have one for each call."""


def _measure(contract: FunctionContract, evidence: Evidence, challenge: Challenge) -> dict[str, Any]:
    role = contract.role
    if role is Role.DIRECTORIES:
        return {"directories": _directories(evidence)}
    if role is Role.SPLIT:
        return {"splits": _splits(evidence, challenge)}
    if role in {Role.PIPELINES, Role.ARRAY_PIPELINES}:
        known = array_challenge(challenge.seed) if role is Role.ARRAY_PIPELINES else challenge
        return {f"{name}_data": read_pipeline(evidence, known, name) for name in ("training", "validation")}
    if role is Role.DATASETS:
        return _measure_datasets(contract, evidence, challenge)
    if role is Role.PARSE:
        return {"parsed": read_parsed(evidence, challenge.seed)}
    return {"built_model": _unusable(evidence, "built")}


def _measure_datasets(contract: FunctionContract, evidence: Evidence, challenge: Challenge) -> dict[str, Any]:
    """What two data sets yielded; where they were made of one folder, also how they divided it."""
    names: tuple[Folder, ...] = ("training", "validation")
    if contract.share is None:
        return {f"{name}_data": read_pipeline(evidence, challenge, name) for name in names}
    training, validation = (read_pipeline(evidence, challenge.as_pool(name), name) for name in names)
    found: dict[str, Any] = {"training_data": training, "validation_data": validation}
    if training is not None and validation is not None and training.sources and validation.sources:
        found["splits"] = (measure_pool_split(training, validation, challenge, share=contract.share),)
    return found


def _run(evidence: Evidence, notebook: NotebookNode, functions: dict[str, Function]) -> Run:
    result = evidence.result
    told: dict[int, CellRun] = {}
    for record in evidence.of_kind("cell"):
        with contextlib.suppress(ValidationError):  # what a broken stream leaves out counts as not run
            cell = CellRun.model_validate({**record, "error": code_error(record.get("error"))})
            told[cell.index] = cell
    graded = {function.cell for function in functions.values()}
    cells = tuple(
        _with_source(told.get(i) or CellRun(index=i, status="not_run"), source, graded=i in graded)
        for i, source in _sources(notebook).items()
    )
    status, message = result.status, result.message
    if status is RunStatus.OK and any(cell.status == "timeout" for cell in cells):
        first = next(cell for cell in cells if cell.status == "timeout")
        status, message = RunStatus.TIMEOUT, f"Cell {first.index + 1} took longer than a cell may."
    elif status is RunStatus.OK and any(cell.status == "error" and not cell.excused for cell in cells):
        first = next(cell for cell in cells if cell.status == "error" and not cell.excused)
        status, message = RunStatus.CELL_ERROR, f"Cell {first.index + 1} raised an error."
    hides = bool(evidence.of_kind("errors_hidden"))
    return Run(status=status, seconds=round(result.seconds, 3), message=message, cells=cells, hides_errors=hides)


def _with_source(cell: CellRun, source: str, *, graded: bool) -> CellRun:
    excused = cell.status == "error" and not graded and is_excused(source, cell.error)
    return cell.model_copy(update={"source": source, "excused": excused})


def _sources(notebook: NotebookNode) -> dict[int, str]:
    """Index of each code cell -> its text, within limits for one and for all."""
    found, left = {}, MAX_SOURCE
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            found[index] = cell.source[: min(left, MAX_CELL_SOURCE)]
            left -= len(found[index])
    return found


def _functions(evidence: Evidence, notebook: NotebookNode, rubric: Rubric, challenge: Challenge) -> dict[str, Function]:
    sources = find_functions(notebook, tuple(f.name for f in rubric.functions))
    probed = evidence.json("functions.json") or {}
    defined = {}
    for contract in rubric.functions:
        seen = probed.get(contract.name)
        defined[contract.name] = seen.get("defined") is True if isinstance(seen, dict) else contract.name in sources
    in_use = rubric.in_use([name for name, is_there in defined.items() if is_there])
    functions = {}
    for contract in rubric.functions:
        source = sources.get(contract.name)
        written = {} if source is None else {
            "parameters": source.parameters, "empty": source.empty, "unused": source.unused, "reads": source.reads,
            "cell": source.cell,
        }  # fmt: skip
        functions[contract.name] = Function(
            name=contract.name,
            defined=defined[contract.name],
            stands_for=contract.replaces if contract in in_use else (),
            error=_call_error(evidence, contract, challenge) if contract in in_use else None,
            **written,
        )
    return functions


def _call_error(evidence: Evidence, contract: FunctionContract, challenge: Challenge) -> CodeError | None:
    splits = [f"{split.name}.json" for split in challenge.splits]
    files = splits if contract.role is Role.SPLIT else [FILES[contract.role]]
    errors = [error for file in files if (error := evidence.error(file)) is not None and error.name != "NotSaved"]
    return errors[0] if errors else None


def _directories(evidence: Evidence) -> Directories | None:
    entries = evidence.tree("directories")
    if entries is None or evidence.json("directories.json") is None:
        return None
    return measure_directories(entries, error=evidence.error("directories.json"))


def _splits(evidence: Evidence, challenge: Challenge) -> tuple[Split, ...]:
    splits = []
    for source in challenge.splits:
        file, entries = f"{source.name}.json", evidence.tree(source.name)
        record = evidence.json(file)
        if record is None or entries is None:
            continue
        raw = record.get("listing")
        listing = [name for name in raw if isinstance(name, str)] if isinstance(raw, list) else []
        stdout = evidence.text(file, "stdout")
        splits.append(measure_split(entries, source, stdout=stdout, listing=listing, error=evidence.error(file)))
    return tuple(splits)


def read_pipeline(evidence: Evidence, challenge: Challenge, name: Literal["training", "validation"]) -> Pipeline | None:
    """What one of the two pipelines did with the challenge images; None when its probe left nothing."""
    record = evidence.json(f"{name}-data.json")
    if record is None:
        return None
    error = evidence.error(f"{name}-data.json")
    images = evidence.array(f"{name}-images.npy", ndim=(4,))
    if images is None:
        return Pipeline(error=error or CodeError(name="NoImages", message="it yielded no batch of images"))
    labels = evidence.array(f"{name}-labels.npy", ndim=(1, 2))
    sizes = _whole_numbers(record.get("batch_sizes"))
    with np.errstate(over="ignore"):  # more than float32 can hold becomes infinite
        values = images.astype(np.float32)
    try:
        return measure_pipeline(
            values,
            None if labels is None or len(labels) != len(images) else labels,
            challenge,
            folder=name,
            batch_size=sizes[0] if sizes else 0,
            label_shape=_whole_numbers(record.get("label_shape")),
            error=error,
        )
    except (ValidationError, ValueError, ArithmeticError) as failure:
        message = f"its images could not be compared with the files that went in ({type(failure).__name__})"
        return Pipeline(error=CodeError(name="Unreadable", message=message))


def _whole_numbers(raw: Any) -> tuple[int, ...]:
    return tuple(n for n in raw[:8] if isinstance(n, int)) if isinstance(raw, Sequence) else ()


def _history(evidence: Evidence) -> History | None:
    raw = (evidence.json("history.json") or {}).get("curves")
    if not isinstance(raw, dict) or not raw:
        return None
    try:
        return History(epochs=max(len(values) for values in raw.values()), curves=raw)
    except (ValidationError, TypeError):
        return None


def _training(evidence: Evidence, rubric: Rubric, reach: Reach | None = None) -> Training | None:
    told = evidence.json("training.json") or {}
    try:
        stopped = told.get("stopped", "")
        limit = getattr(rubric.training, stopped) if stopped else None
        left_out = reach.words(told.get("left_out")) if reach is not None else ""
        return Training.model_validate({**told["used"], "stopped": stopped, "limit": limit, "left_out": left_out})
    except (ValidationError, KeyError, TypeError, AttributeError):
        return None


def _figures(evidence: Evidence) -> tuple[Figure, ...]:
    figures = []
    for record in evidence.of_kind("figure"):
        with contextlib.suppress(ValidationError):
            figures.append(Figure.model_validate(record))
    return tuple(figures)


def _unusable(evidence: Evidence, which: str) -> KerasModel | None:
    """A model that is not worth an inspection, with the reason; None for one that is, and for none."""
    path = evidence.result.files.get(f"{which}.keras")
    error = evidence.error(f"{which}.json")
    if path is None:
        return KerasModel(error=error.message) if error is not None and error.name == "NotSaved" else None
    problem = saved_model_problem(path)
    return None if problem is None else KerasModel(error=problem)


def _why(function: Function, evidence: Evidence) -> str:
    if not function.defined:
        return f"`{function.name}` is not defined in the notebook."
    if function.error is not None:
        return f"`{function.name}` raised {function.error.name}: {function.error.message}"
    if function.empty:
        return f"`{function.name}` has no statements yet."
    return f"{NOT_REACHED} {evidence.result.message}".strip()


def _why_untrained(evidence: Evidence, run: Run) -> str:
    if "trained.keras" in evidence.result.files:
        return AWAITS_INSPECTION
    return _sentence(evidence.error("trained.json"), run)


def _sentence(error: CodeError | None, run: Run) -> str:
    if error is not None:
        return error.message[:1].upper() + error.message[1:] + ("" if error.message.endswith(".") else ".")
    return f"{NOT_REACHED} {run.message}".strip()
