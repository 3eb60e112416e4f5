"""An artifact of a run that a pull request may have shaped: a zip file that is opened with tongs."""

import io
import stat
import zipfile
import zlib

from grader.ci.result import RESULT, SUMMARY, Result
from grader.errors import GraderError

__all__ = ["MOST_BYTES", "ArtifactRefused", "read_artifact"]

MOST_BYTES = 4 * 1024**2
"""Of the zip file."""
MOST_INSIDE = 8 * 1024**2
"""Of the one file in it that is read."""
NAMES = frozenset({RESULT, SUMMARY})
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ArtifactRefused(GraderError):
    """The artifact is not what `grader ci` makes, so nothing of it is published."""


def read_artifact(content: bytes, *, head: str) -> Result:
    """The result that an artifact holds; nothing is unpacked, and its own Markdown is never read.

    Args:
        content: The zip file.
        head: The commit that it must be about, as trusted sources say.

    Raises:
        ArtifactRefused: It holds anything else, or is too large, or about another commit.
    """
    if len(content) > MOST_BYTES:
        raise ArtifactRefused(f"the artifact has more than {MOST_BYTES // 2**20} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text = _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ArtifactRefused("the artifact is no zip file that can be read") from error
    try:
        result = Result.parse(text, where=RESULT)
    except GraderError as error:
        raise ArtifactRefused(error.message, where=error.where) from error
    if result.head != head:
        raise ArtifactRefused("the artifact is about another commit than the run that made it", where=RESULT)
    return result


def _read(archive: zipfile.ZipFile) -> bytes:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) != len(set(names)) or not set(names) <= NAMES or RESULT not in names:
        raise ArtifactRefused(
            f"the artifact must hold {RESULT} and {SUMMARY}, and holds {len(names)} other or doubled names"
        )
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or entry.flag_bits & 1 or entry.compress_type not in METHODS:
            raise ArtifactRefused("the artifact holds something other than plain files")
    # What the zip says of a size is only said: the reading itself ends there.
    with archive.open(RESULT) as file:
        text = file.read(MOST_INSIDE + 1)
    if len(text) > MOST_INSIDE:
        raise ArtifactRefused(f"{RESULT} has more than {MOST_INSIDE // 2**20} MiB")
    return text
