"""`grader audit`."""

import sys
from pathlib import Path
from typing import Any

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

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
@voiced
@click.pass_obj
def audit(
    course: CourseOption,
    /,
    *,
    week: str,
    quick: bool,
    only: tuple[str, ...],
    list_them: bool,
    keep: Path | None,
    seeds: int | None,
    write: Path | None,
    voice: Voice,
    **options: Any,
) -> None:
    """Try the rubric of a week: grade its solution with one mistake at a time, and in other right spellings.

    Exit status 1 where a mistake is not caught, a right spelling loses points, or no mistake touches a criterion.
    """
    from grader.audit.audit import Plan, without_dates
    from grader.audit.table import document, lines, page
    from grader.commands.running import run_class

    found = course.find()
    plan = Plan.make(found, week, only=only, quick=quick)
    if list_them:
        listed = [
            {"name": e.mutation.name, "right": e.mutation.right, "trains": e.whole, "about": e.mutation.about}
            for e in plan.entries
        ]
        words = [
            f"{'right' if e['right'] else 'mistake':8} {'trained' if e['trains'] else '':8} {e['name']:36} {e['about']}"
            for e in listed
        ]
        voice.result("\n".join(words), listed)
        return
    if keep:
        for entry in plan.entries:
            plan.keep(entry, keep)
        voice.result(f"Mutants: {keep}", {"folder": str(keep), "mutants": len(plan.entries)})
        return

    def grade(folder: Path) -> Any:
        book = found.private / "audit.sqlite"  # of its own: mutants are no students
        course = without_dates(found, week)
        return run_class(course, week, [folder], out=None, gradebook=book, voice=voice, **options)[0]

    if seeds:
        voice.say(f"Seeds: {plan.measure(grade, seeds)}")
    result = plan.run(grade)
    voice.say()
    voice.result("\n".join(lines(result)), document(result))
    if write:
        write.mkdir(parents=True, exist_ok=True)
        path = write / f"{week}.md"
        path.write_text(page(result, plan.template.rubric.title), encoding="utf-8")
        voice.say(f"Table: {path}")
    if result.holes:
        sys.exit(1)
