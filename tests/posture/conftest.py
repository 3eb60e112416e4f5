"""A look at each sandbox in which hostile code may be run, taken once."""

from collections.abc import Iterator

import pytest

from grader.errors import SandboxUnavailable
from grader.sandbox import Sandbox
from grader.sandbox.posture import Look, look

from ..conformance.providers import ISOLATING, PROVIDERS


@pytest.fixture(scope="session", params=ISOLATING)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    try:
        made = PROVIDERS[request.param]()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    yield made
    getattr(made, "close", lambda: None)()


@pytest.fixture(scope="session")
def found(sandbox: Sandbox) -> Look:
    """What the living sandbox is like, from inside and outside."""
    return look(sandbox)
