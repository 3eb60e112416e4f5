"""What a notebook shows when it checks itself: a section for each function that it has asked about."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from grader.errors import GraderError
from grader.selfcheck.asked import Parameters
from grader.selfcheck.shown import Section, Shown, note, section
from grader.selfcheck.trial import try_out

__all__ = ["nothing_yet", "show", "try_it"]


def nothing_yet() -> Section:
    """What is shown where there is nothing to make again."""
    return Section("check()", (note("No self-check was made yet. Run the cells that make them, then this one."),))


def try_it(name: str, function: Any, criteria: Mapping[str, Parameters], *, classes: tuple[str, ...]) -> Section:
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
        verdicts = try_out(function, criteria, classes=classes)
    except GraderError as error:
        return Section(name, (note(str(error), "ours"),))
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop anybody's notebook
        said = f"The self-check itself broke ({type(error).__name__}: {error}). That is our fault, not yours: go on."
        return Section(name, (note(said, "ours"),))
    return section(name, verdicts)


def show(sections: Sequence[Section]) -> None:
    """In a notebook as it shows things, else as text."""
    shown = Shown(tuple(sections))
    if "IPython" in sys.modules:
        from IPython import display, get_ipython  # noqa: PLC0415 - it is there already

        if get_ipython() is not None:
            display.display(shown)
            return
    print(repr(shown), flush=True)  # noqa: T201 - a notebook's voice
