"""Observations of a right submission, to be changed one fact at a time."""

import pytest

from grader.observation import (
    Accuracy,
    CellRun,
    Directories,
    Figure,
    Function,
    History,
    KerasModel,
    Layer,
    Loss,
    Observations,
    Optimizer,
    Output,
    Pipeline,
    Run,
    RunStatus,
    Split,
)

SPLIT = Split(
    share=0.75,
    files=24,
    empty=2,
    training=18,
    validation=6,
    shared=0,
    lost=0,
    foreign=0,
    empty_copied=0,
    source_intact=True,
    in_order=False,
    empty_reported=2,
)
PIPELINE = Pipeline(
    image_shape=(150, 150, 3),
    batch_size=20,
    images=20,
    low=0.0,
    high=1.0,
    scale=1 / 255,
    interpolation="nearest",
    label_form="integers",
    label_shape=(20,),
    label_values=(0.0, 1.0),
    classes=2,
    labels_right=1.0,
)
MODEL = KerasModel(
    input_shape=(None, 150, 150, 3),
    output=Output(units=1, activation="sigmoid", layer="Dense"),
    layers=(
        *(Layer(name=f"conv{n}", kind="Conv2D", activation="relu", parameters=10, trainable=10) for n in range(3)),
        Layer(name="out", kind="Dense", activation="sigmoid", parameters=10, trainable=10),
    ),
    parameters=40,
    trainable=40,
    compiled=True,
    loss=Loss(name="binary_crossentropy"),
    metrics=("binary_accuracy",),
    metrics_claimed=("accuracy",),
    optimizer=Optimizer(name="adam", learning_rate=0.001),
    first_convolution_range=(0.0, 1.0),
)
NAMES = ("create_train_val_dirs", "split_data", "train_val_generators", "create_model")


@pytest.fixture
def right() -> Observations:
    return Observations(
        run=Run(status=RunStatus.OK, seconds=12.0, cells=(CellRun(index=1, status="ok"),)),
        functions={
            name: Function(name=name, defined=True, parameters=("root_path",) if "dirs" in name else ())
            for name in NAMES
        },
        directories=Directories(
            folders=("training", "training/cats", "training/dogs", "validation", "validation/cats", "validation/dogs")
        ),
        splits=(SPLIT, SPLIT),
        training_data=PIPELINE,
        validation_data=PIPELINE,
        built_model=MODEL,
        trained_model=MODEL,
        history=History(epochs=5, curves={"loss": (0.7, 0.5, 0.4, 0.3, 0.2), "accuracy": (0.5, 0.7, 0.8, 0.9, 0.95)}),
        train_accuracy=Accuracy(correct=190, images=200, confusion=((95, 5), (5, 95)), classes=("cats", "dogs")),
        holdout_accuracy=Accuracy(correct=180, images=200, confusion=((90, 10), (10, 90)), classes=("cats", "dogs")),
        figures=(
            Figure(cell=3, width=600, height=400, colours=900),
            Figure(cell=9, width=600, height=400, colours=90),
        ),
    )
