"""A trial of one student function: probed, measured and judged as the grader would, on folders made for the moment.

Which probe is wanted is told from the checks. There is no sandbox: it is the student's own machine, and what comes out
is for the student alone.
"""

import inspect
import os
import random
import secrets
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import nbformat
import numpy as np
from nbformat import NotebookNode

from grader.bases.choice import choose_base
from grader.judge import compile_rubric, judge
from grader.measure import observe
from grader.measure.augmentation_evidence import join, measure_front
from grader.measure.callbacks import callback_cases
from grader.measure.challenge import Challenge, make_challenge
from grader.measure.challenge_arrays import write_arrays
from grader.measure.plan import wants_augmentation
from grader.observation import BaseWeights, KerasModel, Observations, Pipeline, RunStatus
from grader.probe import arrays, callbacks, fiducials, harvest, roles, transfer
from grader.probe.step import write_json
from grader.rubric import Criterion, FunctionContract, Role, Rubric
from grader.scorecard import Verdict

__all__ = ["Parameters", "try_out"]

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Of one check, as in the rubric; a list of them where a check is made twice."""

TRANSFER = frozenset({Role.PRETRAINED, Role.CUT, Role.HEAD})
ARRAYS = frozenset({Role.PARSE, Role.ARRAY_PIPELINES})

SECONDS = 30.0
"""Limit of one call of the student's function."""
FIDUCIALS = "fiducials"
"""Folder of a challenge with what augmentation is measured on."""
RAW = 2.0
"""Pixel values above this one were not rescaled to the range from 0 to 1."""

ROLES = {
    "callback_stops": Role.CALLBACK,
    "cut_layer": Role.CUT,
    "augmentation": Role.PIPELINES,
    "data_split": Role.SPLIT,
    "dropout": Role.MODEL,
    "frozen_base": Role.PRETRAINED,
    "generator": Role.PIPELINES,
    "input_shape": Role.MODEL,
    "layer_stack": Role.MODEL,
    "loss_activation": Role.MODEL,
    "metrics": Role.MODEL,
    "no_augmentation": Role.PIPELINES,
    "optimizer": Role.MODEL,
    "output_layer": Role.MODEL,
    "parameter_budget": Role.MODEL,
    "pretrained_weights": Role.PRETRAINED,
}
"""What a function does, told from the checks that it is to pass."""

TITLES = {
    "callback_stops": "when it stops",
    "cut_layer": "the cut",
    "data_split": "the split",
    "frozen_base": "frozen",
    "function_defined": "what it makes",
    "generator": "images and labels",
    "input_shape": "the input",
    "layer_stack": "the layers",
    "loss_activation": "loss, output and labels fit",
    "metrics": "accuracy is watched",
    "no_augmentation": "validation images are left alone",
    "output_layer": "the output",
    "pretrained_weights": "the weights",
}

PARTNERS = {
    Role.MODEL: ("train_val_generators", Role.PIPELINES),
    Role.HEAD: ("train_val_generators", Role.PIPELINES),
    Role.PIPELINES: ("create_model", Role.MODEL),
    Role.ARRAY_PIPELINES: ("create_model", Role.MODEL),
}
"""A model is right for its data, and the reverse: the function that is called as well, where the notebook has it."""

BEFORE = {
    Role.CUT: (("create_pre_trained_model", Role.PRETRAINED),),
    Role.HEAD: (("create_pre_trained_model", Role.PRETRAINED), ("output_of_last_layer", Role.CUT)),
}
"""What a function of transfer learning is given is what others return: they are called first."""


def try_out(
    function: Callable[..., Any], criteria: Mapping[str, Parameters], *, classes: tuple[str, ...] = ("cats", "dogs")
) -> tuple[Verdict, ...]:
    """One verdict a check.

    Args:
        function: The student's.
        criteria: Name of a check -> its parameters.
        classes: Of the week's data set, as its folders are named.

    Raises:
        RubricError: A check is unknown, or a parameter is wrong.
    """
    name = getattr(function, "__name__", "this")
    with tempfile.TemporaryDirectory(prefix="self-check-") as folder, _dice_kept():
        return _judged(function, name, criteria, Path(folder), classes)


def _judged(
    function: Callable[..., Any], name: str, criteria: Mapping[str, Parameters], folder: Path, classes: tuple[str, ...]
) -> tuple[Verdict, ...]:
    role = _role(function, criteria)
    rubric = _rubric(function, name, role, criteria)
    bound = compile_rubric(rubric, where=f"check({name}, ...)")
    given, out = folder / "challenge", folder / "out"
    challenge = make_challenge(given, secrets.randbits(32), classes=classes, fiducials=wants_augmentation(rubric))
    if any(contract.role in ARRAYS for contract in rubric.functions):
        write_arrays(given / "arrays", challenge.seed)
    out.mkdir()
    weights = ""
    if role in TRANSFER:
        weights = str(choose_base()[1])
        _probe_transfer(function, role, weights, out)
    elif role is Role.CALLBACK:
        callbacks.probe_callback(function, callback_cases(rubric), out, seconds=SECONDS)
    else:
        _probe(function, role, challenge, given, out)
    names = [name]
    if role in PARTNERS:
        names += filter(None, [_probe_partner(function, role, challenge, given, out)])
    write_json(out / "functions.json", {each: {"defined": True} for each in names})
    seen = observe.after_run(_Ran.of(out), _source([function]), rubric, challenge)
    if role in PARTNERS:
        seen = _with_model(seen, out)
    if wants_augmentation(rubric):
        seen = _with_front(seen, challenge, out)
    return judge(bound, _with_base(seen, out, Path(weights)) if weights else seen)


