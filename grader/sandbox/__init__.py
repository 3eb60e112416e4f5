"""Runs our programs beside hostile code; the only room that starts processes."""

from typing import Literal

from grader.sandbox.base import Job, Result, Sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.plain import PlainSandbox
from grader.sandbox.warm import WarmSandbox

__all__ = ["Job", "Result", "Sandbox", "choose_sandbox"]


def choose_sandbox(kind: Literal["auto", "bwrap", "none"]) -> Sandbox:
    """The sandbox of that kind; "auto" is the safe one, or an error: never silently less.

    "auto" runs programs as forks of a warm worker where this machine can, and starts each of them where it cannot. Both
    are equally safe; "bwrap" is always the latter.

    Raises:
        SandboxUnavailable: This machine cannot offer it; says why, and the command that mends it.
    """
    if kind == "none":
        return PlainSandbox()
    return WarmSandbox() if kind == "auto" else BubblewrapSandbox()
