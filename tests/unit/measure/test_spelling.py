"""Old spellings of Keras are named with the line and the modern one, and nothing else is."""

import nbformat
import pytest

from grader.measure.spelling import find_old_spellings


def hints(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return [(h.cell, h.line_number, h.modern) for h in find_old_spellings(nbformat.v4.new_notebook(cells=cells))]


@pytest.mark.parametrize(
    ("line", "modern"),
    [
        ("optimizer = RMSprop(lr=0.001)", "`learning_rate=`"),
        ("Adam(1e-3, decay=1e-6)", "a learning rate from `keras.optimizers.schedules`"),
        ("model.fit_generator(data)", "`fit`, which takes a generator too"),
        ("model.evaluate_generator(data)", "`evaluate`, which takes a generator too"),
        ("model.fit(data, workers=4)", "the call without `workers=`"),
        ("history.history['acc']", "`'accuracy'`"),
        ("if logs.get('val_acc') > 0.9: pass", "`'val_accuracy'`"),
        ("EarlyStopping(monitor='val_acc')", "`'val_accuracy'`"),
        ("print(last_layer.output_shape)", "`.output.shape`"),
        ("model.optimizer.lr", "`.learning_rate`"),
        ("from keras_preprocessing.image import load_img", "an import from `tensorflow.keras.preprocessing.image`"),
        ("import keras_preprocessing.image", "an import from `tensorflow.keras.preprocessing.image`"),
    ],
)
def test_a_removed_spelling_is_named_with_its_line(line, modern):
    assert hints("x = 1", f"# first line\n{line}") == [(1, 2, modern)]


@pytest.mark.parametrize(
    "line",
    [
        "Adam(learning_rate=0.001)",
        "model.output_shape",
        "self.model.input_shape",
        "ExponentialDecay(0.1, decay=3)",
        "history.history['accuracy']",
        "ThreadPoolExecutor(workers=4)",
        "'fit_generator'",
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator",
    ],
)
def test_what_keras_still_takes_is_left_alone(line):
    assert hints(line) == []


def test_acc_is_right_where_the_model_was_compiled_with_it():
    assert hints("model.compile('adam', 'mse', metrics=['acc'])", "history.history['acc']") == []


def test_the_line_of_an_argument_is_its_own():
    assert hints("RMSprop(\n    lr=1,\n    decay=2,\n)") == [
        (0, 2, "`learning_rate=`"),
        (0, 3, "a learning rate from `keras.optimizers.schedules`"),
    ]


def test_cells_with_magics_are_read_and_broken_ones_passed_over():
    assert hints("!pip install tf\nSGD(lr=1)", "this is no python") == [(0, 2, "`learning_rate=`")]


def test_no_more_than_twenty_are_told():
    assert len(hints("\n".join(["SGD(lr=1)"] * 50))) == 20
