"""What every test is spared: none grades into the gradebook of the course itself, and no folder is set up twice."""

import signal
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from grader.course import GRADEBOOK

TOGETHER = ("tests/adversarial", "tests/conformance", "tests/posture")
"""Folders with sandboxes, or a class graded in them, that all of their tests share."""


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As in a script's background job. Programs that tests start would not hear the Ctrl-C that is sent to them.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Together(LoadFileScheduling):
    """A file of tests for a process at a time, or a folder that shares something costly."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        folder = PurePosixPath(file).parent.as_posix()
        return folder if folder in TOGETHER else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Of pytest-xdist: who shares the tests out, with `--dist loadfile`."""
    return Together(config, log) if config.getvalue("dist") == "loadfile" else None


def _elsewhere(factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(GRADEBOOK, str(factory.mktemp("gradebook") / "gradebook.sqlite"))
        yield


@pytest.fixture(scope="session", autouse=True)
def gradebook_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands that fixtures of the session call or start find this gradebook."""
    yield from _elsewhere(tmp_path_factory)


@pytest.fixture(scope="module", autouse=True)
def gradebook_of_the_module(gradebook_of_the_session: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands that a module's tests call or start find this gradebook, in which no other module has graded."""
    yield from _elsewhere(tmp_path_factory)
