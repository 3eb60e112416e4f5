"""`grader doctor`."""

import sys

import click

from grader.commands.course_option import CourseOption
from grader.commands.voice import Voice, voiced

__all__ = ["doctor"]


@click.command()
@voiced
@click.pass_obj
def doctor(course: CourseOption, voice: Voice) -> None:
    """Say what this machine offers: the sandbox, the libraries, the course."""
    from grader.doctor import examine

    problems = 0
    found = []
    findings = examine(course.find)
    while True:
        with voice.waiting("Looking closer (half a minute in all)"):
            finding = next(findings, None)
        if finding is None:
            break
        found.append({"what": finding.what, "ok": finding.ok, "detail": finding.detail})
        if not voice.json and not (voice.quiet and finding.ok):
            click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.detail}")
        if not finding.ok:
            problems = max(problems, finding.exit_code)
    voice.document(found)
    sys.exit(problems)
