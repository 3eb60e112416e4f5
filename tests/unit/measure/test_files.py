import io

import numpy as np
import pytest

from grader.measure.files import BadFile, load_array, read_json


def saved(path, array, **kwargs):
    np.save(path, array, **kwargs)
    return path


def test_a_plain_array_is_read(tmp_path):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert (load_array(saved(tmp_path / "a.npy", array), max_bytes=100, ndim=(2,)) == array).all()


@pytest.mark.parametrize(
    "array",
    [np.array([{}], dtype=object), np.array(["text"]), np.zeros(3, dtype=">f8"), np.zeros(3, dtype=np.complex64),
     np.zeros((0, 2), dtype=np.float32), np.zeros((1, 1, 1, 1, 1), dtype=np.float32), np.zeros(1000)],
    ids=["objects", "text", "other byte order", "complex", "empty", "too many axes", "too large"],
)  # fmt: skip
def test_an_array_of_another_kind_is_refused(tmp_path, array):
    with pytest.raises(BadFile):
        load_array(saved(tmp_path / "a.npy", array, allow_pickle=True), max_bytes=1000, ndim=(1, 2))


def test_a_header_that_promises_more_than_the_file_holds_is_refused(tmp_path):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f4", "fortran_order": False, "shape": (10**6,)})
    (tmp_path / "a.npy").write_bytes(buffer.getvalue())
    with pytest.raises(BadFile, match="size"):
        load_array(tmp_path / "a.npy", max_bytes=10**9, ndim=(1,))


@pytest.mark.parametrize(
    "content", [b"", b"not an array", b"\x93NUMPY\x03\x00" + b"x" * 40, b"\x93NUMPY\x01\x00\x04\x00{{{{"]
)
def test_other_bytes_are_refused(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(BadFile):
        load_array(tmp_path / "a.npy", max_bytes=1000, ndim=(1,))


def test_json_objects_are_read(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [1, null]}')
    assert read_json(tmp_path / "a.json") == {"a": [1, None]}


def test_halves_of_surrogate_pairs_become_question_marks(tmp_path):
    (tmp_path / "a.json").write_text(r'{"\udfff": ["\ud800", {"b": "caf\u00e9 \ud83d\ude00"}]}')
    assert read_json(tmp_path / "a.json") == {"?": ["?", {"b": "café 😀"}]}


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', '{"a": 1, "a": 2}',
     '{"a":' * 60 + "1" + "}" * 60, "[" * 100_000, '"' + "x" * 2**20 + '"'],
    ids=["empty", "list", "nan", "infinity", "too large a number", "a key twice", "deep", "very deep", "large"],
)  # fmt: skip
def test_other_json_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(BadFile):
        read_json(tmp_path / "a.json")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadFile):
        read_json(tmp_path / "none.json")
    with pytest.raises(BadFile):
        load_array(tmp_path / "none.npy", max_bytes=1, ndim=(1,))
