"""From a solution notebook to the student notebook."""

import ast
import difflib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.authoring.generate import Change, generate, generate_all
from grader.errors import CourseError, NotebookError, RubricError
from grader.handout import Handout

GOLDEN = Path(__file__).parents[2] / "golden" / "authoring" / "student.ipynb"


@pytest.fixture
def course(make_course, cells):
    return make_course(cells)


@pytest.fixture
def notebook(course):
    return nbformat.reads(generate(course.assignment("week1"), course), as_version=4)


@pytest.fixture
def cell(notebook):
    """`cell(id)`: one cell of the student notebook."""
    return lambda cell_id: next(c for c in notebook.cells if c.id == cell_id)


def run_all(source, **names):
    """What a code cell leaves behind."""
    exec(source, names)
    return names


def test_the_student_notebook_is_the_golden_one(course):
    """Set UPDATE_GOLDEN=1 to write the file anew, and look at the difference before committing it."""
    text = generate(course.assignment("week1"), course)
    if os.environ.get("UPDATE_GOLDEN") or not GOLDEN.exists():
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    golden = GOLDEN.read_text(encoding="utf-8")
    assert text == golden, "\n" + "\n".join(difflib.unified_diff(golden.splitlines(), text.splitlines(), lineterm=""))


def test_two_generations_are_the_same_to_the_byte(course):
    assignment = course.assignment("week1")
    assert generate(assignment, course) == generate(assignment, course)


def test_cells_without_ids_give_the_same_bytes_each_time(course):
    assignment = course.assignment("week1")
    path = assignment.solution
    old = nbformat.read(path, as_version=4)
    old.nbformat_minor = 4
    for one in old.cells:
        del one["id"]
    path.write_text(nbformat.writes(old))
    assert generate(assignment, course) == generate(assignment, course)


