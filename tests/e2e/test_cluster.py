"""A class on a real Dask scheduler and real workers, over TLS: as on one machine, whatever becomes of a worker."""

import json
import os
import pickle
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import dask
import distributed.comm.tcp
import numpy as np
import psutil
import pytest

from grader import grade as grading
from grader.cluster import connection
from grader.cluster import sandbox as clusters
from grader.cluster.sandbox import ClusterSandbox
from grader.course import Course, find_course
from grader.datasets.pets import CatsDogs
from grader.errors import ClusterError, InternalFault, Interrupted
from grader.grade import ClassGrader
from grader.gradebook import Gradebook
from grader.sandbox import Sandbox, choose_sandbox
from grader.scoring import GradedClass
from grader.scratch import sweep

from . import dask_by_hand, stub_keeper

ROOT = Path(__file__).parents[2]
SECRETS = ("rubric-of-our-own", "goal-of-our-own", "gradebook-of-our-own", "student-of-our-own")
RUBRIC = f"""
title = "{SECRETS[0]}"
image_shape = [32, 32, 3]
functions = [{{ name = "create_model", role = "model" }}]
[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 10
[[criteria]]
id = "input"
check = "input_shape"
title = "{SECRETS[1]}"
goal = "{SECRETS[1]}"
function = "create_model"
points = 5
parameters = {{ shape = [32, 32, 3] }}
"""
MODEL = """
import keras
def create_model():
    model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
model = create_model()
"""
CLASS = {
    f"{SECRETS[3]}-0": MODEL,
    "s1": "1 / 0",
    "s2": "print('a quiet notebook')",
    "s3": MODEL.replace("32, 32", "16, 16"),
}
SLOW = {f"t{number}": f"import time\ntime.sleep(1)\n{number}" for number in range(5)}


@pytest.fixture(scope="module", autouse=True)
def small_data() -> Iterator[None]:
    """Or drawing the images that a course has of its own would be most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CatsDogs, "holdout_each", 8)
        patch.setattr(grading, "TRAINING_SAMPLE", 8)
        patch.setattr(clusters, "WAIT_FOR_WORKERS", 300)  # TensorFlow takes its time on a busy machine
        yield


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    (folder / "solutions" / "week1").mkdir(parents=True)
    (folder / "solutions" / "course.toml").write_text('title = "Stubs"\n[weeks.week1]\ndata = "cats-dogs"\n')
    (folder / "solutions" / "week1" / "rubric.toml").write_text(RUBRIC)
    shutil.copytree(ROOT / "templates", folder / "templates")
    return find_course(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dask_by_hand.Cluster]:
    """Two workers with warm sandboxes."""
    with dask_by_hand.Cluster(tmp_path_factory.mktemp("cluster")) as made, dask.config.set(made.settings):
        made.add("one")
        made.add("two")
        yield made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(made.temporary))
        sweep()  # as every worker does when it starts: one of these was killed
    assert not list(made.temporary.glob("grader-*")), "a worker left its folder"


@pytest.fixture
def stubs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dask_by_hand.Cluster]:
    """No workers yet; those that come run no TensorFlow."""
    monkeypatch.setenv(stub_keeper.LOG, str(tmp_path / "log"))
    preload = stub_keeper.__file__
    with dask_by_hand.Cluster(tmp_path / "cluster", preload) as made, dask.config.set(made.settings):
        yield made


def write(folder: Path, cells: dict[str, str]) -> Path:
    folder.mkdir()
    for student, source in cells.items():
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None,
                "source": source}  # fmt: skip
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{student}.ipynb").write_text(json.dumps(notebook))
    return folder


def grade(
    course: Course, folder: Path, sandbox: Sandbox, *, jobs: int | None = None, book: str = "book"
) -> GradedClass:
    place = folder.parent / f"{SECRETS[2]}-{book}.sqlite"
    with Gradebook(place) as opened:
        grader = ClassGrader.prepare(course, "week1", [folder], opened, sandbox=sandbox, jobs=jobs)
        return grader.run()


def is_alive(process: psutil.Process) -> bool:
    """A dead one may wait long for the system's init to take note of it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait(until: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + 120
    while not until():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def scores(graded: GradedClass) -> dict[str, tuple[Any, ...]]:
    return {
        card.student: (card.run.status, card.score, [(v.outcome, v.points, v.actual) for v in card.verdicts])
        for card in graded.scores.submissions
    }


