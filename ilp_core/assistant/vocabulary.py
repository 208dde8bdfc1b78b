"""The vocabulary in force: the desk's words, those of the agency's preset first, and the agency's own above all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import Final

from ilp_core.assistant.lexicon import Lexicon, lexicon
from ilp_core.domain.agency_words import OwnWord, Preset, meaning_fits, phrase_fits
from ilp_core.storage.uow import UnitOfWork

_log = logging.getLogger(__name__)

#: What speaks for the words of the United Kingdom where the agency has named no preset.
_UK_ZONE: Final = "Europe/London"
_UK_SOURCE: Final = "police-uk"


def preset_of(zone: str | None, sources: Collection[str]) -> Preset:
    """The preset that an agency's zone and the sources of its records suggest."""
    return "uk" if zone == _UK_ZONE or set(sources) == {_UK_SOURCE} else "us"


async def preset_in(uow: UnitOfWork, zone: str | None) -> Preset:
    """The preset in force: as the agency set it, else as its ``zone``, or the one on file, and its loads suggest."""
    kept = (await uow.vocabulary.state()).preset
    loads = [load for load in await uow.loads.all() if load.undone_by is None and load.kind == "incident"]
    return kept or preset_of(zone or await uow.settings.get("zone"), {load.source for load in loads})


class Vocabulary:
    """The words that a desk understands, made anew when an agency changes its own."""

    def __init__(self) -> None:
        self._of: tuple[str | None, Preset] | None = None
        self._lexicon: Lexicon | None = None
        self._renewing = asyncio.Lock()

    async def lexicon(self, uow: UnitOfWork, suggested: Preset) -> Lexicon:
        """The words as they stand; those of the ``suggested`` preset first where the agency has set none."""
        state = await uow.vocabulary.state()
        of = (state.mark, state.preset or suggested)
        async with self._renewing:
            if self._lexicon is None or of != self._of:
                own = readable(await uow.vocabulary.all()) if state.mark else ()
                self._lexicon = await asyncio.to_thread(lexicon, of[1], own)
                self._of = of
            return self._lexicon


def readable(own: Collection[OwnWord]) -> tuple[OwnWord, ...]:
    """The rows that mean something: one that an older or newer program wrote must not keep the desk from reading."""
    fit = tuple(word for word in own if phrase_fits(word.kind, word.phrase) and meaning_fits(word.kind, word.meaning))
    if len(fit) < len(own):
        _log.warning("%d of the agency's words mean nothing to this program and are not read", len(own) - len(fit))
    return fit
