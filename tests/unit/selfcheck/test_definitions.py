"""Of a notebook, just what functions need is run: nothing trains, nothing is drawn."""

import pytest

from grader.selfcheck.definitions import define


def run(build, *cells, names=("f",)):
    return define(build(*cells), names)


def test_a_function_comes_with_its_imports_helpers_and_constants(build):
    made = run(
        build,
        "import os\nfrom math import pi as circle",
        "SIDE = 3\nHALF = SIDE / 2",
        "def helper(x):\n    return x * circle * HALF",
        "def f(x):\n    return os.path.join('a', str(helper(x)))",
    )
    assert made.troubles == ()
    assert made.namespace["f"](2).startswith("a/9.42")


def test_what_no_function_needs_is_not_run(build):
    made = run(
        build, "raise SystemExit", "model = 1 / 0", "print('drawn')", "def f():\n    model = 2\n    return model"
    )
    assert made.troubles == ()
    assert made.namespace["f"]() == 2
    assert "model" not in made.namespace


def test_training_is_left_out_even_where_a_function_reads_the_model(build):
    cells = (
        "class Model:\n    trained = False\n    def fit(self):\n        self.trained = True",
        "model = Model()",
        "model.fit()\nhistory = model.fit()",
        "def f():\n    return model.trained",
    )
    made = run(build, *cells)
    assert made.namespace["f"]() is False
    assert "history" not in made.namespace


def test_what_is_done_to_something_that_a_function_reads_is_done(build):
    made = run(
        build, "layers = []", "layers.append(1)", "layers += [2]", "layers[0] = 5", "def f():\n    return layers"
    )
    assert made.namespace["f"]() == [5, 2]


def test_what_is_done_to_a_module_is_left_out(build):
    made = run(build, "import os", "os.chdir('/nowhere/at/all')", "def f():\n    return os.sep")
    assert made.troubles == ()


def test_the_last_definition_counts_and_classes_are_definitions(build):
    made = run(
        build, "def f():\n    return 1", "def f():\n    return Own.value", "class Own:\n    value = BASE", "BASE = 7"
    )
    assert [(t.cell, t.text) for t in made.troubles] == [(3, "NameError: name 'BASE' is not defined")]
    assert "f" in made.namespace


def test_a_cell_that_python_cannot_read_is_told_and_does_not_stop_the_others(build):
    made = run(build, "def f(:\n    pass", "# Words", "!ls\n%matplotlib inline\ndef f():\n    return 3", "%%bash\nls")
    (trouble,) = made.troubles
    assert (trouble.cell, trouble.line) == (1, 1)
    assert "Python cannot read it" in trouble.text
    assert made.namespace["f"]() == 3


@pytest.mark.parametrize(
    "source", ["from os.path import *\n", "try:\n    from os.path import join\nfinally:\n    pass\n"]
)
def test_imports_of_any_kind_are_found(build, source):
    made = run(build, source, "def f():\n    return join('a', 'b')")
    assert made.namespace["f"]() == "a/b"
