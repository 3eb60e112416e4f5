"""`grader ci` and `grader ci publish`."""

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.voice import Voice, voiced

if TYPE_CHECKING:
    from grader.ci.grading import Graded

__all__ = ["ci"]


@click.group(invoke_without_command=True)
@click.option("--base", metavar="REF", help="What the branch would be merged into; default: what the CI system says.")
@click.option("--head", metavar="REF", help="The branch; default: what the CI system says, or HEAD.")
@click.option("--repo", type=PATH, default=".", metavar="DIR", help="Checkout of the branch; default: here.")
@click.option("--student", metavar="NAME", help="Whose branch it is; default: the author, or the notebooks' names.")
@click.option("--out", type=PATH, default="reports/ci", show_default=True, metavar="DIR", help="Where outputs go.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Submissions at once; default: what fits.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "none"]), default="auto", show_default=True)
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit 1 when a score is lower.")
@voiced
@click.pass_context
def ci(
    call: click.Context,
    /,
    *,
    base: str | None,
    head: str | None,
    repo: Path,
    student: str | None,
    out: Path,
    fail_under: float | None,
    voice: Voice,
    **options: Any,
) -> None:
    """Grade the notebooks that a branch or pull request changed.

    Rubric and settings are those of --course, a checkout outside the pull request, or else of the base commit; the pull
    request's own are never used. Its notebooks are read out of git, and run in the sandbox alone.
    """
    if call.invoked_subcommand is not None:
        return
    from grader.ci.annotations import annotations, no_commands, on_github
    from grader.ci.context import context
    from grader.ci.git import Repository
    from grader.ci.grading import find_range, grade_changes
    from grader.ci.outputs import append_summary, check_folder, write_outputs
    from grader.ci.trusted import trusted_course

    course_option: CourseOption = call.obj
    command = partial(click.echo, err=voice.json)
    with no_commands(command, active=on_github()):
        repository = Repository(repo)
        told = context()
        where = find_range(repository, told, base=base, head=head)
        check_folder(out, repository, where.head)
        with trusted_course(course_option.folder, repository, where.start) as course:
            graded = grade_changes(
                repository, where, course, author=student or told.author, grade=_grader(options, voice), say=voice.say
            )
            write_outputs(graded, out)
        _tell(graded, out, voice)
    if on_github():
        for line in annotations(graded.result):
            command(line)
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            append_summary(graded.result, Path(summary))
    sys.exit(_status(graded, fail_under))


@ci.command("publish")
@click.option("--artifact", type=PATH, metavar="FILE", help="The artifact's zip file; default: fetched from the run.")
@click.option("--name", default="grader-result", show_default=True, help="What the artifact is called.")
@click.option("--as", "bot", default="github-actions[bot]", show_default=True, help="In whose name we comment.")
@voiced
def publish(artifact: Path | None, name: str, bot: str, voice: Voice) -> None:
    """Keep one comment on a pull request up to date: for `publish.yml`, on GitHub's runner.

    The pull request is found by the event and the API, never by the artifact, and the artifact is taken to be hostile.
    """
    from grader.ci.api import Api
    from grader.ci.publish import publish as publish_run
    from grader.ci.publish import read_run

    run = read_run(os.environ)
    repository = _variable(os.environ, "GITHUB_REPOSITORY")
    url = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    api = Api(url, repository, _variable(os.environ, "GITHUB_TOKEN"))
    said = publish_run(api, repository, run, artifact=artifact, name=name, bot=bot)
    voice.result(said, {"published": said})


def _grader(options: Mapping[str, Any], voice: Voice) -> Any:
    from grader.commands.running import run_class

    def grade(course: Any, week: str, folders: list[Path]) -> Any:
        return run_class(course, week, folders, out=None, rerun=False, voice=voice, **options)[0]

    return grade


def _tell(graded: "Graded", out: Path, voice: Voice) -> None:
    from grader.report import terminal
    from grader.report.text import one_line

    for note in graded.result.notes:
        voice.say(one_line(f"Not graded: {note.path}: {note.message}", 900))
    for scores in graded.result.scores:
        voice.say(f"\n{terminal.render(scores, width=100, color=False)}")
    if not graded.result.scores and not graded.result.notes:
        voice.say("No notebook of a week has changed, so there is nothing to grade.")
    voice.document(graded.result.render().rstrip())
    if not voice.json:
        click.echo(out if voice.quiet else f"Outputs: {out}")


def _status(graded: "Graded", fail_under: float | None) -> int:
    """As `grader grade`; besides, 2 where a notebook that should be graded cannot be told apart or read."""
    cards = [(card, scores.max_score) for scores in graded.result.scores for card in scores.submissions]
    if any(card.held for card, _ in cards):
        click.echo("At least one score is held through a fault of ours.", err=True)
        return 3
    if any(note.wrong for note in graded.result.notes):
        click.echo("At least one notebook could not be taken; see above.", err=True)
        return 2
    low = [card for card, best in cards if 100 * (card.score or 0) / best < (fail_under or 0)]
    if low:
        click.echo(f"{len(low)} scores are under {fail_under:g} %.", err=True)
    return 1 if low else 0


def _variable(environment: Mapping[str, str], name: str) -> str:
    from grader.errors import GraderError

    value = environment.get(name)
    if not value:
        raise GraderError(f"the variable {name} is not set", remedy="Copy templates/ci/publish.yml, which sets it.")
    return value
