"""A page is drawn again when what it shows has changed, or when somebody has touched it, and only then."""

import os
from pathlib import Path

import pytest

from grader.report import Background, student_page, write_reports


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Students whose pages were drawn."""
    names: list[str] = []
    render = student_page.render

    def watched(card, *rest, **named):
        names.append(card.student)
        return render(card, *rest, **named)

    monkeypatch.setattr(student_page, "render", watched)
    return names


def test_pages_that_would_be_the_same_are_left_alone(tmp_path, templates, make_scores, make_card, drawn):
    def write(*cards, **more) -> list[str]:
        drawn.clear()
        write_reports(make_scores(*cards), tmp_path, templates=templates, **more)
        return sorted(drawn)

    alice, bob = make_card(), make_card("bob")
    reused = bob.model_copy(update={"run": bob.run.model_copy(update={"reused": True})})
    assert write(alice, bob) == ["alice", "bob"]
    before = (tmp_path / "alice.html").read_bytes()
    os.utime(tmp_path / "bob.html", (1, 1))
    assert write(alice, reused) == []
    assert write(alice, bob.model_copy(update={"score": 1.0})) == ["bob"]
    assert write(alice, bob, background=Background(previous={"bob": alice})) == ["bob"]
    assert (tmp_path / "alice.html").read_bytes() == before
    (tmp_path / "alice.html").write_bytes(before.replace(b"alice", b"mallory", 1))
    assert "alice" in write(alice, bob, background=Background(previous={"bob": alice}))
    assert (tmp_path / "alice.html").read_bytes() == before


def test_pages_are_drawn_again_with_other_templates(tmp_path: Path, templates: Path, make_scores, make_card, drawn):
    import shutil

    mine = tmp_path / "templates"
    shutil.copytree(templates, mine)
    for _ in range(2):
        write_reports(make_scores(make_card()), tmp_path / "out", templates=mine)
    assert drawn == ["alice"]
    with (mine / "report" / "style.css").open("a") as style:
        style.write("body { color: black }\n")
    write_reports(make_scores(make_card()), tmp_path / "out", templates=mine)
    assert drawn == ["alice", "alice"]
