"""A unit of work: one transaction, and a repository for every noun that can be kept in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.areas import Areas
from ilp_core.storage.audit_log import AuditLog
from ilp_core.storage.columns import Columns
from ilp_core.storage.doubts import Doubts
from ilp_core.storage.drafts import Drafts
from ilp_core.storage.feeds import Feeds
from ilp_core.storage.gazetteer import Gazetteers, Landmarks
from ilp_core.storage.inbox import Inbox
from ilp_core.storage.inputs import Inputs
from ilp_core.storage.leases import Leases
from ilp_core.storage.loads import Loads
from ilp_core.storage.local_knowledge import Disagreements, Nominations
from ilp_core.storage.offences import Offences
from ilp_core.storage.officers import Chats, Invites, Officers
from ilp_core.storage.outbox import Outbox
from ilp_core.storage.receipts import Dialogues, Receipts
from ilp_core.storage.settings import Settings
from ilp_core.storage.statements import is_sqlite
from ilp_core.storage.tellings import Tellings
from ilp_core.storage.ten_codes import TenCodes
from ilp_core.storage.units import Shifts, Units
from ilp_core.storage.unknown_words import UnknownWords
from ilp_core.storage.vocabulary import Vocabulary


class UnitOfWork:
    """The repositories of one transaction. Made by ``Store.write`` and ``Store.read``; never shared by tasks."""

    def __init__(self, connection: AsyncConnection, clock: Callable[[], datetime] | None = None) -> None:
        self._connection = connection
        self._clock = clock
        self.officers = Officers(connection)
        self.chats = Chats(connection)
        self.invites = Invites(connection)
        self.areas = Areas(connection)
        self.units = Units(connection)
        self.shifts = Shifts(connection)
        self.offences = Offences(connection)
        self.loads = Loads(connection)
        self.columns = Columns(connection)
        self.doubts = Doubts(connection)
        self.inputs = Inputs(connection)
        self.disagreements = Disagreements(connection)
        self.nominations = Nominations(connection)
        self.feeds = Feeds(connection)
        self.gazetteer = Gazetteers(connection)
        self.landmarks = Landmarks(connection)
        self.receipts = Receipts(connection)
        self.dialogues = Dialogues(connection)
        self.tellings = Tellings(connection)
        self.settings = Settings(connection)
        self.ten_codes = TenCodes(connection)
        self.vocabulary = Vocabulary(connection)
        self.unknown_words = UnknownWords(connection)
        self.inbox = Inbox(connection)
        self.outbox = Outbox(connection)
        self.leases = Leases(connection)
        self.drafts = Drafts(connection)
        self.audit = AuditLog(connection)

    async def now(self) -> datetime:
        """The moment by which leases and waits are reckoned: a server's own, since replicas may differ."""
        if self._clock is not None:
            return self._clock()
        if is_sqlite(self._connection):
            return datetime.now(tz=UTC)
        moment: datetime = (await self._connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return moment.astimezone(UTC)
