"""Sentences about an agency's own tables: what is wrong with a row and what to write instead, and what was done."""

from __future__ import annotations

from typing import Final

NO_SCHEME: Final = "There are no offence codes of {scheme}. A mapping can name: {schemes}."

# Where a row stands
LINE: Final = "line {number}"
ENTRY: Final = "{table} entry {number}"

# What is wrong with a file
EMPTY: Final = "The table is empty. Write the columns {columns} into the first line."
MISSING_COLUMN: Final = "The first line has no column {column}. Write these columns: {columns}."
TWICE_COLUMN: Final = "The first line names the column {column} twice. Remove one."
NOT_A_TABLE: Final = "{where} cannot be read as a row of a table: {why}. Save the file as CSV again."
MANY_FIELDS: Final = "{where} has more fields than the first line. Put a text that holds a comma into quotes."
TOO_LONG: Final = "{where}: {column} is longer than {most} signs. Shorten it."
SIGNS: Final = "{where}: {column} holds a line break or another sign that is no text. Write it on one line."
TOO_MANY_ROWS: Final = "There are more than {most} rows. Split the table into several files."
MORE: Final = "{count} more problems are not shown. Mend these first."
NOT_JSON: Final = '{file} is not a JSON object of tables such as {{"offences": […]}}. Export one to see its shape.'
NOT_A_LIST: Final = '{table} is not a list of rows. Write it as [{{"column": "value"}}, …].'
NOT_A_ROW: Final = '{where} is not an object. Write it as {{"column": "value"}}.'
NO_TABLE: Final = "There is no table {table}. The tables are: {tables}."

# What is wrong with an offence row
BLANK: Final = "{where}: {column} is blank. Write {instead}."
INSTEAD: Final = {
    "source": "whose codes they are, such as chicago",
    "code": "the code as it stands in the records",
    "label": "what the code means, in words",
    "slug": "one of the offence slugs, such as burglary",
    "unit": "the unit's name, or nothing for the whole agency",
    "name": "the shift's name, such as nights",
    "hours": "HH:MM-HH:MM, such as 23:00-07:00",
}
BAD_SLUG: Final = "{where}: there is no offence {text}. Write {nearest}, or one of: {slugs}."
BAD_INITIATION: Final = "{where}: initiation cannot be {text}. Write victim, mixed or enforcement."
BAD_RANKABLE: Final = "{where}: rankable cannot be {text}. Write yes or no."
BAD_HARM: Final = "{where}: harm_days cannot be {text}. Write days between 0 and {most}, such as 273.5, or nothing."
NEVER_RANKS: Final = "{where}: {slug} ranks no place, {why}. Write no in rankable."
WHY_NEVER: Final = {
    "sexual": "to protect victims",
    "drugs": "because its records follow enforcement",
    "weapons": "because its records follow enforcement",
    "prostitution": "because its records follow enforcement",
}
WHY_NEVER_ELSE: Final = "because it is no offence that patrols at a place prevent"
ENFORCED: Final = (
    "{where}: a rankable offence must be one that victims report. Write no in rankable, or victim in initiation."
)
TWICE: Final = "{where}: {key} stands in {first} already. Keep one of the two."

# What is wrong with a shift row
BAD_NAME: Final = "{where}: a shift's name is 1 to 30 letters, digits, spaces or hyphens. Write one such as nights."
BAD_HOURS: Final = "{where}: {text} are not hours. Write HH:MM-HH:MM, such as 23:00-07:00."
BAD_DAYS: Final = "{where}: {text} are not weekdays. Write them like mon,tue, or nothing for every day."
UNKNOWN_UNIT: Final = (
    "{where}: there is no unit {unit}. Add it first: beatdesk unit add {unit} --area KIND:CODE --tz ZONE."
)

# What is wrong with a row of words
BAD_KIND: Final = "{where}: kind cannot be {text}. Write one of: {kinds}."
WORD_LANGUAGE: Final = "{where}: there is no language {text}. Write one of: {languages}."
BAD_WORDS: Final = (
    "{where}: {text} is no phrase that officers type. Write 1 to {most} words of letters, digits and & / # : -, at "
    "least two signs."
)
BAD_SLOTS: Final = (
    "{where}: {text} is no pattern of words. Write words such as who|whos hasnt .. acked, with one that must stand "
    "and has at least two signs."
)
BAD_MEANING: Final = "{where}: {kind} words cannot mean {text}. Write {nearest}, or one of: {known}."
NO_MEANING_NEEDED: Final = "{where}: {kind} words have no meaning of their own. Leave {text} out."

