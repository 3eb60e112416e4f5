"""An audit in words: a page in Markdown, lines for a terminal, and a document for scripts. Pure."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from grader.audit.verdict import Audit, Row, Trial

__all__ = ["document", "lines", "page"]


HOW = """\
Between seeds the accuracy p of a right solution is taken to be normal. From n seeds with the mean m and the standard
deviation s, what one more seed gives is distributed as Student's t with n - 1 degrees of freedom around m, with the
scale s √(1 + 1/n): the prediction interval of a normal sample (Hahn and Meeker, *Statistical Intervals*, 1991). How
many of N images that model gets right is binomial. With the threshold t, a right solution fails with the probability

    P(fail) = E[ P( Binomial(N, p) < t N ) ],    p ~ m + s √(1 + 1/n) T(n - 1), held to 0 ... 1

The gap of two accuracies, counted on images itself and less the standard error that the rubric grants it, has Student's
t alone. s was measured on images and so holds a part of the binomial's variance already, and the runs that a rubric
makes again near its threshold are left out: both make this number too large rather than too small. A guess passes with
the probability P( Binomial(N, q) ≥ t N ), where q is the share of the commonest class. Over 1 in 1,000, either is a
hole. The counts of each seed are in `seeds.json` beside the rubric."""
"""`grader.audit.chance` in words."""


def page(audit: Audit, title: str) -> str:
    """The audit as Markdown, the same bytes for the same findings."""
    quick = "" if any(trial.whole for trial in audit.trials) else " --quick"
    parts = [
        f"# Audit of {audit.week}",
        f"{title}. Made by `grader audit {audit.week}{quick} --write docs/audit`; not edited by hand.",
        _summary(audit),
        "## Criteria",
        _table(audit),
        "## Holes" if audit.holes else "",
        "\n".join(f"- {_escaped(hole.message)}" for hole in audit.holes),
    ]
    parts += ["## Chance", _chance(audit) if audit.risks else _unmeasured(audit)]
    parts += ["## Mistakes", _mistakes(audit), "## Right spellings", _spellings(audit.trials)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _summary(audit: Audit) -> str:
    whole = sum(trial.whole for trial in audit.trials)
    holes = f"{len(audit.holes)} holes" if len(audit.holes) != 1 else "1 hole"
    return (
        f"{audit.mistakes} mistakes and {audit.spellings} right spellings were graded, {whole} of them with training: "
        f"**{holes if audit.holes else 'no hole'}**."
    )


def _table(audit: Audit) -> str:
    head = "| criterion | check | caught | missed | caught wrongly | spellings punished |"
    body = [
        f"| {row.criterion} | `{row.check}` | {_caught(audit, row)} "
        f"| {_names(row.missed)} | {_names(row.wrongly)} | {_names(row.punished)} |"
        for row in audit.rows
    ]
    return "\n".join([head, "| --- | --- | --- | --- | --- | --- |", *body])


def _caught(audit: Audit, row: Row) -> str:
    count = len(row.caught) + len(row.missed)
    return "not tried" if not count and row.criterion in audit.untold else f"{len(row.caught)} of {count}"


def _chance(audit: Audit) -> str:
    head = "How often chance decides: against the solution, trained with another seed, and for a model that guesses."
    rows = [
        f"| {risk.criterion} | {'at most ' * risk.gap}{risk.threshold:.0%} | {risk.images} | {risk.seeds} "
        f"| {risk.mean:.1%} ± {risk.deviation:.1%} | {_rate(risk.fails)} | {_rate(risk.guesses)} |"
        for risk in audit.risks
    ]
    table = [
        "| criterion | threshold | images | seeds | solution | a right solution fails | a guess passes |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *rows,
    ]
    return "\n\n".join(part for part in (head, "\n".join(table), _all_together(audit), HOW) if part)


def _all_together(audit: Audit) -> str:
    fails = [risk.fails for risk in audit.risks if risk.fails is not None]
    return f"All of them together fail a right solution in at most {_rate(sum(fails))}." if len(fails) > 1 else ""


def _unmeasured(audit: Audit) -> str:
    return (
        "How often chance decides against a right solution was not measured yet: "
        f"`grader audit {audit.week} --seeds 10` does."
    )


def _rate(chance: float | None) -> str:
    if chance is None:
        return "not known"
    if chance < 1e-9:
        return "less than 1 in 1,000,000,000"
    if chance > 0.5:
        return f"{chance:.0%}"
    digits = 10 ** max(0, len(str(int(1 / chance))) - 2)
    return f"1 in {int(1 / chance / digits) * digits:,}"


def _mistakes(audit: Audit) -> str:
    caught: dict[str, list[str]] = {}
    for row in audit.rows:
        for name in row.caught:
            caught.setdefault(name, []).append(row.criterion)
    body = [
        f"| {trial.mutation.name} | {_escaped(trial.mutation.about)} "
        f"| {', '.join(caught.get(trial.mutation.name, ['nobody']))} |"
        for trial in audit.trials
        if not trial.mutation.right
    ]
    return "\n".join(["| mistake | what was done | caught by |", "| --- | --- | --- |", *body])


def _spellings(trials: Iterable[Trial]) -> str:
    body = [
        f"| {trial.mutation.name} | {_escaped(trial.mutation.about)} | {_score(trial)} |"
        for trial in trials
        if trial.mutation.right
    ]
    return "\n".join(["| spelling | what was done | score |", "| --- | --- | --- |", *body])


def _score(trial: Trial) -> str:
    most = sum(verdict.max_points for verdict in trial.card.verdicts)
    if trial.card.score is None:
        return "held"
    return f"{trial.card.score:g} of {most:g}" if trial.whole else "judged without training"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "-"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def lines(audit: Audit) -> list[str]:
    """The audit for a terminal: a line for each criterion, then each hole."""
    width = max(len(row.criterion) for row in audit.rows)
    found = [f"{'criterion':{width}}  caught     what is wrong"]
    for row in audit.rows:
        wrong = [
            f"{words}: {', '.join(names)}"
            for words, names in (("missed", row.missed), ("wrongly", row.wrongly), ("punished", row.punished))
            if names
        ]
        found.append(f"{row.criterion:{width}}  {_caught(audit, row):9}  {'; '.join(wrong)}".rstrip())
    found += [
        f"{risk.criterion}: {'at most ' * risk.gap}{risk.threshold:.0%} asked, "
        f"{risk.mean:.1%} ± {risk.deviation:.1%} by {risk.seeds} seeds; "
        f"a right solution fails: {_rate(risk.fails)}; a guess passes: {_rate(risk.guesses)}"
        for risk in audit.risks
    ]
    found += [] if audit.risks else [_unmeasured(audit)]
    return [*found, "", _summary(audit).replace("*", ""), *(f"Hole: {hole.message}" for hole in audit.holes)]


def document(audit: Audit) -> dict[str, Any]:
    """The audit as JSON."""
    return {
        "week": audit.week,
        "mistakes": audit.mistakes,
        "spellings": audit.spellings,
        "criteria": [asdict(row) for row in audit.rows],
        "chance": [asdict(risk) for risk in audit.risks],
        "holes": [asdict(hole) for hole in audit.holes],
    }
