"""What a chat shows of disagreements: an owner's card, the answer before it is sent, and who is told what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from handlers.outgoing import Outgoing, outgoing, plain
from ilp_core.assistant.disagree_words import owner_words, subject_of
from ilp_core.assistant.phrasing import day, quoted
from ilp_core.domain.answers import Answer, Button
from ilp_core.domain.local_knowledge import Disagreement
from ilp_core.domain.officers import Officer
from ilp_core.words import answers, local_knowledge

#: Signs of an officer's words on a card: the rest of a first screen of 600 says what and by when.
_MOST_WORDS: Final = 350


def card(
    kept: Disagreement, words: str | None, left: int, following: int | None, zone: ZoneInfo, now: datetime
) -> Outgoing:
    """One open disagreement for its owner, never with the badge of who sent it (guard-rail G17).

    ``left`` counts those that wait beside it; ``following`` is the number of the next one.
    """
    title = local_knowledge.CARD.format(
        ref=kept.ref, where=subject_of(kept), stance=local_knowledge.STANCES[kept.stance]
    )
    due = local_knowledge.CARD_OVERDUE if kept.overdue(now) else local_knowledge.CARD_DUE
    said = (
        local_knowledge.CARD_WORDS.format(words=quoted((words,), _MOST_WORDS))
        if words
        else local_knowledge.CARD_ERASED
    )
    notes = [local_knowledge.CARD_UNNAMED, *([answers.RECEIPT.format(code=kept.receipt)] if kept.receipt else [])]
    buttons = [Button(local_knowledge.BUTTON_ANSWER, f"v1:local:answer:{kept.number}")]
    if following is not None:
        buttons.append(Button(local_knowledge.BUTTON_NEXT, f"v1:local:card:{following}"))
    return outgoing(
        Answer(
            headline=title,
            window=due.format(day=day(kept.due, zone, now), left=left),
            paragraphs=(said,),
            notes=(" ".join(notes),),
            buttons=tuple(buttons),
        )
    )


def ready(kept: Disagreement, words: str) -> Outgoing:
    """The answer as it will be sent, with the button that sends it."""
    send = Button(local_knowledge.BUTTON_SEND, f"v1:local:send:{kept.number}")
    return plain(local_knowledge.ANSWER_READY.format(ref=kept.ref, words=words), send)


def answered(kept: Disagreement, words: str, officers: Sequence[Officer]) -> Outgoing:
    """The answer as its officer gets it."""
    owner = owner_words(kept.owner, officers)
    text = local_knowledge.OFFICER_ANSWERED.format(ref=kept.ref, where=subject_of(kept), owner=owner, words=words)
    return plain(text)


def waiting(kept: Disagreement, zone: ZoneInfo, now: datetime) -> Outgoing:
    """What an owner is told of a new one, and of one that has become overdue."""
    words = local_knowledge.OWNER_OVERDUE if kept.overdue(now) else local_knowledge.OWNER_NEW
    text = words.format(ref=kept.ref, where=subject_of(kept), day=day(kept.due, zone, now))
    return plain(text, Button(local_knowledge.BUTTON_ANSWER, f"v1:local:card:{kept.number}"))
