"""Workers get as many jobs as they have places; who is not like the others gets none; a suspect runs by itself."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from grader.cluster import fleet as fleets
from grader.cluster.fleet import Fleet, Listed
from grader.cluster.messages import Facts
from grader.errors import ClusterError, InternalFault, Interrupted

LIKE = Facts(versions={"grader": "1", "tensorflow": "2"}, code="abc")
FIT = LIKE.model_copy(update={"sandbox": "warm"})


class Cluster:
    """A roll of workers that a test writes."""

    def __init__(self, **places: int) -> None:
        self.places = places
        self.what = dict.fromkeys(places, FIT)

    def workers(self) -> list[Listed]:
        return [Listed(f"tls://{name}", f"id {name}", name, count) for name, count in self.places.items()]

    def facts(self, address: str) -> Facts | None:
        return self.what[address.removeprefix("tls://")]


@pytest.fixture
def never():
    return threading.Event()


def started(cluster: Cluster) -> Fleet:
    fleet = Fleet(cluster, LIKE, "tls://")
    fleet.look()
    return fleet


def name_of_a_place(fleet: Fleet, stopping: threading.Event) -> str:
    with fleet.place(stopping) as member:
        return member.listed.name


def test_jobs_go_where_there_is_most_room(never):
    fleet = started(Cluster(small=1, large=3))
    assert fleet.places == 4
    with ExitStack() as places:
        found = [places.enter_context(fleet.place(never)).listed.name for _ in range(4)]
    assert sorted(found) == ["large"] * 3 + ["small"]


def test_a_job_waits_until_there_is_room(never):
    fleet = started(Cluster(only=1))
    with ThreadPoolExecutor(1) as pool:
        with fleet.place(never):
            waiting = pool.submit(name_of_a_place, fleet, never)
            with pytest.raises(TimeoutError):
                waiting.result(0.05)
        assert waiting.result(30) == "only"


def test_who_runs_alone_waits_for_the_others_and_keeps_them_out(never):
    fleet = started(Cluster(only=2))
    begun, end = threading.Event(), threading.Event()

    def run_alone() -> int:
        with fleet.place(never, alone=True) as member:
            begun.set()
            end.wait(30)
            return member.running

    with ThreadPoolExecutor(2) as pool:
        with fleet.place(never) as member:
            alone = pool.submit(run_alone)
            while not member.reserved:
                time.sleep(0.005)
            later = pool.submit(name_of_a_place, fleet, never)
            assert not begun.is_set()
        assert begun.wait(30)
        assert not later.done()
        end.set()
        assert alone.result(30) == 1
        assert later.result(30) == "only"


def test_a_worker_that_went_is_told_to_who_works_on_it(never):
    cluster = Cluster(first=1, second=1)
    fleet = started(cluster)
    with fleet.place(never) as one, fleet.place(never) as other:
        del cluster.places["first"]
        fleet.look()
        gone = {member.listed.name: member.gone.is_set() for member in (one, other)}
    assert gone == {"first": True, "second": False}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"versions": {"grader": "1", "tensorflow": "3"}}, "it has tensorflow 3 and this machine 2"),
        ({"code": "other"}, "other code"),
        ({"sandbox": "", "problem": "bubblewrap is not installed"}, "has no sandbox: bubblewrap is not installed"),
    ],
)
def test_a_worker_that_is_not_like_this_machine_is_refused_by_name(change, words):
    cluster = Cluster(odd=1)
    cluster.what["odd"] = FIT.model_copy(update=change)
    with pytest.raises(ClusterError, match=f"worker odd .*{words}"):
        Fleet(cluster, LIKE, "tls://").start(0)


def test_a_worker_that_does_not_encrypt_is_refused():
    with pytest.raises(ClusterError, match="does not encrypt"):
        Fleet(Cluster(plain=1), LIKE, "wss://").start(0)


def test_one_that_joins_later_and_is_not_alike_gets_no_job(never):
    cluster = Cluster(good=1)
    fleet = started(cluster)
    cluster.places["odd"], cluster.what["odd"] = 8, FIT.model_copy(update={"sandbox": "bwrap"})
    fleet.look()
    assert fleet.places == 1


def test_no_workers_is_an_error_that_says_so():
    with pytest.raises(ClusterError, match="no workers"):
        Fleet(Cluster(), LIKE, "tls://").start(0)


def test_a_class_is_given_up_when_all_workers_are_gone_for_long(never, monkeypatch):
    monkeypatch.setattr(fleets, "PATIENCE", -1)
    cluster = Cluster(only=1)
    fleet = started(cluster)
    cluster.places.clear()
    fleet.look()
    with pytest.raises(InternalFault, match="no workers"), fleet.place(never):
        pass


def test_who_waits_is_woken_to_stop():
    fleet, stopping = started(Cluster(only=1)), threading.Event()
    with fleet.place(stopping), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(name_of_a_place, fleet, stopping)
        stopping.set()
        fleet.wake()
        with pytest.raises(Interrupted):
            waiting.result(30)


def test_a_worker_that_two_find_at_once_is_one_worker(never):
    class Slow(Cluster):
        """One that answers when another look has already been all the way."""

        fleet: Fleet
        asked = 0

        def facts(self, address: str) -> Facts | None:
            self.asked += 1
            if self.asked == 1:
                self.fleet.look()
                with self.fleet.place(never) as member:
                    member.has.add("a parcel")
            return super().facts(address)

    cluster = Slow(only=1)
    cluster.fleet = Fleet(cluster, LIKE, "tls://")
    cluster.fleet.look()
    assert cluster.asked == 2
    with cluster.fleet.place(never) as member:
        assert member.has == {"a parcel"}, "it would be sent again"
