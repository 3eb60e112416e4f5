import nbformat
import pytest

from grader.measure.source import find_functions


def functions(*cells, names=("f",)):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# words"),
        *(nbformat.v4.new_code_cell(source) for source in cells),
    ]
    return find_functions(notebook, names)


def test_cell_parameters_and_unused_ones_are_found():
    found = functions("import os", "def f(a, b, c=1):\n    return a + c")["f"]
    assert (found.cell, found.parameters, found.unused, found.empty) == (2, ("a", "b", "c"), ("b",), False)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        '"""Words."""',
        '"""Words."""\n    raise NotImplementedError("do it")',
        "raise NotImplementedError",
    ],
)
def test_a_body_that_does_nothing_is_empty(body):
    assert functions(f"def f(a):\n    {body}")["f"].empty


@pytest.mark.parametrize("body", ["return None", "raise ValueError", "x = 1", "pass\n    print(a)"])
def test_a_body_with_any_statement_is_not_empty(body):
    assert not functions(f"def f(a):\n    {body}")["f"].empty


def test_the_last_definition_counts():
    found = functions("def f(a): pass", "def f(b):\n    return b")["f"]
    assert (found.cell, found.parameters) == (2, ("b",))


def test_a_parameter_that_is_only_written_to_is_unused():
    assert functions("def f(a):\n    a = 1\n    return 2")["f"].unused == ("a",)


def test_magics_do_not_hide_a_function():
    source = "%matplotlib inline\n!pip install x\nfiles = !ls\ndef f(a):\n    %time g(a)\n    return a\nf?"
    assert functions(source)["f"].parameters == ("a",)


def test_a_percent_sign_in_ordinary_code_is_left_alone():
    found = functions('def f(a):\n    text = """\n%s\n""" % a\n    return text')["f"]
    assert found.unused == ()


def test_a_cell_that_is_timed_is_python_and_a_shell_cell_is_not():
    assert "f" in functions("%%time\ndef f(): return 1")
    assert "f" not in functions("%%bash\ndef f(): return 1")


def test_a_cell_that_does_not_parse_is_passed_over():
    found = functions("def f(:\n", "def g(a): return a", names=("f", "g"))
    assert set(found) == {"g"}


def test_functions_in_a_condition_and_lambdas_count():
    found = functions("if True:\n    def f(a): return a\ng = lambda x, y: x", names=("f", "g"))
    assert found["f"].parameters == ("a",)
    assert (found["g"].parameters, found["g"].unused, found["g"].empty) == (("x", "y"), ("y",), False)


def test_a_method_of_that_name_does_not_count():
    assert functions("class A:\n    def f(self): return 1") == {}


@pytest.mark.parametrize(
    "line", [" " * 200_000 + ".", "a" * 200_000, "?" * 200_000 + " .", "x = " + " " * 200_000 + "."]
)
def test_a_long_line_is_read_in_no_time(line):
    functions(f"def f(a):\n    return a\n{line}\n%magic")  # a regular expression once took hours for the first


def test_a_long_chain_of_branches_hides_nothing_and_breaks_nothing():
    chain = "".join(f"elif x == {n}:\n    pass\n" for n in range(2000))
    assert "f" in functions(f"if x:\n    pass\n{chain}else:\n    def f(a): return a")


def test_a_cell_of_unreasonable_length_is_not_read():
    assert "f" not in functions("def f(a): return a\n" + "# " * 200_000)


def test_a_variable_of_the_notebook_that_a_function_reads_is_named():
    cells = [
        "import os\nroot, size = '/tmp', 3\nhelper = lambda x: x",
        "def f(path):\n    own = helper(size)\n    return os.listdir(root), own",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    found = find_functions(notebook, ("f",))["f"]
    assert (found.reads, found.unused) == (("root", "size"), ("path",))
