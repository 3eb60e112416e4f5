"""The command line: parse, call, print. Nothing heavy is imported until a command needs it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import GraderError, Interrupted

if TYPE_CHECKING:
    from grader.course import Course

__all__ = ["main"]

PATH = click.Path(path_type=Path)


class _Course:
    """Finds the course when a command first asks for it, so that `--help` works anywhere."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self) -> "Course":
        from grader.course import find_course

        return find_course(self._folder or Path.cwd())


class _Group(click.Group):
    """Tells an interrupted command from one that failed."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted("Stopped.", remedy="To go on, run the same command again.") from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--course", "folder", type=PATH, metavar="DIR", help="The course; default: the nearest folder upwards.")
@click.version_option(package_name="cnn-grader")
@click.pass_context
def cli(context: click.Context, folder: Path | None) -> None:
    """Generate, run and grade the notebooks of a course on convolutional networks in TensorFlow."""
    context.obj = _Course(folder)


@cli.command()
@click.argument("weeks", nargs=-1, metavar="[WEEK]...")
@click.option("--check", is_flag=True, help="Write nothing; fail when assignments/ is not what generation gives.")
@click.pass_obj
def generate(course: _Course, weeks: tuple[str, ...], check: bool) -> None:
    """Make student notebooks from solution notebooks."""
    from grader.authoring.generate import Change, generate_all

    found = course.find()
    results = generate_all(found, weeks, check=check)
    for result in results:
        path = result.path.relative_to(found.root)
        state = "written" if result.written else {Change.NONE: "up to date"}.get(result.change, result.change.value)
        click.echo(f"{path}: {state}")
        if result.diff:
            click.echo(result.diff, err=check)
    if check and any(result.change is not Change.NONE for result in results):
        click.echo("Run `grader generate` and commit what it writes.", err=True)
        sys.exit(1)


@cli.command()
@click.argument("week")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/WEEK in the course.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Submissions at once; default: what fits.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "none"]), default="auto", show_default=True)
@click.option("--rerun", is_flag=True, help="Run every notebook again, unchanged ones too.")
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit 1 when a score is lower.")
@click.pass_obj
def grade(course: _Course, /, week: str, paths: tuple[Path, ...], fail_under: float | None, **options: Any) -> None:
    """Grade notebooks: each PATH is a notebook, or a folder of them."""
    _finish(_grade(course.find(), week, list(paths), **options), fail_under)


@cli.command()
@click.argument("week")
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/WEEK in the course.")
@click.pass_obj
def rejudge(course: _Course, week: str, out: Path | None) -> None:
    """Apply the rubric again to what was observed, without running a notebook."""
    from grader.gradebook import Gradebook
    from grader.scoring import rejudge_class

    found = course.find()
    with Gradebook(found.gradebook) as book:
        graded = rejudge_class(found, week, book)
    _report(graded, out or found.root / "reports" / week)


@cli.command()
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/demo in the course.")
@click.pass_obj
def demo(course: _Course, out: Path | None) -> None:
    """Grade the sample class of week 1, and say where the report is."""
    from grader.errors import CourseError, SandboxUnavailable
    from grader.sandbox import choose_sandbox

    found = course.find()
    samples = found.root / "tests" / "submissions" / "week1"
    if not samples.is_dir():
        raise CourseError(
            "there is no sample class here", where=str(samples), remedy="Run this in the project's checkout."
        )
    kind = "auto"
    try:
        choose_sandbox("auto").close()
    except SandboxUnavailable as error:
        click.echo(f"Warning: {error}\nThe sample class is our own code, so it is run without a sandbox.", err=True)
        kind = "none"
    folder = out or found.root / "reports" / "demo"
    book = folder / "gradebook.sqlite"  # of its own: the sample class is no part of the course
    graded = _grade(found, "week1", [samples], out=folder, jobs=None, sandbox=kind, rerun=True, gradebook=book)
    _finish(graded, None)
    click.echo(f"\nOpen the report: {(folder / 'index.html').resolve().as_uri()}")


@cli.command()
@click.argument("folder", type=PATH, metavar="DIR")
def init(folder: Path) -> None:
    """Start a course in DIR: one example week that generates and grades."""
    from grader.authoring.start import start_course

    written = start_course(folder)
    click.echo(f"{len(written)} files written to {folder}. Next:\n")
    click.echo(f"  cd {folder}\n  grader generate\n  grader grade week1 solutions/week1")


@cli.group()
def data() -> None:
    """The data sets of the course."""


@data.command("list")
def data_list() -> None:
    """Data sets, drawn and real, and pretrained bases: whether they are here, how large, and where."""
    from grader.bases.files import base_holdings
    from grader.datasets.holdings import holdings

    for one in [*holdings(), *base_holdings()]:
        state = "here" if one.present else "not here"
        size = f"{one.size / 1e6:,.0f} MB" if one.size else "size unknown"
        click.echo(f"{one.name:20} {one.source:9} {state:9} {size:>12}  {one.folder}")


@data.command("make")
@click.argument("name")
def data_make(name: str) -> None:
    """Draw a data set, unless it is there, and print its folder."""
    from grader.datasets import ensure

    click.echo(str(ensure(name)))


@data.command("fetch")
@click.argument("name")
@click.option(
    "--archive",
    "archives",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="A copy that you have, instead of a download; once for each file of the set.",
)
def data_fetch(name: str, archives: tuple[Path, ...]) -> None:
    """Bring a real data set or the weights of a pretrained base, unless it is there, and print where it is."""
    from grader.base import BASES
    from grader.bases.fetch import fetch_base
    from grader.datasets.fetch import fetch
    from grader.progress import DownloadProgress

    with DownloadProgress() as progress:
        if name in BASES:
            place = fetch_base(BASES[name], archives=archives, say=progress.say, told=progress.told)
        else:
            place = fetch(name, archives=archives, say=progress.say, told=progress.told)
    click.echo(str(place))


@cli.command()
@click.pass_obj
def doctor(course: _Course) -> None:
    """Say what this machine offers: the sandbox, the libraries, the course."""
    from grader.doctor import examine

    problems = 0
    for finding in examine(course.find):
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
        if not finding.ok:
            problems = max(problems, finding.exit_code)
    sys.exit(problems)


def _grade(
    course: "Course",
    week: str,
    paths: list[Path],
    *,
    out: Path | None,
    jobs: int | None,
    sandbox: Any,
    rerun: bool,
    gradebook: Path | None = None,
) -> tuple[Any, Path]:
    from rich.console import Console

    from grader.grade import ClassGrader
    from grader.gradebook import Gradebook
    from grader.interrupts import interruptible
    from grader.progress import ClassProgress
    from grader.sandbox import choose_sandbox

    folder = out or course.root / "reports" / week
    console = Console(stderr=False, highlight=False)
    box = choose_sandbox(sandbox)
    try:
        with Gradebook(gradebook or course.gradebook) as book:
            grader = ClassGrader.prepare(course, week, paths, book, sandbox=box, jobs=jobs, rerun=rerun)
            progress = ClassProgress(len(grader.submissions), grader.assignment.rubric.max_score, console)
            go_on = "To go on, run the same command again" + (", without --rerun." if rerun else ".")
            with interruptible(progress.tally, go_on), progress:
                result = grader.run(started=progress.started, finished=progress.finished)
    finally:
        box.close()
    return result, folder


def _finish(graded: tuple[Any, Path], fail_under: float | None) -> None:
    result, folder = graded
    _report(result, folder)
    if any(card.held for card in result.scores.submissions):
        click.echo("At least one score is held through a fault of ours; see the report.", err=True)
        sys.exit(3)
    low = [c for c in result.scores.submissions if 100 * (c.score or 0) / result.scores.max_score < (fail_under or 0)]
    if low:
        click.echo(f"{len(low)} scores are under {fail_under:g} %.", err=True)
        sys.exit(1)


def _report(result: Any, folder: Path) -> None:
    from rich.console import Console

    from grader.background import background_of
    from grader.report import terminal, write_reports

    page = write_reports(
        result.scores,
        folder,
        templates=result.course.templates,
        observations=result.observations,
        background=background_of(result.course, result.scores.assignment, earlier=result.earlier),
    )
    console = Console()
    click.echo()
    click.echo(terminal.render(result.scores, width=console.width, color=console.is_terminal), nl=False)
    click.echo(f"\nReport: {page}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; every error that we foresee is one message and the exit status of its kind."""
    try:
        cli.main(args=arguments, prog_name="grader")
    except GraderError as error:
        click.echo(str(error) if isinstance(error, Interrupted) else f"Error: {error}", err=True)
        sys.exit(error.exit_code)
