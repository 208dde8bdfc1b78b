"""How a message was read: every step of it, as plain lines for an analyst and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from ilp_core.assistant.messages import Reply
from ilp_core.words import explain as words

#: So many of the intents that a message may have are shown.
MOST_CANDIDATES: Final = 5


def explanation(reply: Reply) -> str:
    """The lines that tell how the reply's message was read."""
    return "\n".join(_lines(reply))


def explanation_data(reply: Reply) -> dict[str, Any]:
    """The same as plain JSON data."""
    trace = reply.trace
    return {
        "text": trace.text,
        "corrections": [asdict(each) for each in trace.corrections],
        "spans": [asdict(span) for span in dict.fromkeys(trace.spans)],
        "candidates": [
            {"intent": each.intent, "score": each.score, "because": list(each.because)}
            for each in trace.candidates[:MOST_CANDIDATES]
        ],
        "rule": asdict(trace.rule) if trace.rule else None,
        "inherited": list(trace.inherited),
        "not_used": list(trace.left),
    }


def _lines(reply: Reply) -> Iterator[str]:
    trace, question = reply.trace, reply.question
    if not trace.text:
        yield words.NO_WORDS
        return
    yield words.HEAD.format(text=trace.text)
    if trace.rule is not None:
        yield words.RULE.format(kind=trace.rule.kind, rule=trace.rule.rule, text=trace.rule.text)
        return
    for correction in trace.corrections:
        yield words.CORRECTED.format(typed=correction.typed, read=correction.read)
    yield words.FOUND if trace.spans else words.NOTHING_FOUND
    for span in dict.fromkeys(trace.spans):
        yield words.SPAN.format(kind=span.kind, text=span.text, value=span.value, score=span.score)
    yield words.CANDIDATES if trace.candidates else words.NO_CANDIDATES
    for each in trace.candidates[:MOST_CANDIDATES]:
        yield words.CANDIDATE.format(intent=each.intent, score=each.score, because=", ".join(each.because))
    if question.refusal == "not_permitted":
        yield words.NOT_PERMITTED.format(intent=question.ref)
    taken = ", ".join(trace.inherited)
    yield words.INHERITED.format(names=taken) if taken else words.NOT_INHERITED
    unused = ", ".join(trace.left)
    yield words.NOT_USED.format(words=unused) if unused else words.ALL_USED
