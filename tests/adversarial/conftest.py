"""The small course, the class of attacks, and what planted secrets stand in it."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader.grade
import grader.sandbox
from grader.course import GRADEBOOK
from grader.datasets import cats_dogs
from grader.gradebook import Gradebook, Judged, Kept
from grader.observation import Observations, Run, RunStatus
from grader.sandbox import choose_sandbox
from grader.scorecard import RunSummary, Scorecard

from . import harness

ROOT = Path(__file__).parents[2]
CANARIES = {
    "rubric": "canary-rubric-7d1f60b2",
    "solution": "canary-solution-90c2ab17",
    "secret": "canary-course-secret-0123456789a",
    "holdout": "canary-holdout-5e8a77c1",
    "environment": "canary-environment-c41b9d03",
    "home": "canary-home-file-2fd0a6e8",
    "observations": "canary-observations-8b3e15f4",
    "neighbour": "canary-neighbour-b7c9d2aa",
}
"""Where -> a text that must never come out."""

LIMITS = """
[limits]
cell_seconds = 25
run_seconds = 160
memory_bytes = 2147483648
disk_bytes = 402653184
file_bytes = 67108864
processes = 200
output_bytes = 1048576
"""


@pytest.fixture(scope="session")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Path:
    """Week 1 with small pictures, low thresholds and a small holdout."""
    folder = tmp_path_factory.mktemp("course")
    week = folder / "solutions" / "week1"
    week.mkdir(parents=True)
    shutil.copytree(ROOT / "templates", folder / "templates")
    settings = f'title = "A small course"\n[weeks.week1]\ndata = "cats-dogs"\n{LIMITS}'
    (week.parent / "course.toml").write_text(settings)
    rubric = (harness.HERE / "rubric.toml").read_text(encoding="utf-8")
    (week / "rubric.toml").write_text(f"# {CANARIES['rubric']}\n{rubric}")
    (week / "solution.ipynb").write_text(CANARIES["solution"])
    private = folder / ".grader"
    private.mkdir(mode=0o700)
    (private / "secret").write_text(CANARIES["secret"])
    (private / "labels.json").write_text(CANARIES["holdout"])
    patch.setattr(cats_dogs, "HOLDOUT_EACH", 40)
    patch.setattr(grader.grade, "TRAINING_SAMPLE", 100)
    return folder


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Path:
    """A folder of our own for temporary files, in which nothing may be left."""
    folder = tmp_path_factory.mktemp("temporary")
    patch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[harness.Recorder]:
    """The real sandbox, watched; around it secrets in the environment and the home folder, and sockets that listen."""
    from grader.datasets.storage import ENVIRONMENT, cache_root

    patch.setenv(ENVIRONMENT, str(cache_root()))
    patch.setenv("CANARY", CANARIES["environment"])
    home = tmp_path_factory.mktemp("home")
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id_ed25519").write_text(CANARIES["home"])
    patch.setenv("HOME", str(home))
    listeners = [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET)]
    addresses = (f"\0{harness.Draft.socket_name}", str(home / "agent"), ("127.0.0.1", 0))
    for listener, address in zip(listeners, addresses, strict=True):
        listener.bind(address)
        listener.listen()
    patch.setattr(harness.Draft, "port", listeners[-1].getsockname()[1])
    patch.setenv("SSH_AUTH_SOCK", str(home / "agent"))
    recorder = harness.Recorder(choose_sandbox("auto"), CANARIES)
    patch.setattr(grader.sandbox, "choose_sandbox", lambda kind: recorder)
    yield recorder
    for listener in listeners:
        listener.close()


@pytest.fixture(scope="session")
def alone(
    course: Path, temporary: Path, recorder: harness.Recorder, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict]:
    """Twin -> its scorecard when nobody hostile is around."""
    folder = tmp_path_factory.mktemp("alone")
    for twin in harness.twins():
        harness.write_honest(twin, folder / f"{twin}.ipynb")
    batch = harness.grade(course, folder, tmp_path_factory.mktemp("quiet"), recorder, jobs=2, temporary=temporary)
    return batch.cards


@pytest.fixture(scope="session")
def batch(
    request: pytest.FixtureRequest,
    course: Path,
    temporary: Path,
    recorder: harness.Recorder,
    tmp_path_factory: pytest.TempPathFactory,
) -> harness.Batch:
    """All attacks that this test run is about (so `-k NAME` grades just that one), in one class with honest ones."""
    wanted = {item.callspec.params["attack"].name for item in request.session.items if _has_attack(item)}
    chosen = [attack for attack in harness.attacks() if attack.name in wanted] or harness.attacks()
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("report")
    harness.fill(folder, chosen, secret=CANARIES["neighbour"])
    recorder.limits = {attack.name: attack.card.limits for attack in chosen if attack.card.limits}
    _keep_older()
    return harness.grade(course, folder, out, recorder, jobs=2, temporary=temporary)


def _keep_older() -> None:
    """A run of somebody else in the gradebook, with a text that must never come out."""
    seen = Observations(run=Run(status=RunStatus.OK, seconds=1, message=CANARIES["observations"]))
    summary = RunSummary(status=RunStatus.OK, seconds=1)
    card = Scorecard.of(student="older", notebook="older.ipynb", sha256="0", run=summary, verdicts=())
    with Gradebook(Path(os.environ[GRADEBOOK])) as book:
        kept = Kept("older", "older.ipynb", "0", "k", seen)
        book.finish("week1", kept, CANARIES["observations"], Judged(card, 0, 100), claimed="")


def _has_attack(item: pytest.Item) -> bool:
    return isinstance(getattr(getattr(item, "callspec", None), "params", {}).get("attack"), harness.Attack)
