"""Sentences of findings: hotspots, why, map, and what was left out."""

from __future__ import annotations

from typing import Final

HOT: Final = "Hot: {where}"
HOT_MORE: Final = "More: {where}"
TIMED_TITLE: Final = "{label} · {hours}"
UNNAMED_PLACE: Final = "Near {lat:.3f}, {lon:.3f}"

YEAR_COUNT: Final = "{count} a year, was {before}."
YEAR_COUNT_ONLY: Final = "{count} a year."
PART_YEAR_COUNT: Final = "{count} in {days} days on file."
WINDOW_COUNT: Final = "{count} {window}, usual {usual}."
WINDOW_COUNT_ONLY: Final = "{count} {window}."
RECENT: Final = "{recent} in 14 days, usual {usual}."
RECENT_NONE: Final = "None in 14 days."
TOO_COARSE: Final = {
    "month": "This data has months only, no days and no hours. Ask for whole months or the year: it cannot answer "
    "for a shift, an hour, a weekday or the last days.",
    "day": "This data has no times of day. Ask for whole days, or without hours: it cannot answer for a shift or an "
    "hour.",
}
COARSE_NOTES: Final = {
    "month": "Months only: these are not this shift's places.",
    "day": "No times of day on file: not this shift's places.",
}
KINDS: Final = "{kinds}: {action}."
MICRO_COUNT: Final = "{counted} in 14 days, usual {usual}."
MICRO_COUNT_WITHIN: Final = "{counted} in 14 days in {radius} m, usual {usual}."
MICRO_LAST: Final = "Last {when}: {action}."
UNDER_TENTH: Final = "under 0.1"
USUAL_UNKNOWN: Final = "not known yet"

FOR_AND_FROM: Final = "For {advice} · from {evidence}"
FROM_ONLY: Final = "From {evidence}"
YEAR_EVIDENCE: Final = "364 days to {end}"
NAMED_EVIDENCE: Final = "{window}, {start} to {end}"
IN_HOURS: Final = ", {hours}"
RANKED: Final = "{how}. Data {age}."
RANKED_HARM: Final = "By harm"
RANKED_COUNT: Final = "By count"
AGE_MINUTES: Final = "{n} min old"
AGE_HOURS: Final = "{n} h old"
AGE_DAYS: Final = "{n} days old"
STALE: Final = "OLD DATA: newest record {age}. Check with your desk."
UNMAPPED: Final = "{n} records have codes that nobody has explained yet: ask your analyst."
RECORDS_BEGIN: Final = "Records begin {day}."
NOT_ON_FILE: Final = "No records {start} to {end}."
NOT_ON_FILE_MORE: Final = "No records {start} to {end}, and {n} more gaps."
LEFT_OUT: Final = "Left out: {reasons}."
LEFT_OUT_NOTHING: Final = "Nothing left out."
EXCLUDED: Final[dict[str, str]] = {
    "unmapped": "{n} of unknown code",
    "domestic": "{n} domestic",
    "domestic_unknown": "{n} violence, domestic unknown",
    "sexual": "{n} sexual",
    "enforcement": "{n} from enforcement",
    "police_started": "{n} police-started",
    "shop_theft": "{n} shop",
    "not_ranked": "{n} unranked",
    "not_located": "{n} no place",
    "sink": "{n} at stations",
    "hour_unknown": "{n} no hour",
}
EXCLUDED_REST: Final = "{n} other"
INFERRED: Final = "Initiation inferred from offence type."
NOT_UNDERSTOOD: Final = "Not used: {words}."
VISIT: Final = "10–15 min each, vary order."
MORE_LEFT: Final = "{n} more."

