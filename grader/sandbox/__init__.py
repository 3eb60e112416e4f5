"""Runs our programs beside hostile code; the only room that starts processes."""

from typing import Literal

from grader.sandbox.base import Job, Result, Sandbox
from grader.sandbox.bwrap import BubblewrapSandbox
from grader.sandbox.plain import PlainSandbox

__all__ = ["Job", "Result", "Sandbox", "choose_sandbox"]


def choose_sandbox(kind: Literal["auto", "bwrap", "none"]) -> Sandbox:
    """The sandbox of that kind; "auto" is the safe one, or an error: never silently less.

    Raises:
        SandboxUnavailable: This machine cannot offer it; says why, and the command that mends it.
    """
    return PlainSandbox() if kind == "none" else BubblewrapSandbox()
