"""Training that is left out, for nothing that depends on it could pass: when that is so, and what is said of it.

What could pass is never told by a rule of its own. The checks themselves judge the best that training could bring: a
loss that falls, and every image right that so many units can tell apart. So this and the judge cannot disagree.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from grader.judge.engine import BoundCriterion, judge_seen, unscored
from grader.observation import (
    Accuracy,
    Figure,
    Function,
    History,
    KerasModel,
    Observations,
    Output,
    Run,
    RunStatus,
)
from grader.reach import Reach
from grader.scorecard import Outcome, Verdict

__all__ = ["find_reach", "judge", "training_matters"]

LOOKED_AT = frozenset({"input_shape", "output_layer"})
"""Checks whose verdict is told from the shape of a model's input and output alone."""
ANYTHING = frozenset({"figure", "pytest"})
"""Checks of which it cannot be told what training could bring them."""
BEST = History(epochs=10**6, curves={"loss": (1.0, 0.0)})
PICTURES = tuple(Figure(cell=-1, width=10**4, height=10**4, colours=2**15) for _ in range(100))
NO_SHAPE = (0, 0, 0)


def judge(rubric: tuple[BoundCriterion, ...], observations: Observations) -> tuple[Verdict, ...]:
    """One verdict a criterion, as `grader.judge.engine.judge_seen` has it.

    Where training was left out, criteria that depend on it say so. Should one of them be within reach by the rubric as
    it is now, it is held until the notebook is run again.
    """
    seen = judge_seen(rubric, observations)
    if observations.training is None or not observations.training.left_out:
        return seen
    mattered = set(_mattered(rubric, observations, seen))
    reason = observations.training.left_out

    def told(bound: BoundCriterion, verdict: Verdict) -> Verdict:
        if bound.criterion.id in mattered:
            return unscored(bound.criterion, Outcome.ERRORED, "left-out-before")
        if _depends(bound) and verdict.outcome in {Outcome.FAILED, Outcome.SKIPPED}:
            return unscored(bound.criterion, Outcome.SKIPPED, "left-out", reason=reason)
        return verdict

    return tuple(told(bound, verdict) for bound, verdict in zip(rubric, seen, strict=True))


def training_matters(rubric: tuple[BoundCriterion, ...], observations: Observations) -> bool:
    """Whether training was left out and something could have come of it, so that the notebook has to run in full."""
    if observations.training is None or not observations.training.left_out:
        return False
    return any(_mattered(rubric, observations, judge_seen(rubric, observations)))


def find_reach(
    rubric: tuple[BoundCriterion, ...],
    *,
    image_shape: tuple[int, int, int],
    training: Sequence[int],
    holdout: Sequence[int],
) -> Reach | None:
    """What a model must look like for anything that depends on its training to be within reach.

    Args:
        rubric: The criteria.
        image_shape: (height, width, channels) of the images that the week's models take.
        training: The class of each training image that the model will be asked about.
        holdout: The same of the holdout.

    Returns:
        None where the looks of a model rule nothing out.
    """
    every = [p for bound in rubric for p in (bound.parameters, *bound.instead.values()) if _named(bound, LOOKED_AT)]
    shapes = tuple(dict.fromkeys(tuple(p.shape) for p in every if hasattr(p, "shape"))) or (image_shape,)
    accepted = [n for p in every if hasattr(p, "units") for n in p.units]
    layers = {str(p.layer) for p in every if hasattr(p, "layer")} or {"Dense"}
    editions = {name for bound in rubric for name in bound.instead} | {""}
    largest = max([2, len(set(training)), *accepted]) + 1
    assumed = {b.criterion.id for b in rubric if not (_named(b, LOOKED_AT) or _needs_trained(b))}

    def hopeful(shape: tuple[int, ...], units: int, *, predicts: bool = True) -> bool:
        for edition, layer in product(editions, layers):
            output = Output(units=units, activation="softmax", layer=layer)
            model = KerasModel(input_shape=(None, *shape), output=output)
            stands = Function(name=edition, defined=True, stands_for=(edition,))
            seen = Observations(
                run=Run(status=RunStatus.OK, seconds=1),
                functions={edition: stands} if edition else {},
                built_model=model,
                trained_model=model,
                train_accuracy=_best(training, output) if predicts else None,
                holdout_accuracy=_best(holdout, output) if predicts else None,
                history=BEST,
            )
            verdicts = judge_seen(rubric, seen, assumed=assumed)
            if any(_depends(b) and v.points > 0 for b, v in zip(rubric, verdicts, strict=True)):
                return True
        return False

    numbers = range(1, largest + 1)
    other = any(hopeful(NO_SHAPE, n) for n in numbers)
    units = tuple(n for n in numbers if any(hopeful(shape, n) for shape in (*shapes, NO_SHAPE)))
    if not units:  # nothing depends on training, so nothing is known about why the notebook trains
        return None
    all_but_largest = None if len(units) == largest else tuple(n for n in units if n != largest)
    reach = Reach(
        shapes=None if other else shapes,
        image=None if any(hopeful(shape, n, predicts=False) for shape in shapes for n in numbers) else image_shape,
        units=all_but_largest,
        units_from=largest if all_but_largest is not None and largest in units else None,
    )
    return None if reach == Reach() else reach


