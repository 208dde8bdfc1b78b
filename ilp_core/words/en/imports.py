"""Sentences of a load report: what came of a file, and what follows from it."""

from __future__ import annotations

from typing import Final

# What came of it

NO_ROWS: Final = "The file holds no rows. Nothing was stored."
ALL_LOADED: Final = "All {rows} rows loaded."
ONE_LOADED: Final = "1 row loaded."
NOTHING_NEW: Final = "Nothing new: every row that could be read was known already."
NOTHING_ADDED: Final = "No row is new: all that could be read were known already."
NOTHING_KEPT: Final = "No row could be used. Nothing was stored."
ROW: Final = "row"
ROWS: Final = "rows"
WHOLE_ROW: Final = "whole row"
WHOLE_ROWS: Final = "whole rows"
DONE: Final = {
    "loaded": "{count} {noun} loaded",
    "updated": "{count} {noun} updated",
    "known": "{count} {noun} known already",
    "rejected": "{count} {noun} rejected",
}
CUT_OFF: Final = "The file was cut off in its last row."
WITHDRAWN: Final = "{count} earlier records withdrawn: the file no longer holds them."
WITHDRAWN_ONE: Final = "1 earlier record withdrawn: the file no longer holds it."
UNDONE: Final = "This load was taken back by load {load}. Its rows do not count."
STOPS_ONLY: Final = "Stops serve fairness checks. They rank no place."

FATE: Final = {"loaded": "loaded", "updated": "updated", "known": "already known", "rejected": "rejected"}
KIND: Final = {
    "incident": "incidents",
    "call": "calls for service",
    "stop": "stops",
    "concern": "community concerns",
    "survey": "survey waves",
    "partner": "partner reports",
    "areas": "areas",
    "undo": "load taken back",
}

# What it cannot answer

#: By the report's precision.
COARSE: Final = {
    "month": "Months only: no shift or hour questions.",
    "day": "Days only: no shift or hour questions.",
}
WHOLE_HOURS: Final = "Times are whole hours."

# On the terminal

READ_AS: Final = "{file}: read as {layout}, {rows} rows{load}"
READ_AS_LOAD: Final = ", load {load}"
COUNTS: Final = "loaded {loaded} · updated {updated} · already known {known}"
REJECTED: Final = "rejected {count}: {reason}"
LOCATED: Final = "with coordinates {located}"
TIMED: Final = "with a real hour {timed}"
SPAN: Final = "first {first} · last {last}"
CANNOT: Final = "this data cannot answer:"
DOUBTS: Final = "for an analyst to confirm or reject:"
UNMAPPED: Final = "{rows} rows have offence codes that are not in the map; they count as other and rank no place:"
UNMAPPED_ONE: Final = "1 row has an offence code that is not in the map; it counts as other and ranks no place:"
UNMAPPED_CODE: Final = "{code}: {rows}{proposal}"
PROPOSAL: Final = ", like “{like}” ({slug}, {score})"
ACCEPT: Final = "take the proposals: {command}"
SAY_MEANING: Final = "say what they mean: {command}"
NO_ROWS_ON: Final = "no rows on: {gaps}"
NO_ROWS_IN: Final = "no rows in: {gaps}"
REPEATS: Final = "repeats: {repeats}"
WARTS: Final = "mended or odd:"
NOTE: Final = "note: {note}"
MORE: Final = "and {count} more"
MORE_SEE: Final = "and {count} more, see: {command}"

ACCEPT_COMMAND: Final = "beatdesk offences accept {source}"
MEANING_COMMAND: Final = "beatdesk offences proposed {source} --output codes.csv"
CONFIRM_COMMAND: Final = "beatdesk data confirm {id}"
REJECT_COMMAND: Final = "beatdesk data reject {id}"
SHOW_COMMAND: Final = "beatdesk data show {load} --html FILE"

AGREES: Final = "{kind}: {share} lie in the area they name ({comparable} compared)"
AGREES_NONE: Final = "{kind}: no row could be compared with an outline"
NOWHERE: Final = "{count} lie in no area"
FILLED: Final = "{count} got theirs from the outlines"

