"""Community concerns: what residents raised at a meeting or by another channel, without any of the residents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

from ilp_core.collect.inputs.privacy import exact, personal
from ilp_core.collect.inputs.reading import LONGEST_TEXT, InputLayout, Row, RowRejected
from ilp_core.collect.inputs.traits import says_only_who
from ilp_core.domain.inputs import CONCERN_CATEGORIES, CONCERN_STATES, Concern, ConcernCategory, InputRow
from ilp_core.words import inputs as words

#: How desks also write the categories.
_CATEGORY: Final[Mapping[str, ConcernCategory]] = {
    "anti_social_behaviour": "asb",
    "antisocial_behaviour": "asb",
    "drug_dealing": "drugs",
    "fly_tipping": "rubbish",
    "garbage": "rubbish",
    "graffiti": "vandalism",
    "lights": "lighting",
    "litter": "rubbish",
    "street_lights": "lighting",
    "traffic": "speeding",
    "trash": "rubbish",
}
#: These say nothing of what was done, so that a text must.
_NEED_TEXT: Final[frozenset[ConcernCategory]] = frozenset({"conduct", "asb", "other"})


def _read(row: Row) -> Concern:
    category = row.choice("category", CONCERN_CATEGORIES, _CATEGORY)
    concern = Concern(
        id=row.needed("id"),
        day=row.day("date"),
        meeting=row.needed("meeting"),
        area=row.area("area"),
        place=row.text("place"),
        category=category,
        text=row.text("text", LONGEST_TEXT),
        n=row.count("n"),
        state=row.choice("state", CONCERN_STATES, {}) if row.text("state") else "open",
        partner=row.text("partner"),
    )
    if not concern.area and not concern.place:
        raise RowRejected(words.NOWHERE)
    if not concern.text and category in _NEED_TEXT:
        raise RowRejected(words.WORDLESS)
    refuse_personal(concern.text, concern.place, concern.area, concern.meeting, concern.partner)
    # A lamp or a heap of rubbish is a condition, whoever lives beside it.
    if not concern.for_partners and says_only_who(concern.text):
        raise RowRejected(words.WHO_ONLY)
    return concern


def refuse_personal(text: str, place: str, area: str, *names: str) -> None:
    """Raise RowRejected where a row holds a resident's personal data, or an address where a block is wanted."""
    # A code is no text: B12 ABC could be one.
    code = area if " " in area else ""
    found = [personal(text), exact(place), personal(code), *(personal(name, numbered=True) for name in names)]
    for reason in filter(None, found):
        raise RowRejected(reason)


def _remarks(rows: Sequence[InputRow]) -> tuple[str, ...]:
    count = sum(cast(Concern, row).for_partners for row in rows)
    return (words.FOR_PARTNERS.format(count=count),) if count else ()


CONCERNS: Final = InputLayout(
    kind="concern",
    title="concerns",
    columns=("id", "date", "meeting", "area", "place", "category", "text", "n", "state", "partner"),
    optional=frozenset({"area", "place", "text", "state", "partner"}),
    dates=("date",),
    example={
        "id": "EXAMPLE-1",
        "date": "2016-07-15",
        "meeting": "Beat meeting July",
        "area": "beat:0835",
        "place": "1200 block Elm St",
        "category": "speeding",
        "text": "Cars race on Friday nights between 22:00 and 02:00",
        "n": "12",
        "state": "open",
        "partner": "Elm St Tenants Association",
    },
    read=_read,
    key=lambda row: cast(Concern, row).id.casefold(),
    remarks=_remarks,
)
