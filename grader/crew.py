"""Helpers: processes of our own that share the work on a large class, so that all cores count.

They are given what to do and what with, and hold nothing: no gradebook, no lock, no file that stays open. One that dies
costs nothing but time, as this process does its share; and all of them end when this process does, however it ends.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import chain, count, islice
from multiprocessing.connection import Connection, Pipe, wait
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Self, TypeVar

__all__ = ["Crew", "serve", "short_turns"]

T = TypeVar("T")
R = TypeVar("R")

SMALL = 400
"""Items that this process does alone: it is done with them about when helpers would be."""
SHARE = 50
"""Items that a helper is given at once."""
AHEAD = 3
"""Shares that each helper is given before it has answered the first."""
TIDY = 8
"""Shares from one search for garbage to the next."""
GRACE = 10
"""Seconds for a helper to end what it is at."""
TURN = 0.001
"""Seconds that a thread may keep the interpreter from the others, in place of Python's 0.005.

A thread that works would else hold up the one that sends and receives, at each of the small pieces that a pipe takes.
"""
PROGRAM = "import sys; sys.path[:] = {path!r}; from grader.crew import serve; serve({number})"


class Crew:
    """Helpers, which are started when the first large piece of work comes, and ended with the context.

    Args:
        count: Processes; by default one for each core. With one, this process does all by itself.
        small: Items up to which no helper is asked.
        then: Module that the second piece of work needs; helpers that are done with the first one import it meanwhile.
    """

    def __init__(self, count: int | None = None, *, small: int = SMALL, then: str = "") -> None:
        self._count = count or len(os.sched_getaffinity(0))
        self._small = small
        self._then = then
        self._helpers: list[_Helper] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for helper in self._helpers:
            helper.end()
        self._helpers.clear()

    def each(self, work: Callable[[Sequence[T]], Sequence[R]], items: Iterable[T]) -> Iterator[R]:
        """What the work makes of each item, in their order.

        Args:
            work: Makes of some items as many results. Helpers get it by pickle, and so do they get items, and give
                results back.
            items: As many as there are; they are taken as helpers have room for them.

        Raises:
            Exception: Whatever the work raises, here or in a helper.
        """
        items = iter(items)
        first = list(islice(items, self._small + 1))
        if len(first) <= self._small or self._count < 2:
            yield from work(first)
            while some := list(islice(items, SHARE)):
                yield from work(some)
            return
        self._start()
        yield from self._shared(work, chain(first, items))
        if self._then:
            program = pickle.dumps(self._then)
            self._then = ""
            for helper in self._helpers:
                helper.tell(program)

    def _start(self) -> None:
        if not self._helpers:
            self._helpers = [_Helper() for _ in range(self._count)]

    def _shared(self, work: Callable[[Sequence[T]], Sequence[R]], items: Iterator[T]) -> Iterator[R]:
        program = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        helpers = [helper for helper in self._helpers if helper.tell(program)]
        shares = _Shares(items)
        results: dict[int, Sequence[R]] = {}
        due = 0
        try:
            while True:
                _hand_out(shares, helpers)
                busy = [helper for helper in helpers if helper.given]
                found = _answers(busy) if busy else _alone(work, shares)
                if found is None:
                    return
                results |= found
                while due in results:
                    yield from results.pop(due)
                    due += 1
        finally:  # left early: what is still on its way would be taken for answers to the next question
            if any(helper.given for helper in self._helpers):
                self.__exit__()


@contextmanager
def short_turns() -> Iterator[None]:
    """For a process that does something in another thread while its helpers work."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, TURN))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class _Shares:
    """Items in numbered shares; those of a helper that died come back."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._new = enumerate(iter(lambda: list(islice(items, SHARE)), []))
        self._back: list[tuple[int, list[Any]]] = []

    def take(self) -> tuple[int, list[Any]] | None:
        """The next; None where none is left."""
        return self._back.pop() if self._back else next(self._new, None)

    def give_back(self, shares: Mapping[int, list[Any]]) -> None:
        """Of a helper that died."""
        self._back += sorted(shares.items(), reverse=True)


def _hand_out(shares: _Shares, helpers: Sequence["_Helper"]) -> None:
    for helper in helpers:
        while helper.is_alive and len(helper.given) < AHEAD and (share := shares.take()) is not None:
            helper.give(*share)
    for helper in helpers:
        if not helper.is_alive:
            shares.give_back(helper.given)
            helper.given.clear()


def _alone(work: Callable[[Sequence[Any]], Sequence[Any]], shares: _Shares) -> dict[int, Sequence[Any]] | None:
    """The results of the next share, without help; None where none is left."""
    share = shares.take()
    return None if share is None else {share[0]: work(share[1])}


def _answers(helpers: Sequence["_Helper"]) -> dict[int, Sequence[Any]]:
    """What helpers have done by now; waits for the first. One that has died answers nothing."""
    ready = wait([helper.ours for helper in helpers])
    answers = (helper.answer() for helper in helpers if helper.ours in ready)
    return dict(answer for answer in answers if answer is not None)


class _Helper:
    """One process, and the shares that it has been given."""

    def __init__(self) -> None:
        self.given: dict[int, list[Any]] = {}
        self.is_alive = True
        self.ours, theirs = Pipe()
        with theirs:
            program = PROGRAM.format(path=sys.path, number=theirs.fileno())
            # A group of its own: Ctrl-C is for this process, which ends its helpers as it likes.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,
            )

    def tell(self, program: bytes) -> bool:
        """What to do from now on, or a module to import; False where the helper is dead."""
        if self.is_alive:
            self._send(program)
        return self.is_alive

    def give(self, number: int, share: list[Any]) -> None:
        """More to do."""
        self.given[number] = share
        self._send(pickle.dumps((number, share), pickle.HIGHEST_PROTOCOL))

    def answer(self) -> tuple[int, Any] | None:
        """The results of the share that was done first; None where the helper has died.

        Raises:
            Exception: What the work raised.
        """
        try:
            number, results, error = pickle.loads(self.ours.recv_bytes())  # noqa: S301 - from a process of our own
        except (EOFError, OSError):
            self.is_alive = False
            return None
        del self.given[number]
        if error is not None:
            raise error
        return number, results

    def end(self) -> None:
        """End it, when it is done with the share that it is at."""
        self.is_alive = False
        self.given.clear()
        self.ours.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, content: bytes) -> None:
        try:
            self.ours.send_bytes(content)
        except OSError:
            self.is_alive = False


def serve(number: int) -> None:
    """Be a helper: do what the process at the other end of a pipe says, until it closes that end.

    Args:
        number: Of the file descriptor of this end.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = Connection(number)
    arrived: SimpleQueue[bytes | None] = SimpleQueue()
    gone = Event()
    # Taken in while something is done, so that neither side ever waits for the other to listen.
    Thread(target=_listen, args=(pipe, arrived, gone), daemon=True).start()
    work: Callable[[Sequence[Any]], Sequence[Any]] = list
    gc.disable()
    done = count()
    sys.setswitchinterval(TURN)
    while (content := arrived.get()) is not None and not gone.is_set():
        told = pickle.loads(content)  # noqa: S301 - from the process that started this one
        if isinstance(told, str):
            import_module(told)
            continue
        if not isinstance(told, tuple):
            work = told
            continue
        try:
            pipe.send_bytes(_answer(work, *told))
        except OSError:
            break
        if next(done) % TIDY == 0:
            gc.collect()
            gc.freeze()  # what is there now stays, and need not be looked through again
    os._exit(0)  # nothing is open, and nobody waits


def _listen(pipe: Connection, arrived: "SimpleQueue[bytes | None]", gone: Event) -> None:
    try:
        while True:
            arrived.put(pipe.recv_bytes())
    except (EOFError, OSError):  # the other process is gone, and with it the reason for whatever is left to do
        gone.set()
        arrived.put(None)


def _answer(work: Callable[[Sequence[Any]], Sequence[Any]], number: int, share: list[Any]) -> bytes:
    try:
        return pickle.dumps((number, work(share), None), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
        try:
            content = pickle.dumps((number, None, error), pickle.HIGHEST_PROTOCOL)
            pickle.loads(content)  # noqa: S301 - our own; some errors can be packed but not unpacked
        except Exception:  # noqa: BLE001 - its text will do
            text = "".join(traceback.format_exception(error))
            content = pickle.dumps((number, None, RuntimeError(text)), pickle.HIGHEST_PROTOCOL)
        return content
