"""What counts as a trace of a solution, and what does not."""

import pytest

from grader.authoring.generate import generate
from grader.errors import NotebookError


@pytest.fixture
def leak(make_course, graded):
    """The error for a solution notebook with one more cell, which is cell 3 of it; None when there is no leak."""

    def leak(*more, cells=None):
        course = make_course([*(cells or graded), *more])
        try:
            generate(course.assignment("week1"), course)
        except NotebookError as error:
            return error
        return None

    return leak


@pytest.mark.parametrize(
    "source",
    [
        "shuffled = random.sample(names, len(names))",
        "shuffled=random.sample( names,len(names) )",
        "if True:\n    shuffled = random.sample(names, len(names))  # my old try",
        "# shuffled = random.sample(names, len(names))",
        "x = 1  # shuffled = random.sample(names, len(names))",
        "best = shuffled = random.sample(names, len(names))",
        "shutil.copyfile(f'{source}/{name}', f'{training}/{name}')",
        "names = sorted(os.listdir(source));",
    ],
)
def test_a_line_of_the_solution_in_other_code_is_a_leak(leak, build, source):
    assert "students would see" in leak(build[0](source)).message


def test_the_error_names_both_places_and_says_what_to_do(leak, build):
    error = leak(build[1]("Hint:\n\n```python\nshuffled = random.sample(names, len(names))\n```"))
    assert error.where.endswith("solution.ipynb: cell 1, line 10")
    assert "in cell 7, line 4 of their notebook: 'shuffled = random.sample(names, len(names))'" in error.message
    assert "given" in error.remedy


@pytest.mark.parametrize(
    "source",
    [
        "Write `shuffled = random.sample(names, len(names))` there.",
        "> - shuffled = random.sample(names, len(names))",
        "It's easy: `shutil.copyfile(f'{source}/{name}', f'{training}/{name}')` is all you need, isn't it?",
    ],
)
def test_a_line_of_the_solution_in_text_is_a_leak(leak, build, source):
    assert leak(build[1](source)) is not None


@pytest.mark.parametrize(
    "source",
    [
        "total = (first_share + second_share)",
        "# total = (first_share +\n#          second_share)",
        "total=(\n\n first_share  # a\n + second_share  # b\n)",
    ],
)
def test_other_line_breaks_hide_nothing(leak, build, source):
    region = "### BEGIN SOLUTION\ntotal = (\n    first_share\n    + second_share,\n)\n### END SOLUTION"
    error = leak(build[0](region), build[0](source))
    assert error.where.endswith("cell 3, line 2")
    assert "'total = ( first_share + second_share , )'" in error.message


def test_a_prompt_that_gives_the_answer_is_a_leak(leak, build):
    line = "total = sum(x * x for x in numbers)"
    prompt = f"### BEGIN PROMPT\n# {line}\n### END PROMPT"
    source = f"### BEGIN SOLUTION\n{prompt}\n\n{line}\n### END SOLUTION"
    assert leak(build[0](source)).where.endswith("cell 3, line 6")


def test_a_name_of_a_picture_can_leak_too(leak, build):
    cell = build[1]("![look](attachment:a.png)")
    cell.attachments = {"shuffled = random.sample(names, len(names))": {"image/png": "aGk="}}
    assert "(attachments)" in leak(cell).message


def test_the_rubric_can_leak_too(make_course, graded, build):
    course = make_course(graded)
    rubric = course.root / "solutions/week1/rubric.toml"
    rubric.write_text(rubric.read_text().replace("At least three.", "`names = sorted(os.listdir(source))`"))
    with pytest.raises(NotebookError, match="in cell 1, line"):
        generate(course.assignment("week1"), course)


def test_hidden_tests_and_instructor_cells_are_secret_too(leak, build):
    code, text = build
    secret = "assert split_data(folder, None, None, 0.5) is None"
    hidden = code(f"a = 1\n### BEGIN HIDDEN TESTS\n{secret}\n### END HIDDEN TESTS")
    assert leak(hidden, code(secret)).where.endswith("cell 3, line 3")
    assert leak(code(secret, "instructor-only"), code(secret)).where.endswith("cell 3, line 1")
    note = "Most students forget that the last batch is smaller."
    assert leak(text(note, "instructor-only"), text(note)).where.endswith("cell 3, line 1")


def test_a_long_comment_of_the_solution_is_a_trace_unless_the_prompt_says_it(leak, build):
    code, text = build
    remark = "# the empty files were dropped before the cut"
    region = f"def f():\n    ### BEGIN SOLUTION\n    {remark}\n    g()\n    ### END SOLUTION"
    assert leak(code(region), text(remark)) is not None
    prompted = region.replace(
        f"    {remark}\n", f"    ### BEGIN PROMPT\n    {remark}\n    ### END PROMPT\n    {remark}\n"
    )
    assert leak(code(prompted)) is None


@pytest.mark.parametrize(
    "source", ["return model", "    return train, validation", "else:", "pass", ")", "import os", "x += 1", "# now"]
)
def test_lines_that_tell_nothing_are_no_trace(leak, build, source):
    code, text = build
    assert leak(code(f"### BEGIN SOLUTION\nif 1:\n  {source}\n### END SOLUTION"), text(source)) is None


def test_lines_that_a_given_cell_shows_are_no_trace(leak, build):
    line = "random.seed(4); plt.figure(figsize=(10, 4))"
    code, text = build
    region = code(f"### BEGIN SOLUTION\n{line}\n### END SOLUTION")
    assert leak(region, code(line, "given"), text(line)) is None
    assert leak(region, code(line)) is not None


def test_a_longer_call_of_the_same_function_is_no_trace(leak, build):
    code, text = build
    region = code("### BEGIN SOLUTION\nos.makedirs(path)\n### END SOLUTION")
    assert leak(region, code("os.makedirs(path, exist_ok=True)"), text("Use `os.makedirs` with a path.")) is None
