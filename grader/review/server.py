"""Requests and answers, on the loopback interface alone, with the standard library's server.

Each answer forbids scripts, frames, caches and requests to anywhere else. Nothing is changed but by a form of ours.
"""

import errno
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from grader.errors import GraderError
from grader.report.pages import Pages
from grader.review.desk import Desk, Refused
from grader.review.door import Door
from grader.review.shown import Shown, place

__all__ = ["ReviewServer"]

LOOPBACK = "127.0.0.1"
LARGEST = 64 * 2**10
"""Bytes of a form."""
FIELDS = 20
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with `no-referrer` browsers would hide the origin of our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


class ReviewServer(ThreadingHTTPServer):
    """Serves the pages of a desk until it is shut down.

    Args:
        desk: What there is to see and do.
        port: On the loopback interface; 0 for any that is free.

    Raises:
        GraderError: The port is taken, or may not be used.
        CourseError: A template is missing or wrong.
    """

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0) -> None:
        pages = Pages(desk.course.templates, "review.css")
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            raise GraderError(
                f"port {port} is in use by another program" if taken else f"port {port} cannot be used: {error}",
                remedy="Name another one with --port N, or leave it out: then a free one is taken.",
            ) from error
        self.desk = desk
        self.door = Door(self.server_address[1])
        self.shown = Shown(desk, pages, self.door.form_secret)
        self.policy = (
            f"default-src 'none'; style-src '{pages.style_hash}'; img-src data:; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nobody's trouble."""


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: ReviewServer
    timeout = 30
    server_version, sys_version = "grader", ""

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        # Read before anything is refused: a connection that is closed with words unread may lose the answer to them.
        length = self._length()
        self.body = self.rfile.read(length) if length is not None and length <= LARGEST else b""
        self._answer(self._post)

    def _answer(self, work: Any) -> None:
        """Let in, do the work, and turn what goes wrong into an answer."""
        door = self.server.door
        if not door.is_ours(self.headers.get("Host")):
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This server has another name.")
            return
        path, _, query = self.path.partition("?")
        fields = _fields(query)
        if self.command == "GET" and "token" in fields:
            if door.opens(fields["token"]):
                rest = "" if path.startswith("//") else path
                self._go(urlsplit(rest).path or "/", cookie=door.key())
            else:
                self._say(HTTPStatus.FORBIDDEN, "This token is not the right one.")
            return
        if not door.knows(self.headers.get("Cookie")):
            self._say(HTTPStatus.FORBIDDEN, "Open the address that `grader review` printed.")
            return
        try:
            work(path, fields)
        except GraderError as error:
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    def _get(self, path: str, fields: dict[str, str]) -> None:
        desk, shown = self.server.desk, self.server.shown
        if path == "/":
            self._go(place(desk.weeks[0]))
            return
        week, student = self._where(path)
        if week is None:
            return
        if not student:
            self._page(shown.week(week, fields))
            return
        card = desk.book.scorecard(week, student)
        if card is None:
            self._say(HTTPStatus.NOT_FOUND, "There is no such submission.")
        else:
            self._page(shown.student(week, card, fields, None, ""))

    def _post(self, path: str, _: dict[str, str]) -> None:
        form = self._form()
        if form is None:
            return
        site, origin = self.headers.get("Sec-Fetch-Site"), self.headers.get("Origin")
        if not self.server.door.trusts(form, origin=origin, site=site):
            self._say(HTTPStatus.FORBIDDEN, "This form was not sent from a page of this review. Load the page again.")
            return
        week, student = self._where(path)
        if week is None:
            return
        desk = self.server.desk
        if not student:
            desk.write_reports(week)
            self._go(f"{place(week)}?done=reports")
            return
        try:
            desk.change(week, student, form)
        except Refused as refused:
            card = desk.book.scorecard(week, student)
            if card is None:
                self._say(HTTPStatus.NOT_FOUND, "There is no such submission.")
            else:
                page = self.server.shown.student(week, card, {}, form, refused.message)
                self._page(page, HTTPStatus.UNPROCESSABLE_ENTITY)
            return
        anchor = f"#c-{quote(form['criterion'], safe='')}" if form.get("criterion") else ""
        self._go(f"{place(week, student)}?done={quote(form['do'])}{anchor}")

    def _where(self, path: str) -> tuple[str | None, str]:
        """Week and student that a path names; of an unknown one, says so."""
        match path.split("/"):
            case ["", "week", week]:
                student = ""
            case ["", "week", week, "student", student] if student:
                pass
            case _:
                week, student = "", ""
        week = unquote(week)
        if week not in self.server.desk.weeks:
            self._say(HTTPStatus.NOT_FOUND, "There is no such page.")
            return None, ""
        return week, unquote(student)

    def _form(self) -> dict[str, str] | None:
        """The fields that were sent; None where they are none, with the answer given."""
        length = self._length()
        if length is None or self.headers.get_content_type() != "application/x-www-form-urlencoded":
            self._say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Only forms are taken.")
            return None
        if length > LARGEST:
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is more than fits into a comment.")
            return None
        return _fields(self.body.decode("utf-8", "replace"))

    def _length(self) -> int | None:
        """Bytes that are sent, as far as it matters how many; None where that is not said."""
        said = self.headers.get("Content-Length", "")
        return int(said[:9]) if said.isascii() and said.isdigit() else None

    def _page(self, page: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, page, "text/html; charset=utf-8", {"Content-Security-Policy": self.server.policy})

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(status, f"{text}\n", "text/plain; charset=utf-8", {"Content-Security-Policy": NOTHING})

    def _go(self, to: str, cookie: str = "") -> None:
        headers = {"Location": to, "Content-Security-Policy": NOTHING, **({"Set-Cookie": cookie} if cookie else {})}
        self._send(HTTPStatus.SEE_OTHER, "", "text/plain; charset=utf-8", headers)

    def _send(self, status: HTTPStatus, text: str, kind: str, headers: dict[str, str]) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {**HEADERS, **headers, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library finds wrong with a request, in our own form; nothing of the request is repeated."""
        del message, explain
        self.close_connection = True
        status = HTTPStatus(code)
        self._say(status, status.phrase)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nothing: the addresses of a session are nobody's business."""


def _fields(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS, errors="replace"))
    except ValueError:
        return {}
