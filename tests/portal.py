"""A loopback portal that behaves as open-data portals do, faults included: SoQL on a table, police.uk's API, files.

async with running_portal() as portal:
    portal.rows = [crime(1), crime(2)]
    await fetch(portal.data_set)
    assert portal.served == ["200 /resource/abcd-1234.csv 2 rows"]
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import io
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

NUMBER: Final = "abcd-1234"
#: What police.uk refuses to list for one area and month.
MOST_CRIMES: Final = 10_000
_CLAUSE: Final = re.compile(r"(:?\w+) (>=|>|=|IS NULL)(?: '((?:[^']|'')*)')?")

Row = dict[str, str]


def crime(number: int, updated: str = "2026-01-01T00:00:00.000Z", **other: str) -> Row:
    """A row of the data set; columns whose names begin with a colon are the portal's own."""
    return {
        ":id": f"row-{number:06d}",
        ":updated_at": updated,
        "id": str(number),
        "primary_type": "THEFT",
        "district": "008",
    } | other


def street_crime(number: int, month: str, **other: Any) -> dict[str, Any]:
    """One crime as police.uk's API gives it."""
    return {
        "category": "burglary",
        "location_type": "Force",
        "location": {
            "latitude": "52.629729",
            "street": {"id": 883345, "name": "On or near Marquis Street"},
            "longitude": "-1.131592",
        },
        "context": "",
        "outcome_status": {"category": "Under investigation", "date": month},
        "persistent_id": f"{number:064x}",
        "id": number,
        "location_subtype": "",
        "month": month,
    } | other


@dataclass
class Portal:
    """What the portal holds, how it misbehaves next, and what it was asked.

    ``faults`` are used up one a request, in order. ``asked`` has the arguments of every request, ``headers`` its
    headers, ``served`` one line for each answer. ``between`` is called after each page of the data set.
    """

    address: str = ""
    rows: list[Row] = field(default_factory=list)
    file: bytes = b""
    months: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    served: list[str] = field(default_factory=list)
    between: Callable[[], None] = lambda: None
    restless: bool = False
    heeds_conditions: bool = True
    _states: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    def modified(self, path: str, state: bytes) -> str:
        """The date of what lies at a path: a second later whenever its state differs, or always where restless."""
        before, date = self._states.get(path, (None, datetime(2026, 1, 1, tzinfo=UTC)))
        if state != before or self.restless:
            date += timedelta(seconds=1)
        self._states[path] = state, date
        return format_datetime(date, usegmt=True)

    @property
    def data_set(self) -> str:
        """The address of the data set's CSV."""
        return f"{self.address}/resource/{NUMBER}.csv"

    @property
    def street(self) -> str:
        """The address of police.uk's street crimes around a point."""
        return f"{self.address}/api/crimes-street/all-crime?lat=52.629729&lng=-1.131592"


@asynccontextmanager
async def running_portal() -> AsyncIterator[Portal]:
    """A portal on a free port of this machine."""
    portal = Portal()
    application = Application(
        [
            (rf"/resource/{NUMBER}\.csv", _DataSet, {"portal": portal}),
            (r"/files/[a-z.]+", _File, {"portal": portal}),
            (r"/api/crimes-street-dates", _Dates, {"portal": portal}),
            (r"/api/crimes-street/all-crime", _Street, {"portal": portal}),
        ],
        default_handler_class=_Nothing,
        default_handler_args={"portal": portal},
        log_function=lambda _: None,
    )
    server = HTTPServer(application)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    portal.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.add_socket(listening)
    try:
        yield portal
    finally:
        portal.leaving.set()
        server.stop()
        await server.close_all_connections()


