"""The pairing table of the course, row by row: what fits, and every misfit with its own code."""

from itertools import product

import pytest

from grader.judge.loss_activation import CATEGORICAL, REGRESSION, Pairing, decide

BCE, SPARSE, CCE = "binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"


def pairing(
    units, activation, loss, *, logits=False, labels="integers", classes=2, largest=None, width=None
) -> Pairing:
    return Pairing(
        units=units,
        activation=activation,
        loss=loss,
        from_logits=logits,
        labels=labels,
        classes=classes,
        largest=classes - 1 if largest is None else largest,
        width=(classes if labels == "one_hot" else 1) if width is None else width,
    )


RIGHT = [
    pairing(1, "sigmoid", BCE),
    pairing(1, "sigmoid", "binary_focal_crossentropy"),
    pairing(1, "linear", BCE, logits=True),
    *(pairing(k, "softmax", SPARSE, classes=n) for n, k in [(2, 2), (2, 3), (3, 3), (24, 24), (24, 26)]),
    *(pairing(k, "linear", SPARSE, logits=True, classes=n) for n, k in [(2, 2), (3, 3), (24, 26)]),
    *(pairing(n, "softmax", loss, labels="one_hot", classes=n) for n in (2, 3, 24) for loss in sorted(CATEGORICAL)),
    *(pairing(n, "linear", CCE, logits=True, labels="one_hot", classes=n) for n in (2, 3, 24)),
    pairing(25, "softmax", SPARSE, classes=24, largest=24),
]

WRONG = [
    *((pairing(1, "softmax", loss), "softmax-one-unit") for loss in (BCE, SPARSE, CCE, "mean_squared_error")),
    (pairing(1, "softmax", BCE, logits=True), "softmax-one-unit"),
    (pairing(1, "sigmoid", BCE, logits=True), "sigmoid-from-logits"),
    (pairing(1, "linear", BCE), "linear-without-logits"),
    (pairing(2, "linear", SPARSE), "linear-without-logits"),
    (pairing(3, "linear", CCE, labels="one_hot", classes=3), "linear-without-logits"),
    (pairing(2, "softmax", SPARSE, logits=True), "softmax-from-logits"),
    (pairing(3, "softmax", CCE, logits=True, labels="one_hot", classes=3), "softmax-from-logits"),
    (pairing(2, "softmax", SPARSE, labels="one_hot"), "sparse-one-hot"),
    (pairing(2, "softmax", CCE), "categorical-integers"),
    (pairing(3, "softmax", CCE, classes=3), "categorical-integers"),
    (pairing(24, "softmax", SPARSE, classes=24, largest=24), "too-few-units"),
    (pairing(2, "softmax", SPARSE, classes=3), "too-few-units"),
    (pairing(2, "sigmoid", SPARSE), "sigmoid-categorical"),
    (pairing(2, "sigmoid", SPARSE, logits=True), "sigmoid-categorical"),
    (pairing(2, "sigmoid", CCE, labels="one_hot"), "sigmoid-categorical"),
    (pairing(2, "sigmoid", BCE), "binary-many-units"),
    (pairing(2, "softmax", BCE), "binary-many-units"),
    (pairing(1, "sigmoid", BCE, labels="one_hot"), "one-unit-one-hot"),
    (pairing(1, "sigmoid", BCE, classes=3), "one-unit-many-classes"),
    (pairing(1, "sigmoid", SPARSE), "one-unit-categorical"),
    (pairing(1, "sigmoid", CCE), "one-unit-categorical"),
    (pairing(1, "linear", SPARSE, logits=True), "one-unit-categorical"),
    (pairing(2, "softmax", CCE, labels="one_hot", classes=3), "units-differ"),
    (pairing(2, "sigmoid", BCE, labels="one_hot", classes=3), "units-differ"),
    (pairing(1, "relu", BCE), "activation-unknown"),
    (pairing(1, "tanh", BCE), "activation-unknown"),
    (pairing(2, "relu", SPARSE), "activation-unknown"),
    *((pairing(2, "sigmoid", BCE, labels="one_hot"), "multi-label") for _ in range(1)),
    (pairing(2, "softmax", BCE, labels="one_hot"), "multi-label"),
    (pairing(2, "linear", BCE, logits=True, labels="one_hot"), "multi-label"),
    (pairing(2, "sigmoid", BCE, logits=True, labels="one_hot"), "sigmoid-from-logits"),
    *((pairing(1, "sigmoid", loss), "regression") for loss in sorted(REGRESSION)),
    (pairing(1, "sigmoid", "hinge"), "loss-unknown"),
    (pairing(1, "sigmoid", "unknown"), "loss-unknown"),
    (pairing(1, "sigmoid", BCE, labels="none"), "labels-unknown"),
]


@pytest.mark.parametrize("case", RIGHT, ids=str)
def test_every_right_row_fits(case):
    assert decide(case) == "passed"


@pytest.mark.parametrize(("case", "expected"), WRONG, ids=str)
def test_every_misfit_has_its_own_code(case, expected):
    assert decide(case) == expected


def test_every_combination_gets_an_answer_that_has_words():
    from grader.judge.engine import _all_words

    words = _all_words()["loss_activation"] | _all_words()["engine"]
    losses = (BCE, SPARSE, CCE, "mean_squared_error", "hinge")
    for units, activation, loss, logits, labels, classes in product(
        (1, 2, 3), ("sigmoid", "softmax", "linear", "relu"), losses, (False, True), ("integers", "one_hot"), (2, 3)
    ):
        assert decide(pairing(units, activation, loss, logits=logits, labels=labels, classes=classes)) in words
