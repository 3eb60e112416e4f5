"""A worker keeps each parcel once, for as long as a job uses it, and drops what was not used for the longest time."""

import pytest

from grader.cluster.parcels import BadParcel, Parcel
from grader.cluster.store import Store


@pytest.fixture
def parcels(tmp_path):
    made = []
    for number in range(3):
        (tmp_path / f"{number}").write_bytes(bytes([number]) * 1000)
        made.append(Parcel(tmp_path / f"{number}"))
    return made


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


def put(store, parcel, sender="me"):
    content = b"".join(parcel.chunks())
    for offset in range(0, len(content), 300):
        store.add(sender, parcel.digest, offset, content[offset : offset + 300], parcel.size)


def test_what_was_sent_in_pieces_is_there_and_what_was_not_is_missing(folder, parcels):
    store = Store(folder)
    put(store, parcels[0])
    with store.using([parcels[0].digest, parcels[1].digest]) as (found, missing):
        assert found[parcels[0].digest].read_bytes() == parcels[0].path.read_bytes()
        assert missing == [parcels[1].digest]
    assert store.received == {parcels[0].digest: 1}


def test_two_senders_of_one_parcel_do_not_disturb_each_other(folder, parcels):
    store, content = Store(folder), b"".join(parcels[0].chunks())
    for offset in range(0, len(content), 300):
        for sender in ("one", "two"):
            store.add(sender, parcels[0].digest, offset, content[offset : offset + 300], parcels[0].size)
    with store.using([parcels[0].digest]) as (found, _):
        assert found[parcels[0].digest].read_bytes() == parcels[0].path.read_bytes()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [parcels[0].digest]


def test_pieces_out_of_order_are_refused(folder, parcels):
    store = Store(folder)
    with pytest.raises(BadParcel):
        store.add("me", parcels[0].digest, 300, b"x", parcels[0].size)
    with pytest.raises(BadParcel):
        store.add("me", parcels[0].digest, 0, b"x" * 2000, parcels[0].size)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_the_longest_unused_goes_first_and_nothing_that_is_in_use(folder, parcels):
    store = Store(folder, keep_bytes=1500)
    for parcel in parcels:
        put(store, parcel)
    first, second, third = (parcel.digest for parcel in parcels)
    with store.using([first]) as (found, missing):
        with store.using([third]):
            pass
        with store.using([second, third]) as (_, gone):
            assert gone == [second]
        assert found[first].exists()
        assert not missing
