"""The catalogue, and the file in which an instructor adds to it."""

import pytest

from grader.audit.mutation import find_mutations
from grader.errors import RubricError

OWN = """
use = ["rescale-225"]

[mistakes.too-many-filters]
about = "Takes a thousand filters"
in = "model"
find = "Conv2D(F, ...)"
replace = "Conv2D(1000, ...)"
caught_by = ["parameter_budget"]

[spellings.swish]
about = "Another activation"
in = "model"
find = 'Conv2D(..., activation="relu")'
replace = 'Conv2D(..., activation="swish")'
"""


def own(folder, text):
    (folder / "mutations.toml").write_text(text)
    return folder


def test_the_catalogue_holds_sixty_mistakes_and_twenty_five_right_spellings(tmp_path):
    weeks = ("week1", "week2", "week3", "week4", "week4-rps")
    found = {m.name: m for week in weeks for m in find_mutations(week, tmp_path)}
    assert sum(not m.right for m in found.values()) >= 60
    assert sum(m.right for m in found.values()) >= 25


def test_an_instructor_adds_a_mutation_in_a_few_lines(tmp_path):
    found = {m.name: m for m in find_mutations("a-week-of-ours", own(tmp_path, OWN))}
    assert list(found) == ["rescale-225", "too-many-filters", "swish"]
    assert found["too-many-filters"].weeks == ("a-week-of-ours",)
    assert found["swish"].right


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('caught_by = ["parameter_budget"]', "", "caught_by is missing"),
        ('in = "model"', 'in = "modell"', "place"),
        ("Conv2D(F, ...)", "", "one of find, either"),
        ("[mistakes.too-many-filters]", "[mistake.too-many-filters]", r"mistake"),
        ('use = ["rescale-225"]', 'use = ["rescale-226"]', "rescale-226"),
        ('use = ["rescale-225"]', "use = [", "TOML"),
        ("[spellings.swish]", "[spellings.rescale-225]", "two mutations"),
        ('about = "Another activation"', 'about = "Another"\ncaught_by = ["metrics"]', "right spelling"),
        ('about = "Another activation"', 'about = "Another"\ncaught = ["metrics"]', "unknown key"),
    ],
)
def test_a_broken_mutation_is_an_error_that_names_it(tmp_path, old, new, words):
    assert old in OWN
    with pytest.raises(RubricError, match=words) as caught:
        find_mutations("a-week-of-ours", own(tmp_path, OWN.replace(old, new)))
    assert "mutations.toml" in str(caught.value)
