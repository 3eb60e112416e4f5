import pytest

from grader.report.item_analysis import analyse
from grader.scorecard import Outcome

GOOD, BAD = Outcome.PASSED, Outcome.FAILED


@pytest.fixture
def items(make_scores, make_card, make_verdict):
    """The analysis of a class, given each student's outcomes in the order of the criteria a, b, c, ..."""

    def make(*students: str):
        outcomes = {"+": GOOD, "-": BAD, "!": Outcome.ERRORED, "~": Outcome.SKIPPED}
        cards = [
            make_card(f"s{n}", *(make_verdict(name, outcomes[sign]) for name, sign in zip("abcdef", row, strict=False)))
            for n, row in enumerate(students)
        ]
        return {item.criterion: item for item in analyse(make_scores(*cards))}

    return make


def test_a_criterion_that_goes_with_the_rest_tells_students_apart(items):
    found = items(*["+++"] * 6, *["---"] * 6)
    assert found["a"].discrimination == pytest.approx(1.0)
    assert found["a"].rate == 0.5
    assert found["a"].remark == ""


def test_a_criterion_that_the_good_fail_may_be_broken(items):
    found = items(*["-++"] * 6, *["+--"] * 6)
    assert found["a"].discrimination == pytest.approx(-1.0)
    assert "may be broken" in found["a"].remark


def test_a_criterion_by_chance_hardly_goes_with_the_rest(items):
    found = items(*["+++", "-++", "+--", "---"] * 40)
    assert found["a"].discrimination == pytest.approx(0.0)
    assert "hardly" in found["a"].remark


def test_what_may_be_chance_is_no_remark(items):
    rows = ["+++", "-++", "+--", "---"] * 3
    assert items(*rows)["a"].remark == ""
    assert items(*rows, "+--")["a"].discrimination < 0
    assert items(*rows, "+--")["a"].remark == ""


@pytest.mark.parametrize(("sign", "said"), [("+", "everyone passes"), ("-", "nobody passes")])
def test_what_all_pass_or_fail_says_nothing(items, sign, said):
    found = items(*[f"{sign}+"] * 6, *[f"{sign}-"] * 6)
    assert found["a"].discrimination is None
    assert said in found["a"].remark


def test_a_few_students_say_nothing(items):
    found = items("++", "--", "+-")
    assert found["a"].discrimination is None
    assert found["a"].remark == ""


def test_our_fault_counts_for_nothing(items):
    found = items(*["++"] * 6, *["--"] * 6, "!+", "!-")
    assert (found["a"].judged, found["a"].passed) == (12, 6)
    assert found["a"].discrimination == pytest.approx(1.0)
    assert (found["b"].judged, found["b"].passed) == (14, 7)


def test_the_correlation_is_that_with_the_rest_and_not_with_the_whole(items):
    found = items(*["++-", "+-+", "-++", "--+", "-+-", "+--"] * 2)
    assert found["a"].discrimination == pytest.approx(-(3**-0.5), abs=0.001)


def test_how_well_a_criterion_tells_apart_is_said_in_a_word(items):
    words = {
        "clearly": ["+++"] * 6 + ["---"] * 6,
        "wrong way round": ["-++"] * 6 + ["+--"] * 6,
        "not at all": ["+++"] * 6 + ["+--"] * 6,
        "too few to tell": ["+++"] * 4 + ["---"] * 4,
        "hardly": ["+++", "-++", "+--", "---"] * 40,
    }
    assert {word: items(*students)["a"].strength for word, students in words.items()} == {word: word for word in words}
