"""The text of `grader explain`: a verdict, the rule that gave it, what was observed, and how to see it again."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from grader.observation import Conditions
from grader.report.text import clean, number, one_line
from grader.report.told import outcome_words
from grader.report.wording import PROVENANCE

if TYPE_CHECKING:
    from grader.explanation import Explanation, Rule

__all__ = ["render"]

MOST = 8
"""Entries of a list that are shown."""
DEEP = 4
"""Levels of what was observed that are shown on lines of their own."""


def render(explanation: "Explanation", *, width: int = 100) -> str:
    """The explanation as plain text.

    Args:
        explanation: What `grader.explanation.explain` found.
        width: Columns of the terminal.
    """
    verdict = explanation.verdict
    title = f"{one_line(explanation.student, 60)}, {explanation.week}: {one_line(verdict.title, 160)}"
    parts = [
        title + "\n" + "=" * min(len(title), width),
        "\n".join(_verdict(explanation, width)),
        "The rule\n" + "\n".join(_rule(explanation.rule, explanation.goal, width)),
        "What was observed\n" + "\n".join(_facts(explanation, width)),
        "The run\n" + "\n".join(_run(explanation, width)),
        "To see it again\n" + "\n".join(f"  {command}\n      {does}" for command, does in explanation.commands),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict(explanation: "Explanation", width: int) -> Iterator[str]:
    verdict = explanation.verdict
    words = outcome_words(verdict)
    yield f"{words.sign} {words.word}, {number(verdict.points)} of {number(verdict.max_points)} points"
    for name, text in (("expected", verdict.expected), ("measured", verdict.actual), ("told", verdict.feedback)):
        if text:
            yield from _pair(name, text, width)
    if verdict.provenance:
        yield from _pair("provenance", f"{verdict.provenance.value}: {PROVENANCE[verdict.provenance]}", width)
    if explanation.is_borderline:
        runs = explanation.verdict.evidence.get("runs")
        again = isinstance(runs, list) and len(runs) > 1
        said = "chance could have decided it: the interval holds a threshold"
        yield from _pair("borderline", said + (", so all runs together decided" if again else ""), width)
    if explanation.changed_by:
        yield from _pair("changed", explanation.changed_by, width)
    if explanation.is_stale:
        today = explanation.today
        said = f"{today.outcome.value}, {number(today.points)} points; `grader rejudge` would make it so"
        yield from _pair("by today's rubric", said, width)


def _rule(rule: "Rule", goal: str, width: int) -> Iterator[str]:
    yield from _pair("goal", goal, width)
    yield from _pair("check", rule.says, width)
    yield from _pair("decides", rule.decides, width)
    for setting in rule.settings:
        origin = "" if setting.of_rubric else " (default)"
        yield from _pair(setting.name, f"{_brief(setting.value)}{origin}. {setting.meaning}".strip(), width)
    for need, outcome in rule.needs.items():
        yield from _pair("needs", f"{need}, which is {outcome or 'not judged'}", width)
    if rule.trust:
        yield from _pair("trust", f"points only for what is {rule.trust} or better", width)
    yield from _pair("in", rule.place, width)


def _facts(explanation: "Explanation", width: int) -> Iterator[str]:
    for name, fact in explanation.facts.items():
        yield from _tree(name, fact, 1, width)
    for name, why in explanation.missing.items():
        yield from _pair(name, f"not there: {why}", width)


def _tree(name: str, value: Any, depth: int, width: int) -> Iterator[str]:
    """A fact with its parts, as far as a reader can take them in; `--json` has them all."""
    pad = "  " * depth
    if isinstance(value, dict) and value and depth < DEEP:
        provenance = value.get("provenance")
        yield f"{pad}{name}" + (f" ({provenance})" if provenance else "")
        for key, inner in value.items():
            if key != "provenance" and inner not in (None, "", {}):
                yield from _tree(str(key), inner, depth + 1, width)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value) and depth < DEEP:
        yield f"{pad}{name}: {len(value)}"
        for index, inner in enumerate(value[:MOST], 1):
            yield f"{pad}  {index}. {one_line(_brief(inner), max(40, width - len(pad) - 6))}"
        if len(value) > MOST:
            yield f"{pad}  and {len(value) - MOST} more"
    else:
        yield f"{pad}{name}: {one_line(_brief(value), max(40, width - len(pad) - len(name) - 2))}"


def _brief(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_brief(one)}" for key, one in value.items() if one not in (None, "", [], {}))
    if isinstance(value, list) and value:
        shown = ", ".join(_brief(one) for one in value[:MOST])
        return f"[{shown}{f', and {len(value) - MOST} more' if len(value) > MOST else ''}]"
    if value in (None, []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else clean(str(value))


def _run(explanation: "Explanation", width: int) -> Iterator[str]:
    kept = explanation.kept
    run = kept.observations.run
    yield from _pair("number", f"{kept.run} in the gradebook, ended {explanation.ran:%Y-%m-%d %H:%M} UTC", width)
    yield from _pair("file", f"{one_line(kept.notebook, 160)}, SHA-256 {kept.sha256}", width)
    yield from _pair("ended", f"{run.status.value} after {run.seconds:.1f} s {one_line(run.message)}".strip(), width)
    for again in kept.observations.again:
        accuracy = again.holdout_accuracy
        counted = f", {accuracy.correct} of {accuracy.images} holdout images" if accuracy else ""
        yield from _pair("again", f"with seed {again.seed}: {again.run.status.value}{counted}", width)
    conditions = kept.observations.conditions
    if conditions is not None:
        yield from _conditions(conditions, width)


def _conditions(conditions: Conditions, width: int) -> Iterator[str]:
    versions = ", ".join(f"{package} {version}" for package, version in conditions.versions.items())
    yield from _pair("with", versions, width)
    machine = conditions.machine
    told = [f"seed {conditions.seed}"] if conditions.seed is not None else []
    told += [f"sandbox {conditions.sandbox}"] if conditions.sandbox else []
    told += [f"data {conditions.data}"] if conditions.data else []
    told += [machine.processor, " ".join(machine.instructions)] if machine else []
    yield from _pair("on", ", ".join(one for one in told if one), width)


def _pair(name: str, text: str, width: int) -> list[str]:
    """`name` in a column of its own, the text wrapped beside it."""
    lines = textwrap.wrap(one_line(text, 2000), max(40, width - 16), break_long_words=False, break_on_hyphens=False)
    head = f"  {name:<12}  "
    return [head + (lines[0] if lines else ""), *(" " * 16 + line for line in lines[1:])]
