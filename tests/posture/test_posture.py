"""The living sandbox is as the written posture says, and every line of the posture would notice if it were not."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.probe import survey
from grader.sandbox import Sandbox, choose_sandbox
from grader.sandbox.posture import POSTURE, Look, compare, look
from grader.sandbox.seccomp import trials

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
LINES = [what for what, _, _ in POSTURE]


@pytest.mark.parametrize("what", LINES)
def test_the_living_sandbox_keeps_each_line_of_the_posture(what: str, found: Look) -> None:
    (line,) = (line for line in compare(found) if line.what == what)
    assert line.fault == ""


def test_inside_and_outside_tell_the_same(found: Look) -> None:
    """The survey inside is a program of ours, but it is the outside that cannot be lied to."""
    assert set(found.inside["descriptors"]) == set(found.descriptors)
    assert sorted(m["point"] for m in found.inside["mounts"]) == sorted(m["point"] for m in found.mounts)
    for name in ("Seccomp", "NoNewPrivs", "CapEff", "CapBnd"):
        assert found.inside["status"][name] == found.status[name]


def test_every_forbidden_call_was_tried(found: Look) -> None:
    assert set(found.inside["calls"]) == set(trials())
    for name in ("mount", "ptrace", "bpf", "keyctl", "unshare", "io_uring_setup", "userfaultfd", "clone 0x10000000"):
        assert found.inside["calls"][name] == "EPERM", name
    for name in ("clone3", "memfd_create", "shmget", "call of the future"):
        assert found.inside["calls"][name] == "ENOSYS", name


def inside(**changes: Any) -> Callable[[Look], Look]:
    return lambda found: replace(found, inside={**found.inside, **changes})


def mounted(point: str, options: str) -> Callable[[Look], Look]:
    return lambda found: replace(found, mounts=(*found.mounts, {"point": point, "kind": "ext4", "options": options}))


def status(**changes: str) -> Callable[[Look], Look]:
    return lambda found: replace(found, status={**found.status, **changes})


@pytest.mark.parametrize(
    ("what", "spoil", "words"),
    [
        ("capabilities", status(CapAmb="0000000000200000"), "CapAmb"),
        ("no new privileges", status(NoNewPrivs="0"), "NoNewPrivs is 0"),
        ("seccomp", status(Seccomp="0"), "mode 0"),
        ("seccomp", inside(calls={"mount": "EINVAL"}), "mount: EINVAL"),
        ("namespaces", lambda found: replace(found, namespaces={"net": True}), "shares net"),
        ("user", lambda found: replace(found, uid_map="0 0 4294967295"), "uid map"),
        ("user", inside(ids=[0] * 6), "ids"),
        ("mounts", mounted("/home/teacher", "ro,nosuid,nodev"), "/home/teacher is shown"),
        ("mounts", mounted("/usr", "rw,nosuid,nodev"), "/usr can be written"),
        ("mounts", mounted("/usr", "ro,nodev"), "set-user-ID"),
        ("mounts", mounted("/usr", "ro,nosuid"), "devices"),
        ("mounts", inside(written={"/usr": "written", "/tmp": "written"}), "/usr was written"),
        ("descriptors", lambda found: replace(found, descriptors=("0", "7")), "descriptor 7"),
        ("environment", inside(environment=["PATH", "AWS_SECRET_ACCESS_KEY"]), "AWS_SECRET_ACCESS_KEY"),
        ("secrets", inside(paths={"/etc/shadow": "there"}), "/etc/shadow"),
        ("network", inside(connections={"127.0.0.1": "connected"}), "reached 127.0.0.1"),
        ("network", inside(interfaces=["eth0", "lo"]), "eth0"),
        ("processes", inside(processes=200), "200 are seen"),
        ("processes", inside(parent=["/dev/null"]), "can be read"),
    ],
)
def test_each_line_notices_what_is_otherwise(what: str, spoil: Callable[[Look], Look], words: str, found: Look) -> None:
    faults = {line.what: line.fault for line in compare(spoil(found))}
    assert words in faults.pop(what)
    assert set(faults.values()) == {""}


def test_where_nothing_isolates_nothing_is_tried() -> None:
    """Some of what the survey tries would work on a host, for root."""
    with pytest.raises(ValueError, match="does not isolate"):
        look(choose_sandbox("none"))


@pytest.mark.skipif(os.geteuid() != 0, reason="for root alone")
def test_the_survey_tries_no_call_with_privileges() -> None:
    plan = {"calls": {"none": (-1,)}, "paths": [], "folders": [], "addresses": [], "port": 0}
    assert survey.look(plan)["calls"] == {"none": "not tried"}


def test_what_is_in_the_environment_of_the_grader_stays_there(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_CANARY", "sings")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent.sock")
    os.environ["AWS_SECRET_ACCESS_KEY"] = "sings"
    try:
        found = look(sandbox)
    finally:
        del os.environ["AWS_SECRET_ACCESS_KEY"]
    assert not {"GRADER_CANARY", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY"} & set(found.inside["environment"])


@pytest.mark.parametrize(("what", "promise"), [(what, promise) for what, promise, _ in POSTURE])
def test_the_document_tells_each_line(what: str, promise: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"| {what} | {promise} |" in text
