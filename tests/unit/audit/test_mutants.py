"""Every mutation of the catalogue finds its place in the solutions of today, and changes one cell."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from grader.audit.mutants import Cell, read_template
from grader.audit.mutation import Edit, Mutation, find_mutations
from grader.audit.slices import untrained
from grader.audit.verdict import needs_training
from grader.course import find_course
from grader.errors import RubricError

COURSE = find_course(Path(__file__).parents[3])
WEEKS = ("week1", "week2", "week3", "week4", "week4-rps")


@pytest.fixture(scope="module")
def templates():
    found = {}
    for week in WEEKS:
        assignment = COURSE.assignment(week)
        found[week] = read_template(week, assignment.folder / "solution.ipynb", assignment.rubric)
    return found


@pytest.fixture(scope="module")
def mutants(templates):
    found = {}
    for week, template in templates.items():
        mutations = find_mutations(week, COURSE.assignment(week).folder)
        found[week] = [template.mutant(each) for each in mutations]
    return found


def mutation(**changes) -> Mutation:
    about = {"name": "a-mistake", "about": "...", "weeks": ("week1",), "right": False, "caught_by": ("generator",)}
    return Mutation(**{**about, "place": "pipelines", "edits": (Edit(find="a"),), **changes})


@pytest.mark.parametrize("week", WEEKS)
def test_each_mutation_changes_one_cell_which_is_still_python(templates, mutants, week):
    seen = {}
    for mutant in mutants[week]:
        name = mutant.mutation.name
        pairs = zip(templates[week].cells, mutant.cells, strict=True)
        assert [place for place, (one, other) in enumerate(pairs) if one != other] == [mutant.changed], name
        tree = ast.dump(ast.parse(mutant.cells[mutant.changed].source))
        assert seen.setdefault((mutant.changed, tree), name) == name


@pytest.mark.parametrize("week", WEEKS)
def test_what_needs_no_training_runs_without_a_cell_that_trains(templates, mutants, week):
    for mutant in mutants[week]:
        if not needs_training(mutant.mutation, templates[week].rubric):
            cells = untrained(mutant.cells)
            assert mutant.cells[mutant.changed] in cells, mutant.mutation.name
            assert not any(".fit(" in cell.source for cell in cells), mutant.mutation.name


def test_a_student_hands_in_no_mark_up_and_no_notes_for_instructors(templates):
    for template in templates.values():
        text = "\n".join(cell.source for cell in template.cells)
        assert "SOLUTION" not in text
        assert "PROMPT" not in text
        assert "Solution notebook" not in text


def test_a_mutation_that_finds_no_place_is_an_error(templates):
    with pytest.raises(RubricError, match=r"'a-mistake' finds no place .*`Conv3D\(A\)`"):
        templates["week1"].mutant(mutation(edits=(Edit(find="Conv3D(A)", replace="A"),)))


def test_a_mutation_of_a_function_that_the_week_does_not_have_is_an_error(templates):
    with pytest.raises(RubricError, match="'callback', which this solution does not have"):
        templates["week1"].mutant(mutation(place="callback"))


def test_a_mutation_that_changes_nothing_is_an_error(templates):
    same = Edit(find="ImageDataGenerator(...)", replace="ImageDataGenerator(...)")
    with pytest.raises(RubricError, match="changes nothing"):
        templates["week2"].mutant(mutation(edits=(same,)))


OTHER = """
def train_val_generators(a, b):
    make = ImageDataGenerator(rescale=1/255.)
    validation = make.flow_from_directory(directory, target_size=(150, 150))
    train = make.flow_from_directory(a, (150, 150))
    validation = make.flow_from_directory(b, (150, 150))
    return train, validation
"""


def test_another_solution_is_changed_in_the_same_place(templates):
    template = templates["week1"]
    cells = [Cell(c.kind, OTHER, c.functions) if "train_val_generators" in c.functions else c for c in template.cells]
    flipped = Edit(find="ImageDataGenerator(...)", replace="ImageDataGenerator(..., x=1)", part="validation")
    mutant = replace(template, cells=tuple(cells)).mutant(mutation(edits=(flipped,)))
    call = "make.flow_from_directory(b"
    assert mutant.cells[mutant.changed].source == OTHER.replace(
        call, call.replace("make", "ImageDataGenerator(rescale=1/255., x=1)")
    )


def test_a_slice_holds_what_graded_functions_read_and_nothing_else():
    cells = (
        Cell("markdown", "# a = 1"),
        Cell("code", "import os\nsize = 3"),
        Cell("code", "other = size"),
        Cell("code", "size = size + 1"),
        Cell("code", "def f(folder):\n    other = folder\n    return os.listdir(other)[:size]", ("f",)),
        Cell("code", "f('x')"),
        Cell("code", "def g(:", ("g",)),
    )
    assert untrained(cells) == (cells[1], cells[3], cells[4], cells[6])
