"""Looks at a `.keras` archive before any program of ours opens it."""

import re
import zipfile
from pathlib import Path

from grader.measure.files import BadFile

__all__ = ["check_archive"]

ENTRIES = re.compile(r"(config\.json|metadata\.json|model\.weights\.h5|assets/?|assets/[\w./ -]+)")
MAX_ENTRIES = 200
MAX_CONFIG_BYTES = 4 * 2**20
MAX_RATIO = 20
"""Unpacked over packed bytes. Keras stores weights uncompressed, and a text seldom shrinks below a tenth."""


def check_archive(path: Path, *, max_bytes: int) -> None:
    """Make sure that a file is a zip archive of just what Keras writes.

    Args:
        path: The file.
        max_bytes: Largest allowed sum of the unpacked entries.

    Raises:
        BadFile: It is no zip file, holds other entries or a name that leaves the folder, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RecursionError) as error:
        raise BadFile(f"{path.name}: not a zip archive") from error
    if len(entries) > MAX_ENTRIES:
        raise BadFile(f"{path.name}: {len(entries)} entries, more than {MAX_ENTRIES}")
    names = [entry.filename for entry in entries]
    for entry in entries:
        name = entry.filename
        if not ENTRIES.fullmatch(name) or ".." in name.split("/") or names.count(name) > 1:
            raise BadFile(f"{path.name}: unexpected entry {name[:80]!r}")
        if entry.flag_bits & 1 or entry.external_attr >> 16 & 0o170000 == 0o120000:
            raise BadFile(f"{path.name}: the entry {name!r} is encrypted or a link")
        if name.endswith(".json") and entry.file_size > MAX_CONFIG_BYTES:
            raise BadFile(f"{path.name}: {name} has {entry.file_size} bytes, more than {MAX_CONFIG_BYTES}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > max_bytes or unpacked > MAX_RATIO * path.stat().st_size:
        raise BadFile(f"{path.name}: unpacks to {unpacked} bytes, which is too much")
    missing = {"config.json", "model.weights.h5"} - set(names)
    if missing:
        raise BadFile(f"{path.name}: holds no {' and no '.join(sorted(missing))}")
