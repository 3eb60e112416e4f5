"""What is told of the machine, and what of that is kept."""

from grader.measure.machine import read_machine
from grader.observation import Machine, RunStatus
from grader.probe.machine import describe

INFO = "processor\t: 0\nmodel name\t: A Chip\nflags\t\t: fpu avx avx2 ht\n\nprocessor\t: 1\nmodel name\t: Other\n"


class Ran:
    status, message, files, seconds = RunStatus.OK, "", {}, 1.0

    def __init__(self, *records):
        self.records = records


def test_the_processor_its_instruction_sets_and_the_threads_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("TF_DETERMINISTIC_OPS", "1")
    (tmp_path / "cpuinfo").write_text(INFO)
    told = read_machine(Ran({"kind": "machine", **describe(tmp_path / "cpuinfo")}))
    assert (told.processor, told.instructions, told.deterministic) == ("A Chip", ("avx", "avx2"), True)
    assert told.threads["OMP_NUM_THREADS"] == "1"


def test_a_machine_that_tells_nothing_is_described_all_the_same(tmp_path):
    assert describe(tmp_path / "none")["architecture"]


def test_what_is_told_too_long_is_cut_and_nonsense_is_nothing():
    assert len(read_machine(Ran({"kind": "machine", "processor": "x" * 9999})).processor) == 120
    assert read_machine(Ran({"kind": "machine", "colour": "red"})) is None
    assert read_machine(Ran()) is None
    assert read_machine(Ran({"kind": "machine"})) == Machine()
