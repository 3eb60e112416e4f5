"""The client of GitHub's API: whom it shows the token, and what it makes of odd answers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from grader.ci.api import Api
from grader.errors import GraderError, InternalFault

ANSWERS = {
    "/repos/a/b/list": (200, b"[1, 2]"),
    "/repos/a/b/object": (200, b'{"items": [3]}'),
    "/repos/a/b/no-json": (200, b"<html>"),
    "/repos/a/b/broken": (500, b""),
    "/repos/a/b/full": (200, b"[" + b",".join([b"1"] * 100) + b"]"),
    "/repos/a/b/file": (302, b""),
    "/repos/a/b/lost": (302, b""),
    "/repos/a/b/elsewhere": (302, b""),
    "/file": (200, b"x" * 100),
}


@pytest.fixture
def api(monkeypatch) -> Iterator[Api]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            status, content = ANSWERS.get(path, (404, b""))
            self.send_response(status)
            targets = {"file": f"http://127.0.0.1:{server.server_port}/file", "elsewhere": "http://evil.example/file"}
            if status == 302:
                self.send_header("Location", targets.get(path.rpartition("/")[2], targets["file"] + "-lost"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Api(f"http://127.0.0.1:{server.server_port}/", "a/b", "token")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("url", ["http://api.github.com", "ftp://127.0.0.1", "file:///etc", "api.github.com"])
def test_the_token_goes_nowhere_in_the_clear(url):
    with pytest.raises(GraderError, match="https only"):
        Api(url, "a/b", "token")


@pytest.mark.parametrize("repository", ["", "a", "a/b/c", "a/b?x", "../a b"])
def test_a_repository_is_owner_and_name(repository):
    with pytest.raises(GraderError, match="owner/name"):
        Api("https://api.github.com", repository, "token")


def test_lists_come_bare_or_under_a_key(api):
    assert list(api.pages("list")) == [1, 2]
    assert list(api.pages("object", key="items")) == [3]
    with pytest.raises(InternalFault, match="no list"):
        list(api.pages("object"))


def test_a_list_without_end_is_given_up(api):
    with pytest.raises(InternalFault, match="more than 40 pages"):
        list(api.pages("full"))


@pytest.mark.parametrize(
    ("path", "said"), [("no-json", "no JSON"), ("broken", "500"), ("nothing", "404"), ("file", "302")]
)
def test_an_odd_answer_is_a_fault_that_says_what_came(api, path, said):
    with pytest.raises(InternalFault, match=said):
        api.get(path)


def test_a_download_follows_to_where_the_file_is_and_no_further_than_its_limit(api):
    assert api.download("file", most=100) == b"x" * 100
    with pytest.raises(GraderError, match="more than 99 bytes"):
        api.download("file", most=99)
    with pytest.raises(InternalFault, match="cannot be had"):
        api.download("lost", most=100)
    with pytest.raises(InternalFault, match="not https"):
        api.download("elsewhere", most=100)


def test_a_server_that_is_gone_is_said_to_be(api):
    gone = Api("http://127.0.0.1:1", "a/b", "token")
    with pytest.raises(InternalFault, match="did not answer"):
        gone.get("list")
