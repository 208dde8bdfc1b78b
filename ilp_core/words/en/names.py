"""What things are called in an answer."""

from __future__ import annotations

from typing import Final

from ilp_core.words import names as spoken
from ilp_core.words.plural import Plural
from ilp_core.words.speech import form

#: slug -> its name
OFFENCE: Final[dict[str, tuple[str, ...]]] = {
    "homicide": Plural("homicide", "homicides"),
    "sexual": Plural("sexual offence", "sexual offences"),
    "assault": Plural("assault", "assaults"),
    "robbery": Plural("robbery", "robberies"),
    "burglary": Plural("burglary", "burglaries"),
    "vehicle_theft": Plural("vehicle theft", "vehicle thefts"),
    "theft_from_vehicle": Plural("theft from vehicle", "thefts from vehicles"),
    "vehicle_parts": Plural("theft of vehicle parts", "thefts of vehicle parts"),
    "shoplifting": Plural("shop theft", "shop thefts"),
    "theft_from_person": Plural("theft from a person", "thefts from people"),
    "bicycle_theft": Plural("bicycle theft", "bicycle thefts"),
    "other_theft": Plural("theft", "thefts"),
    "arson": Plural("arson", "arsons"),
    "criminal_damage": Plural("damage", "damage"),
    "weapons": Plural("weapons record", "weapons records"),
    "shots_fired": Plural("shots fired", "shots fired"),
    "drugs": Plural("drug record", "drug records"),
    "prostitution": Plural("prostitution record", "prostitution records"),
    "public_order": Plural("public order record", "public order records"),
    "antisocial": Plural("antisocial behaviour record", "antisocial behaviour records"),
    "trespass": Plural("trespass record", "trespass records"),
    "fraud": Plural("fraud", "frauds"),
    "cybercrime": Plural("cybercrime", "cybercrimes"),
    "other": Plural("other record", "other records"),
}

#: An offence beside its number.
COUNTED: Final = "{count} {offence}"

AREA: Final[dict[str, str]] = {
    "beat": "beat {code}",
    "district": "district {code}",
    "neighbourhood": "{code}",
    "force": "the whole force",
}
#: How rolling windows are told, by their unit; `times` has the others.
ROLLING: Final[dict[str, str]] = {
    "hours": "last {n} hours",
    "days": "last {n} days",
    "weeks": "last {n} weeks",
    "months of 28 days": "last {n} months of 28 days",
}
#: Where an officer stands, as a name. It is also the label of that place for programs, the same in every language.
NEAR_YOU: Final = "near you"
NEAR_PLACE: Final = "near {label}"
MORE_KINDS: Final = "others"

#: A date in the running year, and in another.
DAY: Final = "{day} {month}"
DAY_OF_YEAR: Final = "{day} {month} {year}"
MONTH_OF_YEAR: Final = "{month} {year}"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def offence(slug: str, count: int) -> str:
    """The offence's name for that many of it."""
    return form(spoken.OFFENCE[slug], count)


def counted(slug: str, count: int) -> str:
    """``3 robberies``."""
    return spoken.COUNTED.format(count=count, offence=offence(slug, count))
