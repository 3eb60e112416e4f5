"""Fetches the ImageNet weights of the large bases."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.base import Base
from grader.bases.files import weights_file
from grader.datasets.archives import Archive
from grader.datasets.fetch import download
from grader.datasets.storage import cache_root, disk_error
from grader.errors import DataError

__all__ = ["fetch_base"]


def fetch_base(
    base: Base,
    *,
    archives: Sequence[Path] = (),
    cache: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Path:
    """The weights file of a base, downloaded unless it is there.

    Args:
        base: Which.
        archives: A copy that is at hand, to use instead of the network.
        cache: As in `grader.bases.files.weights_file`.
        say: Told what happens, line by line.
        told: Told bytes so far and bytes in all while something is downloaded.

    Raises:
        DataError: It cannot be downloaded, or the checksum differs.
    """
    try:
        return weights_file(base, cache)
    except DataError:
        if not base.url:
            raise
    folder = (cache_root() if cache is None else cache) / "bases"
    if not archives:
        archive = Archive(base.file, (base.url,), part=base.file, packed=False, size=base.size, md5=base.digest)
        download(archive, folder, say, told)
        return weights_file(base, cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{base.file}.part"
        shutil.copyfile(archives[0], part)
        part.replace(folder / base.file)
    except OSError as error:
        raise disk_error(error, folder) from error
    try:
        return weights_file(base, cache)
    except DataError:
        (folder / base.file).unlink()
        raise DataError(
            "the checksum of this file differs from the published one",
            where=str(archives[0]),
            remedy="It is damaged or another edition. Leave --archive away to download it.",
        ) from None
