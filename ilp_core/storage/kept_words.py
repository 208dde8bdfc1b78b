"""Kept words: what somebody wrote for the record, sealed under the record's own key (guard-rail G51).

Unlike what waits in inbox and outbox they stay until the record's retention is over or their writer takes them back:
then the key is destroyed, and no copy of the database, its log or a backup can be read any more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ilp_core.storage.keys import KeyRing
from ilp_core.storage.sealing import Unreadable, seal, unseal


async def seal_words(ring: KeyRing, key: str, texts: Sequence[str]) -> bytes:
    """``texts`` sealed under ``key``, which is made where there is none."""
    secret = (await ring.make([key]))[key]
    return seal(secret, key, json.dumps(list(texts)).encode("ascii"))


async def read_words(ring: KeyRing, key: str, sealed: bytes | None) -> tuple[str, ...] | None:
    """The texts; None where there are none or their key is destroyed."""
    secret = (await ring.get([key])).get(key)
    if sealed is None or secret is None:
        return None
    try:
        return tuple(json.loads(unseal(secret, key, sealed)))
    except Unreadable:
        return None
