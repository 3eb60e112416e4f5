"""Small courses made on the spot: a solution notebook, a rubric and the real templates."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.course import Course, find_course

ROOT = Path(__file__).parents[3]

COURSE = """
title = "Networks that see"
repository = "octo/cnn-course"
install = "cnn-grader @ git+https://example.org/cnn.git"

[weeks.week1]
data = "cats-dogs"
"""

RUBRIC = """
title = "Week 1: cats or dogs"
goals = ["Split a data set", "Build a network"]
image_shape = [150, 150, 3]

[[functions]]
name = "split_data"
role = "split"

[[functions]]
name = "create_model"
role = "model"

[[criteria]]
id = "split"
check = "data_split"
title = "A fair | honest split"
goal = '''Every file is in one part,
and none in both.'''
function = "split_data"
points = 12.5

[[criteria]]
id = "layers"
check = "layer_stack"
title = "Convolutions"
goal = "At least three."
function = "create_model"
points = 7.5

[criteria.parameters]
at_least = { convolution = 3, pooling = 2 }
order = ["convolution", "pooling", "flatten", "dense"]
why = "It's \\"deep\\""

[[criteria]]
id = "secret"
check = "output_layer"
title = "The end"
function = "create_model"
points = 5
public = false
parameters = { units = [1, 2] }

[[criteria]]
id = "unseen"
check = "holdout_accuracy"
title = "New pictures"
points = 20
"""

SPLIT = '''def split_data(source, training, validation, share):
    """Copy a share of the files to training, and the others to validation."""
    ### BEGIN SOLUTION
    ### BEGIN PROMPT
    # Your turn: shuffle the names.
    #
    # {{ then }} {% cut %} them.
    ### END PROMPT
    names = sorted(os.listdir(source))
    shuffled = random.sample(names, len(names))
    for name in shuffled[: int(share * len(names))]:
        shutil.copyfile(f"{source}/{name}", f"{training}/{name}")
    ### END SOLUTION
'''

MODEL = """def create_model():
    ### BEGIN SOLUTION
    model = keras.Sequential([
        keras.layers.Dense(
            1,
            activation="sigmoid",
        ),
    ])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    ### END SOLUTION
    return model"""


def code(source: str, *tags: str, cell_id: str = "", **metadata: object) -> NotebookNode:
    """A code cell with outputs, as a solution notebook that was run holds them."""
    cell = new_code_cell(source, metadata={**({"tags": list(tags)} if tags else {}), **metadata}, execution_count=3)
    cell.outputs = [nbformat.v4.new_output("stream", text="output of the solution\n")]
    if cell_id:
        cell.id = cell_id
    return cell


def text(source: str, *tags: str, cell_id: str = "") -> NotebookNode:
    cell = new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})
    if cell_id:
        cell.id = cell_id
    return cell


MakeCourse = Callable[..., Course]


@pytest.fixture
def make_course(tmp_path: Path) -> MakeCourse:
    """`make_course(cells, rubric=..., settings=...)`: a course of one week with the project's own templates."""

    def make(cells: Sequence[NotebookNode], rubric: str = RUBRIC, settings: str = COURSE) -> Course:
        week = tmp_path / "course" / "solutions" / "week1"
        week.mkdir(parents=True, exist_ok=True)
        (week.parent / "course.toml").write_text(settings)
        (week / "rubric.toml").write_text(rubric)
        nbformat.write(new_notebook(cells=list(cells)), week / "solution.ipynb")
        shutil.copytree(ROOT / "templates", tmp_path / "course" / "templates", dirs_exist_ok=True)
        return find_course(tmp_path / "course")

    return make


@pytest.fixture
def cells() -> list[NotebookNode]:
    """A solution notebook that shows each feature once."""
    return [
        text("## The data\n\nFolders of pictures, and `{{ no template }}` anywhere.", cell_id="story"),
        code("import os\nimport random\nimport shutil", "given", cell_id="imports"),
        code(SPLIT, "graded", cell_id="split"),
        code(MODEL, "graded", "wide", cell_id="model", collapsed=True),
        code('print("{% raw %}", "{{ history }}", "100 %")  # stays as it is', cell_id="literally"),
        code("learning_rate = 0.0005 # SOLUTION\n%matplotlib inline", cell_id="otter"),
        code(
            "history = []\n### BEGIN HIDDEN TESTS\nassert split_data([], [], [], 1) is None\n### END HIDDEN TESTS",
            cell_id="hidden",
        ),
        code("compare_with_last_year(create_model, year=2025)", "instructor-only", cell_id="ours"),
        text("What did you *learn*?", cell_id="setup"),
    ]


@pytest.fixture
def build() -> tuple[Callable[..., NotebookNode], Callable[..., NotebookNode]]:
    """`code(source, *tags)` and `text(source, *tags)`."""
    return code, text


@pytest.fixture
def graded() -> list[NotebookNode]:
    """The two graded cells that the rubric asks for."""
    return [code(SPLIT, "graded"), code(MODEL, "graded")]
