"""`<student>.html`: one student's score, what each criterion expected and found, and what to try next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from grader.observation import Accuracy, CodeError, Conditions, KerasModel, Observations, RunStatus, Training
from grader.report.changes import compare
from grader.report.charts import accuracy_chart, loss_chart
from grader.report.close_calls import close_call
from grader.report.elsewhere import machine_rows
from grader.report.error_help import Explanation, explain_error
from grader.report.excerpt import Excerpt, around_error, around_line, of_verdict
from grader.report.pages import Pages
from grader.report.pictures import AugmentedRow, Picture, augmented_rows, plain_picture, random_pictures, thumbnail
from grader.report.stack import Brick, bricks, draw_stack
from grader.report.text import number, one_line
from grader.report.told import Told, outcome_words, told
from grader.report.wording import RUNS
from grader.scorecard import Outcome, Remark, Scorecard, Verdict, awaits_reader

__all__ = ["render"]

_FAULTS = 20
_MISTAKES = 8
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Said:
    """What a member of staff said."""

    text: str
    when: str
    """Day, in UTC."""
    points: int | float | None
    judged: int | float | None


@dataclass(frozen=True)
class _Card(Told):
    """One criterion."""

    said: str
    close: str
    """That chance could have decided it, and what was done about that; empty for most."""
    excerpt: Excerpt | None
    open: bool
    """Whether the excerpt is unfolded: where something is to be done, and the same lines do not stand above."""
    remarks: list[_Said]


@dataclass(frozen=True)
class _Fault:
    """One error, with the student's own lines and what it means."""

    place: str
    line_number: int | None
    error: CodeError
    excerpt: Excerpt | None
    explanation: Explanation | None


@dataclass(frozen=True)
class _Model:
    """The model, drawn and as a table."""

    parameters: str
    trainable: str
    loss: str
    drawing: Markup
    bricks: list[Brick]


@dataclass(frozen=True)
class _Augmented:
    """What augmentation does, as pictures."""

    plain: Picture
    rows: list[AugmentedRow]
    together: list[Picture]
    samples: int
    where: str


@dataclass(frozen=True)
class _Wrong:
    """One training image that the model mistakes."""

    file: str
    truth: str
    said: str
    picture: Picture | None


def render(
    card: Scorecard,
    pages: Pages,
    *,
    assignment: str,
    max_score: float,
    seen: Observations | None,
    functions: Mapping[str, str] = _NOTHING,
    picture_of: Callable[[str], Path | None] = lambda _: None,
    previous: Scorecard | None = None,
) -> str:
    """The page of one student.

    Args:
        card: The scorecard.
        pages: The templates.
        assignment: Name of the week.
        max_score: Points that can be earned.
        seen: What the scorecard rests on, for the model, the curves and the errors; None leaves those out.
        functions: Criterion -> the function that it is about, for the lines of the student's that it concerns.
        picture_of: The training image that a `Mistake.file` names, where it is on this machine.
        previous: The scorecard of the submission before this one, where there was one.
    """
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
        remarks=[_remark(remark) for remark in card.remarks if not remark.criterion],
        changes=compare(previous, card) if previous is not None else None,
        run=card.run,
        # What broke on our side is for staff; the student is told that it is not theirs.
        message="" if card.run.status is RunStatus.INTERNAL else card.run.message.strip(),
        seconds=f"{card.run.seconds:.1f}",
        words=RUNS[card.run.status],
        stopped=card.run.status not in {RunStatus.OK, RunStatus.INTERNAL},
        faults=_faults(seen) if seen else [],
        cards=_cards(card, functions, seen),
        model=_model(seen),
        charts=_charts(seen),
        accuracies=_accuracies(seen),
        confusion=_confusion(seen.holdout_accuracy) if seen else None,
        wrong=_wrong(seen, picture_of) if seen else [],
        augmented=_augmented(seen),
        missing=list(seen.missing.values()) if seen else [],
        conditions=_conditions(seen.conditions, seen.training) if seen and seen.conditions else [],
        hints=seen.hints if seen else (),
        training=seen.training if seen else None,
        sha256=card.sha256,
    )


def _tally(card: Scorecard) -> str:
    passed = sum(v.outcome is Outcome.PASSED for v in card.verdicts)
    total = len(card.verdicts)
    if not total:
        return "No criterion could be looked at."
    if passed == total:
        return f"All {total} criteria passed. Well done."
    said = f"{passed} of {total} criteria passed."
    unread = [v for v in card.verdicts if awaits_reader(v)]
    if unread:
        more = number(sum(v.max_points for v in unread))
        said += f" Your instructors have yet to read {'an answer' if len(unread) == 1 else f'{len(unread)} answers'},"
        said += f" worth up to {more} more points."
    return said


def _remark(remark: Remark) -> _Said:
    points, judged = (None if p is None else number(p) for p in (remark.points, remark.judged))
    return _Said(remark.text.strip(), f"{remark.at:%Y-%m-%d}", points, judged)


