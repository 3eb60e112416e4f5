"""A stand-in for GitHub: a bare repository, its forks, and the few calls of the API that publishing makes."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "school/cnn"
TOKEN = "ghs_of_the_workflow"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, "-C", str(folder), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@dataclass
class Pull:
    """An open pull request."""

    number: int
    owner: str
    branch: str
    fork: Path
    """Bare repository of the fork."""
    state: str = "open"


@dataclass
class GitHub:
    """All that it knows. `requests` are the calls that came, as (method, path, whether the token was shown)."""

    origin: Path
    pulls: list[Pull] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    artifacts: dict[int, list[bytes]] = field(default_factory=dict)
    """Run -> what it uploaded as `grader-result`, the oldest first."""
    requests: list[tuple[str, str, bool]] = field(default_factory=list)
    url: str = ""

    def synchronise(self) -> None:
        """What GitHub does after a push: the heads of pull requests follow their branches."""
        for pull in self.pulls:
            git(self.origin, "fetch", "-q", str(pull.fork), f"+refs/heads/{pull.branch}:refs/pull/{pull.number}/head")

    def head(self, pull: Pull) -> str:
        return git(self.origin, "rev-parse", f"refs/pull/{pull.number}/head")

    def describe(self, pull: Pull) -> dict[str, Any]:
        """A pull request, as the API and events have it."""
        return {
            "number": pull.number,
            "state": pull.state,
            "user": {"login": pull.owner},
            "head": {"sha": self.head(pull), "ref": pull.branch, "repo": {"full_name": f"{pull.owner}/cnn"}},
            "base": {"sha": git(self.origin, "rev-parse", "main"), "ref": "main", "repo": {"full_name": REPOSITORY}},
        }

    def answer(self, method: str, path: str, query: dict[str, list[str]], data: Any) -> Any:  # noqa: PLR0911
        """What the API says; None where there is nothing of that name."""
        root = f"/repos/{REPOSITORY}/"
        if not path.startswith(root):
            return None
        page, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["30"])[0])
        part = slice((page - 1) * size, page * size)
        match path.removeprefix(root).split("/"):
            case ["pulls"]:
                (head,), (state,) = query["head"], query["state"]
                return [self.describe(p) for p in self.pulls if head == f"{p.owner}:{p.branch}" and state == p.state][
                    part
                ]
            case ["pulls", number]:
                return next(self.describe(p) for p in self.pulls if p.number == int(number))
            case ["pulls", number, "files"]:
                names = git(self.origin, "diff", "--name-only", f"main...refs/pull/{number}/head").splitlines()
                return [{"filename": name, "status": "modified"} for name in names][part]
            case ["actions", "runs", run, "artifacts"]:
                every = self.artifacts.get(int(run), [])
                entries = [
                    {"id": int(run) * 10 + n, "name": "grader-result", "expired": False, "size_in_bytes": len(content)}
                    for n, content in enumerate(every)
                ]
                return {"total_count": len(entries), "artifacts": entries[part]}
            case ["issues", number, "comments"] if method == "GET":
                return [c for c in self.comments if c["issue"] == int(number)][part]
            case ["issues", number, "comments"]:
                self.comments.append({"id": 900 + len(self.comments), "issue": int(number), "user": BOT, **data})
                return self.comments[-1]
            case ["issues", "comments", wanted]:
                (comment,) = [c for c in self.comments if c["id"] == int(wanted)]
                comment.update(data)
                return comment
        return None


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            address = urlsplit(self.path)
            authorized = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            github.requests.append((self.command, address.path, authorized))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = address.path.strip("/").split("/")
            if parts[0] == "blobs":  # another service, with a signed address, to which no token is shown
                return self._send(200, github.artifacts[int(parts[1]) // 10][int(parts[1]) % 10])
            if not authorized:
                return self._send(401, b"{}")
            if parts[-1] == "zip":
                return self._send(302, b"", Location=f"{github.url}/blobs/{parts[-2]}")
            answer = github.answer(self.command, address.path, parse_qs(address.query), json.loads(body or b"null"))
            return self._send(404 if answer is None else 200, json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 - as the library calls them

        def _send(self, status: int, content: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def serving(origin: Path) -> Iterator[GitHub]:
    """GitHub, on this machine."""
    github = GitHub(origin)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(github))
    github.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
