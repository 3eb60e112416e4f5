"""Weights of pretrained bases: pinned, verified before each use, and fetched from our own web server."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from grader.base import BASES, Base
from grader.bases import choice, files
from grader.bases.choice import choose_base
from grader.bases.fetch import fetch_base
from grader.bases.files import base_holdings, weights_file
from grader.datasets.drawing.things import KINDS
from grader.errors import DataError

WEIGHTS = b"numbers of a large network" * 50


@pytest.fixture
def large(web) -> Base:
    """A large base whose file lies on our own server."""
    base = BASES["inception_v3"]
    web.files[base.file] = WEIGHTS
    return replace(base, url=f"{web.url}/{base.file}", digest=hashlib.md5(WEIGHTS).hexdigest())


def test_the_weights_that_ship_have_the_pinned_checksum_and_are_a_few_megabytes():
    path = weights_file(BASES["shipped"])
    assert path.is_relative_to(Path(files.__file__).parent)
    assert path.stat().st_size < 5e6


def test_weights_that_are_not_the_pinned_ones_are_refused():
    with pytest.raises(DataError, match="checksum"):
        weights_file(replace(BASES["shipped"], digest="0" * 64))


def test_a_large_base_is_fetched_once_and_verified(large, web, tmp_path):
    path = fetch_base(large, cache=tmp_path)
    assert path.read_bytes() == WEIGHTS
    assert weights_file(large, tmp_path) == path
    asked = len(web.asked)
    assert fetch_base(large, cache=tmp_path) == path
    assert len(web.asked) == asked

    path.write_bytes(WEIGHTS[:-1])
    with pytest.raises(DataError, match="checksum differs"):
        weights_file(large, tmp_path)


def test_another_file_than_the_published_one_is_refused_and_not_kept(large, web, tmp_path):
    web.files[large.file] = WEIGHTS[:-1] + b"x"
    with pytest.raises(DataError, match="checksum"):
        fetch_base(large, cache=tmp_path)
    with pytest.raises(DataError, match="grader data fetch inception_v3"):
        weights_file(large, tmp_path)


def test_a_copy_at_hand_is_taken_instead_of_the_network(large, web, tmp_path):
    copy = tmp_path / "copy.h5"
    copy.write_bytes(WEIGHTS)
    assert fetch_base(large, archives=[copy], cache=tmp_path / "cache").read_bytes() == WEIGHTS
    assert web.asked == []

    copy.write_bytes(b"something else")
    with pytest.raises(DataError, match="checksum"):
        fetch_base(large, archives=[copy], cache=tmp_path / "other")
    assert not (tmp_path / "other" / "bases" / large.file).exists()


def test_what_ships_is_never_downloaded(tmp_path):
    assert fetch_base(BASES["shipped"], cache=tmp_path) == weights_file(BASES["shipped"])


def test_every_base_is_listed_with_its_place(large, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "BASES", {"shipped": BASES["shipped"], "inception_v3": large})
    shipped, fetched = base_holdings(tmp_path)
    assert (shipped.source, shipped.present) == ("shipped", True)
    assert (fetched.name, fetched.present, fetched.size) == ("inception_v3", False, 87_910_968)
    fetch_base(large, cache=tmp_path)
    assert base_holdings(tmp_path)[1].present


def test_weights_where_notebooks_look_go_first(monkeypatch):
    at_the_place: set[str] = set()
    monkeypatch.setattr(Path, "is_file", lambda self: self.as_posix() in at_the_place)
    monkeypatch.setattr(choice, "weights_file", lambda base: Path("/package") / base.file)
    assert choose_base() == (BASES["shipped"], Path("/package/small_inception.weights.h5"))
    at_the_place.add(BASES["shipped"].inside)
    assert choose_base() == (BASES["shipped"], Path(BASES["shipped"].inside))
    at_the_place.add(BASES["vgg16"].inside)
    assert choose_base() == (BASES["vgg16"], Path("/tmp/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"))


def test_the_base_has_seen_nothing_of_any_assignment():
    assert len(KINDS) == 37
    assert not set(KINDS) & {"cat", "dog", "horse", "human", "hand"}