def _cards(card: Scorecard, functions: Mapping[str, str], seen: Observations | None) -> list[_Card]:
    cards: list[_Card] = []
    shown: list[Excerpt | None] = [None]
    for verdict in card.verdicts:
        excerpt = of_verdict(verdict, functions.get(verdict.criterion, ""), seen) if seen is not None else None
        unfolded = verdict.outcome in {Outcome.FAILED, Outcome.PARTIAL} and excerpt not in shown
        shown += [excerpt] if unfolded else []
        # Points that were set say why among the verdict's own words.
        said = [r for r in card.remarks if r.criterion == verdict.criterion and r.points is None]
        cards.append(_card(verdict, excerpt, unfolded=unfolded, said=[_remark(remark) for remark in said]))
    return cards


def _card(verdict: Verdict, excerpt: Excerpt | None, *, unfolded: bool, said: list[_Said]) -> _Card:
    return _Card(
        **vars(told(verdict)),
        said=outcome_words(verdict).said,
        close=close_call(verdict),
        excerpt=excerpt,
        open=unfolded,
        remarks=said,
    )


def _faults(seen: Observations) -> list[_Fault]:
    faults = []
    for cell in seen.run.cells:
        if cell.error is not None and not cell.excused:
            # Students count cells from 1.
            excerpt = around_error(cell.error, cell, seen.run.cells) if cell.source else None
            place = f"Cell {cell.index + 1} of the notebook"
            if excerpt is not None and excerpt.cell != cell.index + 1:
                place += f", by way of cell {excerpt.cell}"
            faults.append(_fault(place, cell.error, excerpt or (around_line(cell, None) if cell.source else None)))
    sources = {cell.index: cell for cell in seen.run.cells}
    for function in seen.functions.values():
        if function.error is not None:
            home = sources.get(function.cell) if function.cell is not None else None
            excerpt = around_error(function.error, home, seen.run.cells)
            faults.append(_fault(f"{function.name}, when we called it", function.error, excerpt))
    return faults[:_FAULTS]


def _fault(place: str, error: CodeError, excerpt: Excerpt | None) -> _Fault:
    number = excerpt.pointed if excerpt is not None else error.line_number
    return _Fault(place, number, error, excerpt, explain_error(error))


def _model(seen: Observations | None) -> _Model | None:
    model = seen.built_model if seen else None
    if model is None or model.error is not None:
        return None
    drawing = draw_stack(model)
    if drawing is None:
        return None
    return _Model(f"{model.parameters:,}", f"{model.trainable:,}", _loss_name(model), drawing, bricks(model))


def _loss_name(model: KerasModel) -> str:
    if model.loss is None:
        return ""
    return one_line(model.loss.name, 60) + (" from logits" if model.loss.from_logits else "")


def _augmented(seen: Observations | None) -> _Augmented | None:
    measured = seen.augmentation if seen else None
    if measured is None or not measured.settings:
        return None
    rows = augmented_rows(measured)
    if not rows:
        return None
    places = {"data": "the training data", "model": "the front of the model"}
    where = " and ".join(places[place] for place in measured.places if place in places)
    return _Augmented(plain_picture(), rows, random_pictures(measured), measured.samples, where)


def _wrong(seen: Observations, picture_of: Callable[[str], Path | None]) -> list[_Wrong]:
    found = []
    for mistake in seen.train_mistakes[:_MISTAKES]:
        file = picture_of(mistake.file)
        source = thumbnail(file) if file is not None else None
        said = mistake.said if mistake.confidence is None else f"{mistake.said}, {mistake.confidence:.0%} sure"
        picture = Picture(source, f"training image {mistake.file}") if source is not None else None
        found.append(_Wrong(mistake.file, mistake.truth, said, picture))
    return found


def _conditions(conditions: Conditions, training: Training | None) -> list[tuple[str, str]]:
    """The card of the run, as pairs of words."""
    names = {"cell_seconds": "{:g} s a cell", "run_seconds": "{:g} s in all", "cpu_seconds": "{:g} s of processor"}
    sizes = {"memory_bytes": "memory", "disk_bytes": "disk", "output_bytes": "output"}
    limits = [words.format(conditions.limits[key]) for key, words in names.items() if key in conditions.limits]
    limits += [
        f"{conditions.limits[key] / 2**20:,.0f} MiB of {word}"
        for key, word in sizes.items()
        if key in conditions.limits
    ]
    versions = ", ".join(f"{package} {version}" for package, version in conditions.versions.items())
    seed = "" if conditions.seed is None else f"{conditions.seed}, for Python, NumPy, TensorFlow and Keras"
    sandboxes = {"bwrap": "bubblewrap", "warm": "bubblewrap, in a fork of a warm worker", "none": "none"}
    sandbox = sandboxes.get(conditions.sandbox, conditions.sandbox)
    sandbox += f", on {conditions.worker}" if conditions.worker else ""
    rows = [("Versions", versions), ("Seed", seed), ("Limits", ", ".join(limits)), ("Sandbox", sandbox)]
    rows += [("Data", conditions.data), *machine_rows(conditions, training)]
    return [(name, words) for name, words in rows if words]


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
