"""The offence maps that come with the desk: what each source's own codes mean. An agency may change every row.

``presets/chicago.csv`` holds every IUCR code of the portal's code list (leading zeros restored) and of the
2014-2016 records; slugs follow the record's FBI code, primary type and description. ``presets/nibrs.csv`` holds
the NIBRS codes, for the desk's own layout. What the columns rest on:

* ``harm_days``: Cambridge Crime Harm Index 2026 subgroup medians in days (doctrine 3.7). Aggravated assault and
  battery take "violence with injury" (365), the simple ones "violence without injury" (10), sexual assault 2,555,
  other sexual offences 182.25; a burglary of unknown premises takes the mean of the residential and the
  non-residential median, (273.5 + 183.5) / 2 = 228.5; firing a gun recklessly takes the value of unlawfully
  having it (273.75), which is the least it can be; blank where the index has no value.
* ``initiation`` (guard-rail G05): "enforcement" where records arise from police work - drugs, prostitution,
  weapons possession, gambling, liquor, assaults on and obstruction of officers, registration duties - "mixed"
  where both is usual, "victim" else.
* ``rankable`` (doctrine 3.8): homicide, assault, robbery, burglary, theft other than from shops, vehicle crime,
  arson, criminal damage and shots fired, and of these only what victims or callers report. Battery that its own
  code calls domestic never ranks a place (guard-rail G46), nor do stalking and threats by telephone, which
  follow a person and not a place. Shop theft is off by default.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Final, cast

from ilp_core.domain.offences import OFFENCE_CODE, Initiation, OffenceRule
from ilp_core.domain.shifts import PRESET_SHIFTS
from ilp_core.storage import Store

_PRESETS: Final = ("chicago.csv", "nibrs.csv")
_RANKABLE: Final = {"yes": True, "no": False}


@cache
def offence_rules() -> tuple[OffenceRule, ...]:
    """The rules of all presets. Raises ValueError where a preset names an unknown slug or is malformed."""
    rules: list[OffenceRule] = []
    for name in _PRESETS:
        text = files("ilp_core.collect").joinpath("presets", name).read_text(encoding="utf-8")
        rules += [_rule(row) for row in csv.DictReader(text.splitlines())]
    return tuple(rules)


def _rule(row: dict[str, str]) -> OffenceRule:
    if row["slug"] not in OFFENCE_CODE or row["initiation"] not in ("victim", "mixed", "enforcement"):
        raise ValueError(f"the preset row of {row['source']} {row['code']} cannot be read")
    return OffenceRule(
        source=row["source"],
        code=row["code"],
        label=row["label"],
        slug=row["slug"],
        harm_days=float(row["harm_days"]) if row["harm_days"] else None,
        initiation=cast(Initiation, row["initiation"]),
        rankable=_RANKABLE[row["rankable"]],
    )


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
