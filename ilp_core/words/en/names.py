"""What things are called in an answer."""

from __future__ import annotations

from typing import Final

#: slug -> (one, several)
OFFENCE: Final[dict[str, tuple[str, str]]] = {
    "homicide": ("homicide", "homicides"),
    "sexual": ("sexual offence", "sexual offences"),
    "assault": ("assault", "assaults"),
    "robbery": ("robbery", "robberies"),
    "burglary": ("burglary", "burglaries"),
    "vehicle_theft": ("vehicle theft", "vehicle thefts"),
    "theft_from_vehicle": ("theft from vehicle", "thefts from vehicles"),
    "vehicle_parts": ("theft of vehicle parts", "thefts of vehicle parts"),
    "shoplifting": ("shop theft", "shop thefts"),
    "theft_from_person": ("theft from a person", "thefts from people"),
    "bicycle_theft": ("bicycle theft", "bicycle thefts"),
    "other_theft": ("theft", "thefts"),
    "arson": ("arson", "arsons"),
    "criminal_damage": ("damage", "damage"),
    "weapons": ("weapons record", "weapons records"),
    "shots_fired": ("shots fired", "shots fired"),
    "drugs": ("drug record", "drug records"),
    "prostitution": ("prostitution record", "prostitution records"),
    "public_order": ("public order record", "public order records"),
    "antisocial": ("antisocial behaviour record", "antisocial behaviour records"),
    "trespass": ("trespass record", "trespass records"),
    "fraud": ("fraud", "frauds"),
    "cybercrime": ("cybercrime", "cybercrimes"),
    "other": ("other record", "other records"),
}

AREA: Final[dict[str, str]] = {
    "beat": "beat {code}",
    "district": "district {code}",
    "neighbourhood": "{code}",
    "force": "the whole force",
}
NEAR_YOU: Final = "near you"

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def offence(slug: str, count: int) -> str:
    """The offence's name for that many of it."""
    one, several = OFFENCE[slug]
    return one if count == 1 else several


def counted(slug: str, count: int) -> str:
    """``3 robberies``."""
    return f"{count} {offence(slug, count)}"
