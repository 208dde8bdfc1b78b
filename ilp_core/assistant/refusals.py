"""What the desk never does, read right after safety: which reason, which rule, and why not where it is lawful.

Each reason has rules that refuse and rules that let pass what only sounds alike: a thing that passes is taken out of
the message first. A trait is refused only where, without the trait, no conduct remains (guard-rail G25).
"""

from __future__ import annotations

from typing import Final

from ilp_core.assistant.rules import Reading, Rules, ready, rules
from ilp_core.domain.questions import Refusal

_TABLE: Final = "refusals"
#: The first reason that holds is told: an order to break rules before what it is about, a source before a person.
_ORDER: Final[tuple[Refusal, ...]] = (
    "override", "source_identity", "covert_source", "misuse", "plate_check", "protected_activity",
    "person_prediction", "person_lookup",
)  # fmt: skip


def read_refusal(text: str) -> Refusal | None:
    """Why a normalised message asks for what the desk never does, or None."""
    found = _find(text)
    return found[0] if found else None


def explain_refusal(text: str) -> Reading | None:
    """Which rule refuses a normalised message and at which words, or None; its kind is the reason."""
    found = _find(text)
    return found[1] if found else None


def _find(text: str) -> tuple[Refusal, Reading] | None:
    table, plain = rules(_TABLE), ready(text)
    for reason in _ORDER:
        if reason == "person_prediction":
            always = table.first("trait_always", table.without("not_trait", plain))
            if always:
                return "protected_trait", Reading("protected_trait", always.rule, always.text)
        found = table.first(reason, table.without(f"not_{reason}", plain))
        if found and not (reason == "protected_activity" and _lawful(table, plain)):
            return reason, found
    trait = _trait(table, plain)
    return ("protected_trait", trait) if trait else None


def _lawful(table: Rules, text: str) -> bool:
    """A safety need at a protest, or what was done there, is no news about the protest (guard-rail G25)."""
    return table.has("safety_need", text) or table.has("conduct", text)


def _trait(table: Rules, text: str) -> Reading | None:
    """A trait asked about as such, or told without anything that was done."""
    found = table.first("trait", table.without("not_trait", text))
    # What is added to a tip belongs to the conduct that the tip tells of.
    if found is None or table.has("conduct", text) or table.has("amends", text):
        return None
    return Reading("protected_trait", found.rule, found.text)
