from pathlib import Path

import pytest

from grader.cli import main
from grader.datasets import names
from grader.datasets.holdings import holdings


def test_each_set_is_listed_from_both_sources_with_size_and_place(drawn_cache: Path) -> None:
    found = {(one.name, one.source): one for one in holdings(drawn_cache)}

    assert set(found) == {(name, source) for name in names() for source in ("stand-in", "real")}
    drawn, real = found["horses-humans", "stand-in"], found["horses-humans", "real"]
    assert drawn.present
    assert drawn.size > 100_000
    assert drawn.folder.is_dir()
    assert not real.present
    assert real.size == 149_574_867 + 11_480_187


def test_the_list_is_a_line_for_each(
    drawn_cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CNN_GRADER_CACHE", str(drawn_cache))
    with pytest.raises(SystemExit) as ended:
        main(["data", "list"])

    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert [line.split()[0] for line in lines[8:]] == ["SmallInception", "inception_v3", "vgg16"]
    assert "cats-dogs            stand-in  here" in lines[0]
    assert "real      not here        825 MB" in lines[1]


def test_an_archive_that_is_not_there_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CNN_GRADER_CACHE", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["data", "fetch", "rock-paper-scissors", "--archive", str(tmp_path / "none.zip")])

    assert ended.value.code == 2
    assert "there is no such archive" in capsys.readouterr().err
