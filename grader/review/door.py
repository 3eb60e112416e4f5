"""Who may come in. The page is for one person at one machine, though every program on it can reach the port.

A secret in the first address opens a session; later requests show it in a cookie. A page of another site can neither
read that cookie nor name this server by another host (DNS rebinding), and its forms lack the second secret.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

__all__ = ["Door"]


@dataclass(frozen=True)
class Door:
    """The secrets of one server.

    Args:
        port: On which it listens, on the loopback interface alone.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser calls this server."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    @property
    def address(self) -> str:
        """The first address, which opens a session."""
        return f"http://{self.hosts[0]}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Name of the cookie; ports share their cookies, so it names its own."""
        return f"grader-review-{self.port}"

    @property
    def form_secret(self) -> str:
        """What each form carries; nobody who cannot read our pages knows it."""
        return hmac.digest(self.token.encode(), b"form", hashlib.sha256).hex()

    def is_ours(self, host: str | None) -> bool:
        """Whether a request means this server, and not a name that somebody else pointed to it."""
        return host in self.hosts

    def opens(self, token: str) -> bool:
        """Whether a token is the right one; takes the same time for every wrong one of its length."""
        return _same(token, self.token)

    def knows(self, cookies: str | None) -> bool:
        """Whether a request's cookies belong to a session that was opened."""
        try:
            morsel = SimpleCookie(cookies or "").get(self.cookie)
        except CookieError:
            return False
        return morsel is not None and self.opens(morsel.value)

    def trusts(self, form: Mapping[str, str], *, origin: str | None, site: str | None) -> bool:
        """Whether a form was sent from one of our own pages.

        Args:
            form: Its fields.
            origin: The header `Origin`, which browsers send with every form.
            site: The header `Sec-Fetch-Site`.
        """
        ours = origin is None or origin in {f"http://{host}" for host in self.hosts}
        return ours and site in {None, "same-origin"} and _same(form.get("secret", ""), self.form_secret)

    def key(self) -> str:
        """The header that lets a browser in from now on: no script reads it, no other site's page sends it."""
        return f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
