"""The client of feeds: certificates are the name's though the connection goes to an address that was looked at."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ilp_core.collect.feeds import fetch
from ilp_core.collect.feeds.fetch import Fetcher, Patience
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.words.en import feeds as words
from tests.portal import Portal, running_portal

QUICK = Patience(connect_s=2.0, read_s=2.0, whole_s=5.0)


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with running_portal() as running:
        running.file = b"id\n1\n"
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of data.example, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "data.example")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("data.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
    return folder / "certificate.pem", folder / "key.pem"


@asynccontextmanager
async def encrypted(certificate: tuple[Path, Path]) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that answers every request over TLS; its port, and the first lines and Host of what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.extend(line for line in head.split(b"\r\n") if line.startswith((b"GET", b"Host")))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nid\n1\n")
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name leads to these addresses."""

    async def found(_host: str, _port: int, **_: Any) -> list[str]:
        return list(addresses)

    monkeypatch.setattr(fetch, "addresses_of", found)


async def test_the_certificate_must_be_the_names(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    named(monkeypatch, "127.0.0.1")
    async with encrypted(certificate) as (port, asked), Fetcher(patience=QUICK) as fetcher:
        got = await fetcher.get(f"https://data.example:{port}/a.csv?key=value", tmp_path / "a")
        assert (got.size, asked) == (5, [b"GET /a.csv?key=value HTTP/1.1", f"Host: data.example:{port}".encode()])
        with pytest.raises(FetchError) as refused:
            await fetcher.get(f"https://other.example:{port}/a.csv", tmp_path / "a")
        expected = words.UNREACHABLE.format(host="other.example", why="its certificate is not valid")
        assert str(refused.value) == expected


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    named(monkeypatch, "127.0.0.1")
    async with encrypted(certificate) as (port, asked), Fetcher(patience=QUICK) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.get(f"https://data.example:{port}/a.csv", tmp_path / "a")
    assert (refused.value.why, asked) == ("unreachable", [])


async def test_the_next_address_of_a_name_is_tried(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Nothing listens at the second of these.
    named(monkeypatch, "127.0.0.2", "127.0.0.1")
    async with Fetcher(patience=QUICK) as fetcher:
        assert (await fetcher.get(f"{portal.address}/files/a.csv", tmp_path / "a")).size == 5


@pytest.mark.parametrize("address", ["ftp://x.org/a", "file:///etc/passwd", "https://", "http://[/", "nonsense"])
async def test_only_web_addresses_are_fetched(address: str, tmp_path: Path) -> None:
    async with Fetcher(patience=QUICK) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.get(address, tmp_path / "a")
    assert str(refused.value) == words.NO_WEB.format(address=address)


async def test_a_body_that_only_trickles_is_given_up(portal: Portal, tmp_path: Path) -> None:
    portal.faults = ["slow"]
    hurried = Patience(connect_s=2.0, read_s=5.0, whole_s=0.3)
    async with Fetcher(allow_private=True, patience=hurried) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.get(f"{portal.address}/files/a.csv", tmp_path / "a")
    assert str(refused.value) == words.SLOW.format(host="127.0.0.1")


async def test_a_body_packed_to_burst_stops_at_the_limit(portal: Portal, tmp_path: Path) -> None:
    portal.faults = ["bomb 60000000"]
    async with Fetcher(most_bytes=5_000_000, allow_private=True, patience=QUICK) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.get(f"{portal.address}/files/a.csv", tmp_path / "a")
    assert refused.value.why == "size"
    size = await asyncio.to_thread(lambda: (tmp_path / "a").stat().st_size)
    assert size <= 5_000_000


async def test_a_page_is_known_by_its_first_signs_also_in_a_long_answer(portal: Portal, tmp_path: Path) -> None:
    portal.file = b"\xef\xbb\xbf \n<HTML>" + bytes(3_000_000)
    async with Fetcher(allow_private=True, patience=QUICK) as fetcher:
        with pytest.raises(FetchError) as refused:
            await fetcher.get(f"{portal.address}/files/a.csv", tmp_path / "a")
    assert refused.value.why == "page"


async def test_marks_that_could_not_go_back_are_not_kept(portal: Portal, tmp_path: Path) -> None:
    portal.faults = [f"200 ETag: {'x' * 400}"]
    async with Fetcher(allow_private=True, patience=QUICK) as fetcher:
        got = await fetcher.get(f"{portal.address}/files/a.csv", tmp_path / "a")
    assert got.marks == {}