def _role(function: Callable[..., Any], criteria: Mapping[str, Parameters]) -> Role:
    found = next((ROLES[check_name] for check_name in criteria if check_name in ROLES), Role.DIRECTORIES)
    rows = _rows(criteria.get("function_defined", {}))
    if any(row.get("returns_model") for row in rows):
        found = Role.MODEL
    if any(row.get("parses_rows") for row in rows):
        found = Role.PARSE
    if found is Role.PIPELINES and _count(function) == 4:  # images and labels, of training and of validation
        found = Role.ARRAY_PIPELINES
    # What makes a model out of nothing takes no argument; what puts a head on a base takes the base and its output.
    return Role.HEAD if found is Role.MODEL and _count(function) == 2 else found


def _count(function: Callable[..., Any]) -> int:
    """How many arguments it has to be given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0
    return sum(p.default is p.empty and p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD} for p in parameters)


def _rows(parameters: Parameters) -> list[dict[str, Any]]:
    return [dict(parameters)] if isinstance(parameters, Mapping) else [dict(row) for row in parameters]


def _rubric(function: Callable[..., Any], name: str, role: Role, criteria: Mapping[str, Parameters]) -> Rubric:
    """A rubric of just these checks."""
    rows = [(check_name, row) for check_name, parameters in criteria.items() for row in _rows(parameters)]
    functions = [FunctionContract(name=name, role=role)]
    if role in PARTNERS:
        _, partner, other = _partner(function, role)
        functions.append(FunctionContract(name=partner, role=other))
    return Rubric(
        title="Self-check",
        functions=tuple(functions),
        image_shape=(150, 150, 3),
        criteria=tuple(
            Criterion(
                id=f"check-{number}",
                check=check_name,
                title=TITLES.get(check_name, check_name.replace("_", " ")),
                points=1,
                function=name,
                parameters=row,
            )
            for number, (check_name, row) in enumerate(rows, 1)
        ),
    )


def _partner(function: Callable[..., Any], role: Role) -> tuple[Any, str, Role]:
    """The other half of a pair, if the notebook has it, its name and its role."""
    name, other = PARTNERS[role]
    partner = getattr(function, "__globals__", {}).get(name)
    if other is Role.PIPELINES and callable(partner) and _count(partner) == 4:
        other = Role.ARRAY_PIPELINES
    return partner, name, other


def _probe(function: Callable[..., Any], role: Role, challenge: Challenge, given: Path, out: Path) -> None:
    """Call the function as the grader would; what it did is left in `out`."""
    if role is Role.DIRECTORIES:
        roles.probe_directories(function, out, seconds=SECONDS)
    elif role is Role.SPLIT:
        for split in challenge.splits:
            source = given / split.name
            roles.probe_split(function, source, out, name=split.name, share=split.share, seconds=SECONDS)
    elif role is Role.PIPELINES:
        offered = challenge.offered("training")
        roles.probe_pipelines(function, given / "images", out, offered=offered, seconds=SECONDS)
        if (given / FIDUCIALS).is_dir():
            folders = tuple(f"{given / FIDUCIALS / part}{os.sep}" for part in ("training", "validation"))
            fiducials.probe_augmentation(function, folders, out, seconds=SECONDS)
    elif role is Role.ARRAY_PIPELINES:
        arrays.probe_array_pipelines(function, given / "arrays", out, seconds=SECONDS)
        if (given / FIDUCIALS).is_dir():
            arrays.probe_array_augmentation(function, given / "arrays", out, seconds=SECONDS)
    elif role is Role.PARSE:
        arrays.probe_parse(function, given / "arrays", out, seconds=SECONDS)
    else:
        roles.probe_model(function, out, seconds=SECONDS)


def _probe_transfer(function: Callable[..., Any], role: Role, weights: str, out: Path) -> None:
    """Call the notebook's functions up to this one, each with what the one before it gave; only the last counts."""
    given: dict[str, Any] = {}
    before = [(getattr(function, "__globals__", {}).get(name), each) for name, each in BEFORE.get(role, ())]
    for each, its in [*before, (function, role)]:
        if not callable(each):
            continue
        if its is Role.PRETRAINED:
            transfer.probe_pretrained(each, weights, given, out, seconds=SECONDS)
        elif its is Role.CUT:
            transfer.probe_cut(each, given, out, seconds=SECONDS)
        else:
            transfer.probe_head(each, given, out, seconds=SECONDS)
    transfer.keep_stump(given, out, seconds=SECONDS)