class _Answer(RequestHandler):
    """Answers whole bodies with an entity tag, or with the fault that is due."""

    def initialize(self, portal: Portal) -> None:
        self.portal = portal

    def set_default_headers(self) -> None:
        self.set_header("Content-Type", "text/csv; charset=utf-8")

    async def prepare(self) -> None:
        portal = self.portal
        portal.asked.append({name: self.get_query_argument(name) for name in self.request.query_arguments})
        portal.headers.append({name.lower(): value for name, value in self.request.headers.items()})
        if portal.faults and (fault := portal.faults.pop(0)):
            await self._fail(fault)

    async def _fail(self, fault: str) -> None:
        name, _, detail = fault.partition(" ")
        self.portal.served.append(f"fault {fault}")
        if name.isdigit():
            self.set_status(int(name))
            if detail:
                header, _, value = detail.partition(": ")
                self.set_header(header, value)
            self.finish()
        elif name == "page":
            self.set_header("Content-Type", detail or "text/html; charset=utf-8")
            self.finish(b"\n<!DOCTYPE html><title>Down for maintenance</title>")
        elif name == "cut":
            self.set_header("Content-Length", "1000000")
            self.write(b":id,:updated_at,id\n")
            await self.flush()
            self.request.connection.stream.close()  # type: ignore[attr-defined] # tornado's own connection has one
            self._finished = True
        elif name == "slow":
            self.set_header("Content-Length", "1000000")
            self.write(b":id,:updated_at,id\n")
            await self.flush()
            await self.portal.leaving.wait()
            self.request.connection.stream.close()  # type: ignore[attr-defined] # as above
            self._finished = True
        elif name == "bomb":
            self.set_header("Content-Encoding", "gzip")
            self.finish(gzip.compress(bytes(int(detail))))
        elif name == "coding":
            self.set_header("Content-Encoding", detail)
            self.finish(gzip.compress(gzip.compress(b"id\n1\n")))
        elif name == "raw":
            self.finish(detail.encode())
        else:
            raise AssertionError(fault)

    def whole(
        self, body: bytes, what: str, kind: str = "text/csv; charset=utf-8", state: bytes | None = None
    ) -> None:
        """The body with its marks, or 304 where the caller has it. ``state`` is what its date tells of."""
        path, headers = self.request.path, self.request.headers
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        modified = self.portal.modified(path, body if state is None else state)
        self.set_header("ETag", tag)
        self.set_header("Last-Modified", modified)
        self.set_header("Content-Type", kind)
        # RFC 9110, 13.2.2: where there is a tag the date is not looked at.
        same = (
            headers["If-None-Match"] == tag
            if "If-None-Match" in headers
            else headers.get("If-Modified-Since") == modified
        )
        if same and self.portal.heeds_conditions:
            self.set_status(304)
            self.portal.served.append(f"304 {path} 0 bytes")
            self.finish()
            return
        self.portal.served.append(f"200 {path} {what}")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            body = gzip.compress(body)
        self.finish(body)

    def compute_etag(self) -> None:
        """No tag but our own."""


class _DataSet(_Answer):
    def get(self) -> None:
        args = self.portal.asked[-1]
        found = [row for row in self.portal.rows if _holds(row, args.get("$where", ""))]
        filters = {name: value for name, value in args.items() if not name.startswith("$")}
        found = [row for row in found if all(row[name] == value for name, value in filters.items())]
        order = args.get("$order", ":id").split(",")
        # Blank values come last, as in the portal's database.
        found.sort(key=lambda row: [(not row.get(name), row.get(name, "")) for name in order])
        start, limit = int(args.get("$offset", 0)), int(args.get("$limit", 1000))
        page = found[start : start + limit]
        every = list(dict.fromkeys(name for row in self.portal.rows for name in row)) or list(crime(1))
        asked = args.get("$select", "*").split(",")
        columns = [name for name in asked if name != "*"]
        columns += [name for name in every if not name.startswith(":") and name not in columns]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(page)
        self.whole(text.getvalue().encode(), f"{len(page)} rows", state=repr(self.portal.rows).encode())
        self.portal.between()


def _holds(row: Row, where: str) -> bool:
    """SoQL as far as it is asked here: comparisons joined by AND, each in brackets or not."""
    for clause in filter(None, re.split(r"\) AND \(|\(|\)", where)):
        found = _CLAUSE.fullmatch(clause)
        if found is None:
            raise AssertionError(f"no SoQL that this portal knows: {clause}")
        value, wanted = row.get(found[1], ""), (found[3] or "").replace("''", "'")
        # A comparison with nothing is not true.
        true = {
            "IS NULL": not value,
            "=": value == wanted,
            ">": bool(value) and value > wanted,
            ">=": bool(value) and value >= wanted,
        }
        if not true[found[2]]:
            return False
    return True


class _File(_Answer):
    def get(self) -> None:
        self.whole(self.portal.file, f"{len(self.portal.file)} bytes")


class _Dates(_Answer):
    def get(self) -> None:
        months = [
            {"date": month, "stop-and-search": ["leicestershire"]} for month in sorted(self.portal.months)[::-1]
        ]
        self.whole(json.dumps(months).encode(), f"{len(months)} months", "application/json")


class _Street(_Answer):
    def get(self) -> None:
        crimes = self.portal.months.get(self.portal.asked[-1]["date"], [])
        if len(crimes) > MOST_CRIMES:
            self.set_status(503)
            self.portal.served.append("503 too many")
            self.finish(b"")
            return
        self.whole(json.dumps(crimes).encode(), f"{len(crimes)} crimes", "application/json")


class _Nothing(_Answer):
    def get(self) -> None:
        self.set_status(404)
        self.finish(b"")
