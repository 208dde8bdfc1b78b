"""A new feed: its name, address and options looked at before anything is kept, so that what is added can be run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ilp_core.collect.feeds import folder, police_uk, socrata
from ilp_core.domain.errors import CallError
from ilp_core.domain.feeds import EVERY, FEED_KINDS, Feed, FeedKind, FeedOptions, parse_every
from ilp_core.govern.audit import AuditEntry, append
from ilp_core.words import feeds as words

if TYPE_CHECKING:
    from ilp_core.storage import Store

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_KINDS: Final[Mapping[str, FeedKind]] = {kind: kind for kind in FEED_KINDS}
_MEGA: Final = 1024 * 1024
#: The highest limit of one file [this project's choice].
MOST_MB: Final = 10_000


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed as somebody asks for it; ``every`` None means the kind's own schedule."""

    name: str
    kind: str
    address: str
    every: str | None
    options: FeedOptions


async def add_feed(store: Store, wanted: NewFeed, *, by: str, now: datetime) -> Feed:
    """Keep a new feed, due at once. Raises CallError where a part of it cannot be used."""
    feed = checked(wanted, by=by, now=now)
    async with store.write() as uow:
        others = await uow.feeds.all()
        if feed.name in {other.name for other in others}:
            raise CallError(words.NAME_TAKEN.format(name=feed.name))
        _refuse_same_force(feed, others)
        kept = await uow.feeds.add(feed)
        detail = {"kind": feed.kind, "host": (urlsplit(feed.address).hostname or "")[:100]}
        await append(uow, AuditEntry(by, "feed", feed.name, "added", "command", detail), now)
    return kept


def checked(wanted: NewFeed, *, by: str, now: datetime) -> Feed:
    """The feed, with its address as it will be asked. Raises CallError."""
    if not _NAME.fullmatch(wanted.name):
        raise CallError(words.BAD_NAME.format(name=ascii(wanted.name)[:60]))
    kind = _KINDS.get(wanted.kind)
    if kind is None:
        raise CallError(words.BAD_KIND.format(kind=wanted.kind[:40], kinds=", ".join(FEED_KINDS)))
    options = wanted.options
    _check_options(options)
    if kind == "socrata" and options.replace_period:
        raise CallError(words.PART_ONLY)
    address = _address(kind, wanted.address.strip(), options)
    return Feed(wanted.name, kind, address, _every(kind, wanted.every), now, by, now, options)


def _every(kind: FeedKind, text: str | None) -> timedelta:
    if text is None:
        return EVERY[kind]
    try:
        return parse_every(text)
    except ValueError:
        raise CallError(words.BAD_EVERY.format(text=text[:40])) from None


def _check_options(options: FeedOptions) -> None:
    if options.token_env is not None and not _VARIABLE.fullmatch(options.token_env):
        raise CallError(words.BAD_ENV.format(name=ascii(options.token_env)[:12]))
    if not _MEGA <= options.most_bytes <= MOST_MB * _MEGA:
        raise CallError(words.BAD_LIMIT)
    for pattern in options.patterns:
        if not pattern or "/" in pattern or "\\" in pattern:
            raise CallError(words.BAD_PATTERN.format(pattern=pattern[:60]))
    if options.map is not None and not Path(options.map).is_file():
        raise CallError(words.NO_MAP.format(path=options.map))


def _address(kind: FeedKind, address: str, options: FeedOptions) -> str:
    if kind == "folder":
        return folder.settled(address)
    try:
        parts = urlsplit(address)
        there = bool(parts.hostname) and parts.scheme in ("http", "https") and (parts.port or 1) > 0
    except ValueError:
        there = False
    if not there or not address.isascii() or not address.isprintable():
        raise CallError(words.NO_WEB.format(address=ascii(address)[:100]))
    if parts.username is not None or parts.password is not None:
        raise CallError(words.OWN_LOGIN)
    if kind == "socrata":
        return socrata.settled(address, options.since_column)
    return police_uk.settled(address) if kind == "police-uk" else address


def _refuse_same_force(feed: Feed, others: list[Feed]) -> None:
    """Crimes without a key belong to a force and month: two areas under one force would take each other's away."""
    if feed.kind != "police-uk" or police_uk.is_archive(feed.address):
        return
    for other in others:
        apart = other.kind != "police-uk" or police_uk.is_archive(other.address)
        if not apart and other.options.force.casefold() == feed.options.force.casefold():
            raise CallError(words.SAME_FORCE.format(other=other.name))
