"""A small edition of the data sets, drawn once for this folder in seconds, and a web server of our own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from grader.datasets import cats_dogs, ensure
from grader.datasets.horses_humans import HorsesHumans
from grader.datasets.pets import CatsDogs
from grader.datasets.rock_paper_scissors import RockPaperScissors
from grader.datasets.sign_mnist import SignMnist

EACH = 20


def shrink(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cats_dogs, "EACH", EACH)
    patch.setattr(CatsDogs, "holdout_each", 6)
    for dataset, first, second in ((HorsesHumans, 6, 3), (RockPaperScissors, 5, 2), (SignMnist, 4, 2)):
        patch.setattr(dataset, "each", dict(zip(dataset.each, (first, second), strict=True)))
        patch.setattr(dataset, "holdout_each", 2)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)


@pytest.fixture(scope="session")
def drawn_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the small public sets are finished; tests leave it as it is."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        for name in ("cats-dogs", "horses-humans", "sign-mnist", "rock-paper-scissors"):
            ensure(name, cache)
    return cache


@dataclass
class Shelf:
    """What the server has, and what it was asked."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)
    """Bytes after which each of the next answers breaks off."""
    ranges: bool = True
    tag: str = '"one"'
    asked: list[str] = field(default_factory=list)
    """The range of each request; empty for the whole."""
    status: int = 0
    """Answers with this status, where not 0."""


@contextmanager
def serving() -> Iterator[Shelf]:
    """Serves until the block ends."""
    shelf = Shelf()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            shelf.asked.append(self.headers.get("Range", ""))
            content = shelf.files.get(self.path.lstrip("/"))
            if content is None or shelf.status:
                self.send_error(shelf.status or 404)
                return
            start = 0
            if shelf.ranges and self.headers.get("Range") and self.headers.get("If-Range") == shelf.tag:
                start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(content) and start:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.send_header("ETag", shelf.tag)
            self.end_headers()
            end = len(content) if not shelf.cut else start + shelf.cut.pop(0)
            self.wfile.write(content[start:end])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    shelf.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def web() -> Iterator[Shelf]:
    """A web server in a thread that can break off, forget and lie."""
    with serving() as shelf:
        yield shelf
