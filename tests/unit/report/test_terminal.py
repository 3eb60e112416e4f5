import unicodedata

import pytest
from rich.cells import cell_len

from grader.observation import RunStatus
from grader.report.terminal import render
from grader.scorecard import Outcome


def test_a_row_names_the_student_the_score_and_what_was_missed(make_scores, make_card):
    text = render(make_scores(make_card()))
    row = next(line for line in text.splitlines() if line.startswith("alice"))
    assert "15/30" in row
    assert "█████░░░░░" in row
    assert "loss" in row
    assert row.endswith("ok")
    assert "1 submission, mean 15.0 of 30" in text


def test_a_held_score_is_held(make_scores, make_card):
    text = render(make_scores(make_card(status=RunStatus.INTERNAL), make_card("bob")))
    assert "held" in next(line for line in text.splitlines() if line.startswith("alice"))
    assert "mean 15.0 of 30, 1 held through a fault of ours" in text


def test_many_failures_are_counted(make_scores, make_card, make_verdict):
    failed = [make_verdict(f"c{n}", Outcome.FAILED) for n in range(6)]
    text = render(make_scores(make_card("a", *failed, make_verdict("s", Outcome.SKIPPED))))
    assert "c0, c1, c2, 3 more, 1 skipped" in " ".join(text.split())


def test_a_pipe_gets_no_escape_and_a_terminal_gets_colour(make_scores, make_card, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    assert "\x1b" not in render(make_scores(make_card()))
    assert "\x1b[" in render(make_scores(make_card()), color=True)


def test_square_brackets_are_text(make_scores, make_card):
    assert "[red]x[/red]" in render(make_scores(make_card("[red]x[/red]")))


def test_an_empty_class_is_said():
    from grader.scorecard import Scores

    assert "0 submissions" in render(Scores(assignment="week1", max_score=30, submissions=()))


def test_no_text_reaches_the_terminal_as_a_command(make_scores, make_hostile, hostile: str):
    text = render(make_scores(make_hostile(hostile)))
    assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
    assert "\u202e" not in text
    assert "evil.example\x1b" not in text


def test_lines_fit_the_terminal(make_scores, make_hostile, hostile: str):
    for line in render(make_scores(make_hostile(hostile)), width=80).splitlines():
        assert cell_len(line) <= 80


def test_of_a_large_class_the_first_students_are_shown_and_the_others_counted(make_scores, make_card):
    text = render(make_scores(*(make_card(f"s{number:04}") for number in range(1300))))
    assert "s0199" in text
    assert "s0200" not in text
    assert "... and 1,100 more, in the report" in text
    assert "1300 submissions, mean 15.0 of 30" in text
