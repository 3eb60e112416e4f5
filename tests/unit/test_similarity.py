"""Similar code is found through new names and layout; what everybody has is nobody's."""

import random
import textwrap

import pytest

from grader.similarity import find_similar

OWN = """
    def split_data(SOURCE_DIR, TRAINING_DIR, VALIDATION_DIR, SPLIT_SIZE):
        names = []
        for name in os.listdir(SOURCE_DIR):
            if os.path.getsize(os.path.join(SOURCE_DIR, name)) > 0:
                names.append(name)
            else:
                print(f"{name} is zero length, so ignoring.")
        random.shuffle(names)
        cut = int(len(names) * SPLIT_SIZE)
        for where, part in ((TRAINING_DIR, names[:cut]), (VALIDATION_DIR, names[cut:])):
            for name in part:
                copyfile(os.path.join(SOURCE_DIR, name), os.path.join(where, name))
"""
DISGUISED = """
    # all my own work
    def split_data(src, training_folder, validation_folder, share):

        good_files = []
        for f in os.listdir(src):
            if os.path.getsize(os.path.join(src, f)) > 10:
                good_files.append(f)   # keep it
            else:
                print(f"{f} is zero length, so ignoring.")
        random.shuffle(good_files)
        middle = int(len(good_files) * share)
        for target, chunk in ((training_folder, good_files[:middle]), (validation_folder, good_files[middle:])):
            for f in chunk:
                copyfile(os.path.join(src, f),
                         os.path.join(target, f))
"""
STUB = [
    "import os\nimport random\n\nfor animal in ('Cat', 'Dog'):\n    print(animal, len(os.listdir(animal)), 'files')"
]


def other(number: int) -> str:
    """A program that is like no other."""
    dice = random.Random(number)
    words = [f"{dice.choice('abcdefgh')}{dice.randrange(99)}" for _ in range(12)]
    signs = "+-*/%|&^"
    lines = [
        f"{dice.choice(words)} = math.{dice.choice(words)}({dice.choice(words)}.{dice.choice(words)}) "
        f"{dice.choice(signs)} np.{dice.choice(words)}({dice.randrange(9)})"
        for _ in range(30)
    ]
    return "\n".join(lines)


@pytest.fixture
def others() -> dict[str, list[str]]:
    return {f"s{n:02}": [*STUB, other(n)] for n in range(30)}


def test_new_names_comments_and_layout_hide_nothing(others):
    mine, theirs = textwrap.dedent(OWN), textwrap.dedent(DISGUISED)
    found = find_similar({**others, "ann": [*STUB, mine], "bob": [*STUB, theirs, other(99)]}, STUB)
    (pair,) = found
    assert (pair.first, pair.second) == ("ann", "bob")
    assert pair.share > 0.9
    assert {line for cell, line in pair.first_lines if cell == 1} >= {4, 5, 6, 10, 11}
    assert not [place for place in pair.first_lines if place[0] == 0]
    text = theirs.splitlines()
    assert not [line for _, line in pair.second_lines if text[line - 1].strip().startswith("#")]


def test_programs_of_different_people_are_not_named(others):
    assert find_similar(others, STUB) == ()


def test_what_the_student_notebook_brought_is_left_out(others):
    given = [textwrap.dedent(OWN)]
    with_it = {name: [*cells, *given] for name, cells in list(others.items())[:2]}
    assert find_similar({**others, **with_it}, STUB)
    assert find_similar({**others, **with_it}, [*STUB, *given]) == ()


def test_what_many_of_the_class_have_is_nobodys(others):
    everywhere = {name: [*cells, textwrap.dedent(OWN)] for name, cells in others.items()}
    assert find_similar(everywhere, STUB) == ()


def test_code_that_is_broken_is_compared_as_far_as_it_can_be_read(others):
    broken = textwrap.dedent(OWN) + "\nprint('never closed\nx = ((((\n"
    pairs = find_similar({**others, "ann": [broken], "bob": ["%%time\n!pip list\n" + broken]}, STUB)
    assert [(p.first, p.second) for p in pairs] == [("ann", "bob")]


@pytest.mark.parametrize("cells", [[], [""], ["\x00"], ["%matplotlib inline"], ["x"], ["\ud800"], ["(" * 5000]])
def test_odd_notebooks_are_like_no_other(cells, others):
    assert find_similar({**others, "odd": cells, "odder": cells}, STUB) == ()
    assert find_similar({"odd": cells}, []) == ()
    assert find_similar({}, []) == ()


def test_the_same_class_gives_the_same_pairs_in_any_order(others):
    everyone = {**others, "ann": [textwrap.dedent(OWN)], "bob": [textwrap.dedent(DISGUISED)]}
    backwards = dict(reversed(list(everyone.items())))
    assert find_similar(everyone, STUB) == find_similar(backwards, STUB)


def test_the_list_is_no_longer_than_asked_for(others):
    copies = {f"c{n}": [*STUB, textwrap.dedent(OWN)] for n in range(3)}
    assert len(find_similar({**others, **copies}, STUB)) == 3
    assert len(find_similar({**others, **copies}, STUB, most=2)) == 2
