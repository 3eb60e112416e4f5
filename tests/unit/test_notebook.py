"""Any file a person may hand in becomes a valid notebook or a clear error."""

import json

import nbformat
import pytest

from grader.errors import NotebookError
from grader.notebook import parse_notebook, read_notebook, without_policy

LIMIT = 100_000


def save(path, text):
    path.write_text(text)
    return path


def test_a_plain_notebook_is_read(tmp_path):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    path = save(tmp_path / "a.ipynb", nbformat.writes(made))
    assert read_notebook(path, max_bytes=LIMIT).cells[0].source == "x = 1"


def test_a_notebook_of_format_3_is_upgraded(tmp_path):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 1, "source": ["Hello"], "metadata": {}},
                    {"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python", "metadata": {}},
                ],
                "metadata": {},
            }
        ],
    }
    notebook = read_notebook(save(tmp_path / "a.ipynb", json.dumps(old)), max_bytes=LIMIT)
    assert notebook.nbformat == 4
    assert [cell.source for cell in notebook.cells] == ["# Hello", "x = 1"]


def test_cells_without_or_with_double_ids_get_ids_of_their_own(tmp_path):
    raw = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "code", "id": "a", "source": "1", "metadata": {}, "outputs": [], "execution_count": None},
            {"cell_type": "code", "id": "a", "source": "2", "metadata": {}, "outputs": [], "execution_count": None},
            {"cell_type": "markdown", "source": "3", "metadata": {}},
        ],
    }
    cells = read_notebook(save(tmp_path / "a.ipynb", json.dumps(raw)), max_bytes=LIMIT).cells
    assert len({cell.id for cell in cells}) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not JSON"),
        ("this is my homework", "not JSON"),
        ("{" * 5000, "not JSON"),
        ("[" * 200_000 + "]" * 200_000, "MiB"),
        ("[]", "not a notebook"),
        ('{"cells": []}', "no 'nbformat'"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}', "notebook format"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}', "notebook format"),
        ('{"nbformat": 99, "nbformat_minor": 5, "metadata": {}, "cells": []}', "notebook format"),
    ],
)
def test_what_is_not_a_notebook_is_told_kindly(tmp_path, text, told):
    with pytest.raises(NotebookError) as caught:
        read_notebook(save(tmp_path / "a.ipynb", text), max_bytes=LIMIT)
    assert told in str(caught.value)
    assert "a.ipynb" in str(caught.value)


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    with pytest.raises(NotebookError, match="Clear the outputs"):
        read_notebook(save(tmp_path / "a.ipynb", "x" * (LIMIT + 1)), max_bytes=LIMIT)


def test_bytes_that_are_not_text_and_missing_files_are_told(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"\x89PNG\xff")
    with pytest.raises(NotebookError, match="not text"):
        read_notebook(tmp_path / "a.ipynb", max_bytes=LIMIT)
    with pytest.raises(NotebookError, match="cannot be read"):
        read_notebook(tmp_path / "none.ipynb", max_bytes=LIMIT)


def test_nothing_in_the_notebook_chooses_a_kernel_or_skips_a_cell():
    cell = nbformat.v4.new_code_cell("1/0", metadata={"tags": ["raises-exception", "skip-execution"]})
    cell.outputs = [nbformat.v4.new_output("stream", text="all tests passed")]
    made = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "evil", "display_name": "x"}})
    clean = without_policy(made)
    assert clean.metadata == {}
    assert clean.cells[0].metadata == {}
    assert clean.cells[0].outputs == []


def test_halves_of_surrogate_pairs_become_question_marks():
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = '\ud800'")])
    assert without_policy(made).cells[0].source == "x = '?'"


@pytest.mark.parametrize("minor", [0, 2, 4, 5])
def test_notebooks_of_every_minor_version_get_ids(minor):
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": [], "execution_count": None}
    text = json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": [cell, cell]})
    ids = {cell.id for cell in without_policy(parse_notebook(text, where="a.ipynb")).cells}
    assert len(ids) == 2
