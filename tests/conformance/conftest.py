"""Each sandbox that this machine offers."""

import tempfile
from collections.abc import Callable, Iterator

import pytest

from grader.errors import SandboxUnavailable
from grader.sandbox import choose_sandbox

from .boxes import Box


@pytest.fixture(scope="session")
def make_box(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Box]:
    def make(kind: str) -> Box:
        try:
            sandbox = choose_sandbox(kind)  # type: ignore[arg-type]
        except SandboxUnavailable as error:
            pytest.skip(str(error))
        return Box(sandbox, tmp_path_factory.mktemp(kind))

    return make


@pytest.fixture(scope="session", params=["bwrap", "none"])
def box(request: pytest.FixtureRequest, make_box: Callable[[str], Box]) -> Box:
    """Each provider in turn."""
    return make_box(request.param)


@pytest.fixture(scope="session")
def safe_box(make_box: Callable[[str], Box]) -> Box:
    """The provider that isolates."""
    return make_box("bwrap")


@pytest.fixture(autouse=True)
def nothing_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every temporary file of a run is gone when it ends."""
    folder = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []
