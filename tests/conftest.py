"""What every test is spared: it grades into a gradebook of its own module, never into that of the course."""

from collections.abc import Iterator

import pytest

from grader.course import GRADEBOOK


@pytest.fixture(scope="module", autouse=True)
def gradebook_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands that the module's tests call or start find this gradebook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(GRADEBOOK, str(tmp_path_factory.mktemp("gradebook") / "gradebook.sqlite"))
        yield
