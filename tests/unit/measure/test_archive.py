import zipfile

import pytest

from grader.measure.archive import check_archive
from grader.measure.files import BadFile

GOOD = {"metadata.json": b"{}", "config.json": b"{}", "model.weights.h5": b"weights"}


def archive(path, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return path


def test_what_keras_writes_is_let_through(tmp_path):
    check_archive(archive(tmp_path / "m.keras", GOOD | {"assets/vocabulary.txt": b"a"}), max_bytes=10_000)


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "assets/../../evil", "run.py", "model.weights.npz", "assets\\..\\evil"]
)
def test_another_entry_is_refused(tmp_path, name):
    with pytest.raises(BadFile, match="unexpected entry"):
        check_archive(archive(tmp_path / "m.keras", GOOD | {name: b""}), max_bytes=10_000)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = archive(tmp_path / "m.keras", GOOD | {"model.weights.h5": bytes(10**6)}, zipfile.ZIP_DEFLATED)
    with pytest.raises(BadFile, match="too much"):
        check_archive(path, max_bytes=10**9)
    stored = archive(tmp_path / "n.keras", GOOD | {"model.weights.h5": bytes(10**5)})
    with pytest.raises(BadFile, match="too much"):
        check_archive(stored, max_bytes=1000)


def test_a_link_an_oversized_config_and_many_entries_are_refused(tmp_path):
    link = zipfile.ZipInfo("assets/link")
    link.external_attr = 0o120777 << 16
    path = archive(tmp_path / "m.keras", GOOD)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(BadFile, match="link"):
        check_archive(path, max_bytes=10_000)
    with pytest.raises(BadFile, match=r"config\.json"):
        check_archive(archive(tmp_path / "n.keras", GOOD | {"config.json": b" " * 5_000_000}), max_bytes=10**9)
    with pytest.raises(BadFile, match="entries"):
        check_archive(archive(tmp_path / "o.keras", {f"assets/{n}": b"" for n in range(300)}), max_bytes=10_000)


def test_a_file_that_is_no_archive_or_lacks_its_weights_is_refused(tmp_path):
    (tmp_path / "m.keras").write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(BadFile, match="zip"):
        check_archive(tmp_path / "m.keras", max_bytes=10_000)
    with pytest.raises(BadFile, match="weights"):
        check_archive(archive(tmp_path / "n.keras", {"config.json": b"{}"}), max_bytes=10_000)
