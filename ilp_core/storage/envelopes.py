"""Envelopes: words that wait in the database, sealed under the key of the hour in which they were written.

The keys stand in the key ring, outside the database, and are destroyed within a day (guard-rail G51). One key an
hour is enough for words that wait for minutes; each incoming message has a key of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from ilp_core.storage.keys import KeyRing
from ilp_core.storage.sealing import Unreadable, seal, unseal

#: Names of the keys of outgoing words start with this; then comes the hour in UTC, such as 2026-11-23T21.
OUTGOING: Final = "out:"


def hour_key(moment: datetime) -> str:
    """The name of the key for words written at ``moment``."""
    return f"{OUTGOING}{moment.astimezone(UTC):%Y-%m-%dT%H}"


class Envelopes:
    """Seals and opens words under the keys of ``ring``. ``now`` says which hour it is."""

    def __init__(self, ring: KeyRing, now: Callable[[], datetime]) -> None:
        self._ring = ring
        self._now = now
        self._secrets: dict[str, bytes] = {}

    async def seal(self, words: bytes) -> tuple[str, bytes]:
        """The key's name and the sealed words."""
        name = hour_key(self._now())
        secret = self._secrets.get(name)
        if secret is None:
            secret = (await self._ring.make([name]))[name]
            # Of the keys in memory only the newest two are in use: this hour's, and the last one's for reading.
            self._secrets = dict([*self._secrets.items()][-1:]) | {name: secret}
        return name, seal(secret, name, words)

    async def open(self, name: str, sealed: bytes | None) -> bytes:
        """The words. Raises Unreadable where they or their key are gone."""
        secret = self._secrets.get(name) or (await self._ring.get([name])).get(name)
        if secret is None or sealed is None:
            raise Unreadable(name)
        return unseal(secret, name, sealed)

    def forget(self, name: str) -> None:
        """Drop a key from memory: it was destroyed."""
        self._secrets.pop(name, None)