def observed(graded: GradedClass, student: str) -> Any:
    """Without times, and where it was."""
    record = json.loads(graded.observations[student].model_dump_json())
    record["conditions"].pop("worker")
    for cell in (record["run"], *record["run"]["cells"]):
        cell.pop("seconds")
    return record


def test_two_workers_observe_what_one_machine_does_and_learn_nothing_else(cluster, course, tmp_path, monkeypatch):
    sent = bytearray()
    to_frames = distributed.comm.tcp.to_frames

    async def recorded(*words: Any, **more: Any) -> list[bytes]:
        frames: list[bytes] = await to_frames(*words, **more)
        for frame in frames:
            sent.extend(frame)
        return frames

    monkeypatch.setattr(distributed.comm.tcp, "to_frames", recorded)
    folder = write(tmp_path / "class", CLASS)
    with closing(ClusterSandbox(cluster.address)) as box:
        wait(lambda: (box._fleet.look(), box.places > len(os.sched_getaffinity(0)) + 1)[1], "one of two workers came")
        away = grade(course, folder, box, book="away")
        received = box._line._client.run(box._line._keeper.received)
        sandbox = box.name
    here_box = choose_sandbox("auto")
    try:
        here = grade(course, folder, here_box, jobs=2, book="here")
    finally:
        here_box.close()
    assert sandbox == here_box.name
    assert scores(away) == scores(here)
    assert {card.score for card in away.scores.submissions} == {15.0, 10.0, 0.0}
    for student in CLASS:
        assert observed(away, student) == observed(here, student)
    workers = {away.observations[student].conditions.worker for student in CLASS}
    assert workers == {"one", "two"}

    for counts in received.values():
        assert counts
        assert set(counts.values()) == {1}, "something was sent twice"
    assert sum(map(len, received.values())) > 8
    assert b"a quiet notebook" in sent, "what is sent was not seen"
    for secret in SECRETS:
        assert secret.encode() not in sent
    assert (course.private / "secret").read_bytes() not in sent
    (file,) = course.private.glob("*/labels.json")
    labels = json.loads(file.read_text())
    for text in (json.dumps(labels), json.dumps(labels, separators=(",", ":")), bytes(labels)):
        assert (text if isinstance(text, bytes) else text[1:-1].encode()) not in sent
    for kind in ("<i4", "<i8", "<f4", "<f8"):
        assert np.array(labels, kind).tobytes() not in sent


def test_a_worker_that_is_killed_costs_nothing(cluster, course, tmp_path):
    """Runs after the others here, for one worker is gone from then on."""
    folder = write(tmp_path / "class", SLOW)
    victim = psutil.Process(cluster.workers["one"].pid)
    with closing(ClusterSandbox(cluster.address)) as box:
        wait(lambda: (box._fleet.look(), box.places > len(os.sched_getaffinity(0)) + 1)[1], "one of two workers came")
        below: list[psutil.Process] = []

        def strike() -> None:
            def busy() -> bool:
                below[:] = victim.children(recursive=True)
                with suppress(psutil.NoSuchProcess):  # that one is over; look again
                    return any("bwrap" in process.name() for process in below)
                return False

            wait(busy, "the worker never ran anything")
            victim.kill()

        striker = threading.Thread(target=strike)
        striker.start()
        graded = grade(course, folder, box)
        striker.join()
    assert {card.student: (card.score, card.held) for card in graded.scores.submissions} == dict.fromkeys(
        SLOW, (10.0, False)
    )
    wait(lambda: not any(map(is_alive, below)), "something outlived the worker")
    assert "two" in {graded.observations[student].conditions.worker for student in SLOW}


