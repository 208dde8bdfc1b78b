"""A unit of work: one transaction, and a repository for every noun that can be kept in it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from ilp_core.storage.areas import Areas
from ilp_core.storage.audit_log import AuditLog
from ilp_core.storage.columns import Columns
from ilp_core.storage.incidents import Incidents, Loads
from ilp_core.storage.offences import Offences
from ilp_core.storage.officers import Chats, Invites, Officers
from ilp_core.storage.receipts import Dialogues, Receipts
from ilp_core.storage.settings import Settings
from ilp_core.storage.units import Shifts, Units


class UnitOfWork:
    """The repositories of one transaction. Made by ``Store.write`` and ``Store.read``; never shared by tasks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.officers = Officers(connection)
        self.chats = Chats(connection)
        self.invites = Invites(connection)
        self.areas = Areas(connection)
        self.units = Units(connection)
        self.shifts = Shifts(connection)
        self.offences = Offences(connection)
        self.loads = Loads(connection)
        self.incidents = Incidents(connection)
        self.columns = Columns(connection)
        self.receipts = Receipts(connection)
        self.dialogues = Dialogues(connection)
        self.settings = Settings(connection)
        self.audit = AuditLog(connection)
