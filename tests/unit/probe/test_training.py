"""Training past the budget of a week is stopped cleanly, and what it took is told."""

import numpy as np
import pytest

from grader.measure.evidence import Evidence
from grader.measure.observe import _training
from grader.probe import inside, training
from grader.probe.training import Tally, hold
from grader.rubric import Rubric

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras beside NumPy 2
DATA = np.random.default_rng(1).random((24, 3)).astype("float32"), np.tile([0, 1], 12)


@pytest.fixture
def held(keras):
    """Keras that counts on a tally."""

    def begin(**budget):
        tally = training.begin(budget)
        hold(tally, keras)
        return tally

    yield begin
    del keras.Model.fit
    training._kernels.clear()


def model(keras):
    made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    made.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return made


def test_epochs_past_the_budget_are_not_trained(keras, held, capsys):
    tally = held(epochs=3)
    history = model(keras).fit(*DATA, batch_size=8, epochs=9, verbose=0)
    assert len(history.history["loss"]) == 3
    assert tally.stopped == "epochs"
    assert "The grader stopped training here: this week allows 3 epochs in all." in capsys.readouterr().out


def test_steps_past_the_budget_end_in_the_middle_of_an_epoch(keras, held):
    tally = held(steps=5)
    history = model(keras).fit(*DATA, batch_size=8, epochs=9, verbose=0)
    assert (tally.used["steps"], len(history.history["loss"])) == (5, 2)
    assert sorted(history.history) == ["accuracy", "loss"]


def test_seconds_past_the_budget_end_it(keras, held):
    tally = held(seconds=1e-9)
    model(keras).fit(*DATA, batch_size=8, epochs=9, verbose=0)
    assert (tally.stopped, tally.used["steps"]) == ("seconds", 1)


def test_a_training_that_takes_just_its_budget_is_not_called_stopped(keras, held, capsys):
    tally = held(epochs=2, steps=100)
    model(keras).fit(*DATA, batch_size=8, epochs=2, verbose=0)
    assert (tally.used["epochs"], tally.used["steps"], tally.stopped) == (2, 6, "")
    assert "grader" not in capsys.readouterr().out


def test_all_calls_of_fit_count_together(keras, held, capsys):
    tally = held(epochs=3)
    for _ in range(3):
        model(keras).fit(*DATA, batch_size=8, epochs=2, verbose=0)
    assert tally.stopped == "epochs"
    assert tally.used["epochs"] <= 4
    assert capsys.readouterr().out.count("The grader stopped") == 1


def test_callbacks_of_the_notebook_still_run_wherever_they_are_passed(keras, held):
    held(epochs=2)
    seen = []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    model(keras).fit(*DATA, 8, 9, 0, [note])
    model(keras).fit(*DATA, batch_size=8, epochs=1, verbose=0, callbacks=note)
    assert seen == [0, 1, 0]


def test_without_a_budget_training_is_only_counted(keras, held):
    tally = held()
    model(keras).fit(*DATA, batch_size=8, epochs=4, verbose=0)
    assert (tally.used["epochs"], tally.stopped) == (4, "")


RUBRIC = Rubric.model_validate(
    {
        "title": "t",
        "image_shape": (1, 1, 1),
        "training": {"epochs": 3},
        "functions": [{"name": "create_model", "role": "model"}],
        "criteria": [{"id": "a", "check": "notebook_runs", "title": "t", "points": 1}],
    }
)


class Shipped:
    def __init__(self, out):
        self.files = {path.name: path for path in out.iterdir()}
        self.records = ()


def test_the_probe_tells_and_the_host_reads_it(keras, held, tmp_path):
    held(epochs=3)
    model(keras).fit(*DATA, batch_size=8, epochs=9, verbose=0)
    plan = {"step_seconds": 9, "model_variable": "model", "history_variable": "history", "functions": []}
    inside.run_probes({}, plan, challenge=tmp_path, out=tmp_path)
    seen = _training(Evidence(Shipped(tmp_path)), RUBRIC)
    assert (seen.epochs, seen.steps, seen.stopped, seen.limit) == (3, 9, "epochs", 3)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"used": 3}',
        '{"used": {"epochs": "many"}}',
        '{"used": {"epochs": 1}, "stopped": "__class__"}',
        '{"used": {"epochs": 1}, "stopped": []}',
        '{"used": {"lunch": 1}}',
    ],
)
def test_what_student_code_wrote_in_its_place_is_left_out(tmp_path, text):
    (tmp_path / "training.json").write_text(text)
    assert _training(Evidence(Shipped(tmp_path)), RUBRIC) is None


def test_a_tally_names_what_was_used_up_first():
    tally = Tally({"epochs": 2, "steps": None, "lunch": 1})
    assert not tally.add("epochs", 1)
    assert tally.add("epochs", 1)
    assert tally.add("seconds", 99)
    assert (tally.stopped, tally.words) == ("epochs", "2 epochs in all")
