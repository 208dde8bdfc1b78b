"""What every request to the sandbox must pass: it comes from this machine and from no foreign web page.

A page on the Internet can make a browser call a loopback address. If it does so under its own name (DNS
rebinding) the Host header says so; if it calls the loopback address itself, the Origin header does.
"""

from __future__ import annotations

import ipaddress
import logging
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from tornado.web import HTTPError, RequestHandler

log = logging.getLogger(__name__)

#: Same-origin only: no style, script, picture, sound or connection from elsewhere, and no frame around the page.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def is_loopback_name(host: str) -> bool:
    """True for a Host header's value that names this machine: localhost, 127.x.x.x or [::1], with any port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class LoopbackHandler(RequestHandler):
    """Refuses what did not come from this machine or from the sandbox's own page, before anything is read."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", _POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        host, origin = self.request.headers.get("Host", ""), self.request.headers.get("Origin")
        foreign_site = self.request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        if not is_loopback_name(host):
            self._refuse("This address is for this machine only.")
        elif origin is not None and origin != f"http://{host}":
            self._refuse("Another page may not use the sandbox.")
        elif foreign_site and (self.request.method != "GET" or self.request.path != "/"):
            self._refuse("Another page may not use the sandbox.")  # a plain link to the page is fine

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a fault of the sandbox itself, without the request's path: a bot's path holds its token."""
        if typ is not None and value is not None and not isinstance(value, HTTPError):
            log.error("The sandbox could not answer a request", exc_info=(typ, value, tb))

    def _refuse(self, why: str) -> None:
        self.set_status(403)
        self.finish({"ok": False, "error_code": 403, "description": f"Forbidden: {why}", "error": why})
