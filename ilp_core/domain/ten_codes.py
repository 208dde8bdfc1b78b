"""Ten-codes: what an agency's radio codes mean, and which of them say that somebody is in danger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TenCode:
    """One radio code of an agency, such as 10-33.

    ``emergency`` says that its mere mention is a call for help (guard-rail G36). ``confirmed`` is False while it is a
    preset's guess: the same code means other things in other agencies.
    """

    code: str
    meaning: str
    emergency: bool = False
    confirmed: bool = False
