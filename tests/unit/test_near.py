from grader.near import did_you_mean, nearest

WEEKS = ("week1", "week2", "week4", "week4-rps")


def test_a_slip_of_the_hand_is_understood():
    assert did_you_mean("week4rps", WEEKS) == "Did you mean 'week4-rps'? "
    assert nearest("Week4_RPS", WEEKS) == "week4-rps"


def test_case_blanks_and_underscores_are_no_difference():
    assert nearest("Instructor Only", ("graded", "instructor-only"), cutoff=0.85) == "instructor-only"
    assert nearest("data-split", ("data_split", "figure")) == "data_split"


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("xyzzy", WEEKS) == ""
    assert did_you_mean("week1", ()) == ""