FEW_HERE: Final = "{here} in {area}; {there} in {parent}:"
FEW_ANYWHERE: Final = "{here} in {area}; {there} in {parent}: no place stands out."
NONE_STANDS_OUT: Final = "{n} in {area}: no place stands out."
ZERO_HERE: Final = "0 in {area}."
ZERO_KNOWN: Final = "Not known for {area}: {n} records of unknown code."
NO_DATA_AREA: Final = "No data for {area}: no record on file names it."
NO_DATA: Final = "No data: no incidents are loaded. Ask your analyst to import them."
NO_DATA_SINCE: Final = "No data since {when}: nothing later is on file. Ask your analyst to load what is newer."
NO_DATA_THEN: Final = "No data up to {when}: the first record on file is later."
NO_SEPARATE: Final = "This data does not separate {offence}. Ask for {nearest} instead."
NO_SEPARATE_ALONE: Final = "This data does not separate {offence}."
CODES_UNKNOWN: Final = (
    "{n} records have codes that nobody has explained yet, and none is known to be of {offence}. Ask your analyst."
)
NOT_RANKED: Final = "{counted} in {area}, {window}. Not ranked: these records follow enforcement."
NOT_RANKED_VICTIMS: Final = "Sexual offences are not shown by place, to protect victims. Ask your command."
NO_MORE_ITEMS: Final = "Nothing more in that answer."
NO_MORE: Final = "No more places on that list."
NO_LIST: Final = "No list is open. Ask “whats hot” first."
#: On the command line, where no call remembers another.
ALONE: Final = (
    "Every call stands alone, so no list is open here. Send why and a list's receipt, such as why 3K9Q7T, or keep a "
    "conversation with --batch FILE."
)

CAUTION_FULL: Final = (
    "A hot spot is no grounds for a stop. High-crime location alone is not reasonable suspicion. "
    "This answer is kept and may be disclosed."
)
CAUTION_SHORT: Final = "No grounds for a stop."
RECEIPT: Final = "Receipt {code}"

WHY_TITLE: Final = "Why {code}: {where}"
WHY_ITEM_TITLE: Final = "Why {label}"
WHY_SAME: Final = "Recomputed just now: the same numbers."
WHY_DIFFERENT: Final = "Recomputed just now: NOT the same numbers. Do not rely on it; tell your analyst."
WHY_ROWS: Final = "{rows} records in the window, {evidence} may rank a place."
WHY_HARM: Final = "Ranked by harm: days of sentence per offence (Cambridge index 2026, England and Wales)."
WHY_COUNT: Final = "Ranked by count."
WHY_SHRUNK: Final = "Counts are pulled to the area's mean: one bad night makes no hotspot."
WHY_SHARE: Final = "Its heaviest record is {percent} % of its harm."
WHY_SHARE_ONE: Final = "One record is most of its harm."
WHY_MICRO: Final = "{counted} within {radius} m in 14 days; its own past year suggests {usual}."
WHY_MICRO_CHANCE: Final = "From {first} to {last}. Of such alarms at most 1 in 20 is chance."
WHY_DOUBT: Final = "Some share one exact point with many kinds of record: the point may be wrong."
WHY_THIN: Final = "{n} incidents is thin."
WHY_VERSION: Final = "Asked for {at}. Newest record then {age}."
WHY_UNKNOWN: Final = "No receipt {code} on file. Check the six signs, or ask again."
WHY_NO_ITEM: Final = "That list has {n} places. Ask why for one of them."
WHY_NOTHING: Final = "Why what? Ask “whats hot” first, or send why and a receipt, such as why 3K9Q7T."

MAP_TITLE: Final = "{where}, {when}"
MAP_TEXT: Final = "Map of {where}: {places}."
MAP_PLACE: Final = "{number}. {label}"
MAP_NOTHING: Final = "Nothing to draw: that list has no places."
MAP_SOURCE: Final = "{source} To {when}. Receipt {code}."
MAP_SOURCE_OWN: Final = "Agency records."
OLD_LIST: Final = "That list is from {when}. Ask again for now."

ACTIONS: Final[dict[str, str]] = {
    "homicide": "go in pairs",
    "assault": "be seen at doors",
    "robbery": "walk the stops",
    "burglary": "walk the rear doors",
    "vehicle_theft": "walk parked cars",
    "theft_from_vehicle": "walk parked cars",
    "vehicle_parts": "walk parked cars",
    "shoplifting": "talk to staff",
    "theft_from_person": "be seen in crowds",
    "bicycle_theft": "check bike racks",
    "other_theft": "be seen at entrances",
    "arson": "check empty buildings",
    "criminal_damage": "check cars, shutters",
    "shots_fired": "go in pairs",
}
ACTION_OTHER: Final = "be seen"