def _mattered(rubric: tuple[BoundCriterion, ...], observations: Observations, seen: Sequence[Verdict]) -> Iterator[str]:
    """Criteria that depend on training and are within reach, and others that leaving it out may have cost points."""
    best = judge_seen(rubric, _as_if_trained(observations))
    for bound, now, then in zip(rubric, seen, best, strict=True):
        if then.points > (0 if _depends(bound) else now.points):
            yield bound.criterion.id


def _as_if_trained(observations: Observations) -> Observations:
    """With the best that training could have brought this model, in a notebook that ran well."""
    changed: dict[str, object] = {"history": BEST, "again": (), "figures": (*observations.figures, *PICTURES)}
    output = observations.trained_model.output if observations.trained_model else None
    for fact in ("train_accuracy", "holdout_accuracy"):
        accuracy: Accuracy | None = getattr(observations, fact)
        if accuracy is not None:  # what a model cannot predict untrained it cannot predict at all
            labels = [label for label, row in enumerate(accuracy.confusion) for _ in range(sum(row))]
            best, others = _best(labels, output), accuracy.images - len(labels)  # whose class is not known
            changed[fact] = best.model_copy(update={"images": accuracy.images, "correct": best.correct + others})
    if observations.run.status is RunStatus.CELL_ERROR:  # it may be the history that a later cell stumbled over
        cells = tuple(cell.model_copy(update={"status": "ok", "error": None}) for cell in observations.run.cells)
        changed["run"] = observations.run.model_copy(update={"status": RunStatus.OK, "cells": cells})
    return observations.model_copy(update=changed)


def _best(labels: Sequence[int], output: Output | None) -> Accuracy:
    """The most that a model with this output can get right of images with these labels."""
    counts = sorted(Counter(labels).values(), reverse=True)
    told = len(counts) if output is None else max(output.units, 2)  # one unit says which side of its middle it is on
    rows = tuple(tuple(n if i == j and i < told else 0 for j in range(len(counts))) for i, n in enumerate(counts))
    classes = tuple(str(number) for number in range(len(counts)))
    return Accuracy(correct=sum(counts[:told]), images=len(labels), confusion=rows, classes=classes)


def _depends(bound: BoundCriterion) -> bool:
    return _named(bound, ANYTHING) or _needs_trained(bound)


def _needs_trained(bound: BoundCriterion) -> bool:
    return bool({"trained_model", "train_accuracy", "holdout_accuracy"} & set(getattr(bound.check, "FACTS", ())))


def _named(bound: BoundCriterion, names: Collection[str]) -> bool:
    return bound.criterion.check in names
