"""What happens in Port Harrow and where it gathers: offences, hours, weeks, chronic places, short runs.

Tables only. Codes and their names are NIBRS offence codes; all rates, hours and delays are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

HoursName = Literal["night", "evening", "day", "home", "parked", "shops", "even"]
WeekName = Literal["even", "weekend", "shops", "workdays"]
Setting = Literal["centre", "homes", "mixed"]

#: Weights of the hours 00 to 23 in which incidents begin.
HOURS: Final[dict[HoursName, tuple[int, ...]]] = {
    "night": (9, 8, 6, 3, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 10),
    "evening": (3, 2, 1, 1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 4, 5, 6, 8, 9, 10, 10, 8, 5),
    "day": (0, 0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 10, 9, 9, 9, 8, 6, 4, 2, 1, 1, 0, 0),
    "home": (2, 2, 3, 3, 2, 1, 2, 6, 9, 10, 9, 8, 7, 7, 6, 5, 4, 5, 6, 6, 5, 4, 3, 2),
    "parked": (4, 4, 4, 3, 2, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5, 7, 9, 10, 10, 9, 8, 6),
    "shops": (0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 6, 8, 9, 9, 9, 10, 10, 9, 6, 3, 0, 0, 0, 0),
    "even": (2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 3),
}
#: Factors of the days from Monday to Sunday; hours before six count to the day before.
WEEKS: Final[dict[WeekName, tuple[float, ...]]] = {
    "even": (1.0,) * 7,
    "weekend": (0.7, 0.7, 0.75, 0.9, 1.5, 1.7, 0.95),
    "shops": (0.9, 0.9, 0.95, 1.0, 1.25, 1.6, 0.3),
    "workdays": (1.2, 1.25, 1.25, 1.2, 1.1, 0.6, 0.4),
}
#: Per setting: the grid column and row it centres on, its reach in km, and the weight far away from there.
SITES_BY_SETTING: Final[dict[Setting, tuple[float, float, float, float]]] = {
    "centre": (6.5, 2.5, 1.3, 0.12),
    "homes": (6.0, 8.0, 2.4, 0.30),
    "mixed": (7.0, 4.0, 1.8, 0.25),
}
HOME_PREMISES: Final[frozenset[str]] = frozenset({"Residence", "Apartment"})

_STREET: Final = ("Street", "Street", "Sidewalk", "Park")
_HOMES: Final = ("Residence", "Apartment")
_PARKED: Final = ("Street", "Street", "Parking lot", "Residence driveway")


@dataclass(frozen=True, slots=True)
class Kind:
    """An offence and its habits.

    ``daily`` is its rate over the whole town outside chronic places; ``summer`` the amplitude of its season,
    positive where summer is the peak; ``delay_minutes`` the median time from its end to the report;
    ``window_hours`` the median length of the span in which it happened, 0 where the moment is known.
    """

    code: str
    description: str
    daily: float
    hours: HoursName
    week: WeekName
    summer: float
    delay_minutes: int
    window_hours: float
    setting: Setting
    premises: tuple[str, ...]


KINDS: Final[dict[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("13A", "Aggravated assault", 0.55, "night", "weekend", 0.2, 12, 0, "mixed", (*_STREET, *_HOMES)),
        Kind("13B", "Simple assault", 2.3, "evening", "weekend", 0.15, 35, 0, "mixed", (*_STREET, *_HOMES * 2)),
        Kind("120", "Robbery", 0.55, "night", "weekend", 0.0, 8, 0, "centre", _STREET),
        Kind("220", "Burglary", 1.5, "home", "workdays", -0.15, 40, 6, "homes", (*_HOMES * 2, "Garage", "Shop")),
        Kind("240", "Motor vehicle theft", 1.0, "parked", "even", 0.05, 45, 6, "homes", _PARKED),
        Kind("23F", "Theft from motor vehicle", 1.7, "parked", "even", 0.05, 90, 5, "mixed", _PARKED),
        Kind("23G", "Theft of motor vehicle parts", 0.45, "parked", "even", 0.0, 240, 8, "homes", _PARKED),
        Kind("23C", "Shoplifting", 0.5, "shops", "shops", 0.0, 25, 0, "centre", ("Shop", "Supermarket")),
        Kind(
            "23H",
            "Other larceny",
            2.0,
            "day",
            "even",
            0.1,
            600,
            0,
            "mixed",
            ("Residence", "Street", "Office"),
        ),
        Kind(
            "290",
            "Vandalism",
            1.9,
            "evening",
            "weekend",
            0.1,
            420,
            7,
            "mixed",
            (*_PARKED, "Residence", "School"),
        ),
        Kind("23A", "Pocket-picking", 0.2, "day", "shops", 0.1, 180, 0, "centre", ("Street", "Shop", "Bus")),
        Kind("200", "Arson", 0.04, "night", "even", 0.0, 15, 0, "mixed", ("Street", "Garage", "Park")),
        Kind("26A", "Fraud", 0.9, "day", "workdays", 0.0, 4300, 0, "homes", ("Residence", "Bank", "Shop")),
        Kind("35A", "Drug offence", 0.1, "evening", "even", 0.0, 10, 0, "centre", _STREET),
        Kind("520", "Weapon offence", 0.08, "night", "weekend", 0.0, 6, 0, "centre", _STREET),
        Kind("90J", "Trespass", 0.35, "evening", "even", 0.0, 12, 0, "centre", ("Shop", "Apartment", "School")),
        Kind("90C", "Disorderly conduct", 0.4, "evening", "weekend", 0.1, 8, 0, "centre", _STREET),
    )
}

#: What patrols find by themselves (officer-initiated): code, daily rate, hours, setting.
PATROL_FOUND: Final[tuple[tuple[str, float, HoursName, Setting], ...]] = (
    ("35A", 0.9, "evening", "centre"),
    ("520", 0.25, "night", "centre"),
    ("90J", 0.5, "evening", "centre"),
    ("90C", 0.7, "night", "centre"),
)


@dataclass(frozen=True, slots=True)
class ChronicPlace:
    """A place with trouble all year.

    ``sides`` are (street, hundred, side), the side being 0 for west or south and 1 for east or north;
    ``houses`` are shares of the way along the block; ``daily`` are (code, rate a day).
    """

    name: str
    sides: tuple[tuple[str, int, int], ...]
    houses: tuple[float, ...]
    hours: HoursName
    week: WeekName
    premises: tuple[str, ...]
    daily: tuple[tuple[str, float], ...]


CHRONIC: Final[tuple[ChronicPlace, ...]] = (
    ChronicPlace(
        "the bars at Elm St and 3rd St",
        (("ELM ST", 12, 0), ("ELM ST", 12, 1), ("3RD ST", 28, 0)),
        (0.75, 0.85, 0.95),
        "night", "weekend", ("Bar or tavern", "Street", "Bar or tavern"),
        (("13B", 0.4), ("13A", 0.16), ("120", 0.1), ("23A", 0.08), ("290", 0.12), ("90C", 0.25)),
    ),
    ChronicPlace(
        "the shops of Market St",
        (("MARKET ST", 5, 1), ("MARKET ST", 6, 1), ("MARKET ST", 7, 1)),
        (0.25, 0.45, 0.65),
        "shops", "shops", ("Department store", "Shop", "Supermarket"),
        (("23C", 1.7), ("23A", 0.22), ("23H", 0.25), ("13B", 0.06)),
    ),
    ChronicPlace(
        "the station car park",
        (("STATION RD", 15, 1), ("STATION RD", 16, 1)),
        (0.15, 0.35, 0.55),
        "day", "workdays", ("Parking lot",),
        (("23F", 0.4), ("240", 0.14), ("23G", 0.1), ("290", 0.1)),
    ),
    ChronicPlace(
        "the housing block on Lime Ave",
        (("LIME AVE", 27, 0), ("LIME AVE", 27, 1)),
        (0.35, 0.45, 0.55),
        "evening", "even", ("Apartment",),
        (("13B", 0.35), ("13A", 0.08), ("220", 0.1), ("290", 0.18), ("90J", 0.08), ("35A", 0.05)),
    ),
    # A geocode sink: reports made at the counter carry the station's own address.
    ChronicPlace(
        "the police station on Harbour St",
        (("HARBOUR ST", 18, 1),),
        (0.55,),
        "even", "even", ("Police station",),
        (("26A", 0.3), ("23H", 0.2), ("13B", 0.15), ("290", 0.1), ("23A", 0.05), ("240", 0.05)),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunPattern:
    """A kind of short run.

    ``share`` of all runs, ``daily`` records a day, ``neighbours`` blocks below the first one that it reaches.
    """

    code: str
    share: float
    daily: float
    hours: HoursName
    neighbours: int
    premises: tuple[str, ...]


RUN_PATTERNS: Final[tuple[RunPattern, ...]] = (
    RunPattern("23F", 0.5, 0.7, "evening", 0, ("Street", "Street", "Parking lot")),
    RunPattern("220", 0.3, 0.6, "home", 1, _HOMES),  # near repeats: the same few houses and their neighbours
    RunPattern("240", 0.1, 0.5, "evening", 1, ("Street", "Residence driveway")),
    RunPattern("290", 0.1, 0.6, "night", 0, ("Street", "Parking lot")),
)