# The commands
PROBLEMS: Final = "{file} was not taken, and nothing was changed:\n{problems}"
BAD_ENDING: Final = "{file} must end in .json for all tables or .csv for one."
WHICH_TABLE: Final = "A .csv file holds one table. Say which: --table {tables}."
WHICH_COLUMNS: Final = "The first line of {file} fits no table. Say which it is: --table {tables}."
NOT_WRITTEN: Final = "{file} cannot be written: {why}. Name another file."
NOT_READ: Final = "{file} cannot be read: {why}."
TOO_LARGE: Final = "{file} is larger than {most} MB. Split it."
EXPORTED: Final = "{file}: {tables}."
EXPORTED_TABLE: Final = "{count} {table}"
IMPORTED: Final = "{table}: {added} added · {changed} changed · {same} same. Rows that the file does not name stay."

OFFENCE: Final = "{code:<12} {slug:<19} {harm:>8}  {initiation:<12} {ranks:<10} {label}"
SOURCE: Final = "{source}: {count} codes, {ranking} may rank places"
RANKS: Final = "ranks"
RANKS_NOT: Final = "ranks not"
NO_SOURCE: Final = "There is no offence map of {source}. There are: {sources}."
ALL_MAPPED: Final = "Every code of the loaded records is in the map."
OPEN_CODE: Final = "{source} {code}: {rows} rows{said}"
OPEN_SAID: Final = ", “{description}”"
OPEN_PROPOSED: Final = "  proposed: {slug}, {ranks}, as {like} ({score:.0f})"
OPEN_UNLIKE: Final = "  nothing known is alike"
OPEN_HOW: Final = (
    "Such rows count as other and rank no place. Take proposals with: beatdesk offences accept SOURCE CODE. "
    "Say what the others mean in a table: beatdesk offences proposed --output FILE.csv"
)
OPEN_WRITTEN: Final = (
    "{file}: {codes} codes, {blank} of them without a proposal. Fill in the blanks, then: "
    "beatdesk config import {file}"
)
OPEN_CSV: Final = "{file}: name a file that ends in .csv."
ACCEPTED: Final = "{source} {code} is now {slug}, {ranks}: {label}"
ACCEPTED_COUNT: Final = "{count} codes taken into the map. Running desks count with it from now on."
NOTHING_TO_ACCEPT: Final = (
    "No code of {source} has a proposal of {least:.0f} or more. See: beatdesk offences proposed {source}"
)
NOT_PROPOSED: Final = "There is no proposal for {codes} of {source}. See: beatdesk offences proposed {source}"
BAD_CODE: Final = "{where}: {text} is no code. Write it such as 10-33 or signal 13"
NO_MEANING: Final = "{where}: the meaning is missing"
BAD_TRUTH: Final = "{where}: {column} is {text}. Write yes or no"

# The agency's own words
THIS_WORD: Final = "“{phrase}”"
PRESET: Final = "Words of the preset {preset} go before others{why}."
PRESET_TAKEN: Final = ", as the zone or the source suggests"
PRESET_KEPT: Final = "Words of the preset {preset} go before others from now on."
NO_PRESET: Final = "There is no preset {text}. The presets are: {presets}."
OWN_WORD: Final = "{kind:<12} {language:<4} {phrase:<28} {meaning}"
NO_OWN_WORDS: Final = "There are no words of your own. Add one with: beatdesk words add offence PHRASE MEANING"
WORD_ADDED: Final = "“{phrase}” ({kind}) is understood from now on."
WORD_REMOVED: Final = "“{phrase}” ({kind}) is removed."
NO_WORD: Final = "There is no {kind} “{phrase}” of your own. See: beatdesk words own"

UNKNOWN_WORD: Final = "{word:<20} {officers:>3} officers {uses:>5} times, last {last}"
UNKNOWN_HOW: Final = "Say what one means with: beatdesk words add KIND PHRASE MEANING"
NO_UNKNOWN: Final = "No word that no table knows was used by {least} officers or more since {day}."
BAD_DAY: Final = "{text} is no day. Write it like 2026-11-01."
