"""Fetches the real data sets: download or take a local copy, verify, unpack, and put everything in its place."""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from PIL import Image

from grader.datasets.archives import ARCHIVES, HELD_EACH, Archive
from grader.datasets.catalogue import HELD_BACK, find_dataset, folder_of
from grader.datasets.dataset import DataSet
from grader.datasets.download import ResumingDownloader
from grader.datasets.images import decodes
from grader.datasets.manifest import is_whole, write_manifest
from grader.datasets.sign_mnist import SignMnist, read_rows, write_folders
from grader.datasets.storage import cache_root, disk_error, make_once
from grader.datasets.unpack import unpack
from grader.errors import DataError

__all__ = ["download", "fetch"]

TRUSTED = "trusted.json"
"""SHA-256 of downloads that were trusted when they came first, by file name."""


def fetch(
    name: str,
    *,
    archives: Sequence[Path] = (),
    cache: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Path:
    """The real data set, downloaded unless it is there.

    Args:
        name: One of `names()`.
        archives: Local copies to use instead of the network, under the names of the originals; or one archive of any
            name that holds all parts of the set by their own names.
        cache: Where data sets are kept; None is `$CNN_GRADER_CACHE` or the user's cache folder.
        say: Told what happens, line by line.
        told: Told bytes so far and bytes in all while something is downloaded.

    Returns:
        The folder that holds the set's parts.

    Raises:
        DataError: The name is unknown, nothing can be downloaded, a checksum differs, or an archive is not what it
            should be.
    """
    dataset = find_dataset(name)
    top = cache_root() if cache is None else cache
    given = {path.name: path for path in archives}
    for path in archives:
        if not path.is_file():
            raise DataError("there is no such archive", where=str(path))

    def build(target: Path) -> None:
        with tempfile.TemporaryDirectory(dir=target.parent) as name_of_work:
            work = Path(name_of_work)
            expected = {archive.file for archive in ARCHIVES[name]}
            if given and not expected & set(given):
                for path in archives:
                    say(f"unpacking {path}; nobody has published its checksum, so its origin rests with you")
                    _collect(path, dataset, work, target)
            else:
                for archive in ARCHIVES[name]:
                    file = _local(archive, given) or download(archive, top / "downloads", say, told)
                    _place(archive, file, work, target)
            _finish(dataset, target)

    return make_once(folder_of(name, cache, source="real"), build, is_whole)


def _local(archive: Archive, given: dict[str, Path]) -> Path | None:
    """The user's own copy, verified."""
    file = given.get(archive.file)
    if file is not None and archive.sha256 is not None and _sha256(file) != archive.sha256:
        raise DataError(
            "the checksum of this archive differs from the published one",
            where=str(file),
            remedy="It is damaged or another edition. Leave --archive away to download it.",
        )
    return file


def download(archive: Archive, folder: Path, say: Callable[[str], None], told: Callable[[int, int], None]) -> Path:
    """The file of an archive in a folder, downloaded unless it is there, verified.

    Raises:
        DataError: None of its addresses gives the file that it should be, or the disk refuses.
    """
    import pooch  # type: ignore[import-untyped]  # noqa: PLC0415 - only downloads need it

    pooch.get_logger().setLevel(logging.ERROR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{archive.file}.lock"):
            published = archive.sha256 or (f"md5:{archive.md5}" if archive.md5 else None)
            known = published or _trusted(folder).get(archive.file)
            downloader = ResumingDownloader(folder / f"{archive.file}.part", most=archive.most, told=told)
            failures: list[str] = []
            for url in archive.urls:
                say(f"{archive.file} from {url.split('/')[2]}")
                try:
                    # pooch compares the checksum before the file gets its name, and skips what is there and right
                    path = pooch.retrieve(url, known_hash=known, fname=archive.file, path=folder, downloader=downloader)
                except DataError as error:
                    failures.append(str(error))
                    continue
                except ValueError as error:
                    failures.append(f"{url}: the checksum of what came is not {known}: {str(error)[:80]}")
                    continue
                if known is None:
                    digest = _sha256(Path(path))
                    _trust(folder, archive.file, digest)
                    say(f"nobody has published a checksum of {archive.file}: this one is trusted and noted ({digest})")
                return Path(path)
    except OSError as error:
        raise disk_error(error, folder) from error
    raise DataError(
        f"{archive.file} could not be fetched:\n  " + "\n  ".join(failures),
        remedy="Check the network and try again: it goes on where it stopped. Or give a copy: --archive FILE.",
    )


def _trusted(folder: Path) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in json.loads((folder / TRUSTED).read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _trust(folder: Path, file: str, digest: str) -> None:
    with FileLock(folder / f".{TRUSTED}.lock"):
        part = folder / f".{TRUSTED}.part"
        part.write_text(json.dumps(_trusted(folder) | {file: digest}, indent=1))
        part.replace(folder / TRUSTED)


def _place(archive: Archive, file: Path, work: Path, target: Path) -> None:
    """Unpacks one archive of the table and moves its part to its place."""
    if not archive.packed:
        shutil.copyfile(file, target / archive.part)
        return
    into = work / archive.file
    into.mkdir()
    unpack(file, into)
    source = into / archive.inside if archive.inside else into
    if not source.is_dir():
        raise DataError(f"the archive has no folder '{archive.inside}'", where=str(file))
    source.rename(target / archive.part)


def _collect(file: Path, dataset: DataSet, work: Path, target: Path) -> None:
    """Unpacks an archive of any name and moves all parts that it holds to their places."""
    into = work / file.name
    into.mkdir()
    unpack(file, into)
    for part in dataset.parts:
        found = sorted(into.rglob(part), key=lambda path: len(path.parts))
        # the real CSV archive has folders that are named as its files are
        found = [path for path in found if path.is_dir() == (Path(part).suffix == "")]
        if found and not (target / part).exists():
            found[0].rename(target / part)


def _finish(dataset: DataSet, target: Path) -> None:
    """Makes what follows from the parts, holds images back, checks that nothing is missing."""
    needed = [part for part in dataset.parts if part != "sign_mnist"]
    missing = [part for part in needed if not (target / part).exists()]
    if missing:
        raise DataError(
            f"the archive does not hold {', '.join(missing)}",
            remedy=f"Give one that holds {', '.join(needed)}, or all of: "
            + ", ".join(archive.file for archive in ARCHIVES[dataset.name]),
        )
    if isinstance(dataset, SignMnist):
        _hold_back_rows(target)
        shutil.rmtree(target / "sign_mnist", ignore_errors=True)
        write_folders(target)
    else:
        _hold_back_files(dataset, target)
    write_manifest(target, (*dataset.parts, HELD_BACK))


def _hold_back_files(dataset: DataSet, target: Path) -> None:
    chosen: list[tuple[Path, int]] = []
    for label, part in enumerate(dataset.training):
        if not (target / part).is_dir():
            raise DataError(f"the archive does not hold {part}")
        rng = np.random.default_rng([dataset.seed, 7, label])
        files = dataset.training_files(target)[label]
        wanted = min(HELD_EACH[dataset.name], len(files) // 3)
        decodable = (files[index] for index in rng.permutation(len(files)) if decodes(files[index]))
        chosen += [(file, label) for file, _ in zip(decodable, range(wanted), strict=False)]
    rng = np.random.default_rng([dataset.seed, 8])
    mixed = [chosen[index] for index in rng.permutation(len(chosen))]
    (target / HELD_BACK / "images").mkdir(parents=True)
    for index, (file, _) in enumerate(mixed):
        file.rename(target / HELD_BACK / "images" / f"{index:05}{file.suffix}")
    (target / HELD_BACK / "labels.json").write_text(json.dumps([label for _, label in mixed]))


def _hold_back_rows(target: Path) -> None:
    file = target / SignMnist.parts[0]
    rows = list(read_rows(file))
    codes = np.array([code for code, _ in rows])
    rng = np.random.default_rng([SignMnist.seed, 7])
    chosen: list[int] = []
    for code in SignMnist.codes:
        of_letter = np.flatnonzero(codes == code)
        wanted = min(HELD_EACH[SignMnist.name], len(of_letter) // 3)
        chosen += rng.choice(of_letter, wanted, replace=False).tolist()
    mixed = [chosen[index] for index in rng.permutation(len(chosen))]
    (target / HELD_BACK / "images").mkdir(parents=True)
    for index, row in enumerate(mixed):
        Image.fromarray(rows[row][1]).save(target / HELD_BACK / "images" / f"{index:05}.png")
    labels = [SignMnist.codes.index(rows[row][0]) for row in mixed]
    (target / HELD_BACK / "labels.json").write_text(json.dumps(labels))
    held = set(mixed)
    lines = file.read_text(encoding="ascii").splitlines()
    kept = [line for number, line in enumerate(lines) if number - 1 not in held]
    file.write_text("\n".join(kept) + "\n", encoding="ascii")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
