"""Every provider of a sandbox. A new one is one more line here, and every promise is asked of it."""

from collections.abc import Callable

from grader.sandbox import Sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.plain import PlainSandbox
from grader.sandbox.warm import WarmSandbox

PROVIDERS: dict[str, Callable[[], Sandbox]] = {
    "bwrap": BubblewrapSandbox,
    "none": PlainSandbox,
    "warm": WarmSandbox,
}

ISOLATING = [name for name, provider in PROVIDERS.items() if provider.isolates]  # type: ignore[attr-defined]
"""Those in which hostile code may be run; the posture is asked of them."""
