"""What the executor makes of outputs, errors, pictures and folders; tests/unit/sandbox tells how it runs notebooks."""

import base64
import hashlib
import io
import json
import os
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from grader.probe.execute import CUT, executed
from grader.probe.figures import look
from grader.probe.harvest import list_tree
from grader.probe.tracebacks import code_error


def cell(*outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": "1", "outputs": list(outputs)}


def outputs(*given: dict[str, Any]) -> list[dict[str, Any]]:
    notebook = {"cells": [cell(*given), {"cell_type": "markdown", "source": "é\ud800"}]}
    kept: list[dict[str, Any]] = json.loads(executed(notebook))["cells"][0]["outputs"]
    return kept


def test_short_outputs_are_kept_as_they_are() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "hello\n"}
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}
    assert outputs(stream, error) == [stream, error]


def test_a_long_stream_is_cut_and_says_so() -> None:
    (kept,) = outputs({"output_type": "stream", "name": "stdout", "text": "x" * 300_000})
    assert kept["text"].endswith(CUT)
    assert len(kept["text"]) < 200_000


def test_an_error_keeps_its_name_however_long_it_is() -> None:
    flood = {"output_type": "stream", "name": "stdout", "text": "x" * 199_000}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "y" * 9000, "traceback": ["z" * 300_000]}
    kept = outputs(flood, error)[1]
    assert (kept["ename"], kept["evalue"], kept["traceback"]) == ("ValueError", "y" * 500, [CUT])


def test_pictures_have_room_of_their_own() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "x" * 400_000}, "metadata": {}}
    page = {"output_type": "display_data", "data": {"text/html": "x" * 400_000}, "metadata": {}}
    assert outputs(picture, picture, picture, page) == [picture, picture]


def png(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def test_a_blank_picture_has_one_colour() -> None:
    assert look(png(Image.new("RGB", (30, 20), "red"))) == {"width": 30, "height": 20, "colours": 1}


def test_colours_are_counted_on_32_levels_and_up_to_4096() -> None:
    assert look(png(Image.linear_gradient("L"))) == {"width": 256, "height": 256, "colours": 32}
    noise = Image.frombytes("RGB", (200, 200), hashlib.shake_256(b"seed").digest(120_000))
    assert look(png(noise)) == {"width": 200, "height": 200, "colours": 4096}


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def bomb(width: int, height: int) -> str:
    """A PNG file of a few bytes that claims to be huge."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "text", ["", "no base64!", "aGVsbG8=", None, 3, [1], bomb(7000, 7000), bomb(60_000, 60_000), bomb(10, 10)]
)
def test_what_is_no_sound_picture_of_sensible_size_is_left_out(text: object) -> None:
    assert look(text) is None


def test_a_picture_in_another_format_is_left_out() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "BMP")
    assert look(base64.b64encode(buffer.getvalue()).decode()) is None


def test_the_last_frame_of_the_notebook_is_the_line() -> None:
    traceback = [
        "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[2]\x1b[39m\x1b[32m, line 1\x1b[39m",
        "Cell In[1], line 2, in f(x)",
        "File /usr/lib/python3/json.py:3, in g()",
    ]
    output = {"ename": "E", "evalue": "\x1b[31mred\x1b[0m", "traceback": traceback}
    assert code_error(output, {1: "def f(x):\n    return g(x)", 2: "f(1)"}) == {
        "name": "E", "message": "red", "line": "return g(x)", "line_number": 2,
    }  # fmt: skip


@pytest.mark.parametrize("traceback", [None, "text", [3], ["Cell In[9], line 1"], ["Cell In[1], line 99999"], []])
def test_a_traceback_that_makes_no_sense_names_no_line(traceback: object) -> None:
    told = code_error({"ename": "x" * 900, "evalue": "y" * 900, "traceback": traceback}, {1: "a"})
    assert (told["line"], told["line_number"]) == ("", None)
    assert (len(told["name"]), len(told["message"])) == (100, 500)


def test_a_tree_lists_what_is_there_and_follows_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "file").write_bytes(b"cat")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    os.mkfifo(tmp_path / "c")
    digest = hashlib.sha256(b"cat").hexdigest()
    assert list_tree(tmp_path) == [
        {"path": "a", "kind": "other", "size": 0, "sha256": None},
        {"path": "b", "kind": "folder", "size": 0, "sha256": None},
        {"path": "b/file", "kind": "file", "size": 3, "sha256": digest},
        {"path": "c", "kind": "other", "size": 0, "sha256": None},
    ]
    assert list_tree(tmp_path / "a") == []
    assert list_tree(tmp_path / "missing") == []
