"""Reports that helpers share in are those of one process, and what is kept for the next time is used when it holds."""

from pathlib import Path

import pytest

from grader import similarity
from grader.crew import Crew
from grader.errors import GraderError
from grader.observation import CellRun, Observations, Run, RunStatus
from grader.report import Background, pairs, write_reports
from grader.scorecard import Scores

STUB = ["import os"]
OWN = "def unusual(a, b):\n" + "".join(f"    a = a.m{n}(b[{n}], k{n}=b) + b.q{n}\n" for n in range(12))


def ran(source: str) -> Observations:
    return Observations(run=Run(status=RunStatus.OK, seconds=1, cells=(CellRun(index=4, status="ok", source=source),)))


@pytest.fixture
def large(make_scores, make_card, make_hostile, make_observations) -> tuple[Scores, dict[str, Observations]]:
    """A class in which two have the same unusual code, with names and texts of every kind."""
    names = [*(f"s{number:03}" for number in range(110)), "bob/../x", "Ärger", "\ud800"]
    cards = [make_card(name) for name in names] + [make_hostile("<b>&\x1b[31m\u202e")]
    seen = {name: ran(OWN if position in {3, 77} else f"x = {position}") for position, name in enumerate(names)}
    seen["s001"] = make_observations("<i>cats</i>")
    del seen["s002"]
    return make_scores(*cards), seen


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_helpers_or_none_the_files_are_the_same(tmp_path: Path, templates: Path, large):
    scores, seen = large
    background = Background(stub=STUB, previous={"s005": scores.submissions[5].model_copy(update={"score": 1.0})})
    counts = []
    for name, processes in (("alone", 1), ("shared", 2), ("shared", 2)):
        told: list[int] = []
        with Crew(processes, small=5) as crew:
            done = write_reports(
                scores, tmp_path / name, templates=templates, observations=seen, background=background, crew=crew,
                written=lambda: told.append(1),  # noqa: B023
            )  # fmt: skip
        assert len(told) == len(scores.submissions)
        counts.append(done.drawn)
    assert counts == [len(scores.submissions), len(scores.submissions), 0]
    alone, shared = files(tmp_path / "alone"), files(tmp_path / "shared")
    assert alone.keys() == shared.keys()
    assert [name for name in alone if alone[name] != shared[name]] == []
    assert "similar/001.html" in alone


def test_only_pages_of_other_results_are_drawn_and_helpers_draw_them_the_same(tmp_path: Path, templates: Path, large):
    scores, seen = large
    for name, processes in (("alone", 1), ("shared", 2)):
        with Crew(processes, small=5) as crew:
            write_reports(scores, tmp_path / name, templates=templates, observations=seen, crew=crew)
            cards = [c.model_copy(update={"score": 1.0}) if c.student == "s007" else c for c in scores.submissions]
            other = scores.model_copy(update={"submissions": tuple(cards)})
            more = seen | {"s009": ran("y = 9")}
            (tmp_path / name / "s011.html").write_text("somebody was here")
            told: list[int] = []
            done = write_reports(
                other, tmp_path / name, templates=templates, observations=more, crew=crew,
                written=lambda: told.append(1),  # noqa: B023
            )  # fmt: skip
        assert (done.drawn, len(told)) == (3, len(cards))
    assert files(tmp_path / "alone") == files(tmp_path / "shared")


def test_a_folder_that_cannot_be_written_is_told_by_helpers_too(tmp_path: Path, templates: Path, large):
    scores, seen = large
    (tmp_path / "s090.html").mkdir()
    with Crew(2, small=5) as crew, pytest.raises(GraderError, match="report cannot be written"):
        write_reports(scores, tmp_path, templates=templates, observations=seen, crew=crew)
    assert not (tmp_path / "scores.json").exists()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many were compared, each time that a class was."""
    times: list[int] = []

    def watched(sources, *rest, **named):
        times.append(len(sources))
        return similarity.find_similar(sources, *rest, **named)

    monkeypatch.setattr(pairs, "find_similar", watched)
    return times


def test_code_is_compared_again_when_there_is_other_code_and_only_then(
    tmp_path: Path, templates: Path, make_scores, make_card, compared
):
    seen = {f"s{n}": ran(OWN if n < 2 else f"x = {n}") for n in range(4)}

    def write(stub: list[str]) -> dict[str, bytes]:
        scores = make_scores(*map(make_card, seen))
        write_reports(scores, tmp_path, templates=templates, observations=seen, background=Background(stub=stub))
        return files(tmp_path)

    first = write(STUB)
    assert write(STUB) == first
    assert len(compared) == 1
    (tmp_path / ".similar.json").write_bytes(first[".similar.json"].replace(b"s1", b"s2"))
    assert write(STUB) == first
    (tmp_path / ".similar.json").write_text("[]")
    assert write(STUB) == first
    assert len(compared) == 3
    seen["s2"] = ran(OWN)
    assert "similar/002.html" in write(STUB)
    assert "similar/001.html" not in write([*STUB, OWN])
    assert len(compared) == 5
    assert ".similar.json" not in write([])
    assert len(compared) == 5
