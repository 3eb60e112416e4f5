"""`grader audit`."""

import sys
from pathlib import Path
from typing import Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week

__all__ = ["audit"]


@click.command()
@click.argument("week", shell_complete=complete_week)
@click.option("--quick", is_flag=True, help="Only what needs no training.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this mutation; may be given several times.")
@click.option("--list", "list_them", is_flag=True, help="Name the mutations of the week, and run nothing.")
@click.option("--keep", type=PATH, metavar="DIR", help="Write the mutants there as notebooks, and run nothing.")
@click.option(
    "--seeds", type=click.IntRange(2, 100), metavar="N", help="First measure what the solution reaches with N seeds."
)
@click.option("--write", type=PATH, metavar="DIR", help="Write the table to DIR/WEEK.md.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N", help="Mutants at once; default: what fits.")
@click.option("--sandbox", type=click.Choice(["auto", "bwrap", "none"]), default="auto", show_default=True)
@click.option("--rerun", is_flag=True, help="Run every mutant again, unchanged ones too.")
@click.pass_obj
def audit(  # noqa: PLR0917 - click gives them by name
    course: CourseOption,
    /,
    week: str,
    quick: bool,
    only: tuple[str, ...],
    list_them: bool,
    keep: Path | None,
    seeds: int | None,
    write: Path | None,
    **options: Any,
) -> None:
    """Try the rubric of a week: grade its solution with one mistake at a time, and in other right spellings.

    Exit status 1 where a mistake is not caught, a right spelling loses points, or no mistake touches a criterion.
    """
    from grader.audit.audit import Plan, without_dates
    from grader.audit.table import lines, page
    from grader.commands.running import run_class

    found = course.find()
    plan = Plan.make(found, week, only=only, quick=quick)
    if list_them or keep:
        for entry in plan.entries:
            if keep:
                plan.keep(entry, keep)
            else:
                kind = "right" if entry.mutation.right else "mistake"
                click.echo(
                    f"{kind:8} {'trained' if entry.whole else '':8} {entry.mutation.name:36} {entry.mutation.about}"
                )
        return

    def grade(folder: Path) -> Any:
        book = found.private / "audit.sqlite"  # of its own: mutants are no students
        course = without_dates(found, week)
        return run_class(course, week, [folder], out=None, gradebook=book, **options)[0]

    if seeds:
        click.echo(f"Seeds: {plan.measure(grade, seeds)}")
    result = plan.run(grade)
    click.echo()
    for line in lines(result):
        click.echo(line)
    if write:
        write.mkdir(parents=True, exist_ok=True)
        path = write / f"{week}.md"
        path.write_text(page(result, plan.template.rubric.title), encoding="utf-8")
        click.echo(f"Table: {path}")
    if result.holes:
        sys.exit(1)
