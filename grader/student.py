"""What a course notebook imports: the data of the week, and the self-checks.

    from grader.student import check, load_data

    data = load_data("cats-dogs")
    check(split_data, data_split={})

A self-check is the grader in small: the same probes call the function on folders made for the moment, the same code
measures what came out, and the same checks judge it. What it says is for the student alone; the score comes from a run
in a sandbox.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.bases.architecture import build
from grader.bases.choice import choose_base
from grader.datasets import ensure, home, parts
from grader.datasets.catalogue import find_dataset
from grader.probe import keras_api

if TYPE_CHECKING:
    from grader.selfcheck import Parameters

__all__ = ["PretrainedBase", "check", "load_base", "load_data"]

keras_api.install()  # as while it is graded, for a notebook of Keras 2 that sets TF_USE_LEGACY_KERAS

LOADED: list[str] = []
"""Data sets that this notebook has asked for; folders of a self-check are named like the classes of the last one."""

ASKED: dict[str, Mapping[str, "Parameters"]] = {}
"""Function -> what this notebook has asked of it, for `check()` of all of them."""


def load_data(name: str) -> Path:
    """The folder that holds a data set, such as the parent of `PetImages`, drawn at first use.

    A copy at the place where the course's notebooks expect one (`/tmp`) goes first: there the grader puts the data, and
    there the real archive of photographs may lie.

    Args:
        name: Name of the data set, such as `cats-dogs`.

    Raises:
        DataError: The name is unknown, or the disk refuses.
    """
    usual = Path(home(name))  # a place that the course fixes; what lies there is only ever read as pictures
    if all((usual / part).exists() for part in parts(name)):
        folder = usual
    else:
        _say("Getting the data ready (a minute the first time) ... ", end="")
        folder = ensure(name)
    LOADED.append(name)
    _say(f"The data is in {folder}")
    return folder


@dataclass(frozen=True)
class PretrainedBase:
    """A pretrained network to build on."""

    name: str
    """`SmallInception`, which comes with the course, or `InceptionV3` or `VGG16`."""
    architecture: Callable[..., Any]
    """Builds the network, as the classes of `keras.applications` do: `architecture(input_shape=(150, 150, 3),
    include_top=False, weights=None)` gives it with random weights."""
    weights_file: str
    """Path of the file with its pretrained weights."""
    last_layer: str
    """Name of the layer after which the course cuts it."""


def load_base() -> PretrainedBase:
    """The pretrained network of the course.

    Large weights at the place where the course's notebooks expect them (`/tmp`) go first: there the grader puts the
    base that a course has chosen, and there those of InceptionV3 may lie. Otherwise it is the small one that comes with
    the course.

    Raises:
        DataError: The weights that come with the course are damaged.
    """
    base, path = choose_base()
    _say(f"The base is {base.title}, its weights are in {path}")
    return PretrainedBase(base.title, partial(build, base), str(path), base.cut)


def check(function: Callable[..., Any] | None = None, **criteria: "Parameters") -> None:
    """Try a function out on folders made for the moment, and show what was found.

    Shows a line for each criterion: ✓ right, ✗ with what was expected, what was measured and what to try next, and a
    dash for what was not looked at. Raises for no mistake of the student's, and leaves no file behind.

    Args:
        function: The student's function. Without one, all self-checks that this notebook has made are made again, with
            its functions as they are now.
        criteria: Name of a check -> its parameters, as in the rubric; a list of those where a check is made twice.

    Example:
        >>> check(split_data, data_split={})
        split_data
          ✓ the split: of 24 files 18 in training and 6 in validation; of 15 files 9 in training and 6 in validation
    """
    from grader.selfcheck import session  # noqa: PLC0415 - half a second, which a notebook that only loads data saves

    classes = find_dataset(LOADED[-1] if LOADED else "cats-dogs").classes
    if function is None:
        here = sys._getframe(1).f_globals
        found = [session.try_it(name, here.get(name), asked, classes=classes) for name, asked in ASKED.items()]
        session.show(found or [session.nothing_yet()])
        return
    name = getattr(function, "__name__", "this")
    if criteria:
        ASKED[name] = criteria
    session.show([session.try_it(name, function, criteria or ASKED.get(name, {}), classes=classes)])


def _say(text: str, *, end: str = "\n") -> None:
    print(text, end=end, flush=True)  # noqa: T201 - a notebook's voice
