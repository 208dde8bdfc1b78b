"""The columns of each load as bytes, so that no question ever reads rows."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.domain.columns import COLUMN_TYPES, KEYS, ColumnBlock, RecordKind, types_of, vocabularies_of
from ilp_core.storage.tables import column_block, column_data, load
from ilp_core.storage.types import canonical


class Columns:
    """Blocks of columns by the number of their load. Blocks of undone loads are passed over."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, block: ColumnBlock, highest: int) -> None:
        """Keep a load's block; ``highest`` is the highest record number ever given, this block's included.

        Raises ValueError where columns are missing, unknown or of the wrong length.
        """
        _check(block)
        words = zlib.compress(canonical({name: list(signs) for name, signs in block.words.items()}).encode(), 1)
        await self._connection.execute(
            column_block.insert().values(
                load=block.load,
                source=block.source,
                rows=block.rows,
                words=words,
                replaces=block.replaces,
                kind=block.kind,
                gone=block.gone or None,
                highest=highest,
            )
        )
        await self._connection.execute(
            column_data.insert(),
            [{"load": block.load, "name": name, "data": bytes(data)} for name, data in block.columns.items()],
        )

    async def highest(self) -> int:
        """The highest record number ever given, also by loads that were undone; 0 before the first."""
        highest: int | None = (await self._connection.execute(select(func.max(column_block.c.highest)))).scalar()
        return highest or 0

    async def newest(self, kinds: Collection[RecordKind]) -> int:
        """The newest load with a block of one of ``kinds``, undone or not; 0 before the first."""
        wanted = select(func.max(column_block.c.load)).where(column_block.c.kind.in_(kinds))
        newest: int | None = (await self._connection.execute(wanted)).scalar()
        return newest or 0

    async def standing(self, up_to: int, *, kind: RecordKind = "incident") -> tuple[int, ...]:
        """The loads whose blocks make the data version ``up_to``, oldest first."""
        with_load = column_block.join(load, load.c.id == column_block.c.load)
        wanted = select(load.c.id).select_from(with_load).where(_standing(up_to), column_block.c.kind == kind)
        return tuple((await self._connection.execute(wanted.order_by(load.c.id))).scalars())

    async def blocks(
        self,
        up_to: int | None,
        *,
        after: int = 0,
        kind: RecordKind = "incident",
        source: str | None = None,
        names: Collection[str] = tuple(COLUMN_TYPES),
    ) -> list[ColumnBlock]:
        """The blocks of the data version ``up_to`` (None: of now), oldest load first, with the columns ``names``;
        of loads after the one numbered ``after`` only.

        A block of an older program that lacks a coded column gets one without any word.
        """
        wanted = and_(_standing(up_to), column_block.c.kind == kind, column_block.c.load > after)
        if source is not None:
            wanted = and_(wanted, column_block.c.source == source)
        data: defaultdict[int, dict[str, bytes]] = defaultdict(dict)
        with_load = column_block.join(load, load.c.id == column_block.c.load)
        with_data = with_load.join(column_data, column_data.c.load == column_block.c.load)
        of_blocks = select(column_data).select_from(with_data).where(wanted, column_data.c.name.in_(names))
        for row in await self._connection.execute(of_blocks):
            data[row.load][row.name] = row.data
        found = select(column_block).select_from(with_load).where(wanted).order_by(column_block.c.load)
        return [
            ColumnBlock(
                load=row.load,
                source=row.source,
                rows=row.rows,
                columns={name: data[row.load][name] for name in names},
                words={name: tuple(signs) for name, signs in json.loads(zlib.decompress(row.words)).items()},
                replaces=row.replaces,
                kind=row.kind,
                gone=row.gone or b"",
            )
            for row in await self._connection.execute(found)
        ]


def _standing(up_to: int | None) -> ColumnElement[bool]:
    """True for loads of the data version ``up_to`` that were not undone by then."""
    if up_to is None:
        return load.c.undone_by.is_(None)
    return and_(load.c.id <= up_to, or_(load.c.undone_by.is_(None), load.c.undone_by > up_to))


def _check(block: ColumnBlock) -> None:
    types = types_of(block.kind)
    if set(block.columns) != {*types, KEYS}:
        raise ValueError(f"a block needs exactly the columns {', '.join(types)}, {KEYS}")
    if set(block.words) != set(vocabularies_of(block.kind)):
        raise ValueError(f"a block needs exactly the vocabularies {', '.join(vocabularies_of(block.kind))}")
    for name, kind in types.items():
        # A type string such as "<i8" ends with the bytes of one value.
        if len(block.columns[name]) != block.rows * int(kind[2:]):
            raise ValueError(f"the column {name} does not hold {block.rows} rows")
