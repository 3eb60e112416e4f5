"""Helpers give what one process alone would give, whatever becomes of them."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.crew import SHARE, Crew, _answer
from grader.errors import CourseError
from grader.report.text import page_names

MANY = [f"s{number:04}" for number in range(4 * SHARE + 7)]


def test_results_come_in_the_order_of_the_items_and_helpers_are_asked_again():
    with Crew(2, small=3) as crew:
        assert list(crew.each(page_names, iter(MANY))) == [f"{name}.html" for name in MANY]
        assert list(crew.each(list, MANY)) == MANY
        assert len(crew._helpers) == 2
        processes = [helper._process for helper in crew._helpers]
    assert all(process.poll() is not None for process in processes)


def test_a_few_items_are_no_work_for_helpers():
    with Crew(2, small=3) as crew:
        assert list(crew.each(list, MANY[:3])) == MANY[:3]
        assert list(crew.each(list, [])) == []
        assert not crew._helpers
    with Crew(1, small=3) as crew:
        assert list(crew.each(list, MANY)) == MANY
        assert not crew._helpers


def test_helpers_import_what_the_second_piece_of_work_needs_after_the_first(tmp_path, monkeypatch):
    told = "import os, pathlib\n(pathlib.Path(__file__).parent / f'{os.getpid()}.told').touch()\n"
    (tmp_path / "told_by_helpers.py").write_text(told)
    monkeypatch.syspath_prepend(str(tmp_path))
    with Crew(2, small=3, then="told_by_helpers") as crew:
        results = crew.each(list, MANY * 20)
        first = next(results)
        assert not [*tmp_path.glob("*.told")]
        assert [first, *results] == MANY * 20
        assert list(crew.each(list, MANY * 20)) == MANY * 20
        processes = {str(helper._process.pid) for helper in crew._helpers}
    assert {path.stem for path in tmp_path.glob("*.told")} == processes


def test_an_error_is_that_of_the_work_and_the_crew_is_of_use_afterwards():
    with Crew(2, small=3) as crew:
        with pytest.raises(TypeError, match="JSON object must be"):
            list(crew.each(json.loads, MANY))
        assert list(crew.each(list, MANY)) == MANY


def test_errors_say_in_this_process_what_they_said_in_the_other():
    def answered(error: Exception) -> Exception:
        def work(_: Sequence[object]) -> Sequence[object]:
            raise error

        number, results, raised = pickle.loads(_answer(work, 7, []))
        assert (number, results) == (7, None)
        return raised

    ours = CourseError("wrong", where="here", remedy="Mend it.")
    assert (type(answered(ours)), str(answered(ours))) == (CourseError, str(ours))
    full = answered(OSError(28, "No space left on device", "page.html"))
    assert isinstance(full, OSError)
    assert (full.errno, full.filename) == (28, "page.html")

    class Local(Exception):
        """No other process knows it."""

    assert "Local: strange" in str(answered(Local("strange")))


def test_what_a_helper_that_died_was_given_is_done_all_the_same():
    with Crew(2, small=3) as crew:
        assert list(crew.each(list, MANY)) == MANY
        for helper in crew._helpers:
            os.kill(helper._process.pid, signal.SIGKILL)
            helper._process.wait()
        assert list(crew.each(page_names, MANY)) == [f"{name}.html" for name in MANY]


def test_one_that_dies_at_work_costs_nothing_but_time():
    with Crew(2, small=3) as crew:
        results = crew.each(list, MANY * 20)
        first = next(results)
        os.kill(crew._helpers[0]._process.pid, signal.SIGKILL)
        assert [first, *results] == MANY * 20


def test_what_is_left_early_leaves_no_helper_behind():
    crew = Crew(2, small=3)
    results = crew.each(list, MANY * 20)
    next(results)
    processes = [helper._process for helper in crew._helpers]
    results.close()
    assert all(process.poll() is not None for process in processes)


def test_helpers_end_when_the_process_that_asked_is_killed():
    code = (
        "import os, signal\nfrom grader.crew import Crew\ncrew = Crew(2, small=1)\n"
        "assert list(crew.each(list, range(200))) == list(range(200))\n"
        "print(*(helper._process.pid for helper in crew._helpers), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    helpers = [int(word) for word in done.stdout.split()]
    assert len(helpers) == 2
    for _ in range(600):
        if not any(map(is_running, helpers)):
            break
        time.sleep(0.1)
    assert not any(map(is_running, helpers))


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False
