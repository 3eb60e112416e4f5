"""The generic CSV, read by pandas."""

import io

import pandas

from grader.export import table

from .conftest import NOW, mark_of, marks_of


def read(content: bytes) -> pandas.DataFrame:
    return pandas.read_csv(io.BytesIO(content), dtype={"student": str}).set_index("student")


def test_the_grade_stands_beside_the_score():
    late = mark_of("alice", 15, 7.5, grade=18.0, days_late=1, submitted=NOW)
    frame = read(table.render(marks_of(late, mark_of("bo", 15, 15), mark_of("held"))))
    assert frame["score"].dropna().to_dict() == {"alice": 22.5, "bo": 30.0}
    assert frame["grade"].dropna().to_dict() == {"alice": 18.0, "bo": 30.0}
    assert frame["days_late"].to_dict() == {"alice": 1, "bo": 0, "held": 0}
    assert pandas.Timestamp(frame.loc["alice", "submitted"]) == pandas.Timestamp(NOW)
    assert frame["c2"].dropna().to_dict() == {"alice": 7.5, "bo": 15.0}


def test_a_criterion_called_like_a_column_hides_none():
    mark = mark_of("alice", 15)
    named = mark.card.verdicts[0].model_copy(update={"criterion": "grade"})
    content = table.render(marks_of(mark_of("bo", 15, card=mark.card.model_copy(update={"verdicts": (named,)}))))
    assert b",grade,days_late,submitted,criterion grade\n" in content


def test_hostile_names_break_no_row(hostiles, make_hostile):
    for hostile in hostiles:
        frame = pandas.read_csv(
            io.BytesIO(table.render(marks_of(make_hostile(hostile), mark_of("zed", 15)))), dtype=str
        )
        assert list(frame["student"])[1] == "zed"
        assert list(frame["grade"]) == ["5", "15"]
