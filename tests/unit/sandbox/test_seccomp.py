"""The filter is compiled once, holds what it should, and its absence is explained."""

import struct
import sys
from collections.abc import Iterator

import pytest

from grader.errors import SandboxUnavailable
from grader.sandbox import choose_sandbox
from grader.sandbox.seccomp import ABSENT, FORBIDDEN, seccomp_program, trials


@pytest.fixture
def _fresh() -> Iterator[None]:
    seccomp_program.cache_clear()
    yield
    seccomp_program.cache_clear()


def test_the_program_is_whole_instructions_that_end_in_known_answers() -> None:
    program = seccomp_program()
    assert len(program) % 8 == 0
    assert 100 < len(program) // 8 < 4096  # the kernel takes no more
    answers = {value for code, _, _, value in struct.iter_unpack("HBBI", program) if code == 0x06}
    assert answers == {0x7FFF0000, 0x00050001, 0x00050026}  # allow, EPERM, ENOSYS


def test_no_call_is_listed_twice() -> None:
    assert len({*FORBIDDEN, *ABSENT}) == len(FORBIDDEN) + len(ABSENT)


def test_most_of_the_list_exists_here() -> None:
    assert len(trials()) > 100


@pytest.mark.usefixtures("_fresh")
def test_without_libseccomp_there_is_no_sandbox_and_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyseccomp", None)
    with pytest.raises(SandboxUnavailable, match="apt-get install libseccomp2") as caught:
        choose_sandbox("auto")
    assert caught.value.exit_code == 4
    assert "pip install pyseccomp" in str(caught.value)


@pytest.mark.usefixtures("_fresh")
def test_a_library_that_cannot_compile_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyseccomp

    def broken(*_: object) -> None:
        raise OSError(22, "no")

    monkeypatch.setattr(pyseccomp.SyscallFilter, "export_bpf", broken)
    with pytest.raises(SandboxUnavailable, match="cannot compile"):
        seccomp_program()
