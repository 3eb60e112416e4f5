"""`grader rejudge`."""

from pathlib import Path

import click

from grader.commands.course_option import PATH, CourseOption
from grader.commands.names import complete_week
from grader.commands.running import report
from grader.commands.voice import Voice, voiced

__all__ = ["rejudge"]


@click.command()
@click.argument("week", shell_complete=complete_week)
@click.option("--out", type=PATH, metavar="DIR", help="Where reports go; default: reports/WEEK in the course.")
@voiced
@click.pass_obj
def rejudge(course: CourseOption, week: str, out: Path | None, voice: Voice) -> None:
    """Apply the rubric again to what was observed, without running a notebook."""
    from grader.collector import resting_collector
    from grader.crew import Crew
    from grader.gradebook import Gradebook
    from grader.scoring import rejudge_class

    found = course.find()
    # `rejudge_class` rests the collector too, but its rest would end in a search, before the reports
    with resting_collector(), Crew(then="grader.report.drawing") as crew:
        with voice.waiting("Judging what was observed"), Gradebook(found.gradebook) as book:
            graded = rejudge_class(found, week, book, crew=crew)
        report(graded, out or found.root / "reports" / week, voice, crew)
