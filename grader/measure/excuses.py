"""Cells that failed only because there is no network in the sandbox, which is no fault of theirs.

A notebook for Colab begins by fetching its data. In the sandbox the data is there already, and the download fails. So
an error of that kind, in a cell that does such a thing and defines no graded function, is excused. Somebody who writes
a download into a cell to have its error excused gets no more by it than by a `try`.
"""

import re

from grader.observation import CodeError

__all__ = ["is_excused"]

FETCHES = re.compile(
    r"^\s*[!%]\s*(wget|curl|gdown|pip|pip3|conda|apt|apt-get|git|kaggle|unzip|tar)\b"
    r"|\b(urlretrieve|urlopen|get_file|gdown|requests|ZipFile|tarfile|unpack_archive|extractall|kagglehub)\b",
    re.MULTILINE,
)
"""A line that fetches or unpacks something."""
NETWORK = {
    "BadZipFile", "ConnectionError", "ConnectionRefusedError", "ConnectTimeout", "HTTPError", "MaxRetryError",
    "NewConnectionError", "ReadError", "TimeoutError", "URLError", "gaierror",
}  # fmt: skip
"""Errors of a download, or of an archive that it left empty."""
ARCHIVE = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z)\b")


def is_excused(source: str, error: CodeError | None) -> bool:
    """Whether a cell failed at a download, or at the archive that it should have brought."""
    if error is None or FETCHES.search(source) is None:
        return False
    if error.name in NETWORK or "URL fetch failure" in error.message:
        return True
    return error.name in {"FileNotFoundError", "ReadError"} and ARCHIVE.search(error.message) is not None
