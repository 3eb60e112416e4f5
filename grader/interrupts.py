"""Ctrl-C, and signals that ask for the same: one exception, which says what was finished and how to go on."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from grader.errors import Interrupted

__all__ = ["interruptible"]

ALSO = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a program politely: by `kill`, by a service manager, by a terminal that was closed."""


@contextmanager
def interruptible(done: Callable[[], str], remedy: str) -> Iterator[None]:
    """Within the context, Ctrl-C and its like raise KeyboardInterrupt once; out of it comes Interrupted.

    Args:
        done: Says what was finished, in a sentence.
        remedy: How to go on.

    Raises:
        Interrupted: Its exit status is 128 and the number of the signal.
    """
    got: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        if not got:  # what cleans up after the first one is not to be interrupted by the second
            got.append(number)
            raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, *ALSO):
            if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
                before[number] = signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        error = Interrupted(done(), remedy=remedy)
        error.exit_code = 128 + (got[0] if got else signal.SIGINT)
        raise error from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
