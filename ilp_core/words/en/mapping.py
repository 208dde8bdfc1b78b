"""Sentences about a file of an unknown layout: what its columns seem to hold, what is asked, what a mapping lacks."""

from __future__ import annotations

from typing import Final

HEAD: Final = ("field", "column", "for example", "sure", "because")
FIELDS: Final[dict[str, str]] = {
    "id": "record's key",
    "stamp": "last changed",
    "occurred_from": "occurred",
    "occurred_to": "occurred until",
    "reported": "reported",
    "code": "offence code",
    "description": "offence",
    "premise": "premise",
    "block": "block",
    "beat": "beat",
    "district": "district",
    "neighbourhood": "neighbourhood",
    "force": "force",
    "lat": "latitude",
    "lon": "longitude",
    "point": "position",
    "domestic": "domestic",
    "officer_initiated": "officer-initiated",
}
NORTH: Final = "north"
EAST: Final = "east"

BECAUSE_NAME: Final = "name"
BECAUSE_BOTH: Final = "name, {share}% {what}"
WHAT_DATES: Final = "dates"
WHAT_CLOCKS: Final = "date+time"
WHAT_MONTHS: Final = "months"
WHAT_EPOCH: Final = "seconds"
WHAT_NUMBERS: Final = "degrees"
WHAT_METRES: Final = "on a grid"
WHAT_POINTS: Final = "positions"
WHAT_UNIQUE: Final = "different"
WHAT_CODES: Final = "codes"
WHAT_WORDS: Final = "words"
WHAT_ADDRESSES: Final = "addresses"
WHAT_FLAGS: Final = "yes or no"
ONLY_DATE: Final = "the only date"
ONLY_VALUES: Final = "values only"

ORDER: Final[dict[str, str]] = {
    "values": "Dates are read {order}: {n:,} rows can only be read so.",
    "future": "Dates are read {order}: the other way some lie in the future.",
    "sequence": "Dates are read {order}: only so do the days follow one another.",
    "other": "Dates are read {order}, as column {column} of this file must be.",
    "slips": "Dates are read {order}: {n:,} rows can only be read so. {other:,} can only be read the other way and "
    "will be rejected.",
}
DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
MONTH_ONLY: Final = "Dates name a month and no day: no question about days, shifts or hours can be answered."
LANDS: Final = "Coordinates are {name} (EPSG:{crs}); their middle is {lat:.3f}, {lon:.3f} in {zone}."
NO_ZONE: Final = "no time zone"
SWAPPED: Final = "Latitude and longitude stand in each other's column; they are read the right way round."
ZONE_BY_PLACE: Final = "Time zone {zone}, where the middle of the positions is."
ZONE_BY_FIRST: Final = "Time zone {zone}, that of the first load."
NO_POSITION: Final = (
    "No coordinates were found: records are placed by beat or district only, and no map can be drawn."
)
OUTSIDE: Final = "The middle of the positions, {lat:.3f}, {lon:.3f}, is outside the area of the earlier data."
CRS_UNFIT: Final = "EPSG:{crs} puts the middle of the coordinates nowhere on Earth. Check --crs."
CRS_UNFIT_ANSWER: Final = "EPSG:{crs} puts the middle of the coordinates nowhere on Earth. Give another code."
NO_SYSTEM: Final = "Of which coordinate system are columns {lat} and {lon}?"
NO_SYSTEM_HELP: Final[dict[str, str]] = {
    "narrow": "Its EPSG code is wanted, such as 27700: --crs gives it, and --tz, the time zone, narrows it down.",
    "code": "Its EPSG code is wanted, such as 27700: --crs gives it.",
    "none": "None that the desk knows fits. Its EPSG code is wanted, such as 27700: --crs gives it.",
    "zone": "None that the desk knows puts them into the zone {zone}. Check the zone, or give the system's EPSG "
    "code, such as 27700, with --crs.",
    "area": "None that the desk knows puts them into the area of the earlier data. Where the file lies outside that "
    "area, only its EPSG code helps, such as 27700: --crs gives it.",
}
CRS_NOT_USED: Final = "The positions are in degrees: EPSG:{crs} of --crs is not used."
NO_DOMESTIC: Final = (
    "Nothing says which records are domestic: violence is then answered by beat or above, never by block."
)
NO_INITIATED: Final = (
    "Nothing says which records officers began: that is then told by the kind of offence, and answers say so."
)
NO_KEY: Final = (
    "No column is a record's key: rows cannot be told from one another, so a corrected file can only take the place "
    "of all rows of its dates, with --replace-period."
)
UNUSED: Final = "Not used: {columns}."
LEFT_OUT: Final = "Left out on purpose, about persons: {columns}."
AND_MORE: Final = "{columns} and {n:,} more"

ASK_ORDER: Final = "{sample} can be read two ways, and no value tells. Which day is it?"
ASK_ORDER_BOTH: Final = (
    "{day_first:,} rows have dates that can only be day first and {month_first:,} that can only be month first. "
    "Which is right? The others will be rejected."
)
ASK_ORDER_OPTION: Final = "{date:%d %B %Y} ({order})"
ASK_CRS: Final = "The coordinates can be of several systems. Where is this?"
ASK_CRS_OPTION: Final = "{lat:.2f}, {lon:.2f} in {zone}: {name} (EPSG:{crs})"
ASK_COLUMN: Final = "Two columns fit equally well. Which is the {field}?"
ASK_ZONE: Final = "In which time zone are the times, such as America/Chicago?"
QUESTION: Final = "To be answered: {text}"
OPTION: Final = "  {n}. {option}"

