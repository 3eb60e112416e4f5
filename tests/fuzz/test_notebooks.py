"""Any file that a person may hand in is a notebook that can be written, read and searched, or a `NotebookError`."""

import tempfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.errors import NotebookError
from grader.measure.source import find_functions
from grader.notebook import read_notebook, without_policy

from .hostile import JSON, RAW_JSON, TEXT, dumps, spoiled, spoiled_bytes

CODE = {"cell_type": "code", "id": "a", "metadata": {}, "source": ["def f(x):\n", "    return x"], "outputs": [],
        "execution_count": 1}  # fmt: skip
OUTPUT = {"output_type": "display_data", "data": {"text/plain": ["x"], "image/png": "AAAA"}, "metadata": {}}
TEXT_CELL = {"cell_type": "markdown", "id": "b", "metadata": {"tags": ["x"]}, "source": "# words",
             "attachments": {"a.png": {"image/png": "AAAA"}}}  # fmt: skip
VALID = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "x"}},
         "cells": [CODE | {"outputs": [OUTPUT]}, TEXT_CELL]}  # fmt: skip
OLDER = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"metadata": {}, "cells": [
    {"cell_type": "code", "language": "python", "input": ["f = 1"], "outputs": [], "metadata": {}, "collapsed": False},
    {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["words"]}]}]}  # fmt: skip

PIECES = st.sampled_from(
    ["def f(a):\n", "    return a\n", "f = lambda x: x\n", "if 1:\n", "elif 1: pass\n", "\t", "    ", "%%bash\n", "!ls\n",  # noqa: E501
     "x = !ls\n", "\\\n", "'''", "(", ")", "[" * 300, "-" * 3000, "async ", "@f\n", "\x00", "\ufeff", "\r", "\x0c", "é", "f?\n",  # noqa: E501
     "def f(a): ...\n", "1" * 5000, "\ud800", "𝔣", "try:\n", "except: pass\n", "class f: pass\n", "# coding: utf-7\n"]  # noqa: RUF001
)  # fmt: skip
SOURCES = st.lists(PIECES | TEXT, max_size=12).map("".join)


def read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ipynb"
        path.write_bytes(content)
        try:
            notebook = read_notebook(path, max_bytes=2**20)
        except NotebookError as error:
            assert str(error).encode()  # noqa: PT017 - any outcome but this one passes too
            return
        clean = without_policy(notebook)
        find_functions(clean, ("f",))
        path.write_text(nbformat.writes(clean), encoding="utf-8")
        nbformat.validate(nbformat.read(path, as_version=4))


@given(RAW_JSON | st.binary(max_size=200) | JSON.map(dumps))
def test_any_bytes_are_a_notebook_or_a_clear_error(content):
    read(content)


@given(st.sampled_from([VALID, OLDER]).flatmap(spoiled).map(dumps))
def test_a_spoiled_notebook_is_a_notebook_or_a_clear_error(content):
    read(content)


@given(spoiled_bytes(dumps(VALID)))
def test_spoiled_bytes_are_a_notebook_or_a_clear_error(content):
    read(content)


@given(SOURCES)
@example("if 0: pass\n" + "elif 0: pass\n" * 3000)
@example("f = " + "-" * 100_000 + "1")
@example("def f(): return " + "lambda: " * 20_000 + "0")
@example("x" + ".x" * 50_000)
@example("x = 1" + " + 1" * 20_000)
def test_any_source_can_be_searched_for_functions(source):
    read(dumps(VALID | {"cells": [CODE | {"source": source}]}))


@pytest.mark.parametrize("number", ["1e400", "-" + "9" * 5000, "9" * 5000])
def test_a_number_that_python_will_not_read_is_a_clear_error(number):
    read(f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{"a": {number}}}, "cells": []}}'.encode())