def test_a_submission_that_kills_two_workers_is_held_and_nobody_else_is(stubs, course, tmp_path):
    cells = {f"s{number}": f"{number}" for number in range(8)} | {"killer": stub_keeper.DEADLY}
    folder = write(tmp_path / "class", cells)
    for name in ("one", "two", "three"):
        stubs.add(name)
    with closing(ClusterSandbox(stubs.address)) as box:
        wait(lambda: (box._fleet.look(), box.places > len(os.sched_getaffinity(0)) + 2)[1], "not all workers came")
        graded = grade(course, folder, box)
        (left,) = box._line.workers().values()
    cards = {card.student: card for card in graded.scores.submissions}
    killer = cards.pop("killer")
    assert (killer.held, killer.score, killer.run.status) == (True, None, "internal")
    dead = {"one", "two", "three"} - {left["name"]}
    assert all(name in killer.run.message for name in dead)
    assert left["name"] not in killer.run.message.split("(")[1]
    assert {card.score for card in cards.values()} == {10.0}
    assert len(Path(os.environ[stub_keeper.LOG]).read_text().split()) >= len(cells) + 1


def test_stopping_ends_the_job_on_the_worker_and_so_does_the_end_of_the_coordinator(stubs, course, tmp_path):
    folder = write(tmp_path / "class", {"s": stub_keeper.ENDLESS})
    log = Path(os.environ[stub_keeper.LOG])
    stubs.add("one")
    for number, end in enumerate(("stop", "close"), 1):
        box = ClusterSandbox(stubs.address)
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(grade, course, folder, box, book=end)
            wait(lambda n=number: log.exists() and log.read_text().count("begun") == n, "the job never began")
            if end == "close":
                box._line._client.close()  # as the connection breaks when the coordinator is killed
                wait(lambda: log.read_text().count("stopped") == 2, "the job went on")
            box.stop()
            with pytest.raises((Interrupted, InternalFault)):
                run.result(60)
        box.close()
        wait(lambda n=number: log.read_text().count("stopped") == n, "the job went on")


def test_a_certificate_of_another_authority_opens_nothing(stubs, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(connection, "CONNECTING", 1)
    with dask.config.set(dask_by_hand.make_certificates(tmp_path / "other")), pytest.raises(ClusterError):
        ClusterSandbox(stubs.address)


def test_a_worker_that_was_taken_over_cannot_run_code_here(stubs, tmp_path, monkeypatch):
    """Dask unpickles what workers send, as task results and as errors; that would be the gradebook's machine."""
    monkeypatch.setenv(stub_keeper.RAN, str(tmp_path / "ran"))
    stubs.add("one")
    with closing(ClusterSandbox(stubs.address)) as box:
        client = box._line._client
        for evil in ("stub_keeper.Evil()", "stub_keeper.fail()"):
            words = f"exec('import stub_keeper') or {evil}"
            future = client.submit(eval, words, pure=False)
            wait(lambda f=future: f.status != "pending", "no answer")
            with suppress(Exception):  # whatever it is, as long as it is nothing that was sent
                future.result(timeout=5)
            (address,) = box._line.workers()
            with suppress(Exception):
                client.run(eval, words, workers=[address])
    ran = (tmp_path / "ran").read_text().split() if (tmp_path / "ran").exists() else []
    assert str(os.getpid()) not in ran, "code from a worker has run here"
    with suppress(AttributeError):  # where Dask has taught pickle about errors, it expects to get one back
        pickle.loads(pickle.dumps(stub_keeper.Evil()))
    assert str(os.getpid()) in (tmp_path / "ran").read_text().split(), "this test would notice nothing"
