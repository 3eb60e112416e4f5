"""Notebooks made on the spot."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.handout import Handout, Later
from grader.rubric import Criterion, FunctionContract, Role

SPLIT = """
def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
    names = [n for n in os.listdir(SOURCE_DIR) if os.path.getsize(os.path.join(SOURCE_DIR, n))]
    names = random.sample(names, len(names))
    cut = int(len(names) * SPLIT_SIZE)
    for name in names[:cut]:
        copy(SOURCE_DIR, name, TRAINING_DIR)
    for name in names[cut:]:
        copy(SOURCE_DIR, name, VALIDATION_DIR)
"""
COPY = """
def copy(folder, name, to):
    shutil.copy(os.path.join(folder, name), to)
"""
FOLDERS = """
def create_train_val_dirs(root_path):
    for part in PARTS:
        for animal in ("cats", "dogs"):
            os.makedirs(os.path.join(root_path, part, animal))
"""
PLACES = [f"{part}/{animal}" for part in ("training", "validation") for animal in ("cats", "dogs")]
HANDOUT = Handout(
    week="week1",
    data="cats-dogs",
    image_shape=(150, 150, 3),
    functions=(
        FunctionContract(name="create_train_val_dirs", role=Role.DIRECTORIES),
        FunctionContract(name="split_data", role=Role.SPLIT),
    ),
    criteria=(
        Criterion(
            id="folders",
            check="function_defined",
            title="Folders",
            points=2,
            function="create_train_val_dirs",
            parameters={"makes_folders": PLACES},
        ),
        Criterion(id="split", check="data_split", title="A fair split", points=3, function="split_data"),
    ),
    later=(Later(title="It recognises new images", points=5),),
)


@pytest.fixture
def build() -> Callable[..., NotebookNode]:
    """`build(cell, ..., handout=None)`: a notebook of code cells; one that starts with `#` and a blank is Markdown."""

    def make(*cells: str, handout: Handout | None = None) -> NotebookNode:
        metadata: dict[str, Any] = handout.as_metadata() if handout is not None else {}
        nodes = [new_markdown_cell(c) if c.startswith("# ") else new_code_cell(c.strip("\n")) for c in cells]
        return new_notebook(cells=nodes, metadata=metadata)

    return make


@pytest.fixture
def save(build, tmp_path: Path) -> Callable[..., Path]:
    """As `build`, to a file."""

    def write(*cells: str, handout: Handout | None = None) -> Path:
        path = tmp_path / "mine.ipynb"
        path.write_text(nbformat.writes(build(*cells, handout=handout)), encoding="utf-8")
        return path

    return write


@pytest.fixture
def pieces() -> SimpleNamespace:
    """Cells and a handout: `copy`, `folders`, `split`, `handout`."""
    return SimpleNamespace(copy=COPY, folders=FOLDERS, split=SPLIT, handout=HANDOUT)
