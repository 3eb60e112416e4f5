"""`grader doctor`."""

import sys

import click

from grader.commands.course_option import CourseOption

__all__ = ["doctor"]


@click.command()
@click.pass_obj
def doctor(course: CourseOption) -> None:
    """Say what this machine offers: the sandbox, the libraries, the course."""
    from grader.doctor import examine

    problems = 0
    for finding in examine(course.find):
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
        if not finding.ok:
            problems = max(problems, finding.exit_code)
    sys.exit(problems)
