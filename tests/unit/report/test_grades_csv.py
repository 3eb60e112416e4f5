import csv
import io

from grader.observation import RunStatus
from grader.report.grades_csv import render
from grader.scorecard import Outcome


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_holds_the_student_the_score_and_the_points_of_each_criterion(make_scores, make_card):
    assert rows(render(make_scores(make_card()))) == [
        {
            "student": "alice",
            "notebook": "alice/week1.ipynb",
            "status": "ok",
            "score": "15",
            "max_score": "30",
            "held": "false",
            "split": "15",
            "loss": "0",
        }
    ]


def test_a_held_score_is_an_empty_cell_and_no_zero(make_scores, make_card, make_verdict):
    held = make_card("a", make_verdict("split", Outcome.ERRORED), status=RunStatus.INTERNAL)
    (row,) = rows(render(make_scores(held)))
    assert (row["score"], row["held"], row["split"]) == ("", "true", "")


def test_students_with_different_criteria_share_the_columns(make_scores, make_card, make_verdict):
    text = render(make_scores(make_card("a", make_verdict("one")), make_card("b", make_verdict("two"))))
    assert [(r["one"], r["two"]) for r in rows(text)] == [("15", ""), ("", "15")]


def test_a_criterion_called_score_does_not_hide_the_score(make_scores, make_card, make_verdict):
    (row,) = rows(render(make_scores(make_card("a", make_verdict("score", points=3)))))
    assert (row["score"], row["criterion score"]) == ("3", "3")


def test_no_cell_is_a_formula_and_no_row_is_broken(make_scores, make_hostile, make_card, hostile: str):
    text = render(make_scores(make_hostile(hostile), make_card("zed")))
    table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(table) == 3
    assert len({len(row) for row in table}) == 1
    assert table[2][0] == "zed"
    for row in table:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert cell.isprintable() or "\u200d" in cell


def test_the_apostrophe_is_all_that_is_added(make_scores, make_card):
    (row,) = rows(render(make_scores(make_card("=1+1", notebook="@x.ipynb"))))
    assert (row["student"], row["notebook"]) == ("'=1+1", "'@x.ipynb")
