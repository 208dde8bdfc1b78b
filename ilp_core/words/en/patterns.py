"""Open patterns in words: clusters, possible series, what emerges. Records and places, never persons."""

from __future__ import annotations

from typing import Final

HEAD: Final = "Open patterns in {area}: {n}."
HEAD_NEAR: Final = "Open patterns {where}: {n}."
NONE: Final = "No open pattern in {area}: looked at, and nothing stands out."
NONE_NEAR: Final = "No open pattern {where}: looked at, and nothing stands out."
WINDOW: Final = "To {end} · clusters 14 days, series 84, rises 7"

MICRO_TITLE: Final = "Cluster: {label}"
MICRO: Final = "{counted} in 14 days within {radius} m, usual {usual}."
MICRO_LAST: Final = "Last {last}; watch to {until}."
SERIES_TITLE: Final = "Possible {pattern}: {label}"
SERIES: Final = "{kinds} in {days} days, most within {radius} m; last {last}."
SERIES_NEXT: Final = "Next maybe {start} to {end}{hours}. Chance shows {chance} such."
EMERGING_TITLE: Final = "Rise: {offence} in {area}{hours}"
EMERGING: Final = "{count} in 7 days, {expected} expected, up to {upper} usual."

PATTERN: Final[dict[str, str]] = {
    "series": "series",
    "spree": "spree",
    "hot_place": "hot place",
    "hot_setting": "hot setting",
    "hot_product": "hot product",
}
SEARCHING: Final = "Series are still being searched: ask again in a minute."
TOO_FEW: Final = "Series: too few records in {area} to look."
NOT_HERE: Final = "Series are looked for by district: ask for one."
NO_SERIES: Final = "No possible series."
ONLY_CLUSTERS: Final = "Rises and series are told by district."
FOLLOWS: Final = "No patterns of these: their records follow enforcement. Ask how many instead."
FIXED: Final = "Patterns have their own windows; yours was not used."
NO_EMERGING: Final = "Rises not looked for: the past on file is too short."

WHY_MICRO: Final = "Clusters: of such alarms at most 1 in 20 is chance."
WHY_EMERGING: Final = (
    "Rises: {tested:,} counts looked at, as of {at}; where nothing changed, 1 look in 20 has a false one."
)
WHY_SERIES: Final = "Series: as of {at}; at most 1 in 10 returned may be chance. Alike records, never persons."
WHY_NOT_LOOKED: Final = "Not looked at: links by person, vehicle or property, and what may not rank a place."
WHY_ROWS: Final = "{considered:,} records in 14 days fit the question."
WHY_SURE: Final = "Of groups like it {percent} in 100 were one series where series were injected."
WHY_ALIKE: Final = "Alike in {features}."
WHY_Q: Final = "Adjusted for all that was looked at, chance is {q}."
WHY_BELOW: Final = "below {q}"
FEATURE: Final[dict[str, str]] = {
    "offence": "offence",
    "method": "method",
    "premise": "premise",
    "time_of_day": "time of day",
    "weekday": "weekday",
    "distance": "distance",
    "days_apart": "days apart",
}
