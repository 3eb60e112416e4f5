"""Random numbers are the same in every run, and random ops without a seed keep working under deterministic ops."""

import subprocess
import sys
from functools import cache

PLAIN = "import random, numpy; print(random.random(), numpy.random.rand())"
NOISE = """
import random, numpy as np
print(np.random.default_rng().random(), np.random.default_rng(None).random(), np.random.default_rng(seed=None).random())
random.seed(); np.random.seed()
print(random.random(), np.random.rand())
"""
KERAS = """
import tensorflow as tf
print(tf.random.uniform([2]).numpy(), list(tf.data.Dataset.range(9).shuffle(9).as_numpy_iterator()))
print(tf.keras.random.normal((2,)).numpy(), tf.keras.layers.Dense(1).compute_output_shape((1, 2)))
"""


def fresh(code: str, seed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"from grader.probe.seeds import sow; sow({seed})\n{code}"],
        env={"TF_DETERMINISTIC_OPS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


output = cache(fresh)


def test_python_and_numpy_draw_the_same_numbers():
    assert output(PLAIN) == fresh(PLAIN)


def test_tensorflow_and_keras_draw_the_same_numbers_without_a_seed_of_the_notebook():
    assert output(KERAS) == fresh(KERAS)


def test_keras_may_come_first_and_bring_tensorflow_while_it_is_not_complete():
    assert "keras" in output("import keras; print(keras.utils.__name__)")


def test_a_seed_of_the_notebook_overrules_ours():
    assert output("import random; random.seed(7); " + PLAIN) != output(PLAIN)


def test_what_asks_for_noise_gets_the_same_noise_each_time_and_each_its_own():
    first = output(NOISE)
    assert first == fresh(NOISE)
    assert len(set(first.split())) == 5


def test_another_seed_is_another_run_for_all_of_them():
    for code in (PLAIN, NOISE, KERAS):
        assert not set(output(code).splitlines()) & set(output(code, "2").splitlines())
