"""Words that the desk does not know: uses as marks, and the word itself once several officers have used it.

A message's words are never stored as such (guard-rail G51). A word that three officers use is the agency's vocabulary
and nobody's message; before that neither the word nor who used it can be read from what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.statements import count_up, insert_if_absent
from ilp_core.storage.word_tables import unknown_use, unknown_word

#: A word is written out from so many officers on [this project's choice].
LEAST_OFFICERS: Final = 3


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that the desk does not know: by how many officers it was used, how often, and on which day last."""

    word: str
    officers: int
    uses: int
    last: date


@dataclass(frozen=True, slots=True)
class Use:
    """One officer's use of one word: both as marks, and how often in the message."""

    word: bytes
    officer: bytes
    times: int = 1


class UnknownWords:
    """Uses by the marks of word and officer, and by day."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, uses: Mapping[str, Use], day: date) -> None:
        """Keep the uses of words on ``day``; a word that enough officers have used is written out from now on."""
        # In one order for all, so that two writers never wait for each other.
        for word, use in sorted(uses.items(), key=lambda item: item[1].word):
            row = {"word": use.word, "officer": use.officer, "day": day, "times": use.times}
            await count_up(self._connection, unknown_use, ["word", "officer", "day"], row, "times")
            if await self._officers(use.word) >= LEAST_OFFICERS:
                await insert_if_absent(self._connection, unknown_word, {"mark": use.word, "word": word})

    async def _officers(self, word: bytes) -> int:
        wanted = select(func.count(unknown_use.c.officer.distinct())).where(unknown_use.c.word == word)
        return (await self._connection.execute(wanted)).scalar_one()

    async def since(self, day: date) -> list[UnknownWord]:
        """The words that enough officers have used since ``day``, those of most officers first."""
        officers, uses, last = (
            func.count(unknown_use.c.officer.distinct()),
            func.sum(unknown_use.c.times),
            func.max(unknown_use.c.day),
        )
        wanted = (
            select(unknown_word.c.word, officers, uses, last)
            .join(unknown_use, unknown_use.c.word == unknown_word.c.mark)
            .where(unknown_use.c.day >= day)
            .group_by(unknown_word.c.mark, unknown_word.c.word)
            .having(officers >= LEAST_OFFICERS)
            .order_by(officers.desc(), uses.desc(), unknown_word.c.word)
        )
        return [UnknownWord(*row) for row in await self._connection.execute(wanted)]

    async def forget(self, before: date) -> None:
        """Drop the uses of days before ``before``, and every word that too few officers have used since."""
        gone = await self._connection.execute(delete(unknown_use).where(unknown_use.c.day < before))
        if not gone.rowcount:
            return
        kept = (
            select(unknown_use.c.word)
            .group_by(unknown_use.c.word)
            .having(func.count(unknown_use.c.officer.distinct()) >= LEAST_OFFICERS)
        )
        await self._connection.execute(delete(unknown_word).where(unknown_word.c.mark.not_in(kept)))
