"""The agency's vocabulary: the words that it added, and the country whose words go before others."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.agency_words import OwnKind, OwnWord, Preset
from ilp_core.storage.settings import Settings
from ilp_core.storage.statements import upsert
from ilp_core.storage.word_tables import agency_word

_PREFIX: Final = "vocabulary."
_MARK: Final = f"{_PREFIX}mark"
_PRESET: Final = f"{_PREFIX}preset"


@dataclass(frozen=True, slots=True)
class VocabularyState:
    """``mark`` is another after every change of the words, None before the first; ``preset`` as the agency set it."""

    mark: str | None
    preset: Preset | None


class Vocabulary:
    """Words by kind and phrase."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._settings = Settings(connection)

    async def state(self) -> VocabularyState:
        """What a desk looks at before every question instead of reading the words."""
        found = await self._settings.starting(_PREFIX)
        return VocabularyState(found.get(_MARK), cast("Preset | None", found.get(_PRESET)))

    async def all(self) -> list[OwnWord]:
        """Every word, in order of kind and phrase."""
        wanted = select(agency_word).order_by(agency_word.c.kind, agency_word.c.phrase)
        return [_word(row) for row in await self._connection.execute(wanted)]

    async def save_many(self, words: Sequence[OwnWord]) -> None:
        """Keep ``words``, replacing those of the same kind and phrase."""
        await upsert(self._connection, agency_word, ["kind", "phrase"], [asdict(word) for word in words])
        await self._touch()

    async def remove(self, kind: OwnKind, phrase: str) -> bool:
        """Remove a word; False where there is none of that kind and phrase."""
        done = await self._connection.execute(
            delete(agency_word).where(agency_word.c.kind == kind, agency_word.c.phrase == phrase)
        )
        if done.rowcount:
            await self._touch()
        return bool(done.rowcount)

    async def set_preset(self, preset: Preset) -> None:
        """Keep which country's words go before others."""
        await self._settings.set(_PRESET, preset)

    async def _touch(self) -> None:
        await self._settings.set(_MARK, secrets.token_hex(8))


def _word(row: Row[Any]) -> OwnWord:
    return OwnWord(cast(OwnKind, row.kind), row.phrase, row.meaning, row.language)
