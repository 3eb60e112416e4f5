"""`<student>.html`: one student's score, what each criterion expected and found, and what to try next."""

from dataclasses import dataclass

from markupsafe import Markup

from grader.observation import Accuracy, CodeError, Layer, Observations, RunStatus
from grader.report.charts import accuracy_chart, loss_chart
from grader.report.pages import Pages
from grader.report.text import number, one_line
from grader.report.wording import OUTCOMES, PROVENANCE, RUNS
from grader.scorecard import Outcome, Scorecard, Verdict

__all__ = ["render"]

_LAYERS = 150
"""Layers that a page shows; a student can make a model of any depth."""

_SETTINGS = ("filters", "units", "kernel_size", "pool_size", "strides", "rate", "scale")

_FAMILIES = (
    ("conv", "convolution"),
    ("pool", "pooling"),
    ("dense", "dense"),
    ("dropout", "regular"),
    ("normalization", "regular"),
    ("random", "regular"),
)


@dataclass(frozen=True)
class _Card:
    """One criterion."""

    outcome: str
    sign: str
    said: str
    title: str
    points: int | float
    max_points: int | float
    expected: str
    actual: str
    feedback: str
    provenance: str


@dataclass(frozen=True)
class _Fault:
    """One error, with the student's own line."""

    place: str
    error: CodeError


@dataclass(frozen=True)
class _Brick:
    """One layer of the stack."""

    family: str
    kind: str
    name: str
    settings: str
    shape: str
    parameters: str


def render(card: Scorecard, pages: Pages, *, assignment: str, max_score: float, seen: Observations | None) -> str:
    """The page of one student.

    Args:
        card: The scorecard.
        pages: The templates.
        assignment: Name of the week.
        max_score: Points that can be earned.
        seen: What the scorecard rests on, for the model, the curves and the errors; None leaves those out.
    """
    model = seen.built_model if seen else None
    if model is not None and (model.error is not None or not model.layers):
        model = None
    return pages.render(
        "student.html.j2",
        title=f"{assignment}: {one_line(card.student, 80) or '(no name)'}",
        assignment=assignment,
        student=one_line(card.student, 80) or "(no name)",
        notebook=one_line(card.notebook, 160),
        score=None if card.score is None else number(card.score),
        max_score=number(max_score),
        percent=0 if card.score is None else round(min(100.0, 100 * card.score / max_score), 1),
        tally=_tally(card),
        run=card.run,
        # What broke on our side is for staff; the student is told that it is not theirs.
        message="" if card.run.status is RunStatus.INTERNAL else card.run.message.strip(),
        seconds=f"{card.run.seconds:.1f}",
        words=RUNS[card.run.status],
        stopped=card.run.status not in {RunStatus.OK, RunStatus.INTERNAL},
        faults=_faults(seen) if seen else [],
        cards=[_card(v) for v in card.verdicts],
        model=model,
        bricks=[_brick(layer) for layer in model.layers[:_LAYERS]] if model else [],
        more_layers=max(0, len(model.layers) - _LAYERS) if model else 0,
        loss=_loss_name(seen),
        charts=_charts(seen),
        accuracies=_accuracies(seen),
        confusion=_confusion(seen.holdout_accuracy) if seen else None,
        missing=list(seen.missing.values()) if seen else [],
        hints=seen.hints if seen else (),
        sha256=card.sha256,
    )


def _tally(card: Scorecard) -> str:
    passed = sum(v.outcome is Outcome.PASSED for v in card.verdicts)
    total = len(card.verdicts)
    if not total:
        return "No criterion could be looked at."
    if passed == total:
        return f"All {total} criteria passed. Well done."
    return f"{passed} of {total} criteria passed."


def _card(verdict: Verdict) -> _Card:
    words = OUTCOMES[verdict.outcome]
    return _Card(
        outcome=verdict.outcome.value,
        sign=words.sign,
        said=words.said,
        title=one_line(verdict.title, 300),
        points=number(verdict.points),
        max_points=number(verdict.max_points),
        expected=verdict.expected.strip(),
        actual=verdict.actual.strip(),
        feedback=verdict.feedback.strip(),
        provenance=PROVENANCE[verdict.provenance] if verdict.provenance else "",
    )


def _faults(seen: Observations) -> list[_Fault]:
    # Students count cells from 1.
    faults = [
        _Fault(f"Cell {c.index + 1} of the notebook", c.error) for c in seen.run.cells if c.error and not c.excused
    ]
    faults += [_Fault(f"{f.name}, when we called it", f.error) for f in seen.functions.values() if f.error]
    return faults[:20]


def _brick(layer: Layer) -> _Brick:
    kind = layer.kind.lower()
    shown = [f"{key.replace('_', ' ')} {_value(layer.settings[key])}" for key in _SETTINGS if key in layer.settings]
    if layer.activation and layer.activation != "linear":
        shown.append(layer.activation)
    return _Brick(
        family=next((family for part, family in _FAMILIES if part in kind), "other"),
        kind=one_line(layer.kind, 40),
        name=one_line(layer.name, 40),
        settings=one_line(", ".join(shown), 120),
        shape=" \u00d7 ".join("any" if n is None else f"{n:,}" for n in layer.output_shape[1:]) or "?",
        parameters=f"{layer.parameters:,}",
    )


def _value(value: object) -> str:
    return "\u00d7".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)


def _loss_name(seen: Observations | None) -> str:
    model = seen.built_model if seen else None
    if model is None or model.loss is None:
        return ""
    return one_line(model.loss.name, 60) + (" from logits" if model.loss.from_logits else "")


def _charts(seen: Observations | None) -> list[Markup]:
    if seen is None or seen.history is None:
        return []
    train = seen.train_accuracy.share if seen.train_accuracy and seen.train_accuracy.images else None
    holdout = seen.holdout_accuracy.share if seen.holdout_accuracy and seen.holdout_accuracy.images else None
    charts = (accuracy_chart(seen.history, train=train, holdout=holdout), loss_chart(seen.history))
    return [chart for chart in charts if chart is not None]


def _accuracies(seen: Observations | None) -> list[tuple[str, str]]:
    pairs = (("training images", seen.train_accuracy), ("holdout images", seen.holdout_accuracy)) if seen else ()
    return [(what, f"{a.share:.1%} ({a.correct:,} of {a.images:,})") for what, a in pairs if a and a.images]


def _confusion(accuracy: Accuracy | None) -> Accuracy | None:
    """The accuracy when its confusion matrix is small enough to read."""
    return accuracy if accuracy is not None and 0 < len(accuracy.classes) <= 30 else None
