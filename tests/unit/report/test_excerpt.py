import pytest

from grader.observation import CellRun, CodeError, Figure, Function, Observations, Run, RunStatus
from grader.report.excerpt import around_error, around_line, of_verdict

SPLIT = """import os

def split_data(SOURCE, TRAINING, VALIDATION, SHARE):
    names = os.listdir(SOURCE)

def helper():
    pass
"""
FIT = "model = create_model()\nhistory = model.fit(\n    train,\n    epochs=5,\n)"
ERROR = CodeError(name="KeyError", message="'dog'", line="counts['dog']", line_number=2)


@pytest.fixture
def seen() -> Observations:
    cells = (
        CellRun(index=3, status="ok", source=SPLIT),
        CellRun(index=5, status="error", source="a = 1\ncounts['dog']\nb = 2\nc = 3", error=ERROR),
        CellRun(index=8, status="ok", source=FIT),
    )
    functions = {
        "split_data": Function(name="split_data", defined=True, cell=3),
        "elsewhere": Function(name="elsewhere", defined=True, cell=99),
        "nowhere": Function(name="nowhere", defined=False),
    }
    run = Run(status=RunStatus.CELL_ERROR, seconds=1, cells=cells)
    return Observations(run=run, functions=functions, figures=(Figure(cell=8, width=9, height=9, colours=9),))


def test_a_criterion_about_a_function_shows_where_that_begins(seen, make_verdict):
    found = of_verdict(make_verdict("split"), "split_data", seen)
    assert found is not None
    assert found.cell == 4  # people count from 1
    assert (found.lines[0].number, found.lines[0].text) == (3, "def split_data(SOURCE, TRAINING, VALIDATION, SHARE):")
    assert found.lines[-1].text == "    pass"


def test_the_line_that_raised_is_pointed_at_with_what_stands_before_it(seen):
    found = around_line(seen.run.cells[1], 2)
    assert [(line.number, line.pointed) for line in found.lines] == [(1, False), (2, True), (3, False)]


@pytest.mark.parametrize("number", [None, 0, -1, 99])
def test_a_line_that_is_not_there_points_at_nothing(seen, number):
    found = around_line(seen.run.cells[1], number)
    assert len(found.lines) == 4
    assert not any(line.pointed for line in found.lines)


def test_an_error_in_a_function_of_another_cell_is_shown_where_that_function_is(seen, make_verdict):
    """The cell that called it may hold a line of that number as well: a blank one, or an innocent one."""
    deep = CodeError(name="OSError", message="no", line="names = os.listdir(SOURCE)", line_number=4)
    caller = CellRun(index=7, status="error", source="x = 1\n\n\n\nsplit_data(1, 2, 3, 4)", error=deep)
    cells = (*seen.run.cells, caller)
    found = around_error(deep, caller, cells)
    assert found is not None
    assert (found.cell, found.pointed) == (4, 4)
    run = Run(status=RunStatus.CELL_ERROR, seconds=1, cells=(cells[0], caller))
    assert of_verdict(make_verdict(check="notebook_runs"), "", Observations(run=run)) == found


def test_blank_lines_at_the_head_of_a_cell_are_counted(make_verdict):
    """A notebook's kernel takes them away before it counts."""
    error = CodeError(name="KeyError", message="'dog'", line="counts['dog']", line_number=2)
    cell = CellRun(index=0, status="error", source="\n\n\na = 1\ncounts['dog']\n", error=error)
    found = around_error(error, cell, (cell,))
    assert found is not None
    assert found.pointed == 5


def test_a_line_that_no_cell_holds_has_no_excerpt(seen):
    assert around_error(CodeError(name="E", message="", line="gone()", line_number=1), None, seen.run.cells) is None


@pytest.mark.parametrize(
    ("check", "cell", "pointed"),
    [("notebook_runs", 6, 2), ("holdout_accuracy", 9, 2), ("training_history", 9, 2), ("figure", 9, None)],
)
def test_other_criteria_show_the_cell_that_they_are_about(seen, make_verdict, check, cell, pointed):
    found = of_verdict(make_verdict(check=check), "", seen)
    assert found is not None
    assert found.cell == cell
    assert [line.number for line in found.lines if line.pointed] == ([pointed] if pointed else [])


@pytest.mark.parametrize("function", ["elsewhere", "nowhere", "unheard-of"])
def test_what_is_nowhere_has_no_excerpt(seen, make_verdict, function):
    assert of_verdict(make_verdict(), function, seen) is None


def test_long_lines_and_long_functions_are_cut(make_verdict):
    source = "def f():\n" + "    x = '" + "y" * 500 + "'\n" + "    z = 1\n" * 100
    seen = Observations(
        run=Run(status=RunStatus.OK, seconds=1, cells=(CellRun(index=0, status="ok", source=source),)),
        functions={"f": Function(name="f", defined=True, cell=0)},
    )
    found = of_verdict(make_verdict(), "f", seen)
    assert found is not None
    assert len(found.lines) <= 18
    assert max(len(line.text) for line in found.lines) <= 161
