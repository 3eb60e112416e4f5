"""Patterns find code by its structure, and replacements leave all around it as it was."""

import libcst as cst
import pytest

from grader.audit.edit import replace, with_body
from grader.audit.pattern import Captures, Pattern
from grader.errors import RubricError

MODEL = """\
def create_model():
    model = keras.Sequential(
        [
            keras.layers.Conv2D(16, 5, strides=2, activation="relu"),  # in steps of 2
            keras.layers.Dropout(0.4),
            keras.layers.Dense(1, activation='sigmoid'),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model
"""


def changed(source: str, find: str, by: str = "", take: str = "all") -> str | None:
    module = cst.parse_module(source)
    new = replace(module, [module], find, by, take=take, known=Captures())
    return None if new is None else new.code


@pytest.mark.parametrize(
    ("find", "by", "old", "new"),
    [
        ('Dense(1, ..., activation="sigmoid")', "Dense(1, ...)", "Dense(1, activation='sigmoid')", "Dense(1)"),
        ("Dense(U, ...)", "Dense(2 * U, ..., use_bias=False)", "Dense(1, activation='sigmoid')",
         "Dense(2 * 1, activation='sigmoid', use_bias=False)"),
        ("Dropout(R)", "", "            keras.layers.Dropout(0.4),\n", ""),
        ("Dropout(0.40)", "keras.layers.Dropout(0)", "Dropout(0.4)", "Dropout(0)"),
        ("Dense(...)", "Dense(...), keras.layers.Softmax()", "'sigmoid'),", "'sigmoid'), keras.layers.Softmax(),"),
        ("M.compile(..., loss=L)", 'M.compile(..., loss="mse")', '"binary_crossentropy"', '"mse"'),
        ("M.compile(..., metrics=A)", "M.compile(...)", '        metrics=["accuracy"],\n', ""),
        ("return M", "M", "return model", "model"),
        ("M.compile(...)", "", MODEL[MODEL.index("    model.compile"):MODEL.index("    return")], ""),
    ],
)  # fmt: skip
def test_only_what_was_found_is_different(find, by, old, new):
    assert old in MODEL
    assert changed(MODEL, find, by) == MODEL.replace(old, new)


def test_a_new_argument_stands_in_the_formatting_of_the_others():
    assert '        metrics=["accuracy"],\n        steps=3,\n    )' in changed(
        MODEL, "M.compile(...)", "M.compile(..., steps=3)"
    )


@pytest.mark.parametrize(
    ("find", "source"),
    [
        ("Dense(2, ...)", "Dense(1, activation='relu')"),
        ("Dense(1)", "Dense(1, activation='relu')"),
        ('Dense(..., activation="relu")', "Dense(1)"),
        ("f(A, A)", "f(x, y)"),
        ("A >= 0.999", "x > 0.999"),
        ("layers.Dense(...)", "keras.layers.Dense(1)"),
        ("A[B:]", "x[:3]"),
    ],
)
def test_what_is_different_is_not_found(find, source):
    assert changed(source + "\n", find, "0") is None


@pytest.mark.parametrize(
    ("find", "by", "source", "new"),
    [
        ("f(A, A)", "g(A)", "f(x + 1, x+1)", "g(x + 1)"),
        ("random.sample(A, len(A))", "A", "y = random.sample(names, len(names))", "y = names"),
        ("f(a=1, b=B)", "B", "f(b=2, a=1.0)", "2"),
        ("f(..., A)", "A", "f(1, 2, 3, k=4)", "3"),
        ("[A, ...]", "[..., A]", "[1, 2, 3]", "[2, 3, 1]"),
        ("Dense(...)(X)", "X", "keras.layers.Dense(3)(y)", "y"),
        ("Dense(...)(X)", "Dropout(0.1)(Dense(...)(X))", "layers.Dense(3)(y)", "Dropout(0.1)(layers.Dense(3)(y))"),
        ("f(...)", "pass", "f(1)", "pass"),
    ],
)
def test_letters_and_dots_stand_for_what_was_found(find, by, source, new):
    assert changed(source + "\n", find, by) == new + "\n"


@pytest.mark.parametrize(("take", "new"), [("first", "0; f(2)"), ("last", "f(1); 0"), ("all", "0; 0")])
def test_one_of_several_places_is_taken(take, new):
    assert changed("x = [f(1), f(2)]\n", "f(A)", "0", take) == f"x = [{new.replace(';', ',')}]\n"


def test_a_statement_becomes_several_with_the_comment_above_it():
    source = "if a:\n    # shuffled\n    y = sample(x)\n"
    assert changed(source, "B = sample(A)", "sample(A)\nB = A") == "if a:\n    # shuffled\n    sample(x)\n    y = x\n"


def test_letters_are_known_in_the_next_edit():
    known, module = Captures(), cst.parse_module("a = f(5)\nb = g(0)\n")
    first = replace(module, [module], "f(N)", "f(1)", take="all", known=known)
    assert first is not None
    assert replace(first, [first], "g(0)", "g(N)", take="all", known=known).code == "a = f(1)\nb = g(5)\n"


def test_a_body_is_replaced_below_the_docstring_with_the_names_used_here():
    module = cst.parse_module('def f(there):\n    """Says."""\n    return 1\n')
    new = with_body(module, module.body[0], "return ROOT + 1", {"ROOT": "there"})
    assert new.code == 'def f(there):\n    """Says."""\n    return there + 1\n'


@pytest.mark.parametrize("code", ["f(", "a = 1\nb = 2", "if a:\n    b"])
def test_a_pattern_that_is_none_is_an_error(code):
    with pytest.raises(RubricError, match="pattern"):
        Pattern(code)


def test_a_statement_cannot_stand_within_an_expression():
    with pytest.raises(RubricError, match="replaced"):
        changed("x = [f(1)]\n", "f(A)", "y = 2")
