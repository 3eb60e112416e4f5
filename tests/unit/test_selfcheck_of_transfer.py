"""The self-checks of week 3: each function is tried out on what the ones before it return."""

import os
import re
import subprocess
import sys

NOTEBOOK = """
import keras
from grader.student import check, load_base

base = load_base()
CUT = {"layer": base.last_layer, "output_shape": [10, 10, 192]}
HEAD = {
    "function_defined": {"returns_model": True},
    "loss_activation": {"classes": 2},
    "dropout": {},
    "parameter_budget": {"trainable": 5_000_000},
}
STOPS = {"stops_at": {"accuracy": 0.999}}


def create_pre_trained_model(local_weights_file):
    model = base.architecture(input_shape=(150, 150, 3), include_top=False, weights=local_weights_file)
    model.trainable = False
    return model


def output_of_last_layer(model):
    raise NotImplementedError


def create_final_model(model, last):
    x = keras.layers.Dropout(0.2)(keras.layers.GlobalAveragePooling2D()(last))
    model = keras.Model(model.input, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    return model


check(create_pre_trained_model, pretrained_weights={}, frozen_base={})  # before the rest is written
check(output_of_last_layer, cut_layer=CUT)


def output_of_last_layer(model):
    return model.output


check(output_of_last_layer, cut_layer=CUT)


def output_of_last_layer(model):
    return model.get_layer(base.last_layer).output


check(output_of_last_layer, cut_layer=CUT)
check(create_final_model, **HEAD)


def create_pre_trained_model(local_weights_file):
    return base.architecture(input_shape=(150, 150, 3), include_top=False)


check(create_pre_trained_model, pretrained_weights={}, frozen_base={})


class EarlyStoppingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise NotImplementedError("on_epoch_end is not written yet")


check(EarlyStoppingCallback, callback_stops=STOPS)


class EarlyStoppingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = (logs or {}).get("accuracy", 0) > 0.999


check(EarlyStoppingCallback, callback_stops=STOPS)


class EarlyStoppingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = (logs or {}).get("accuracy", 0) >= 0.999


check(EarlyStoppingCallback, callback_stops=STOPS)
"""


def test_each_function_is_tried_on_what_the_ones_before_it_return(tmp_path):
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    done = subprocess.run(
        [sys.executable, "notebook.py"],
        cwd=tmp_path,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = [" ".join(part.split()) for part in re.split(r"\n(?=\w)", done.stdout)[1:]]
    right, unwritten, uncut, cut, head, random, blank, late, stops = said
    assert right.count("✓") == 2, right
    assert "is not written yet" in unwritten, unwritten
    assert "`mixed5`" in uncut, uncut
    assert "✓ the cut: the output of layer `mixed4`" in cut, cut
    assert head.count("✓") == 4, head
    assert "None of the" in random, random
    assert "trainable parameters in the base" in random, random
    assert "is not written yet" in blank, blank
    assert "Compare with `>=`" in late, late
    assert "✓ when it stops: right in all" in stops, stops
