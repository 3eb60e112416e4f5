"""What a course notebook imports: the data of the week, and the self-checks.

    from grader.student import check, load_data

    data = load_data("cats-dogs")
    check(split_data, data_split={})

A self-check is the grader in small: the same probes call the function on folders made for the moment, the same code
measures what came out, and the same checks judge it. What it says is for the student alone; the score comes from a run
in a sandbox.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grader.bases.architecture import build
from grader.bases.choice import choose_base
from grader.datasets import ensure, home, parts
from grader.datasets.catalogue import find_dataset
from grader.errors import GraderError
from grader.selfcheck import Parameters, try_out
from grader.selfcheck.shown import Section, Shown, note, section

__all__ = ["PretrainedBase", "check", "load_base", "load_data"]

LOADED: list[str] = []
"""Data sets that this notebook has asked for; folders of a self-check are named like the classes of the last one."""

ASKED: dict[str, Mapping[str, Parameters]] = {}
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


def check(function: Callable[..., Any] | None = None, **criteria: Parameters) -> None:
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
    if function is None:
        here = sys._getframe(1).f_globals
        _show([_section(name, here.get(name), asked) for name, asked in ASKED.items()] or [_nothing_yet()])
        return
    name = getattr(function, "__name__", "this")
    if criteria:
        ASKED[name] = criteria
    _show([_section(name, function, criteria or ASKED.get(name, {}))])


def _nothing_yet() -> Section:
    return Section("check()", (note("No self-check was made yet. Run the cells that make them, then this one."),))


def _section(name: str, function: Any, criteria: Mapping[str, Parameters]) -> Section:
    """The verdicts on one function."""
    if function is None:
        return Section(name, (note(f"there is no {name} here. Run the cell that defines it, then this one."),))
    if not callable(function) and not hasattr(function, "on_epoch_end"):
        kind = type(function).__name__
        said = f"this is not a function but a {kind}. Run the cell that defines it again."
        return Section(name, (note(said, "wrong"),))
    if not criteria:
        return Section(name, (note("nothing was asked of it: check(function, name_of_a_check={}, ...)"),))
    try:
        verdicts = try_out(function, criteria, classes=find_dataset(LOADED[-1] if LOADED else "cats-dogs").classes)
    except GraderError as error:
        return Section(name, (note(str(error), "ours"),))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop anybody's notebook
        said = f"The self-check itself broke ({type(error).__name__}: {error}). That is our fault, not yours: go on."
        return Section(name, (note(said, "ours"),))
    return section(name, verdicts)


def _show(sections: Sequence[Section]) -> None:
    """In a notebook as it shows things, else as text."""
    shown = Shown(tuple(sections))
    if "IPython" in sys.modules:
        from IPython import display, get_ipython  # noqa: PLC0415 - it is there already

        if get_ipython() is not None:
            display.display(shown)
            return
    _say(repr(shown))


def _say(text: str, *, end: str = "\n") -> None:
    print(text, end=end, flush=True)  # noqa: T201 - a notebook's voice
