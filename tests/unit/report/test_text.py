import unicodedata
from pathlib import Path, PureWindowsPath

import pytest

from grader.report.text import clean, number, one_line, page_names


def test_plain_text_is_left_alone():
    assert clean("Zoë, 张伟\n\tfiles[:n]") == "Zoë, 张伟\n\tfiles[:n]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x07", "click"),
        ("\x9b31mred", "red"),
        ("\x1b(Bx\x1bcy", "xy"),
        ("a\x00b", "a\u2400b"),
        ("a\x7f", "a\u2421"),
        ("alice\u202egnp.exe", "alice[U+202E]gnp.exe"),
        ("\u2066a\u2069", "[U+2066]a[U+2069]"),
        ("a\udcff\ufffe", "a\ufffd\ufffd"),
        ("a\r\nb\rc", "a\nb\u240dc"),
    ],
)
def test_terminal_sequences_go_and_hidden_characters_show(text: str, shown: str):
    assert clean(text) == shown


def test_the_text_behind_a_sequence_that_never_ends_is_not_lost():
    assert clean("\x1b]0;the message") == "0;the message"


def test_cleaned_text_holds_no_control_and_no_direction_change(hostile: str):
    cleaned = clean(hostile)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert clean(cleaned) == cleaned
    cleaned.encode()


def test_cleaning_takes_time_in_proportion_to_the_text():
    # Quadratic patterns would not come back from these.
    for bait in ("\x1b]8;;" * 200_000, "\x1b[" + "0;" * 400_000, "\x1bP" * 400_000, "\x1b" + " " * 800_000):
        clean(bait)


def test_one_line_is_one_line_of_bounded_length(hostile: str):
    line = one_line(hostile, 50)
    assert len(line) <= 50
    assert line.splitlines() in ([line], [])


def test_whole_numbers_are_integers():
    assert repr([number(15.0), number(7.5), number(0.0)]) == "[15, 7.5, 0]"


def test_a_plain_name_is_the_name_of_its_page():
    assert page_names(["alice", "jane.doe-2", "Zoë", "Jane Doe"]) == (
        "alice.html",
        "jane.doe-2.html",
        "Zoë.html",
        "Jane Doe.html",
    )


def test_every_student_has_a_page_of_their_own(all_hostile: list[str], tmp_path: Path):
    students = [*all_hostile, "alice", "ALİCE", "\uff41lice", "Index", "index "]
    names = page_names(students)
    folded = {unicodedata.normalize("NFKC", name).casefold() for name in names}
    assert len(folded) == len(students)
    assert "index.html" not in folded
    for name in names:
        (tmp_path / name).touch(exist_ok=False)
    assert {p.name for p in tmp_path.iterdir()} == set(names)


def test_a_page_name_is_never_a_path_an_option_or_a_device(hostile: str):
    (name,) = page_names([hostile])
    assert name.endswith(".html")
    assert Path(name).name == name == PureWindowsPath(name).name
    assert not name.startswith((".", "-", " "))
    assert name.split(".")[0].lower() not in {"con", "nul", "com1", "index"}
    assert len(name.encode()) < 200


def test_the_lower_case_name_keeps_the_plain_page():
    names = page_names(["ALICE", "Alice", "alice"])
    assert names[2] == "alice.html"
    assert len({name.lower() for name in names}) == 3


def test_nobody_takes_the_page_of_another_by_guessing_its_hash():
    taken = page_names(["a/b"])[0].removesuffix(".html")
    names = page_names(["a/b", taken])
    assert names[1] == f"{taken}.html"
    assert len(set(names)) == 2


def test_page_names_do_not_depend_on_who_else_is_in_the_class():
    assert page_names(["a/b", "zed"])[0] == page_names(["amy", "a/b"])[1]


@pytest.mark.parametrize("text", ["::error::x", "\n  ::add-mask::7", "##[group]x", "a ##vso[task.complete]x"])
def test_a_line_is_no_command_of_a_runner(text):
    line = one_line(text)
    assert not line.startswith("::")
    assert "##[" not in line
    assert "##vso[" not in line