def test_it_is_a_valid_notebook_without_outputs_and_with_unique_ids(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert all(c.outputs == [] and c.execution_count is None for c in code)
    assert len({c.id for c in notebook.cells}) == len(notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info", "grader"}
    assert notebook.metadata.kernelspec.name == "python3"


def test_the_file_ends_with_one_newline_and_is_indented_by_one(course):
    text = generate(course.assignment("week1"), course)
    assert text.startswith('{\n "cells": [')
    assert text.endswith("}\n")


def test_the_order_is_header_setup_story_and_hand_in(notebook):
    assert [c.id for c in notebook.cells] == [
        "header", "setup", "story", "imports", "split", "selfcheck-1", "model", "selfcheck-2", "literally", "otter",
        "hidden", "cell-9", "submit",
    ]  # fmt: skip


def test_tags_and_metadata_are_only_ours(cell):
    assert cell("model").metadata == {"tags": ["graded"]}
    assert cell("imports").metadata == {"tags": ["given"], "editable": False, "deletable": False}
    assert cell("story").metadata == {}


def test_template_marks_outside_regions_come_out_literally(cell):
    assert cell("literally").source == 'print("{% raw %}", "{{ history }}", "100 %")  # stays as it is'
    assert "`{{ no template }}`" in cell("story").source


def test_prompts_are_values_and_never_templates(cell):
    assert "    # Your turn: shuffle the names.\n    #\n    # {{ then }} {% cut %} them.\n" in cell("split").source


def test_a_stub_raises_with_the_name_of_its_function(cell):
    split = run_all(cell("split").source)["split_data"]
    with pytest.raises(NotImplementedError, match="split_data is not written yet"):
        split("a", "b", "c", 0.5)
    assert split.__doc__ == "Copy a share of the files to training, and the others to validation."


def test_a_stub_without_prompt_says_what_to_write(cell):
    assert cell("model").source.splitlines() == [
        "def create_model():",
        "    # Your turn: write the body of create_model.",
        '    raise NotImplementedError("create_model is not written yet")  # replace this line',
        "    return model",
    ]


def test_a_stub_outside_functions_raises_too(make_course, graded, build):
    course = make_course([*graded, build[0]("### BEGIN SOLUTION\nfit()\n### END SOLUTION", cell_id="fit")])
    notebook = nbformat.reads(generate(course.assignment("week1"), course), as_version=4)
    source = next(c for c in notebook.cells if c.id == "fit").source
    assert source.startswith("# Your turn: write this part.\n")
    with pytest.raises(NotImplementedError, match="this part is not written yet"):
        run_all(source)


def test_hidden_tests_instructor_cells_and_answers_of_otter_are_gone(notebook, cell):
    sources = "\n".join(c.source for c in notebook.cells)
    for secret in ("assert split_data", "compare_with_last_year", "0.0005", "sample", "binary_crossentropy", "BEGIN"):
        assert secret not in sources
    assert cell("otter").source == "learning_rate = ...\n%matplotlib inline"


def test_a_cell_with_nothing_left_is_left_out(make_course, graded, build):
    hidden = build[0]("### BEGIN HIDDEN TESTS\nassert create_model() is not None\n### END HIDDEN TESTS", cell_id="gone")
    course = make_course([*graded, hidden])
    assert '"gone"' not in generate(course.assignment("week1"), course)


def test_the_self_check_calls_check_with_the_public_criteria(cell, monkeypatch):
    calls = []
    student = type(sys)("grader.student")
    student.check = lambda function, **checks: calls.append((function, checks))
    monkeypatch.setitem(sys.modules, "grader.student", student)
    run_all(cell("selfcheck-1").source, split_data="the split")
    run_all(cell("selfcheck-2").source, create_model="the model")
    layers = {
        "at_least": {"convolution": 3, "pooling": 2},
        "order": ["convolution", "pooling", "flatten", "dense"],
        "why": 'It\'s "deep"',
    }
    assert calls == [("the split", {"data_split": {}}), ("the model", {"layer_stack": layers})]


def test_two_criteria_with_one_check_become_a_list(make_course, cells):
    course = make_course(cells)
    rubric = course.root / "solutions/week1/rubric.toml"
    extra = "".join(
        f'\n[[criteria]]\nid = "more-{n}"\ncheck = "layer_stack"\ntitle = "M"\nfunction = "create_model"\npoints = 1\n'
        f"parameters = {{ at_most = {n} }}\n"
        for n in (8, 9)
    )
    rubric.write_text(rubric.read_text() + extra)
    notebook = nbformat.reads(generate(course.assignment("week1"), course), as_version=4)
    source = next(c for c in notebook.cells if c.id == "selfcheck-2").source
    call = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    checks = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    assert list(checks) == ["layer_stack"]
    assert checks["layer_stack"][0]["at_least"] == {"convolution": 3, "pooling": 2}
    assert checks["layer_stack"][1:] == [{"at_most": 8}, {"at_most": 9}]


def test_the_points_table_escapes_and_adds_up(cell):
    lines = cell("header").source.splitlines()
    assert "| **A fair \\| honest split** | Every file is in one part, and none in both. | 12.5 |" in lines
    assert "| **Total** | | **45** |" in lines


def test_the_badge_opens_the_student_notebook_in_colab(cell):
    url = "https://colab.research.google.com/github/octo/cnn-course/blob/main/assignments/week1/week1.ipynb"
    assert f"]({url})" in cell("header").source


def test_without_a_repository_there_is_no_badge_and_no_pull_request(make_course, cells):
    course = make_course(cells, settings='title = "T"\n[weeks.week1]\ndata = "d"\n')
    text = generate(course.assignment("week1"), course)
    assert "colab.research" not in text
    assert "pull request" not in text


@pytest.fixture
def loaded(monkeypatch):
    """Names of the data sets that a cell asked for."""
    names = []
    student = type(sys)("grader.student")
    student.load_data = names.append
    monkeypatch.setitem(sys.modules, "grader.student", student)
    return names


@pytest.fixture
def pip(monkeypatch):
    """Without the grader; commands that a cell ran, with the status that `pip.status` says."""
    commands = []
    monkeypatch.setitem(sys.modules, "grader", None)

    class Pip:
        status = 0

        def run(self, command):
            commands.append(command)
            return subprocess.CompletedProcess(command, self.status)

    one = Pip()
    one.commands = commands
    monkeypatch.setattr(subprocess, "run", one.run)
    return one


def test_the_setup_cell_only_gets_the_data_where_the_grader_is_installed(cell, loaded, capfd):
    names = run_all(cell("setup").source)
    assert "subprocess" not in names
    assert loaded == ["cats-dogs"]
    assert capfd.readouterr() == ("", "")


def test_the_setup_cell_installs_the_grader_where_it_is_missing_and_gets_the_data(cell, pip, loaded):
    run_all(cell("setup").source)
    command = [sys.executable, "-m", "pip", "install", "--quiet"]
    assert pip.commands == [[*command, "cnn-grader@git+https://example.org/cnn.git"]]
    assert loaded == ["cats-dogs"]


def test_the_setup_cell_says_what_to_do_when_nothing_could_be_installed(cell, pip, loaded, capfd):
    pip.status = 1
    run_all(cell("setup").source)
    assert "did not work" in capfd.readouterr().out
    assert loaded == []


def test_the_setup_cell_asks_for_a_restart_where_an_older_version_is_loaded_already(
    cell, pip, loaded, monkeypatch, capfd
):
    numpy = type(sys)("numpy")
    numpy.__version__ = "1.0"
    monkeypatch.setitem(sys.modules, "numpy", numpy)
    run_all(cell("setup").source)
    assert "Runtime > Restart session" in capfd.readouterr().out
    assert loaded == []


def test_the_setup_cell_says_whom_to_ask_where_there_is_nothing_to_install(make_course, cells, monkeypatch, capfd):
    course = make_course(cells, settings='title = "T"\n[weeks.week1]\ndata = "d"\n')
    notebook = nbformat.reads(generate(course.assignment("week1"), course), as_version=4)
    monkeypatch.setitem(sys.modules, "grader", None)
    run_all(notebook.cells[1].source)
    assert "Ask your instructor" in capfd.readouterr().out


def test_the_notebook_carries_the_public_criteria_and_names_the_others(notebook):
    handout = Handout.read(notebook)
    assert handout.week == "week1"
    assert [criterion.check for criterion in handout.criteria] == ["data_split", "layer_stack"]
    assert all(criterion.public and criterion.function for criterion in handout.criteria)
    assert "minimum" not in str(notebook.metadata)
    assert {later.title for later in handout.later}.isdisjoint(c.title for c in handout.criteria)


def test_what_somebody_changed_beyond_reading_is_as_good_as_nothing(notebook):
    notebook.metadata["grader"] = {"schema_version": 9}
    assert Handout.read(notebook) is None


def test_pictures_in_text_are_kept_and_other_attachments_are_not(make_course, graded, build):
    story = build[1]("![cat](attachment:cat.png)", cell_id="picture")
    story.attachments = {"cat.png": {"image/png": "aGk=", "text/plain": "aGk="}}
    course = make_course([*graded, story])
    notebook = nbformat.reads(generate(course.assignment("week1"), course), as_version=4)
    assert next(c for c in notebook.cells if c.id == "picture").attachments == {"cat.png": {"image/png": "aGk="}}


def test_a_region_that_leaves_broken_python_behind_is_refused(make_course, graded, build):
    source = "def f(x):\n    ### BEGIN SOLUTION\n    if x:\n        g()\n    ### END SOLUTION\n    else:\n        h()"
    course = make_course([*graded, build[0](source)])
    with pytest.raises(NotebookError, match="not valid Python any more") as caught:
        generate(course.assignment("week1"), course)
    assert caught.value.where.endswith("cell 3")


def test_a_template_that_gives_broken_python_is_named(course):
    template = course.templates / "notebook" / "selfcheck.py.j2"
    template.write_text("check({{ calls[0].function }}")
    with pytest.raises(CourseError, match="Python that is not valid") as caught:
        generate(course.assignment("week1"), course)
    assert caught.value.where == str(template)


def test_a_check_that_cannot_be_an_argument_is_refused(make_course, cells):
    course = make_course(cells)
    rubric = course.root / "solutions/week1/rubric.toml"
    rubric.write_text(rubric.read_text().replace('"data_split"', '"data split"'))
    with pytest.raises(RubricError, match="'data split' is not the name of a check") as caught:
        generate(course.assignment("week1"), course)
    assert "criteria[split].check" in caught.value.where


def test_an_install_line_with_open_quotes_is_refused(make_course, cells):
    settings = "title = 'T'\ninstall = 'a \"b'\n[weeks.week1]\ndata = 'd'\n"
    course = make_course(cells, settings=settings)
    with pytest.raises(CourseError, match="'install'"):
        generate(course.assignment("week1"), course)


def test_generate_all_writes_and_then_finds_nothing_to_do(course):
    first, second = generate_all(course, ["week1"], check=False), generate_all(course, [], check=False)
    assert [(r.week, r.change, r.written, r.diff) for r in first] == [("week1", Change.MISSING, True, "")]
    assert [(r.week, r.change, r.written, r.diff) for r in second] == [("week1", Change.NONE, False, "")]
    path = course.student_notebook("week1")
    assert path.read_text(encoding="utf-8") == generate(course.assignment("week1"), course)
    assert [p.name for p in path.parent.iterdir()] == ["week1.ipynb"]


def test_check_says_that_a_notebook_is_missing_and_writes_nothing(course):
    (result,) = generate_all(course, [], check=True)
    assert (result.change, result.written) == (Change.MISSING, False)
    assert not result.path.exists()


def test_check_shows_what_was_edited_by_hand(course):
    (result,) = generate_all(course, [], check=False)
    edited = result.path.read_text().replace("What did you", "What have you")
    result.path.write_text(edited)
    (result,) = generate_all(course, [], check=True)
    assert (result.change, result.written) == (Change.DIFFERENT, False)
    assert '-    "What have you *learn*?"' in result.diff
    assert "+++ assignments/week1/week1.ipynb (generated)" in result.diff
    assert result.path.read_text() == edited
    (result,) = generate_all(course, [], check=False)
    assert (result.change, result.written) == (Change.DIFFERENT, True)
    assert generate_all(course, [], check=True)[0].change is Change.NONE


def test_a_long_difference_is_cut_and_other_line_ends_are_named(course):
    (result,) = generate_all(course, [], check=False)
    text = result.path.read_text()
    result.path.write_text("\n".join(f"x{line}" for line in text.splitlines()))
    assert generate_all(course, [], check=True)[0].diff.splitlines()[-1].startswith("... and ")
    result.path.write_text(text.replace("\n", "\r\n"), newline="")
    assert generate_all(course, [], check=True)[0].diff == "only the line ends differ"


def test_an_error_in_one_week_leaves_the_others_as_they_are(make_course, cells):
    settings = 'title = "T"\n[weeks.week1]\ndata = "d"\n[weeks.week2]\ndata = "d"\n'
    course = make_course(cells, settings=settings)
    with pytest.raises(CourseError, match="no rubric"):
        generate_all(course, [], check=False)
    assert not course.student_notebook("week1").exists()


def test_a_write_that_fails_leaves_the_old_notebook_whole(course, monkeypatch):
    (result,) = generate_all(course, [], check=False)
    result.path.write_text("old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="No space left"):
        generate_all(course, [], check=False)
    assert result.path.read_text() == "old"
    assert [p.name for p in result.path.parent.iterdir()] == ["week1.ipynb"]


def test_a_folder_in_the_place_of_the_notebook_is_an_error(course):
    course.student_notebook("week1").mkdir(parents=True)
    with pytest.raises(CourseError, match="cannot be read"):
        generate_all(course, [], check=True)


def test_generation_never_imports_tensorflow(course):
    program = (
        "import sys; from pathlib import Path; from grader.course import find_course\n"
        "from grader.authoring.generate import generate_all\n"
        f"generate_all(find_course(Path({str(course.root)!r})), [], check=False)\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'IPython'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
