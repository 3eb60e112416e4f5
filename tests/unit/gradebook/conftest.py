"""Every test of the gradebook is asked of SQLite and of a real PostgreSQL server."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.gradebook import Gradebook, Judged, Kept
from grader.observation import Observations, Run, RunStatus
from grader.scorecard import Outcome, RunSummary, Scorecard, Verdict

WEEK = "week1"


def programs() -> Path | None:
    """The newest PostgreSQL server that is installed here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server of our own, on a socket in a folder of its own, without the name of a database."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("no PostgreSQL server is installed here (sudo apt-get install postgresql)")
    as_user: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="grader-pg-", dir="/tmp"))  # the path of a socket may not be long
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user 'postgres' here")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *words: str) -> None:
        done = subprocess.run(
            [*as_user, str(bin_ / program), "-D", str(folder / "data"), *words],
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "--username=grader", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"
        run("pg_ctl", "start", "-w", "-o", settings, "-l", str(folder / "log"))
        try:
            yield f"postgresql+psycopg://grader@/%s?host={folder}"
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


NUMBERS = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a gradebook can be made: nothing is there yet."""
    if request.param == "sqlite":
        return tmp_path / "private" / "gradebook.sqlite"
    import psycopg

    server: str = request.getfixturevalue("server")
    name = f"book{next(NUMBERS)}"
    with psycopg.connect((server % "postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server % name


@pytest.fixture
def opened(place: Path | str) -> Iterator[Callable[..., Gradebook]]:
    """Opens the gradebook, as often as a test likes; all are closed in the end."""
    books: list[Gradebook] = []

    def one(**options: object) -> Gradebook:
        books.append(Gradebook(place, **{"who": "ada", **options}))
        return books[-1]

    yield one
    for book in books:
        book.close()


@pytest.fixture
def book(opened: Callable[..., Gradebook]) -> Gradebook:
    """A new gradebook."""
    return opened()


def kept(student: str = "alice", key: str = "k1", *, status: RunStatus = RunStatus.OK, sha256: str = "") -> Kept:
    seen = Observations(run=Run(status=status, seconds=1.25, message="naïve \0 \U0001f431"))
    return Kept(student, f"{student}.ipynb", sha256 or f"sha-{key}", key, seen)


def card(of: Kept, *points: float) -> Scorecard:
    """A scorecard with a criterion of 10 points for each number: `c0`, `c1`, ..."""
    verdicts = tuple(
        Verdict(
            criterion=f"c{number}", check="figure", title="T", points=earned, max_points=10, feedback="Look again.",
            outcome=Outcome.PASSED if earned == 10 else Outcome.FAILED,
        )
        for number, earned in enumerate(points)
    )  # fmt: skip
    run = of.observations.run
    summary = RunSummary(status=run.status, seconds=run.seconds, message=run.message)
    return Scorecard.of(student=of.student, notebook=of.notebook, sha256=of.sha256, run=summary, verdicts=verdicts)


def judged(of: Kept, *points: float, **more: object) -> Judged:
    return Judged(card(of, *points), of.run, 10.0 * len(points), **more)


def grade(book: Gradebook, student: str = "alice", key: str = "k1", points: tuple[float, ...] = (10, 0)) -> Scorecard:
    """A run from its claim to its end."""
    run = kept(student, key)
    assert book.claim(WEEK, student, key) == "mine"
    scored = book.finish(WEEK, run, '{"cells": []}', judged(run, *points), claimed=key)
    assert scored is not None
    return scored


def found(book: Gradebook, keys: dict[str, str]) -> dict[str, Kept]:
    """By student."""
    return {run.student: run for run, text in book.kept(WEEK, keys) if run.observations.model_dump_json() == text}