def _probe_partner(function: Callable[..., Any], role: Role, challenge: Challenge, given: Path, out: Path) -> str:
    """Call the other half of a pair of functions where it is wanted; gives its name, or nothing."""
    partner, name, other = _partner(function, role)
    wanted = role in {Role.MODEL, Role.HEAD} or _raw_pixels(out) or (given / FIDUCIALS).is_dir()
    if not wanted or not callable(partner):
        return ""
    _probe(partner, other, challenge, given, out)
    return name


def _raw_pixels(out: Path) -> bool:
    """Whether a pipeline leaves the rescaling to the model, so that only the model can tell if it is done."""
    path = out / "validation-images.npy"
    return path.is_file() and bool(np.load(path, allow_pickle=False).max() > RAW)


def _source(functions: Iterable[Callable[..., Any]]) -> NotebookNode:
    """A notebook of the functions' own source, as far as Python can tell it."""
    notebook = nbformat.v4.new_notebook()
    for function in functions:
        with suppress(OSError, TypeError):
            notebook.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(inspect.getsource(function))))
    return notebook


@dataclass(frozen=True)
class _Ran:
    """What a sandbox would have sent: the files that lie in `out`, and lists of the trees below it."""

    records: tuple[dict[str, Any], ...]
    files: Mapping[str, Path]
    status: RunStatus = RunStatus.OK
    message: str = ""
    seconds: float = 0.0

    @classmethod
    def of(cls, out: Path) -> Self:
        trees = sorted(path for path in (out / "trees").glob("*") if path.is_dir())
        return cls(
            records=tuple({"kind": "tree", "root": path.name, "entries": harvest.list_tree(path)} for path in trees),
            files={path.name: path for path in sorted(out.iterdir()) if path.is_file()},
        )


def _with_model(seen: Observations, out: Path) -> Observations:
    """The observations, with a description of the saved model; labels are taken for 0 and 1 where nothing says more."""
    from grader.probe.describe import describe  # noqa: PLC0415 - asks Keras, and not every self-check needs it
    from grader.probe.inspect import load_model  # noqa: PLC0415 - as above

    data = seen.training_data
    if data is None or data.error is not None:
        data = Pipeline(label_form="integers", label_shape=(32,), label_values=(0.0, 1.0), classes=2)
    path, drawn = out / "built.keras", out / "validation-images.npy"
    if not path.is_file():
        return seen
    try:
        loaded = load_model(path)
        pixels = np.load(drawn, allow_pickle=False) if drawn.is_file() else None
        facts = describe(loaded.model, compiled_with=loaded.compiled_with, pixels=pixels, label_form=data.label_form)
        model = KerasModel.model_validate(facts)
    except Exception as error:  # noqa: BLE001 - Keras raises many things for a model that cannot be loaded
        model = KerasModel(error=f"{type(error).__name__}: {error}"[:300])
    return seen.model_copy(update={"training_data": data, "built_model": model})


def _with_base(seen: Observations, out: Path, weights: Path) -> Observations:
    """The observations, with the base compared with its file, and the place where it was cut."""
    from grader.probe.describe import describe  # noqa: PLC0415 - asks Keras, and not every self-check needs it
    from grader.probe.inspect import load_model  # noqa: PLC0415 - as above
    from grader.probe.weights import compare_base, file_digests  # noqa: PLC0415 - as above

    path = next((out / name for name in ("built.keras", "stump.keras") if (out / name).is_file()), None)
    if path is None:
        return seen
    try:
        model = load_model(path).model
        base = BaseWeights.model_validate(compare_base(model, file_digests(weights)))
        cut = KerasModel.model_validate(describe(model))
    except Exception as error:  # noqa: BLE001 - Keras raises many things for a model that cannot be loaded
        return seen.model_copy(update={"cut_model": KerasModel(error=f"{type(error).__name__}: {error}"[:300])})
    return seen.model_copy(update={"built_base": base, "cut_model": cut})


def _with_front(seen: Observations, challenge: Challenge, out: Path) -> Observations:
    """The observations, with what layers at the front of the notebook's model do to training images."""
    from grader.probe.inspect import load_model  # noqa: PLC0415 - asks Keras, and not every self-check needs it

    path, data, model = out / "built.keras", seen.validation_data, seen.built_model
    if not path.is_file() or model is None or model.error is not None or data is None:
        return seen
    if len(data.image_shape) != 3 or data.image_shape[2] not in (1, 3) or data.scale <= 0:
        return seen
    image = challenge.pattern.render(*data.image_shape)[None]
    images = fiducials.front_samples(load_model(path).model, image, data.scale, data.offset)
    front = None if images is None else measure_front(images, challenge.pattern, model.layers)
    return seen.model_copy(update={"augmentation": join(seen.augmentation, front)})


@contextmanager
def _dice_kept() -> Iterator[None]:
    """The random numbers that follow are those that would have come without a self-check."""
    python, numpy_state = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_state)
