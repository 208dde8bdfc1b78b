"""One file from one address, streamed to disk within limits, and nothing at all where it has not changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from ilp_core.collect.feeds.hosts import addresses_of
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.feeds import DAY, MOST_BYTES
from ilp_core.words import feeds as words

if TYPE_CHECKING:
    # Imported by the work itself, so that the command line answers at once.
    import httpx

#: Redirects that are followed within one host [this project's choice].
_MOST_REDIRECTS: Final = 5
#: Bytes that are gathered before they are written.
_WRITE_BYTES: Final = 1024 * 1024
#: How a web page begins, whatever the portal calls it.
_PAGE_STARTS: Final = (b"<!doctype html", b"<html")
_MEGA: Final = 1024 * 1024
_HTTP_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection, for the next bytes, and for a whole file [this project's choice]."""

    connect_s: float = 10.0
    read_s: float = 60.0
    whole_s: float = 900.0


PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class Got:
    """What came: ``marks`` are the entity tag and date by which it is known again, ``size`` its unpacked bytes."""

    unchanged: bool
    size: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fetcher:
    """A client for one run of one feed. Use it as an async context manager.

    ``token`` goes into X-App-Token. It keeps no cookie, uses no proxy, and logs nothing.
    """

    most_bytes: int = MOST_BYTES
    allow_private: bool = False
    token: str | None = None
    patience: Patience = PATIENCE
    _client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        import httpx

        patience = self.patience
        limit = httpx.Timeout(patience.read_s, connect=patience.connect_s)
        # No proxy from the environment: it would connect by name, past the look at the address.
        context = await asyncio.to_thread(httpx.create_ssl_context)
        self._client = httpx.AsyncClient(timeout=limit, trust_env=False, follow_redirects=False, verify=context)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def get(
        self, address: str, into: Path, *, known: Mapping[str, str] | None = None, most_bytes: int | None = None
    ) -> Got:
        """Fetch ``address`` into the file ``into``, unless it is as it was when it had the marks ``known``.

        ``most_bytes`` lowers the client's limit. Raises FetchError; what was written of the file then means nothing.
        """
        host = _split(address).hostname or address
        try:
            async with asyncio.timeout(self.patience.whole_s):
                return await self._follow(
                    address, into, known or {}, min(most_bytes or self.most_bytes, self.most_bytes)
                )
        except TimeoutError:
            raise FetchError(words.SLOW.format(host=host), "slow") from None

    async def _follow(self, address: str, into: Path, known: Mapping[str, str], limit: int) -> Got:
        start = _split(address)
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._asked(address, known) as response:
                if not response.has_redirect_location:
                    _refuse(response, str(start.hostname), asked=bool(known))
                    if response.status_code == 304 or _is_known(_marks(response), known):
                        return Got(unchanged=True, marks=known)
                    size = await _keep(response, into, str(start.hostname), limit)
                    return Got(unchanged=False, size=size, marks=_marks(response))
                target = _joined(address, response.headers["location"])
            to = _split(target)
            down = _split(address).scheme == "https" and to.scheme != "https"
            if to.hostname != start.hostname or to.scheme not in _HTTP_PORTS or down:
                where = f"{to.scheme}://{to.hostname}"[:100]
                raise FetchError(words.AWAY.format(host=start.hostname, where=where), "redirect", lasting=True)
            address = target
        raise FetchError(words.ROUND.format(host=start.hostname), "redirect", lasting=True)

    @asynccontextmanager
    async def _asked(self, address: str, known: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """The response whose body has not been read yet, from the first of the host's addresses that answers."""
        import httpx

        assert self._client is not None
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise _no_web(address) from None
        if url.scheme not in _HTTP_PORTS or not url.host:
            raise _no_web(address)
        port = url.port or _HTTP_PORTS[url.scheme]
        addresses = await addresses_of(url.host, port, allow_private=self.allow_private)
        response: httpx.Response | None = None
        try:
            for each in addresses:
                request = self._client.build_request(
                    "GET",
                    url.copy_with(host=each),
                    headers={**self._headers(known), "Host": url.netloc.decode("ascii")},
                    # The certificate must be the name's, though the connection is made to an address.
                    extensions={"sni_hostname": url.raw_host.decode("ascii")},
                )
                try:
                    response = await self._client.send(request, stream=True)
                    break
                except httpx.ConnectError:
                    if each == addresses[-1]:
                        raise
            assert response is not None
            yield response
        except httpx.TimeoutException:
            raise FetchError(words.SLOW.format(host=url.host), "slow") from None
        except httpx.ConnectError as error:
            why = "its certificate is not valid" if "CERTIFICATE" in str(error).upper() else "no connection"
            raise FetchError(words.UNREACHABLE.format(host=url.host, why=why), "unreachable") from None
        except httpx.RequestError as error:
            raise FetchError(words.CUT.format(host=url.host, why=type(error).__name__), "cut") from None
        finally:
            if response is not None:
                await response.aclose()

    def _headers(self, known: Mapping[str, str]) -> dict[str, str]:
        headers = {"User-Agent": f"beatdesk/{_version()}", "Accept-Encoding": "gzip"}
        if "etag" in known:
            headers["If-None-Match"] = known["etag"]
        if "modified" in known:
            headers["If-Modified-Since"] = known["modified"]
        if self.token:
            headers["X-App-Token"] = self.token
        return headers


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise _no_web(address) from None


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise _no_web(location) from None


def _no_web(address: str) -> FetchError:
    return FetchError(words.NO_WEB.format(address=address.partition("?")[0][:60]), "address", lasting=True)


def _version() -> str:
    try:
        return version("beatdesk")
    except PackageNotFoundError:
        return "0"


def _marks(response: httpx.Response) -> dict[str, str]:
    """The entity tag and date of a body, as they came: they go back unread. A mark of more than 300 signs is none."""
    sent = {"etag": response.headers.get("etag", ""), "modified": response.headers.get("last-modified", "")}
    return {mark: text for mark, text in sent.items() if text.isascii() and 0 < len(text) <= 300}


def _is_known(marks: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Whether a whole answer is the known one all the same, from a portal that does not heed conditions."""
    mark = "etag" if "etag" in known else "modified"
    return mark in known and marks.get(mark) == known[mark]


def _refuse(response: httpx.Response, host: str, *, asked: bool) -> None:
    """Raise FetchError for a response that is no file."""
    status = response.status_code
    if status == 304 and asked:
        return
    if status == 429 or (status == 503 and "retry-after" in response.headers):
        wait = retry_after(response.headers.get("retry-after"), datetime.now(tz=UTC))
        raise FetchError(words.BUSY_PORTAL.format(host=host, status=status), f"status {status}", wait=wait)
    if status >= 500:
        raise FetchError(words.BROKEN_PORTAL.format(host=host, status=status), f"status {status}")
    if status in (404, 410):
        raise FetchError(words.GONE.format(host=host, status=status), f"status {status}", lasting=True)
    # 408 and 425 ask for another try.
    if status >= 400 and status not in (408, 425):
        raise FetchError(words.REFUSED_PORTAL.format(host=host, status=status), f"status {status}", lasting=True)
    if status != 200:
        raise FetchError(words.ODD_STATUS.format(host=host, status=status), f"status {status}")
    if response.headers.get("content-type", "").casefold().startswith("text/html"):
        raise FetchError(words.PAGE.format(host=host), "page")
    coding = response.headers.get("content-encoding", "identity").strip().casefold()
    # Packed twice, a few bytes could grow a million times before anything of them is counted.
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError(words.NOT_CODED.format(host=host, coding=coding[:30]), "coding")


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """The wait asked for, in seconds or as an HTTP date (RFC 9110, 10.2.3): a day at most; None for none."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(DAY, timedelta(seconds=int(text[:9])))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(DAY, max(timedelta(0), moment - now))


async def _keep(response: httpx.Response, into: Path, host: str, limit: int) -> int:
    """Write the body and return its unpacked bytes; stop at the limit, and at a web page."""
    too_large = FetchError(words.TOO_LARGE.format(host=host, limit=max(1, limit // _MEGA)), "size", lasting=True)
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > limit:
        raise too_large
    size, waiting, first = 0, bytearray(), True
    file: Any = await asyncio.to_thread(into.open, "wb")
    try:
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > limit:
                raise too_large
            waiting += chunk
            if len(waiting) >= _WRITE_BYTES:
                first = first and not _refuse_page(waiting, host)
                await asyncio.to_thread(file.write, waiting)
                waiting.clear()
        if first:
            _refuse_page(waiting, host)
        await asyncio.to_thread(file.write, waiting)
    finally:
        await asyncio.to_thread(file.close)
    return size


def _refuse_page(start: bytearray, host: str) -> bool:
    if bytes(start[:200]).lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_STARTS):
        raise FetchError(words.PAGE.format(host=host), "page")
    return True
