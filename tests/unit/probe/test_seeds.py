"""Random numbers are the same in every run, and random ops without a seed keep working under deterministic ops."""

import subprocess
import sys

PLAIN = "import random, numpy; print(random.random(), numpy.random.rand())"
KERAS = """
import tensorflow as tf
print(tf.random.uniform([2]).numpy(), list(tf.data.Dataset.range(9).shuffle(9).as_numpy_iterator()))
print(tf.keras.random.normal((2,)).numpy(), tf.keras.layers.Dense(1).compute_output_shape((1, 2)))
"""


def output(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from grader.probe.seeds import sow; sow()\n" + code],
        env={"TF_DETERMINISTIC_OPS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python_and_numpy_draw_the_same_numbers():
    assert output(PLAIN) == output(PLAIN)


def test_tensorflow_and_keras_draw_the_same_numbers_without_a_seed_of_the_notebook():
    assert output(KERAS) == output(KERAS)


def test_keras_may_come_first_and_bring_tensorflow_while_it_is_not_complete():
    assert "keras" in output("import keras; print(keras.utils.__name__)")


def test_a_seed_of_the_notebook_overrules_ours():
    assert output("import random; random.seed(7); " + PLAIN) != output(PLAIN)