SINK: Final = "{label} ({lat}, {lon}): {rows} rows{kinds}"
SINK_KINDS: Final = " of {kinds} kinds"
DEFAULT_TIME: Final = "{time} as the time of {rows} rows, about {expected} expected"
SINK_HEAD: Final = "{label} ({lat}, {lon})"
DEFAULT_TIME_HEAD: Final = "{time} as a time of day"
SUSPECT: Final = "{kind}: {rows} rows"

GAP_DAY: Final = "{start} (1 day)"
GAP_DAYS: Final = "{start} to {end} ({count} days)"
GAP_MONTH: Final = "{start} (1 month)"
GAP_MONTHS: Final = "{start} to {end} ({count} months)"

# The list of loads

NO_LOADS: Final = "Nothing was imported yet. Begin with: beatdesk import incidents FILE"
LIST_HEAD: Final = "load  began       file (source)"
NO_COUNTS: Final = "not finished"
LIST_UNDONE: Final = "undone by load {load}"
LIST_DONE: Final = {
    "loaded": "{count} loaded",
    "updated": "{count} updated",
    "known": "{count} known",
    "rejected": "{count} rejected",
}
LIST_WITHDRAWN: Final = "{count} withdrawn"
LIST_EMPTY: Final = "no rows"

# The page

PAGE_TITLE: Final = "{file} · load report"
PAGE_TITLE_LOAD: Final = "Load {load} · {file}"
KICKER: Final = "Load report"
KICKER_LOAD: Final = "Load report {load}"
SOURCE: Final = "Source"
LAYOUT_OF: Final = "{source}, read as {layout}"
LOADED_AT: Final = "Loaded"
BY: Final = "By"
CLOCK: Final = "Clock"
RECORDS: Final = "Records of"
SPAN_SHORT: Final = "{first} to {last}"
HEAD_FATES: Final = "What became of {rows} rows"
HEAD_FATE: Final = "What became of 1 row"
FIGURE_LOCATED: Final = "with coordinates"
FIGURE_TIMED: Final = "with a real hour"
FIGURE_AGREES: Final = "in the {kind} they name"
HEAD_CANNOT: Final = "What this data cannot answer"
HEAD_DATES: Final = "Over time"
HEAD_DOUBTS: Final = "For an analyst to decide"
LEAD_DOUBTS: Final = (
    "Until then nothing changes. A confirmed place leaves the rankings; a confirmed time feeds no hour."
)
TO_CONFIRM: Final = "Confirm"
TO_REJECT: Final = "Reject"
HEAD_OFFENCES: Final = "Offences"
HEAD_UNMAPPED: Final = "Codes that are not in the map"
LEAD_UNMAPPED: Final = "{rows} rows. They count as other and rank no place."
LEAD_UNMAPPED_ONE: Final = "1 row. It counts as other and ranks no place."
LEAD_ACCEPT: Final = "Take the proposals:"
LEAD_MEANING: Final = "Say what they mean:"
PROPOSED: Final = "proposed: {slug}, like “{like}” ({score})"
HEAD_AGREEMENT: Final = "Areas"
HEAD_REJECTED: Final = "Rejected rows"
HEAD_REPEATS: Final = "Repeats"
HEAD_WARTS: Final = "Mended or odd"
HEAD_NOTES: Final = "Notes"
HEAD_MAPPING: Final = "How the columns were read"
NO_COLUMN: Final = "no column"
COLUMN_ROWS: Final = "Rows"
COLUMN_CODE: Final = "Code"
COLUMN_OFFENCE: Final = "Offence"
COLUMN_FIELD: Final = "Field"
COLUMN_COLUMN: Final = "Column"
COLUMN_FROM: Final = "From"
FOOT: Final = "Source: {file}, {source}, records of {span}."
FOOT_NO_DATES: Final = "Source: {file}, {source}."

# The charts

CHART_UNIT: Final = {"day": "day", "week": "week", "month": "month", "year": "year", "years": "span of years"}
CHART_DAYS: Final = "{rows} rows by {unit}, {first} to {last}. Most: {most}, {peak}."
WEEK_OF: Final = "the week from {day}"
CHART_ONE: Final = "{rows} rows, all in {first}."
CHART_GAPS: Final = "No rows (hatched): {gaps}."
CHART_GAPS_MORE: Final = "No rows (hatched): {gaps} and {count} more."
CHART_NUMBERS: Final = "The numbers"
CHART_PART: Final = "{count} {label} ({share})"
