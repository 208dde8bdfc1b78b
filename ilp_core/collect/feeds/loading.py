"""How a feed's file is loaded: as ``beatdesk import incidents`` would, with the feed's own options."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ilp_core.domain.errors import CallError
from ilp_core.domain.incidents import LoadReport
from ilp_core.words import feeds as words

if TYPE_CHECKING:
    from ilp_core.collect.generic.column_map import ColumnMap
    from ilp_core.collect.generic.recognise import Confirm
    from ilp_core.collect.generic.understood import Proposal
    from ilp_core.storage import Store

Progress = Callable[[int, int | None], None]


class Loader(Protocol):
    """What loads a file and gives a report for each layout in it: ``load_file``, or a stand-in."""

    async def __call__(
        self,
        store: Store,
        path: Path,
        *,
        format: str,
        zone: str | None,
        usual_zone: str | None,
        live: bool,
        by: str,
        now: datetime,
        progress: Progress,
        map: Path | None,
        replace_period: bool,
        stays: bool,
    ) -> Sequence[LoadReport]: ...


async def load_file(
    store: Store,
    path: Path,
    *,
    format: str,
    zone: str | None,
    usual_zone: str | None,
    live: bool,
    by: str,
    now: datetime,
    progress: Progress,
    map: Path | None,
    replace_period: bool,
    stays: bool,
) -> Sequence[LoadReport]:
    """Load a file with nobody to ask: one that needs a mapping needs a ``map``. Raises CallError and WorkError.

    ``stays`` says that the file lies where a person can load it too, once the run is over.
    """
    # Imported by the work itself: reading files needs half of the numeric libraries.
    from ilp_core.collect.generic.mapping_file import read_map
    from ilp_core.collect.load import Options, load_files

    mapping = await asyncio.to_thread(read_map, map) if map is not None else None
    options = Options(
        format=format,
        zone=zone,
        usual_zone=usual_zone,
        live=live,
        map=mapping,
        confirm=_nobody_to_ask(path if stays else None),
        replace_period=replace_period,
    )
    return await load_files(store, path, options, by=by, now=now, progress=progress)


def _nobody_to_ask(path: Path | None) -> Confirm:
    """The answer to a proposed mapping: a refusal that says how to agree, with the command for the file ``path``."""

    def refuse(file: str, _source: str, _proposal: Proposal) -> ColumnMap:
        named = words.ANY_FILE if path is None else shlex.quote(str(path))
        raise CallError(words.UNMAPPED.format(file=file, path=named))

    return refuse
