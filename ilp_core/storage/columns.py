"""The columns of each load as bytes, so that no question ever reads rows."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.columns import COLUMN_TYPES, VOCABULARIES, ColumnBlock
from ilp_core.storage.tables import column_block, column_data
from ilp_core.storage.types import canonical


class Columns:
    """Blocks of columns by the number of their load."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, block: ColumnBlock) -> None:
        """Keep a load's block. Raises ValueError where columns are missing, unknown or of the wrong length."""
        _check(block)
        words = zlib.compress(canonical({name: list(signs) for name, signs in block.words.items()}).encode())
        await self._connection.execute(
            column_block.insert().values(
                load=block.load, source=block.source, rows=block.rows, words=words, replaces=block.replaces
            )
        )
        await self._connection.execute(
            column_data.insert(),
            [{"load": block.load, "name": name, "data": bytes(data)} for name, data in block.columns.items()],
        )

    async def blocks(self, up_to: int) -> list[ColumnBlock]:
        """The blocks of the data version ``up_to``, oldest load first."""
        columns: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        for row in await self._connection.execute(select(column_data).where(column_data.c.load <= up_to)):
            columns[row.load][row.name] = row.data
        wanted = select(column_block).where(column_block.c.load <= up_to).order_by(column_block.c.load)
        return [
            ColumnBlock(
                load=row.load,
                source=row.source,
                rows=row.rows,
                columns={name: columns[row.load][name] for name in COLUMN_TYPES},
                words={name: tuple(signs) for name, signs in json.loads(zlib.decompress(row.words)).items()},
                replaces=row.replaces,
            )
            for row in await self._connection.execute(wanted)
        ]


def _check(block: ColumnBlock) -> None:
    if set(block.columns) != set(COLUMN_TYPES):
        raise ValueError(f"a block needs exactly the columns {', '.join(COLUMN_TYPES)}")
    if set(block.words) != set(VOCABULARIES):
        raise ValueError(f"a block needs exactly the vocabularies {', '.join(VOCABULARIES)}")
    for name, kind in COLUMN_TYPES.items():
        # A type string such as "<i8" ends with the bytes of one value.
        if len(block.columns[name]) != block.rows * int(kind[2:]):
            raise ValueError(f"the column {name} does not hold {block.rows} rows")
