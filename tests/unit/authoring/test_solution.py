"""Reading a whole solution notebook."""

import json

import pytest

from grader.authoring.markup import Solution
from grader.authoring.solution import read_solution
from grader.errors import NotebookError


@pytest.fixture
def read(make_course):
    def read(cells, **options):
        assignment = make_course(cells, **options).assignment("week1")
        return read_solution(assignment.solution, assignment.rubric)

    return read


@pytest.fixture
def refused(read, graded):
    """The error for a notebook that holds the two graded cells and one more, which is cell 3."""

    def refused(cell):
        with pytest.raises(NotebookError) as caught:
            read([*graded, cell])
        assert caught.value.remedy
        return caught.value

    return refused


def test_cells_know_their_tags_functions_and_secrets(read, cells):
    read_cells = read(cells)
    assert [c.tag for c in read_cells] == ["", "given", "graded", "graded", "", "", "", "instructor-only", ""]
    assert [c.functions for c in read_cells[2:4]] == [("split_data",), ("create_model",)]
    assert [line for _, lines in read_cells[6].secrets for line in lines] == [
        "assert split_data([], [], [], 1) is None"
    ]
    assert read_cells[7].secrets == ((1, ("compare_with_last_year(create_model, year=2025)",)),)


def test_ids_are_kept_when_unique_and_otherwise_come_from_the_place(read, graded, build, make_course):
    code, _ = build
    cells = [*graded, code("a", cell_id="mine"), code("b", cell_id="cell-5"), code("c"), code("d", cell_id="header")]
    course = make_course(cells)
    path = course.assignment("week1").solution
    raw = json.loads(path.read_text())
    for number in (0, 1):
        raw["cells"][number]["id"] = "twin"
    del raw["cells"][4]["id"]
    path.write_text(json.dumps(raw))
    ids = [c.id for c in read_solution(path, course.assignment("week1").rubric)]
    assert ids == ["cell-1", "cell-2", "mine", "cell-5", "cell-5-", "cell-6"]


def test_a_graded_function_that_no_graded_cell_defines_is_named(read, graded, build):
    code, _ = build
    with pytest.raises(NotebookError) as caught:
        read([graded[0], code("def create_model():\n    pass")])
    assert "'create_model'" in caught.value.message
    assert caught.value.where.endswith("solution.ipynb: cell 2")
    assert "graded" in caught.value.remedy


def test_a_graded_function_that_is_nowhere_is_named(read, graded):
    with pytest.raises(NotebookError, match="defines 'create_model'"):
        read(graded[:1])


def test_a_graded_cell_without_solution_region_would_hand_out_the_answer(refused, build):
    assert "no solution region" in refused(build[0]("def f():\n    return 1", "graded")).message


def test_a_graded_cell_that_is_not_python_names_the_line(refused, build):
    error = refused(build[0]("x = 1\ndef f(:\n", "graded"))
    assert "not valid Python" in error.message
    assert error.where.endswith("cell 3, line 2")


def test_a_given_cell_holds_no_solution(refused, build):
    assert "'given'" in refused(build[0]("### BEGIN SOLUTION\na()\n### END SOLUTION", "given")).message


@pytest.mark.parametrize("tag", ["instructor_only", "Instructor-only", "instructors-only", "Graded", "givn"])
def test_a_misspelt_tag_is_refused_for_it_would_show_what_it_should_hide(refused, build, tag):
    assert f"'{tag}' is not known" in refused(build[0]("secret()", tag)).message


def test_tags_of_other_tools_are_let_be(read, graded, build):
    assert read([*graded, build[0]("a", "remove-input", "parameters")])[2].tag == ""


def test_two_of_our_tags_on_one_cell_are_refused(refused, build):
    assert "'graded' and 'given'" in refused(build[0]("a", "given", "graded")).message


def test_text_cannot_be_graded(refused, build):
    assert "only code" in refused(build[1]("a", "graded")).message


def test_otter_blocks_of_cells_are_refused_rather_than_shown(refused, build):
    cell = build[1]("# BEGIN TESTS")
    cell.cell_type = "raw"
    assert "otter" in refused(cell).message


def test_an_answer_cell_of_nbgrader_without_markers_is_all_solution(read, graded, build):
    metadata = {"nbgrader": {"solution": True, "grade": False}}
    cell = read([*graded, build[0]("answer()\nmore()", **metadata)])[2]
    assert cell.regions[0] == Solution(("answer()", "more()"), 1, "", "")


def test_an_answer_in_text_of_nbgrader_is_refused(refused, build):
    cell = build[1]("Because.")
    cell.metadata["nbgrader"] = {"solution": True}
    assert "nbgrader" in refused(cell).message


def test_a_broken_cell_is_named_with_file_cell_and_line(refused, build):
    error = refused(build[0]("x = 1\n### BEGIN SOLUTION\n"))
    assert error.where.endswith("week1/solution.ipynb: cell 3, line 2")


def test_a_missing_solution_notebook_is_an_error(make_course, graded):
    assignment = make_course(graded).assignment("week1")
    assignment.solution.unlink()
    with pytest.raises(NotebookError, match="cannot be read"):
        read_solution(assignment.solution, assignment.rubric)


def test_a_character_that_no_file_can_hold_is_refused(make_course, graded, build):
    course = make_course([*graded, build[1]("odd: HERE")])
    assignment = course.assignment("week1")
    assignment.solution.write_text(assignment.solution.read_text().replace("HERE", "\\ud800"))
    with pytest.raises(NotebookError, match="no file can") as caught:
        read_solution(assignment.solution, assignment.rubric)
    assert caught.value.where.endswith("cell 3")
