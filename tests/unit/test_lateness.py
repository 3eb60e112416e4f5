"""Due dates: how late a submission is, and what that costs."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from grader.errors import CourseError
from grader.lateness import IN_TIME, Lateness, LatePolicy, TimeTable, after_lateness, lateness, read_times

DUE = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
NONE = LatePolicy()
PER_DAY = LatePolicy(policy="per-day", percent=10, at_most=50)
GRACE = LatePolicy(policy="grace-days", days=3)
GRACE_THEN = LatePolicy(policy="grace-days", days=2, percent=25)


@pytest.mark.parametrize("policy", [NONE, PER_DAY, GRACE])
@pytest.mark.parametrize("submitted", [None, DUE, DUE - timedelta(days=9)])
def test_in_time_costs_nothing(policy, submitted):
    assert lateness(submitted, DUE, policy) == IN_TIME


@pytest.mark.parametrize("policy", [NONE, PER_DAY, GRACE])
def test_without_a_due_date_nothing_is_late(policy):
    assert lateness(DUE, None, policy) == IN_TIME


@pytest.mark.parametrize(
    ("late", "policy", "days", "percent"),
    [
        (timedelta(microseconds=1), NONE, 1, 0),
        (timedelta(days=40), NONE, 40, 0),
        (timedelta(seconds=1), PER_DAY, 1, 10),
        (timedelta(days=1), PER_DAY, 1, 10),
        (timedelta(days=1, seconds=1), PER_DAY, 2, 20),
        (timedelta(days=40), PER_DAY, 40, 50),
        (timedelta(days=3), GRACE, 3, 0),
        (timedelta(days=3, seconds=1), GRACE, 4, 100),
        (timedelta(days=2), GRACE_THEN, 2, 0),
        (timedelta(days=3), GRACE_THEN, 3, 25),
        (timedelta(days=9), GRACE_THEN, 9, 100),
    ],
)
def test_each_day_begun_counts_as_the_policy_says(late, policy, days, percent):
    assert lateness(DUE + late, DUE, policy) == Lateness(days, percent)


def test_the_same_moment_in_another_time_zone_is_the_same():
    there = (DUE + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-8)))
    assert lateness(there, DUE, PER_DAY).days == 1


def test_points_are_taken_from_what_was_earned():
    assert after_lateness(85, Lateness(2, 20)) == 68
    assert after_lateness(33.33, Lateness(1, 10)) == 30
    assert after_lateness(50, IN_TIME) == 50
    assert after_lateness(None, Lateness(2, 20)) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"policy": "per-day"}, "needs 'percent'"),
        ({"policy": "grace-days"}, "needs 'days'"),
        ({"policy": "per-day", "percent": 10, "days": 2}, "grace-days"),
        ({"percent": 10}, "costs nothing"),
        ({"policy": "per-day", "percent": 0}, "greater than 0"),
        ({"policy": "per-day", "percent": 101}, "less than or equal to 100"),
        ({"policy": "weekly"}, "per-day"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(settings, said):
    with pytest.raises(ValidationError, match=said):
        LatePolicy(**settings)


def table(folder, text):
    (folder / "times.csv").write_text(text, encoding="utf-8")
    return read_times(folder, TimeTable(file="times.csv"))


def test_times_come_from_the_courses_own_table_and_the_last_one_counts(tmp_path):
    times = table(
        tmp_path,
        "\ufeffstudent,team,submitted\nalice,1,2026-11-30T23:00:00+01:00\nZoë,2,2026-12-02T10:00:00Z\n"
        "alice,1,2026-11-29 08:00:00+00:00\n",
    )
    assert times == {"alice": datetime(2026, 11, 30, 22, tzinfo=UTC), "Zoë": datetime(2026, 12, 2, 10, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,submitted\nalice,2026-11-30T23:00:00Z\n", "no column 'student'"),
        ("", "no column"),
        ("student,submitted\nalice,yesterday\n", "times.csv:2: 'yesterday'"),
        ("student,submitted\nalice,2026-11-30T23:00:00\n", "with an offset"),
        ("student,submitted\nalice\n", "times.csv:2"),
    ],
)
def test_a_table_that_cannot_be_used_names_the_place(text, said, tmp_path):
    with pytest.raises(CourseError, match=said):
        table(tmp_path, text)


def test_a_table_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(CourseError, match="cannot be read"):
        read_times(tmp_path, TimeTable(file="none.csv"))
