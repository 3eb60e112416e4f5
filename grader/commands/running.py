"""What the commands that grade share: run a class, write its reports, tell the shell how it went."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.voice import Voice

if TYPE_CHECKING:
    from grader.course import Course
    from grader.crew import Crew
    from grader.sandbox import Sandbox

__all__ = ["finish", "repeat_class", "report", "run_class"]

SPOKEN = Voice()
"""To people."""


def run_class(
    course: "Course",
    week: str,
    paths: list[Path],
    *,
    out: Path | None,
    jobs: int | None,
    sandbox: Any,
    rerun: bool,
    gradebook: Path | None = None,
    cluster: str | None = None,
    voice: Voice = SPOKEN,
) -> tuple[Any, Path]:
    """Grade a class with progress on the terminal; gives the result and the folder for its reports."""
    from grader.gradebook import Gradebook
    from grader.probe import keras_api

    folder = out or course.root / "reports" / week
    box = _boxes(sandbox, cluster, voice)
    try:
        with Gradebook(gradebook or course.gradebook) as book:
            if rerun or week not in book.weeks():  # notebooks will run: be under way while the rest is imported
                box.begin(keras_api.environment(course.settings.keras))
            from grader.grade import ClassGrader
            from grader.interrupts import interruptible
            from grader.progress import ClassProgress
            from grader.scratch import scratch_folder

            with scratch_folder("intake") as room:
                with voice.waiting("Getting data and submissions ready"):
                    grader = ClassGrader.prepare(
                        course, week, paths, book, sandbox=box, jobs=jobs, rerun=rerun, room=room
                    )
                _tell(grader.notes, voice)
                progress = ClassProgress(len(grader.submissions), grader.assignment.rubric.max_score, voice.console())
                go_on = "To go on, run the same command again" + (", without --rerun." if rerun else ".")
                with interruptible(progress.tally, go_on), progress:
                    result = grader.run(started=progress.started, finished=progress.finished)
    finally:
        box.close()
    return result, folder


def repeat_class(
    course: "Course",
    week: str,
    paths: list[Path],
    times: int,
    *,
    out: Path | None,
    jobs: int | None,
    sandbox: Any,
    cluster: str | None,
    voice: Voice,
) -> bool:
    """Run each submission several times and tell how far the scores are apart; False where any submission has two."""
    from rich.console import Console

    from grader.grade import ClassGrader
    from grader.gradebook import Gradebook
    from grader.interrupts import interruptible
    from grader.repeat import repeat
    from grader.report.repeats import render, write
    from grader.scratch import scratch_folder

    box = _boxes(sandbox, cluster, voice)
    try:
        with Gradebook(course.gradebook) as book, scratch_folder("intake") as room:
            with voice.waiting("Getting data and submissions ready"):
                grader = ClassGrader.prepare(course, week, paths, book, sandbox=box, jobs=jobs, rerun=True, room=room)
            _tell(grader.notes, voice)
            with (
                interruptible(lambda: "Stopped.", "Nothing was kept."),
                voice.counting("Running", times * len(grader.submissions)) as done,
            ):
                found = repeat(grader, times, finished=done)
    finally:
        box.close()
    document = {"assignment": week, "repeats": times, "submissions": [one.document() for one in found]}
    file = write(document, out or course.root / "reports" / week)
    voice.say(render(found, max_score=grader.assignment.rubric.max_score, width=max(100, Console().width)))
    voice.say("Nothing was kept in the gradebook.")
    voice.result(file, document)
    return all(one.is_one_score for one in found)


def _boxes(kind: Any, cluster: str | None, voice: Voice) -> "Sandbox":
    from grader.sandbox import choose_sandbox

    if cluster is None:
        return choose_sandbox(kind)
    if kind != "auto":
        raise click.UsageError("With --cluster the workers choose their own safe sandbox; leave --sandbox out.")
    from grader.cluster.sandbox import ClusterSandbox

    with voice.waiting("Waiting for the cluster"):
        return ClusterSandbox(cluster)


def _tell(notes: Sequence[str], voice: Voice) -> None:
    """What the user should know, a line each on the error stream; students' names in it do nothing to a terminal."""
    from grader.report.text import one_line

    for note in () if voice.quiet else notes:
        click.echo(one_line(note, 2000), err=True)


def finish(graded: tuple[Any, Path], fail_under: float | None, voice: Voice = SPOKEN) -> None:
    """Write the reports, then leave with the exit status that the scores ask for."""
    result, folder = graded
    report(result, folder, voice)
    if any(card.held for card in result.scores.submissions):
        click.echo("At least one score is held through a fault of ours; see the report.", err=True)
        sys.exit(3)
    low = [c for c in result.scores.submissions if 100 * (c.score or 0) / result.scores.max_score < (fail_under or 0)]
    if low:
        click.echo(f"{len(low)} scores are under {fail_under:g} %.", err=True)
        sys.exit(1)


def report(result: Any, folder: Path, voice: Voice = SPOKEN, crew: "Crew | None" = None) -> None:
    """Write the reports into the folder, and the scores on the terminal: a table, `scores.json`, or only the path."""
    from rich.console import Console

    from grader.background import background_of
    from grader.crew import Crew
    from grader.report import scores_json, terminal, write_reports

    count = len(result.scores.submissions)
    with voice.counting("Writing the reports", count) as written, crew or Crew() as helpers:
        done = write_reports(
            result.scores,
            folder,
            templates=result.course.templates,
            observations=result.observations,
            background=background_of(result.course, result.scores.assignment, earlier=result.earlier),
            written=written,
            crew=helpers,
        )
    _tell(result.notes, voice)
    if voice.json:
        click.echo(scores_json.render(result.scores), nl=False)
    elif voice.quiet:
        click.echo(done.page)
    else:
        console = Console()
        click.echo()
        click.echo(terminal.render(result.scores, width=console.width, color=console.is_terminal), nl=False)
        click.echo(f"\nReport: {done.page}")
        if done.drawn < count:
            click.echo(f"Students' pages: {done.drawn:,} of {count:,} drawn, the others had not changed.")
