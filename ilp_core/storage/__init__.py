"""Keep: tables, engine and repositories; the only room that knows SQL.

What belongs here: how the nouns of ``domain`` are written to a database and read back, on SQLite and on
PostgreSQL, inside transactions that either happen as a whole or not at all. What does not: deciding anything.
A repository says what is stored, never whether it may be, and it writes no audit row of its own: the room
that decides calls ``govern.audit.append`` in the same transaction.

The way in: ``upgrade(url)`` brings a database to the program's revision, ``open_store(url)`` opens it, and
``async with store.write() as uow`` or ``store.read()`` gives a unit of work with one repository per noun.
"""

from ilp_core.storage.audit_log import BEFORE_ALL, AuditHead, AuditRow
from ilp_core.storage.engine import Store, open_store
from ilp_core.storage.loads import Load
from ilp_core.storage.receipts import Dialogue
from ilp_core.storage.revision import check_revision, current_revision, downgrade, head_revision, upgrade
from ilp_core.storage.units import Unit
from ilp_core.storage.uow import UnitOfWork

__all__ = [
    "BEFORE_ALL",
    "AuditHead",
    "AuditRow",
    "Dialogue",
    "Load",
    "Store",
    "Unit",
    "UnitOfWork",
    "check_revision",
    "current_revision",
    "downgrade",
    "head_revision",
    "open_store",
    "upgrade",
]
