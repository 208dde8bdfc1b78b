"""What was agreed on by hand, as a mark: where it has changed, a file that was refused may be one to load now."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path

from ilp_core.collect.remembered import MAPPING, ZONE
from ilp_core.domain.feeds import FeedOptions
from ilp_core.storage import Store


async def agreed(store: Store, options: FeedOptions) -> str:
    """The same mark as long as nobody agreed to another mapping, edited the feed's own mapping file, changed its
    options, or gave the desk its time zone."""
    async with store.read() as uow:
        mappings = await uow.settings.starting(MAPPING)
        # The desk's zone is that of a file for which nothing nearer is said.
        zone = None if options.zone or options.usual_zone else await uow.settings.get(ZONE)
    own = await asyncio.to_thread(_content, options.map)
    # Pausing changes nothing in how a file is read.
    said = {name: value for name, value in options.as_json().items() if name != "paused"}
    whole = json.dumps([mappings, zone, own, said], sort_keys=True)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _content(path: str | None) -> str | None:
    """A digest of the mapping file; None where there is none to read, which the load says better."""
    if path is None:
        return None
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return None
