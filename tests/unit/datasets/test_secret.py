import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.datasets.secret import course_secret, secret_generator
from grader.errors import DataError


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    private = tmp_path / ".grader"
    secret = course_secret(private)

    assert len(secret) == 32
    assert course_secret(private) == secret
    assert stat.S_IMODE((private / "secret").stat().st_mode) == 0o600
    assert (private / ".gitignore").read_text() == "*\n"


def test_two_courses_have_two_secrets(tmp_path: Path) -> None:
    assert course_secret(tmp_path / "a") != course_secret(tmp_path / "b")


def test_processes_that_ask_at_once_get_one_secret(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from grader.datasets import course_secret;"
        "print(course_secret(pathlib.Path(sys.argv[1])).hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "p")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    assert len({process.communicate()[0] for process in running}) == 1


def test_a_spoilt_secret_is_never_replaced_silently(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")

    with pytest.raises(DataError, match="5 bytes instead of 32") as caught:
        course_secret(tmp_path)
    assert "backup" in str(caught.value)
    assert (tmp_path / "secret").read_bytes() == b"short"


def test_a_private_folder_that_cannot_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataError):
        course_secret(tmp_path / "file" / "private")


def test_the_generator_repeats_for_one_purpose_and_differs_between_purposes_and_secrets() -> None:
    def first(secret: bytes, purpose: str) -> np.ndarray:
        return secret_generator(secret, purpose).random(4)

    np.testing.assert_array_equal(first(b"a" * 32, "x"), first(b"a" * 32, "x"))
    assert not np.array_equal(first(b"a" * 32, "x"), first(b"a" * 32, "y"))
    assert not np.array_equal(first(b"a" * 32, "x"), first(b"b" * 32, "x"))
