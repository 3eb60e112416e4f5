"""`grader data`: list, make, fetch."""

from pathlib import Path

import click

from grader.commands.course_option import PATH

__all__ = ["data"]


@click.group()
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
