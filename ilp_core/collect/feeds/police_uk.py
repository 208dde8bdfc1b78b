"""Crimes from data.police.uk: month by month from its API, as rows of the archive's own columns, or an archive file.

A month is one publication: what comes later for the same month takes its place. With every new month the two before
it are fetched again, since forces correct them (data.police.uk/docs: "Street-level crimes", "API call limits").
"""

from __future__ import annotations

import asyncio
import csv
import json
import re
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ilp_core.collect.feeds import file
from ilp_core.collect.feeds.fetch import Fetcher
from ilp_core.collect.feeds.haul import Haul
from ilp_core.collect.feeds.trouble import FetchError
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import Feed
from ilp_core.words import feeds as words

#: The columns of a street file of the archive (data.police.uk/about, "Columns in the CSV files").
COLUMNS: Final = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
    "LSOA name", "Crime type", "Last outcome category", "Context",
)  # fmt: skip
#: The API's categories as the archive spells them (data.police.uk/api/crime-categories).
CATEGORIES: Final[Mapping[str, str]] = {
    "anti-social-behaviour": "Anti-social behaviour",
    "bicycle-theft": "Bicycle theft",
    "burglary": "Burglary",
    "criminal-damage-arson": "Criminal damage and arson",
    "drugs": "Drugs",
    "other-crime": "Other crime",
    "other-theft": "Other theft",
    "possession-of-weapons": "Possession of weapons",
    "public-disorder-weapons": "Public disorder and weapons",
    "public-order": "Public order",
    "robbery": "Robbery",
    "shoplifting": "Shoplifting",
    "theft-from-the-person": "Theft from the person",
    "vehicle-crime": "Vehicle crime",
    "violent-crime": "Violence and sexual offences",
}
#: The API takes 15 requests a second and addresses of 4,094 signs (its own documentation).
PER_SECOND: Final = 15
LONGEST: Final = 4094
#: The month of a request, ``&date=2017-01``.
_DATE_LENGTH: Final = 13
#: Months before a new one that are fetched again with it [this project's choice].
AGAIN: Final = 2
#: 10,000 crimes take about 4 MB of JSON [measured on the documented example].
_ANSWER_BYTES: Final = 32 * 1024 * 1024
_ARCHIVES: Final = (".zip", ".csv", ".csv.gz")
_MONTH: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_STREET: Final = "/api/crimes-street/"


def settled(address: str) -> str:
    """The address, where it is the API's or an archive's. Raises CallError for any other."""
    parts = urlsplit(address)
    if parts.path.casefold().endswith(_ARCHIVES):
        return address
    given = {name for name, _ in parse_qsl(parts.query)}
    if _STREET not in parts.path or not ("poly" in given or {"lat", "lng"} <= given):
        raise CallError(words.BAD_POLICE.format(address=address[:100]))
    if "date" in given:
        raise CallError(words.OWN_DATE)
    if len(address) + _DATE_LENGTH > LONGEST:
        raise CallError(words.LONG_AREA.format(length=len(address), most=LONGEST - _DATE_LENGTH))
    return address


def is_archive(address: str) -> bool:
    """Whether the address is that of a file, and not the API's."""
    return urlsplit(address).path.casefold().endswith(_ARCHIVES)


async def hauls(feed: Feed, fetcher: Fetcher, room: Path, now: datetime) -> AsyncGenerator[Haul, bool | None]:
    """A file for each month that is new or may have been corrected, the oldest first. Raises FetchError."""
    if is_archive(feed.address):
        async for haul in file.hauls(feed, fetcher, room, now, replace_period=True):
            yield haul
        return
    host = urlsplit(feed.address).hostname or ""
    answer = room / "answer"
    got = await fetcher.get(_dates(feed.address), answer, known=feed.cursor.get("marks"), most_bytes=_ANSWER_BYTES)
    if got.unchanged:
        yield Haul(None, feed.cursor)
        return
    months = await asyncio.to_thread(_months, answer, host)
    # The marks stand for all the months, so they are kept only with the last.
    cursor = {name: value for name, value in feed.cursor.items() if name != "marks"}
    for month in _wanted(months, cursor.get("month")):
        await asyncio.sleep(1 / PER_SECOND)
        await _fetch(fetcher, feed, month, answer)
        path = room / f"{feed.name}-{month}.csv"
        rows = await asyncio.to_thread(_write, answer, path, feed.options.force, host)
        cursor = {**cursor, "month": max(month, cursor.get("month") or month)}
        yield Haul(path if rows else None, cursor, replace_period=True)
        path.unlink(missing_ok=True)
    yield Haul(None, {**cursor, "marks": dict(got.marks)})


async def _fetch(fetcher: Fetcher, feed: Feed, month: str, answer: Path) -> None:
    try:
        await fetcher.get(_of_month(feed.address, month), answer, most_bytes=_ANSWER_BYTES)
    except FetchError as error:
        # A wait that is named means an outage; the limit of crimes comes without one.
        if error.why == "status 503" and error.wait is None:
            raise FetchError(words.TOO_MANY.format(month=month), "too many") from None
        raise


def _wanted(months: list[str], reached: str | None) -> list[str]:
    """The published months to fetch: all at first; later those after ``reached``, with the two before them."""
    if reached is None:
        return months
    new = [month for month in months if month > reached]
    return [month for month in months if month <= reached][-AGAIN:] + new if new else []


def _dates(address: str) -> str:
    parts = urlsplit(address)
    root = parts.path.partition(_STREET)[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{root}/api/crimes-street-dates", "", ""))


def _of_month(address: str, month: str) -> str:
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query), ("date", month)]
    return urlunsplit(parts._replace(query=urlencode(query, safe=":,", quote_via=quote)))


def _months(answer: Path, host: str) -> list[str]:
    """The published months, the oldest first."""
    months = sorted({_text(entry, "date") for entry in _entries(answer, host)})
    if not months or not all(_MONTH.fullmatch(month) for month in months):
        raise FetchError(words.NOT_POLICE.format(host=host), "answer")
    return months


def _entries(answer: Path, host: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(answer.read_bytes())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise FetchError(words.NOT_POLICE.format(host=host), "answer")
    return found


def _write(answer: Path, path: Path, force: str, host: str) -> int:
    """Write the crimes as rows of the archive; how many there are."""
    entries = _entries(answer, host)
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as target:
        writer = csv.writer(target)
        writer.writerow(COLUMNS)
        writer.writerows(_row(entry, force) for entry in entries)
    return len(entries)


def _row(crime: Mapping[str, Any], force: str) -> tuple[str, ...]:
    """One crime. The API's own ``id`` does not last, ``persistent_id`` does; areas are not among its fields."""
    place = _part(crime, "location")
    category = _text(crime, "category")
    return (
        _text(crime, "persistent_id"),
        _text(crime, "month"),
        force,
        force,
        _text(place, "longitude"),
        _text(place, "latitude"),
        _text(_part(place, "street"), "name"),
        "",
        "",
        CATEGORIES.get(category, category.replace("-", " ").capitalize()),
        _text(_part(crime, "outcome_status"), "category"),
        _text(crime, "context"),
    )


def _part(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = entry.get(name)
    return part if isinstance(part, dict) else {}


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
