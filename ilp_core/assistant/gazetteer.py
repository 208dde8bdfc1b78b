"""The gazetteer as the desk holds it: taken apart once for each of its states."""

from __future__ import annotations

import asyncio

from ilp_core.collect.places.names import PlaceNames
from ilp_core.storage.uow import UnitOfWork


class Gazetteer:
    """The names of places, renewed when what is stored has changed."""

    def __init__(self) -> None:
        self._mark: str | None = None
        self._names: PlaceNames | None = None
        self._renewing = asyncio.Lock()

    async def names(self, uow: UnitOfWork) -> PlaceNames | None:
        """The names as they stand; None where no gazetteer was built yet."""
        async with self._renewing:
            mark = await uow.gazetteer.mark()
            if mark != self._mark:
                entries = await uow.gazetteer.load() if mark else ()
                self._names = await asyncio.to_thread(PlaceNames, entries) if entries else None
                self._mark = mark
            return self._names
