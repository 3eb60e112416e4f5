"""Each provider that this machine offers, made once."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psutil
import pytest

from grader.errors import SandboxUnavailable

from .boxes import Box
from .providers import PROVIDERS


@pytest.fixture(scope="session")
def made() -> dict[str, Box]:
    """The boxes that were made so far, by the names of their providers."""
    return {}


@pytest.fixture(scope="session")
def others() -> frozenset[int]:
    """Processes that tests of other folders left to the end of the session, such as a warm worker."""
    return frozenset(process.pid for process in psutil.Process().children(recursive=True))


@pytest.fixture(scope="session")
def make_box(
    others: frozenset[int], made: dict[str, Box], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Box]]:
    with ExitStack() as stack:

        def make(name: str) -> Box:
            if name not in made:
                try:
                    sandbox = PROVIDERS[name]()
                except SandboxUnavailable as error:
                    pytest.skip(str(error))
                stack.callback(getattr(sandbox, "close", lambda: None))
                made[name] = Box(sandbox, tmp_path_factory.mktemp(name))
            return made[name]

        yield make


@pytest.fixture(scope="session", params=PROVIDERS)
def box(request: pytest.FixtureRequest, make_box: Callable[[str], Box]) -> Box:
    """Each provider in turn."""
    return make_box(request.param)


@pytest.fixture(autouse=True, scope="package")
def _nothing_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every temporary file of every run is gone at the end."""
    before, folder = tempfile.tempdir, tmp_path_factory.mktemp("tmp")
    tempfile.tempdir = str(folder)
    yield
    tempfile.tempdir = before
    # TensorFlow keeps the source of traced functions of other tests in this process until the process ends.
    assert [path for path in folder.iterdir() if not path.name.startswith("__autograph_generated_file")] == []
