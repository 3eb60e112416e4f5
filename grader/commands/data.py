"""`grader data`: list, make, fetch."""

from pathlib import Path

import click

from grader.commands.course_option import PATH
from grader.commands.names import complete_data
from grader.commands.voice import Voice, voiced

__all__ = ["data"]


@click.group()
def data() -> None:
    """The data sets of the course."""


@data.command("list")
@voiced
def data_list(voice: Voice) -> None:
    """Data sets, drawn and real, and pretrained bases: whether they are here, how large, and where."""
    from grader.bases.files import base_holdings
    from grader.datasets.holdings import holdings

    with voice.waiting("Looking through what is here"):
        found = [*holdings(), *base_holdings()]
    voice.document(
        [
            {"name": one.name, "source": one.source, "present": one.present, "bytes": one.size, "path": str(one.folder)}
            for one in found
        ]
    )
    for one in found:
        state = "here" if one.present else "not here"
        size = f"{one.size / 1e6:,.0f} MB" if one.size else "size unknown"
        voice.say(f"{one.name:20} {one.source:9} {state:9} {size:>12}  {one.folder}")


@data.command("make")
@click.argument("name", shell_complete=complete_data)
@voiced
def data_make(name: str, voice: Voice) -> None:
    """Draw a data set, unless it is there, and print its folder."""
    from grader.datasets import ensure

    with voice.waiting(f"Drawing {name}"):
        folder = ensure(name)
    voice.result(folder, {"name": name, "path": str(folder)})


@data.command("fetch")
@click.argument("name", shell_complete=complete_data)
@click.option(
    "--archive",
    "archives",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="A copy that you have, instead of a download; once for each file of the set.",
)
@voiced
def data_fetch(name: str, archives: tuple[Path, ...], voice: Voice) -> None:
    """Bring a real data set or the weights of a pretrained base, unless it is there, and print where it is."""
    from grader.base import BASES
    from grader.bases.fetch import fetch_base
    from grader.datasets.catalogue import names
    from grader.datasets.fetch import fetch
    from grader.errors import DataError
    from grader.near import did_you_mean
    from grader.progress import DownloadProgress

    with DownloadProgress(quiet=voice.quiet) as progress:
        if name in BASES:
            place = fetch_base(BASES[name], archives=archives, say=progress.say, told=progress.told)
        else:
            if name not in names():
                known = [*names(), *(base.name for base in BASES.values() if base.url)]
                raise DataError(
                    f"there is no data set or base '{name}'",
                    remedy=f"{did_you_mean(name, known)}There are: {', '.join(known)}.",
                )
            place = fetch(name, archives=archives, say=progress.say, told=progress.told)
    voice.result(place, {"name": name, "path": str(place)})
