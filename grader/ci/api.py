"""The few calls of GitHub's API that publishing makes, on the standard library alone."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from grader.errors import GraderError, InternalFault

__all__ = ["Api"]

SECONDS = 30
LONGEST = 16 * 1024**2
"""Bytes of an answer."""
PAGES = 40
"""Of a list, a hundred entries each; GitHub lists no more than 3000 files of a pull request."""


class Api:
    """GitHub's API, for one repository.

    Args:
        url: Where it is: `GITHUB_API_URL`.
        repository: `owner/name`.
        token: Sent there and nowhere else.

    Raises:
        GraderError: The address would send the token in the clear, or the repository is none.
    """

    def __init__(self, url: str, repository: str, token: str) -> None:
        parts = urlsplit(url)
        loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
            raise GraderError("the token is sent over https only", where="GITHUB_API_URL")
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
            raise GraderError("this is no owner/name", where="GITHUB_REPOSITORY")
        self._url = url.rstrip("/")
        self._root = f"{self._url}/repos/{repository}"
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, **query: str | int) -> Any:
        """One answer, as JSON.

        Raises:
            InternalFault: There was none, or not that.
        """
        return self._json(self._ask("GET", self._at(path, query)))

    def pages(self, path: str, *, key: str = "", **query: str | int) -> Iterator[Any]:
        """All entries of a list, page by page; the list is the answer, or what stands under a key in it.

        Raises:
            InternalFault: A page could not be had, or there are too many.
        """
        for page in range(1, PAGES + 1):
            answer = self.get(path, **query, per_page=100, page=page)
            entries = answer.get(key) if key and isinstance(answer, dict) else answer
            if not isinstance(entries, list):
                raise InternalFault("the answer is no list", where=f"GET {path}")
            yield from entries
            if len(entries) < 100:
                return
        raise InternalFault(f"the list has more than {PAGES} pages", where=f"GET {path}")

    def send(self, method: str, path: str, data: Any) -> Any:
        """Create or change something.

        Raises:
            InternalFault: It was not done.
        """
        return self._json(self._ask(method, self._at(path, {}), json.dumps(data).encode()))

    def download(self, path: str, *, most: int) -> bytes:
        """A file that the API sends us to, which lies elsewhere: the token is not shown there.

        Raises:
            InternalFault: It cannot be had.
            GraderError: It is larger than `most` bytes.
        """
        content = self._ask("GET", self._at(path, {}), most=most, follow=True)
        if len(content) > most:
            raise GraderError(f"the file has more than {most} bytes", where=f"GET {path}")
        return content

    def _at(self, path: str, query: dict[str, str | int]) -> str:
        return f"{self._root}/{path}" + (f"?{urlencode(query)}" if query else "")

    def _ask(
        self, method: str, url: str, data: bytes | None = None, *, most: int = LONGEST, follow: bool = False
    ) -> bytes:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "cnn-grader",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        where = f"{method} {urlsplit(url).path}"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - looked at in __init__
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return bytes(answer.read(most + 1))
        except urllib.error.HTTPError as error:
            with error:
                target = error.headers.get("Location", "")
                if not (follow and error.code in {301, 302, 303, 307, 308} and target):
                    raise InternalFault(f"GitHub answered {error.code} {error.reason}", where=where) from error
        except (OSError, HTTPException) as error:
            raise InternalFault(f"GitHub did not answer: {error}", where=where) from error
        return self._elsewhere(target, where, most)

    def _elsewhere(self, url: str, where: str, most: int) -> bytes:
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname != urlsplit(self._url).hostname:
            raise InternalFault("GitHub sends us to an address that is not https", where=where)
        request = urllib.request.Request(url, headers={"User-Agent": "cnn-grader"})  # noqa: S310 - as above
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return bytes(answer.read(most + 1))
        except (OSError, HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise InternalFault(f"the file cannot be had: {error}", where=where) from error

    @staticmethod
    def _json(content: bytes) -> Any:
        if len(content) > LONGEST:
            raise InternalFault(f"GitHub's answer has more than {LONGEST} bytes")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise InternalFault("GitHub's answer is no JSON") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer that we look at, not one that is obeyed with the token in hand."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None
