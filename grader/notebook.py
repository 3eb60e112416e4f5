"""Reading notebooks: any file a person may hand in, to a valid notebook of the current format or a clear error."""

import json
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

from grader.errors import NotebookError

if "rfc3987_syntax" not in sys.modules:
    # nbformat's validator would spend a second on grammars for links that no notebook holds; it has a branch for the
    # absence of the package that builds them.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    import nbformat

    del sys.modules["rfc3987_syntax"]
else:
    import nbformat
from nbformat import NotebookNode

__all__ = ["NotebookNode", "nbformat", "parse_notebook", "read_notebook", "without_policy"]

MAX_CELLS = 2000
MINOR = 5
"""Of the notebook format, the first in which cells have ids."""


def read_notebook(path: Path, *, max_bytes: int) -> NotebookNode:
    """The notebook in a file, upgraded to nbformat 4.5.

    Args:
        path: The file.
        max_bytes: Larger files are refused unread.

    Raises:
        NotebookError: It is missing, too large, not JSON, or not a notebook.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise NotebookError(
                f"the file has {size / 2**20:.1f} MiB, more than the {max_bytes / 2**20:.1f} MiB that are allowed",
                where=str(path),
                remedy="Clear the outputs (Edit > Clear all outputs), save, and hand in again.",
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotebookError(f"the file cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise NotebookError(
            "the file is not text, so it is not a notebook", where=str(path), remedy="Hand in the .ipynb file itself."
        ) from error
    return parse_notebook(text, where=str(path))


_QUIET = threading.Lock()
"""Filters of warnings belong to the process: of two threads that change them, one would undo what the other did."""


def parse_notebook(text: str, *, where: str) -> NotebookNode:
    """The notebook that a text holds, upgraded to nbformat 4.5.

    Raises:
        NotebookError: The text is not JSON, or not a notebook.
    """
    try:
        raw: Any = json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError for numbers of thousands of digits, too
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotebookError(
            f"the file is not JSON{place}, so it is not a notebook",
            where=where,
            remedy="Open it in Jupyter or Colab, save it there, and hand in the .ipynb file.",
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
        raise NotebookError(
            "the file is JSON, but not a notebook: it has no 'nbformat' number",
            where=where,
            remedy="Hand in the .ipynb file that Jupyter or Colab saved.",
        )
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing ids and the like are mended below
            notebook = nbformat.reads(text, as_version=4)
            # Colab's cells have no ids; from this version on the next step gives them some
            notebook.nbformat_minor = max(notebook.nbformat_minor, MINOR)
            _, notebook = nbformat.validator.normalize(notebook)
            nbformat.validate(notebook)
    except Exception as error:  # nbformat raises whatever a hostile structure provokes
        raise NotebookError(
            f"the notebook breaks the notebook format: {str(error).splitlines()[0][:200] if str(error) else 'unknown'}",
            where=where,
            remedy="Open it in Jupyter or Colab, save it there, and hand in the new file.",
        ) from error
    if len(notebook.cells) > MAX_CELLS:
        raise NotebookError(f"the notebook has {len(notebook.cells)} cells, more than {MAX_CELLS}", where=where)
    return notebook


def without_policy(notebook: NotebookNode) -> NotebookNode:
    """A copy without outputs and metadata: nothing in it chooses a kernel, skips a cell or hides an error.

    Halves of surrogate pairs, which JSON can spell and no file can hold, become question marks.
    """
    clean = nbformat.v4.new_notebook()
    for cell in notebook.cells:
        copy = NotebookNode(cell_type=cell.cell_type, id=cell.id, metadata=NotebookNode(), source=_sound(cell.source))
        if cell.cell_type == "code":
            copy.outputs, copy.execution_count = [], None
        clean.cells.append(copy)
    return clean


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
