"""Names that a shell completes: weeks of the course, data sets and bases. Quick, and silent where there are none."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

__all__ = ["complete_data", "complete_week"]

MARKER = Path("solutions") / "course.toml"


def complete_week(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Weeks of the course that begin so; with the name of each one's data set, where a shell shows such things."""
    said = context.find_root().params.get("folder")
    return [
        CompletionItem(week, help=data)
        for week, data in _weeks(Path(said) if said else Path.cwd())
        if week.startswith(incomplete)
    ]


def complete_data(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Data sets that begin so, and pretrained bases where they can be fetched."""
    from grader.base import BASES
    from grader.datasets.catalogue import names

    bases = [name for name, base in BASES.items() if base.url] if context.info_name == "fetch" else []
    return [CompletionItem(name) for name in (*names(), *bases) if name.startswith(incomplete)]


def _weeks(start: Path) -> Iterator[tuple[str, str]]:
    """Read without pydantic, which takes longer than a key may; a course that is wrong has no names to offer."""
    folder = start.absolute()
    for one in (folder, *folder.parents):
        try:
            weeks = tomllib.loads((one / MARKER).read_text(encoding="utf-8")).get("weeks", {})
        except (OSError, ValueError):
            continue
        for name, settings in weeks.items() if isinstance(weeks, dict) else ():
            yield name, str(settings.get("data", "")) if isinstance(settings, dict) else ""
        return
