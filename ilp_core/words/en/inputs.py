"""Sentences about concerns, surveys and partner reports as they come in, and why a row was not taken."""

from __future__ import annotations

from typing import Final

# Why a row was rejected, and what to write instead. {column} is the column's name.
NOTHING: Final = "no {column}"
ODD: Final = "{column} not understood"
LONG: Final = "{column} is too long: write {longest} signs at most"
CHOICE: Final = "{column} is none of: {choices}"
FUTURE: Final = "date in the future"
BACKWARDS: Final = "ends before it starts"
NOWHERE: Final = "no area and no place"
WORDLESS: Final = "no text, and the category alone does not say what was done"
CLASHING: Final = "the same id with different content: keep one row"
FEW: Final = "n is under 5: report groups of 5 or more"
OFF_SCALE: Final = "mean outside the scale"
NO_SCALE: Final = "scale_max is not above scale_min"
NO_MARGIN: Final = "neither margin nor sd"

EMAIL: Final = "an e-mail address: leave it out"
PHONE: Final = "a phone number: leave it out"
BIRTH: Final = "a birth date: leave it out"
PLATE: Final = "a plate: leave it out, say the kind of vehicle"
NAME: Final = "likely a name: say resident, shop or meeting instead"
HOUSE: Final = "a house number: write the block, such as 1200 block Elm St"
WHO_ONLY: Final = "says who, not what they do: write the conduct, time and place"

# Why a whole file was refused.
AMBIGUOUS_DATES: Final = (
    "The dates of {file} can be read with the day or with the month first. Write them like 2016-07-15."
)
TEMPLATE_ROW: Final = (
    "{file} still holds the example row of the template. Take out the row that starts with EXAMPLE-1 and write your "
    "own rows."
)
THIS_FILE: Final = "This file"
MISSING: Final = "{file} is no file of {title}: it has no {columns}. See: beatdesk import template {title}"
COLUMN: Final = "column {names}"
COLUMNS: Final = "columns {names}"
IDENTITY: Final = (
    "{file} has a column '{column}': it looks like one row per respondent. Give one row per wave, area and item, "
    "with n, mean and margin, and no answers of single persons. See: beatdesk import template surveys"
)
NEITHER: Final = (
    "{file} has neither a column 'margin' nor a column 'sd'. Add one. See: beatdesk import template surveys"
)
TOO_MANY_ROWS: Final = "{file} holds more than {most:,} rows. Import it in parts."
NO_ROWS: Final = "{file} has column names but no rows. Export it again."
SPOILED: Final = (
    "{rejected:,} of {rows:,} rows of {file} were rejected ({reasons}). Nothing was stored. Mend the rows, or see: "
    "beatdesk import template {title}"
)

# What a report adds.
UNUSED: Final = "Columns not used: {names}."
UNKNOWN_AREAS: Final = (
    "Areas not known: {names}. Import areas or incidents that name them; a code of several kinds needs its kind, as "
    "in beat:8."
)
FOR_PARTNERS: Final = "Concerns about lights or rubbish: {count:,}. They go to partners and carry no patrol weight."
RECODED: Final = "Means are taken as recoded: a higher mean is a better one."
STOPS_ONLY: Final = "Stops serve fairness checks only: no ranking, map or answer about places ever reads them."
AND_MORE: Final = "and {count} more"

# Templates.
NO_TEMPLATE: Final = "There is no template {name}. The templates are: {names}."
FILE_THERE: Final = "{path} is there already. Name another file."
NO_FOLDER: Final = "{path} cannot be written ({why}). Name another file."
WRITTEN: Final = "{path} written: column names and one example row. Replace the example row, then: {command}"
