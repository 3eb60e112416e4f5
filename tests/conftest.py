"""What every test is spared: none grades into the gradebook of the course itself."""

from collections.abc import Iterator

import pytest

from grader.course import GRADEBOOK


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
