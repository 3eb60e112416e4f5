import csv
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from junitparser import JUnitXml

from grader.errors import CourseError, GraderError
from grader.observation import CellRun, Observations, Run, RunStatus
from grader.report import Background, write_reports
from grader.report.scores_json import parse
from grader.scorecard import Scores


def test_every_format_is_written_and_the_class_page_named(tmp_path: Path, templates: Path, make_scores, make_card):
    scores = make_scores(make_card(), make_card("bob"))
    out = tmp_path / "new" / "report"
    assert write_reports(scores, out, templates=templates).page == out / "index.html"
    assert {p.name for p in out.iterdir()} == {
        "alice.html", "bob.html", "grades.csv", "index.html", "junit.xml", "scores.json", "summary.md",
    }  # fmt: skip
    assert parse((out / "scores.json").read_text()) == scores


def test_observations_reach_the_page_of_their_student(
    tmp_path: Path, templates: Path, make_scores, make_card, make_observations
):
    scores = make_scores(make_card(), make_card("bob"))
    write_reports(scores, tmp_path, templates=templates, observations={"bob": make_observations()})
    assert "Your model" in (tmp_path / "bob.html").read_text()
    assert "Your model" not in (tmp_path / "alice.html").read_text()


@pytest.fixture
def hostile_class(make_scores, make_hostile, make_card, all_hostile: list[str]) -> tuple[Scores, list[str]]:
    names = sorted(all_hostile, key=ascii)
    return make_scores(*map(make_hostile, names), make_card("zed")), names


def test_a_class_of_hostile_names_stays_in_the_folder_and_whole(tmp_path: Path, templates: Path, hostile_class, read):
    scores, names = hostile_class
    out = tmp_path / "report"
    write_reports(scores, out, templates=templates)
    assert list(tmp_path.iterdir()) == [out]
    assert all(p.is_file() for p in out.iterdir())
    assert len(list(out.glob("*.html"))) == len(names) + 2
    links = read((out / "index.html").read_text(encoding="utf-8"))
    assert len({a["href"] for a in links.of("a") if str(a["href"]).endswith(".html")}) == len(names) + 1
    assert len(json.loads((out / "scores.json").read_text())["submissions"]) == len(names) + 1
    assert len(list(JUnitXml.fromfile(str(out / "junit.xml")))) == len(names) + 1
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.reader(file, strict=True))) == len(names) + 2


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, templates: Path, make_scores, make_card, make_observations):
    scores, seen = make_scores(make_card()), {"alice": make_observations()}
    for folder in ("a", "b"):
        write_reports(scores, tmp_path / folder, templates=templates, observations=seen)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_the_old_record_stays_when_a_page_cannot_be_written(tmp_path: Path, templates: Path, make_scores, make_card):
    write_reports(make_scores(make_card()), tmp_path, templates=templates)
    before = (tmp_path / "scores.json").read_bytes()
    (tmp_path / "bob.html").mkdir()
    with pytest.raises(GraderError, match="cannot be written") as raised:
        write_reports(make_scores(make_card(), make_card("bob")), tmp_path, templates=templates)
    assert "bob.html" in str(raised.value) or "bob" in str(raised.value.where)
    assert (tmp_path / "scores.json").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path, templates: Path, make_scores, make_card):
    (tmp_path / "report").write_text("")
    with pytest.raises(GraderError, match="--out"):
        write_reports(make_scores(make_card()), tmp_path / "report", templates=templates)


def test_a_course_without_templates_writes_nothing(tmp_path: Path, make_scores, make_card):
    with pytest.raises(CourseError):
        write_reports(make_scores(make_card()), tmp_path / "out", templates=tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def copied(make_scores, make_card) -> tuple[Scores, dict[str, Observations]]:
    """A class in which two have the same unusual code, one of them under a name that is no file name."""
    own = "def unusual(a, b):\n" + "".join(f"    a = a.m{n}(b[{n}], k{n}=b) + b.q{n}\n" for n in range(12))
    names = ["alice", "bob/../x", *(f"s{n}" for n in range(6))]
    sources = {name: own if n < 2 else f"x = {n}" for n, name in enumerate(names)}
    seen = {
        name: Observations(
            run=Run(status=RunStatus.OK, seconds=1, cells=(CellRun(index=4, status="ok", source=source),))
        )
        for name, source in sources.items()
    }
    return make_scores(*map(make_card, names)), seen


def test_code_in_common_is_shown_side_by_side(tmp_path: Path, templates: Path, copied, read):
    scores, seen = copied
    background = Background(stub=["import os"])
    write_reports(scores, tmp_path, templates=templates, observations=seen, background=background)
    (page,) = (tmp_path / "similar").iterdir()
    found = read(page.read_text(encoding="utf-8"))
    assert "A pointer, not a verdict." in found.words
    assert found.words.count("def unusual(a, b):") == 2
    assert "Cell 5" in found.words
    assert len(found.of("mark")) >= 22
    for link in found.of("a"):
        assert (page.parent / unquote(str(link["href"]))).resolve().is_file()
    assert "similar/001.html" in (tmp_path / "index.html").read_text()


def test_pairs_of_an_earlier_class_do_not_stay(tmp_path: Path, templates: Path, copied, make_scores, make_card):
    scores, seen = copied
    write_reports(scores, tmp_path, templates=templates, observations=seen, background=Background(stub=["import os"]))
    write_reports(make_scores(make_card()), tmp_path, templates=templates)
    assert not (tmp_path / "similar").exists()


def test_without_the_student_notebook_code_is_not_compared(tmp_path: Path, templates: Path, copied):
    scores, seen = copied
    write_reports(scores, tmp_path, templates=templates, observations=seen)
    assert not (tmp_path / "similar").exists()


def test_each_students_page_is_told_of_once_also_where_it_is_left_alone(
    tmp_path: Path, templates: Path, make_scores, make_card
):
    scores = make_scores(make_card(), make_card("bob"), make_card("zed"))
    for _ in range(2):
        told: list[int] = []
        write_reports(scores, tmp_path, templates=templates, written=lambda: told.append(1))  # noqa: B023
        assert len(told) == 3
