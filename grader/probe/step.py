"""Calls student code: one bounded step at a time, with what it raised and printed written down.

Standard library only, so that it works whatever the notebook did to its packages.
"""

import contextlib
import io
import json
import linecache
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

__all__ = ["Step", "problem", "run_step", "write_json"]

MAX_TEXT = 500
CLOCK = hasattr(signal, "setitimer")
"""Windows has none, and self-checks run there as well."""
MAX_STDOUT = 100_000
"""Characters of printed text that are kept."""


class OutOfTime(BaseException):
    """A step was still running at its limit; not an `Exception`, so that `except Exception` lets it pass."""


@dataclass(frozen=True)
class Step:
    """How one call ended."""

    value: Any = None
    """What was returned; None after an error."""
    error: dict[str, Any] | None = None
    """{name, message, line, line_number} of what was raised."""
    stdout: str = ""


def run_step(
    function: Callable[..., Any], *args: Any, seconds: float, source: Callable[..., Any] | None = None
) -> Step:
    """Call a function and survive whatever it does.

    Args:
        function: What to call.
        *args: Its arguments.
        seconds: Wall clock after which it is interrupted. Works in the main thread only; elsewhere there is no limit.
        source: The student's function, whose module tells the student's lines from a library's; default `function`.
    """
    printed = _Printed()
    try:
        try:
            _start_clock(seconds)
            with contextlib.redirect_stdout(printed):
                value = function(*args)
        finally:
            _stop_clock()
    except OutOfTime:
        _stop_clock()
        message = f"it was still running after {seconds:g} seconds"
        return Step(error=problem("TimeoutError", message), stdout=printed.getvalue())
    except BaseException as error:  # noqa: BLE001 - student code may raise SystemExit or anything else
        return Step(error=_describe(error, source or function), stdout=printed.getvalue())
    return Step(value=value, stdout=printed.getvalue())


def problem(name: str, message: str) -> dict[str, Any]:
    """An error record in our own words."""
    return {"name": name, "message": message[:MAX_TEXT], "line": "", "line_number": None}


def write_json(path: Path, record: dict[str, Any]) -> None:
    """Write a record in one move, so that a killed run leaves no half of it. NaN and infinity are refused."""
    text = json.dumps(record, allow_nan=False)
    half = path.with_name(path.name + ".part")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)  # noqa: PTH105 - student code may have patched pathlib's method of this name


class _Printed(io.StringIO):
    """Keeps the first `MAX_STDOUT` characters."""

    def write(self, text: str) -> int:
        room = MAX_STDOUT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def _has_clock() -> bool:
    return CLOCK and threading.current_thread() is threading.main_thread()


def _start_clock(seconds: float) -> None:
    if _has_clock():
        signal.signal(signal.SIGALRM, _ring)
        # It rings again each second, for code that swallows the first interruption in a bare `except`.
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)


def _stop_clock() -> None:
    if _has_clock():
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def _describe(error: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 - a student's own __str__
        message = ""
    record = problem(type(error).__name__, message)
    number, line = _own_line(error.__traceback__, getattr(function, "__globals__", None))
    record.update(line=line, line_number=number)
    return record


def _own_line(trace: TracebackType | None, namespace: Any) -> tuple[int | None, str]:
    """The deepest line that is the student's, which is where reading should start."""
    found: tuple[int | None, str] = (None, "")
    while trace is not None:
        if namespace is not None and trace.tb_frame.f_globals is namespace:
            file = trace.tb_frame.f_code.co_filename
            found = (trace.tb_lineno, linecache.getline(file, trace.tb_lineno, namespace).strip()[:MAX_TEXT])
        trace = trace.tb_next
    return found
