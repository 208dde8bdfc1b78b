"""Sentences of beatdesk ask --explain: how a message was read, for the analyst who mends the tables."""

from __future__ import annotations

from typing import Final

NO_WORDS: Final = "How it was read: no words were read."
HEAD: Final = "How it was read: {text}"
CORRECTED: Final = "Put right: “{typed}” to “{read}”."
FOUND: Final = "Found:"
SPAN: Final = "  {kind:<10} “{text}” as {value} ({score:.2f})"
NOTHING_FOUND: Final = "Found: nothing."
CANDIDATES: Final = "What it may ask, the likeliest first:"
CANDIDATE: Final = "  {intent:<12} {score:>6.2f}  {because}"
NO_CANDIDATES: Final = "What it may ask: nothing that any table knows."
RULE: Final = "Decided by a rule, before anything else was read: {kind}, {rule}, at “{text}”."
NOT_PERMITTED: Final = "Refused: the role may not ask for {intent}."
INHERITED: Final = "Taken from the conversation: {names}."
NOT_INHERITED: Final = "Taken from the conversation: nothing."
NOT_USED: Final = "Not used: {words}."
ALL_USED: Final = "Not used: nothing."
