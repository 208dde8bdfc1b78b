"""The offence maps that come with the desk: what each source's own codes mean. An agency may change every row.

One file per source in ``presets/``: Chicago (IUCR), NIBRS for the desk's own layout (source ``beatdesk``, doctrine
3.8, the federal-only codes too), data.police.uk, Houston, New York, Los Angeles, San Francisco, Memphis, the New York
thefts with start and end, and Seattle's calls. What the columns rest on:

* ``harm_days``: Cambridge Crime Harm Index 2026 subgroup medians in days (doctrine 3.7). Aggravated assault and
  battery take "violence with injury" (365), the simple ones, threats and the showing of a weapon "violence without
  injury" (10), rape, sodomy and penetration 2,555, other sexual offences 182.25; a burglary of unknown premises takes
  the mean of the residential and the non-residential median, (273.5 + 183.5) / 2 = 228.5; a building that nobody
  lives in yet is non-residential; firing a gun recklessly takes the value of unlawfully having it (273.75), which is
  the least it can be; blank where the index has no value. The categories of data.police.uk take the values of its
  own table (doctrine 3.7, ``reference.json``), where that is a range its midpoint: burglary (190.7 + 252.52) / 2 =
  221.61, damage and arson 11.565, drugs 3.605, violence 197.095; antisocial behaviour has none.
* ``initiation`` (guard-rail G05): "enforcement" where records arise from police work - drugs, prostitution,
  weapons possession, gambling, liquor, assaults on and obstruction of officers, registration duties, stops, warrants,
  fare evasion - "mixed" where both is usual, "victim" else.
* ``rankable`` (doctrine 3.8): homicide, assault, robbery, burglary, theft other than from shops, vehicle crime,
  arson, criminal damage and shots fired, and of these only what victims or callers report. What its own code calls
  domestic (battery, an intimate partner, a cohabitee, a child) never ranks a place (guard-rail G46), nor do stalking
  and threats by telephone, which follow a person and not a place. Violence of a source that can not tell domestic
  from other violence never ranks by its row: police.uk, Houston, Memphis, New York with its shootings, and homicide
  in Los Angeles and San Francisco. Shop theft is off by default. Calls for service rank only where shots were heard.

Choices that a reader may want to undo [this project's choice]: police.uk's "Vehicle crime" merges theft of, theft
from and interference and is counted as theft from vehicles, its largest part; New York's shootings are
``shots_fired``, because the person hit stands in its complaints as an assault; a key code of New York ("KY109") is
used only where the finer code is missing, and grand and petit larceny of no said kind do not rank; a San Francisco
code of which only the category is published takes that category, the least harm it can have, and no rank, unless the
scheme of its neighbours says what it is; recovered vehicles are no thefts of the place where they were found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final

from ilp_core.collect.tables.offences import read_offences
from ilp_core.domain.errors import CallError
from ilp_core.domain.offences import OffenceRule
from ilp_core.domain.shifts import PRESET_SHIFTS
from ilp_core.storage import Store, UnitOfWork
from ilp_core.words import tables

_PRESETS: Final = (
    "chicago.csv", "nibrs.csv", "police-uk.csv", "houston.csv", "nypd.csv", "lapd.csv", "sfpd.csv", "memphis.csv",
    "nyc-thefts.csv", "seattle.csv",
)  # fmt: skip


@cache
def offence_rules() -> tuple[OffenceRule, ...]:
    """The rules of all presets. Raises ValueError where a preset is malformed."""
    rules: list[OffenceRule] = []
    for name in _PRESETS:
        text = files("ilp_core.collect").joinpath("presets", name).read_text(encoding="utf-8")
        some, problems = read_offences(text)
        if problems:
            raise ValueError(f"the preset {name} cannot be read: {problems[0]}")
        rules += some
    return tuple(rules)


async def load_presets(store: Store) -> None:
    """Keep the preset offence rules and shifts that are not there yet; rows an agency changed stay as they are."""
    async with store.write() as uow:
        present = {(rule.source, rule.code) for rule in await uow.offences.all()}
        missing = [rule for rule in offence_rules() if (rule.source, rule.code) not in present]
        if missing:
            await uow.offences.save_many(missing)
        if not await uow.shifts.for_unit(None):
            for shift in PRESET_SHIFTS:
                await uow.shifts.set(None, shift)


#: The preset of the desk's own layout holds the NIBRS codes; a mapping may call it by either name.
_SCHEMES: Final = {"nibrs": "beatdesk"}


async def adopt(uow: UnitOfWork, scheme: str, source: str, codes: Iterable[str]) -> None:
    """Give ``source`` the rules of another source for those of ``codes`` that it has none for yet.

    This is how a mapping says whose codes a file uses. Raises CallError where there is no such scheme.
    """
    known = await uow.offences.for_source(_SCHEMES.get(scheme, scheme))
    if not known:
        schemes = ", ".join(sorted({*_SCHEMES, *(rule.source for rule in await uow.offences.all())}))
        raise CallError(tables.NO_SCHEME.format(scheme=scheme, schemes=schemes))
    own = await uow.offences.for_source(source)
    missing = [replace(known[code], source=source) for code in codes if code in known and code not in own]
    if missing:
        await uow.offences.save_many(missing)
