"""`grader explain`."""

import click

from grader.commands.course_option import CourseOption
from grader.commands.names import complete_week
from grader.commands.voice import Voice, voiced

__all__ = ["explain"]


@click.command()
@click.argument("week", shell_complete=complete_week)
@click.argument("student")
@click.argument("criterion")
@voiced
@click.pass_obj
def explain(course: CourseOption, week: str, student: str, criterion: str, voice: Voice) -> None:
    """Show why a verdict is what it is: what was observed, which rule was applied, and how to see it again.

    CRITERION is an id of the rubric, such as `holdout-accuracy`. Nothing runs: all of it lies in the gradebook.
    """
    import shutil

    from grader.explanation import explain as explained
    from grader.gradebook import Gradebook
    from grader.report.explained import render

    found = course.find()
    with Gradebook(found.gradebook) as book:
        explanation = explained(found, book, week, student, criterion)
    width = min(120, shutil.get_terminal_size((100, 24)).columns)
    voice.result(render(explanation, width=width).rstrip("\n"), explanation.document())