MISSING: Final[dict[str, str]] = {
    "time": "No column was found that says when it happened.",
    "offence": "No column was found that says which offence it was.",
}
UNMAPPABLE: Final = (
    "{missing} Name the columns in a mapping file: --save-map FILE writes what was found, edit it, then --map FILE."
)
MAP_HEAD: Final = (
    "How the columns of a file are read. Edit it, and give it with --map.\n"
    "One column is a name in quotes; several are a list and are joined with a blank."
)
MAP_MISSING: Final[dict[str, str]] = {
    "time": 'Missing: when it happened. Write occurred_from = "the column\'s name" under [columns].',
    "offence": 'Missing: the offence. Write code or description under [columns], or above same_offence = "robbery" '
    "where every row is the same.",
}
#: By the slot of a question: how its answer is written.
MAP_OPEN: Final[dict[str, str]] = {
    "dates": 'Write above [columns]: dates = "day_first", or dates = "month_first".',
    "crs": "Write above [columns]: crs = 27700, with the right code.",
    "zone": 'Write above [columns]: zone = "America/Chicago", with the right zone.',
}
STILL_OPEN: Final = "One thing must be said first. {text} {options} {how}"
SAID_BY: Final[dict[str, str]] = {
    "dates": "Answer on a terminal, name the zone with --tz, or write dates in a mapping file.",
    "crs": "Give the right number with --crs.",
}
NO_SUCH_ANSWER: Final = "{value} is no answer to that question. Choose one of: {options}."
NO_SUCH_CRS: Final = "{value} is no EPSG code of a system in metres or feet. Give one such as 27700."
NO_SUCH_QUESTION: Final = "Nothing is asked about {slot}."

BAD_TOML: Final = '{file}, line {line}: {what}. Write each line as: name = "value".'
BAD_KEY: Final = "{file}: there is no key {key}. The keys are: {keys}."
BAD_VALUE: Final = "{file}, line {line}: {key} cannot be {value}. {should}"
NEEDS: Final = "{file} has no {key}. {should}"
NO_MAP_FILE: Final = "There is no mapping file {file}. Check the name."
MAP_UNREADABLE: Final = "{file} cannot be read as text. Write it in UTF-8."
MAP_UNFIT: Final = (
    "{file} has not all columns that the mapping names; these are missing: {columns}. Edit the mapping, or export "
    "the file with them."
)
MAP_TOO_LARGE: Final = "{file} is too large for a mapping file. Check the name."
NO_MAP_NEEDED: Final = (
    "{file} is read as {layout}, a format that the desk knows, and needs no mapping. Leave out {options}, or add "
    "--format generic to map its columns."
)
CRS_AGAINST_MAP: Final = (
    "The mapping for the columns of {file} says EPSG:{crs}, and --crs says EPSG:{said}. Leave out --crs, or change "
    "the mapping: --save-map FILE writes it, edit it, then --map FILE."
)
ORDER_OPEN: Final = (
    "The mapping for {file} does not say how dates are read. {text} {options} Write into the mapping dates = "
    '"day_first", or dates = "month_first". --save-map FILE writes the mapping.'
)
METRES_WITHOUT_CRS: Final = (
    "The values in {columns} of {file} are no degrees, and the mapping names no coordinate system. Write into the "
    "mapping crs = 27700, with the right EPSG code, or give the code with --crs. Nothing was stored."
)
DEGREES_WITH_CRS: Final = (
    "The values in {columns} of {file} can only be degrees, and EPSG:{crs} is a system in metres or feet. Leave out "
    "--crs, or take crs out of the mapping. Nothing was stored."
)
NOWHERE: Final = (
    "{given:,} rows of {file} have a position in {columns}, and by the mapping only {placed:,} of them lie anywhere "
    "on Earth. Nothing was stored. Check the columns, crs and numbers in the mapping."
)

SHOULD: Final[dict[str, str]] = {
    "source": 'Write a short name in small letters, digits and hyphens, such as source = "springfield".',
    "columns": 'Write [columns] and below it lines such as occurred_from = "Incident Date".',
    "column": 'Write a column\'s name, such as {key} = "Name", or a list of names.',
    "occurred_from": 'Write under [columns] which column says when it happened, such as occurred_from = "Date".',
    "offence": 'Write code or description under [columns], or same_offence = "robbery" where every row is the same.',
    "dates": 'Write dates = "day_first", "month_first", "seconds" or "milliseconds".',
    "numbers": 'Write numbers = "plain", "decimal_comma" or "thousands_comma".',
    "zone": 'Write a time zone such as zone = "America/Chicago".',
    "crs": "Write an EPSG code such as crs = 27700, or leave the line out where positions are in degrees.",
    "years_until": "Write the latest year two digits can mean, such as years_until = 2026.",
    "flag": "Write {key} = true or {key} = false, without quotes.",
    "text": 'Write {key} = "text" in quotes.',
    "words": 'Write under [{key}] the words that mean yes and no, such as true = ["Y"] and false = ["N"].',
    "position": "Write lat and lon, or point, or none of them.",
}
