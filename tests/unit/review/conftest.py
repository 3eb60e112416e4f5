"""A graded class of four, and a server that shows it on a free port of the loopback interface."""

import base64
import http.client
import io
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from grader.course import Course, find_course
from grader.gradebook import Gradebook, Kept
from grader.observation import Answer, CellRun, Function, Observations, Run, RunStatus
from grader.review import Desk, ReviewServer
from grader.scoring import Scorer

ROOT = Path(__file__).parents[3]
WEEK = "week1"
COURSE = f"""
title = "T"
[weeks.{WEEK}]
data = "cats-dogs"
[weeks.week2]
data = "cats-dogs"
"""
RUBRIC = """
title = "Week 1"
image_shape = [150, 150, 3]

[[functions]]
name = "create_model"
role = "model"

[[criteria]]
id = "runs"
check = "notebook_runs"
title = "It runs"
points = 5

[[criteria]]
id = "why"
check = "written"
title = "Why it works"
points = 10
parameters = { heading = "Answer 1" }
"""
HOSTILE = "<script>alert(1)</script><img src=https://example.org/x onerror=alert(1)>\u202e"


def picture() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def executed() -> str:
    """A notebook with everything that an output can be."""
    bundle = {"text/html": HOSTILE, "text/plain": "<b>as text</b>"}
    outputs = [
        new_output("stream", text=HOSTILE),
        new_output("display_data", data={"image/png": picture(), "text/html": HOSTILE}),
        new_output("display_data", data={"image/svg+xml": "<svg onload='alert(1)'/>"}),
        new_output("display_data", data={"image/png": base64.b64encode(b"GIF89a").decode()}),
        new_output("execute_result", data=bundle),
        new_output("error", ename="ValueError", evalue=HOSTILE, traceback=["\x1b[31m" + HOSTILE]),
    ]
    cells = [
        new_markdown_cell(
            f"# My *own* words\n\n{HOSTILE}\n\n[a link](javascript:alert(1)) ![p](https://example.org/p)"
        ),
        new_code_cell(f"print({HOSTILE!r})", outputs=outputs),
    ]
    return nbformat.writes(new_notebook(cells=cells))


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a course and its gradebook, of which each test gets a copy."""
    folder = tmp_path_factory.mktemp("graded")
    course = make_course(folder / "course")
    with Gradebook(folder / "book.sqlite", who="ada") as book:
        fill(course, book)
    return folder


def make_course(root: Path) -> Course:
    (root / "solutions" / WEEK).mkdir(parents=True)
    (root / "solutions" / "course.toml").write_text(COURSE)
    (root / "solutions" / WEEK / "rubric.toml").write_text(RUBRIC)
    shutil.copytree(ROOT / "templates" / "report", root / "templates" / "report")
    return find_course(root)


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Course:
    return find_course(shutil.copytree(graded / "course", tmp_path / "course"))


@pytest.fixture
def book(graded: Path, tmp_path: Path) -> Iterator[Gradebook]:
    shutil.copyfile(graded / "book.sqlite", tmp_path / "book.sqlite")
    with Gradebook(tmp_path / "book.sqlite", who="ada") as book:
        yield book


def fill(course: Course, book: Gradebook) -> None:
    """Alice's answer waits, Ben wrote none, Carla's run was our fault, and the fourth has a hostile name."""
    scorer = Scorer.of(course, WEEK)
    for student in ("alice", "ben", "carla", HOSTILE):
        text = "" if student == "ben" else f"Because *of that*. {HOSTILE}"
        seen = Observations(
            run=Run(
                status=RunStatus.INTERNAL if student == "carla" else RunStatus.OK,
                seconds=1.5,
                cells=(CellRun(index=0, status="ok", source="x = 1"),),
            ),
            functions={"create_model": Function(name="create_model", defined=True)},
            answers=(Answer(heading="Answer 1", cell=3, text=text),),
        )
        kept = Kept(student, f"{student}.ipynb", "ab" * 32, f"key of {student}", seen)
        judged = scorer.judge(kept, kept.notebook, None, reused=False)
        book.finish(WEEK, kept, None if student == "carla" else executed(), judged, claimed="")


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Client:
    """A browser without a window: keeps its cookie, follows nothing by itself."""

    server: ReviewServer
    cookie: str = ""
    secret: str = field(default="")

    @property
    def port(self) -> int:
        return self.server.door.port

    def ask(self, method: str, path: str, body: str | None = None, **headers: str | None) -> Answered:
        sent = {"Host": f"127.0.0.1:{self.port}"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        for name, value in headers.items():
            sent[name.replace("_", "-")] = value
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {**({"Content-Length": str(len(body))} if body is not None else {}), **sent}.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body.encode() if body is not None else None)
            answer = connection.getresponse()
            return Answered(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **headers: str | None) -> Answered:
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: dict[str, str], **headers: str | None) -> Answered:
        """Sends a form with its secret, as a page of ours would."""
        sent = {"Origin": f"http://127.0.0.1:{self.port}", "Sec_Fetch_Site": "same-origin", **headers}
        return self.ask("POST", path, urlencode({"secret": self.server.door.form_secret, **form}), **sent)

    def come_in(self) -> "Client":
        answer = self.get(self.server.door.address.split(str(self.port), 1)[1])
        assert answer.status == 303
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return self


@pytest.fixture
def desk(course: Course, book: Gradebook, tmp_path: Path) -> Desk:
    return Desk(course, book, out=tmp_path / "reports")


@pytest.fixture
def server(desk: Desk) -> Iterator[ReviewServer]:
    with ReviewServer(desk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def stranger(server: ReviewServer) -> Client:
    """Without a cookie."""
    return Client(server)


@pytest.fixture
def client(server: ReviewServer) -> Client:
    """Who came in by the address that was printed."""
    return Client(server).come_in()


@pytest.fixture
def words() -> Callable[[str], str]:
    """The text of a page without its tags."""
    return lambda page: " ".join(re.sub(r"<[^>]*>", " ", page.split("</head>")[1]).split())
