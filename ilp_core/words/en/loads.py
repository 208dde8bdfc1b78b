"""What a load of records says: what its data cannot answer, what was odd in it, and what it refuses."""

from __future__ import annotations

from typing import Final

NO_REPORTED: Final = "No reported time: questions about the past use the occurred time."
NO_LIVE_REPORTED: Final = "No reported time: questions about the past use the time of the first load."
INFERRED: Final = "Officer-initiated records are inferred from the offence type."
INITIATION_UNKNOWN: Final = (
    "This source says of some records whether an officer began them. The others rank no place until it says so of "
    "them too."
)
NO_DOMESTIC: Final = "Domestic incidents: this data does not separate them, so violence is answered by beat only."
NOT_LOCATED: Final = "Places: no row has coordinates, so nothing can be ranked by place."
NOT_TIMED: Final = "Hours: no row has a real time of day, so nothing can be said for a shift."
MONTHS_ONLY: Final = "Months only: no shift or hour questions, and no days or weeks."

WART_OFF_GROUND: Final = "rows with a position far from all others, kept without it"
WART_NOON: Final = "rows at exactly 12:00, which feed no question about hours"
WART_MIDNIGHT: Final = "rows at exactly 00:00 or without a clock time, which feed no question about hours"
WART_SPREADSHEET: Final = "rows with a code or key like 3.10E+02, opened and saved in a spreadsheet: export again"
WART_LONG: Final = "rows whose time span is longer than 31 days"

# Files that are no tables. What a spreadsheet shows, it can save.
SPREADSHEET: Final = "{file} is a spreadsheet. Save it as CSV and load that."
PDF: Final = "{file} is a PDF and holds no table. Export the records themselves, save them as CSV and load that."
JSON: Final = "{file} is not a table but JSON. Save it as CSV and load that."
GEOJSON: Final = (
    "{file} is not a table but GeoJSON. Save it as CSV and load that. Outlines of areas: beatdesk import areas"
)
WEB_PAGE: Final = (
    "{file} is not a table but a web page or XML. Open it in a spreadsheet, save it as CSV and load that."
)

NO_ZONE_SAID: Final = "{file} does not say in which time zone its times are. Add --tz, such as --tz America/Chicago."
ZONE_UNSURE: Final = (
    "The positions in {file} lie in several time zones: {zones}. The first load is of {first}. Say of which zone the "
    "times are, such as --tz {zone}. Nothing was stored."
)
CLOCK_BY_PLACE: Final = (
    "Times are of {zone}, where the positions lie; those of the first load are of {first}. If that is wrong, undo "
    "this load and give --tz."
)
OTHER_CLOCK: Final = "Times are of {zone}; those of the first load are of {first}."
LEFT_OUT: Final = "Left out: {table}. It fits no format the desk knows."
ALREADY: Final = "Load {load} was undone already."
NO_LOAD: Final = "There is no load {load}. See: beatdesk data list"
NOT_UNDOABLE: Final = "Load {load} cannot be undone: it brought nothing that could be taken back."
CHANGED_SINCE: Final = (
    "Load {load} cannot be undone yet: load {later} has changed {count:,} of its records since. "
    "Undo load {later} first."
)
SINK_WHY: Final = (
    "{rows:,} records of {kinds} kinds at one point: it may be a station, a hospital or a geocoder's fallback."
)
SINK_PREMISE: Final = "{rows:,} records at one point, most of them at {premise}."
TIME_WHY: Final = (
    "{rows:,} records at exactly {time}, where about {expected:,} would be usual: it may stand for unknown."
)
NO_DOUBT: Final = "There is no proposal {number}. See: beatdesk data doubts"
NOT_WRITTEN: Final = "{file} cannot be written ({why}). Name another file."
WRITTEN: Final = "The report is in {file}."
UNDONE: Final = "Load {load} ({file}) is undone. Answers made before can still be replayed."
SINK: Final = "geocode sink? {label} ({lat}, {lon}), {source}"
DEFAULT_TIME: Final = "default time? {time}, {source}"
DOUBT: Final = "{number:>4} {what}: {state}"
STATES: Final = {"proposed": "open", "confirmed": "confirmed", "rejected": "rejected"}
DOUBTS_HOW: Final = "Decide with: beatdesk data confirm NUMBER, or beatdesk data reject NUMBER."
NO_DOUBTS: Final = "Nothing is open."
DECIDED: Final = "{numbers}: {state}."
MAPPING_KEPT: Final = (
    "This mapping is used again for files with the same columns. It is in {file}: edit it, and load with --map."
)
MAPPING_WRITTEN: Final = "The mapping for the columns of {table} is in {file}: edit it, and load with --map."
CONFIRM: Final = "Load it like this?"
NOT_CONFIRMED: Final = "Nothing was stored. Correct the proposal: --save-map FILE, edit the file, then --map FILE."
NOT_CONFIRMED_KEPT: Final = "Nothing was stored. Edit {file}, and load with --map."
DRAFT_KEPT: Final = "The proposal is in {file}: edit it, and load with --map."
PROPOSED: Final = "{file} has no layout that the desk knows. It would be read like this:"
UNCONFIRMED: Final = (
    "The columns of {file} fit no format the desk knows. Agree to the proposal with --yes, or correct it: "
    "--save-map FILE, edit the file, then --map FILE."
)
NOBODY_TO_ASK: Final = (
    "The columns of {file} fit no format the desk knows. Agree to a mapping once, with beatdesk import incidents "
    "{file}: it is used again. Or give the feed one with --map."
)
TITLE_LINE: Final = (
    "The first line of {file} should hold the columns' names, and holds only “{line}”. If that is a title, delete "
    "the lines above the names."
)
NO_ROWS: Final = "{file} has names of columns and no rows. Export it again."
ANSWERED: Final = "{text} {answer}"
DATES_READ: Final = "Dates are read {order}, as the mapping says."
OPTION: Final = "  {number}. {option}"
YES_OR_NO: Final = "[y/N]"
YES: Final = ("y", "yes")
NO: Final = ("n", "no", "")
NUMBER: Final = "Number"
NO_OPTION: Final = "{said} is no answer. Give a number from 1 to {last}."
ANSWER: Final = "Answer"
