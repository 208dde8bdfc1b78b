"""What a back-test says: how well forecasts would have done, against plain counts, and what limits the score."""

from __future__ import annotations

from typing import Final

# What cannot be scored, with what to do.
NEVER: Final = "never"
TOO_FEW_WEEKS: Final = (
    "From {first} to {last} are fewer than {least} whole weeks. Give a longer span with --from and --to."
)
NO_PAST: Final = (
    "Before {first} there are not {days} days of located records that may rank a place; they begin {since} and end "
    "{until}. Give a later --from, or import older records."
)
NO_WEEKS: Final = (
    "From {first} to {last} fewer than {least} whole weeks are on file; the records begin {since} and end {until}. "
    "Give --from and --to within them."
)
MONTHS_ONLY: Final = (
    "Of {share} of these records only the month is known: there are no weeks or shifts to score. Import records with "
    "days."
)
NONE_ENOUGH: Final = (
    "No offence has {enough} located events. Name one with --offence to score it all the same; its intervals will be "
    "wide."
)
TOO_FEW_EVENTS: Final = (
    "{offence} has {count} located events in the scored weeks; below {least} a score says nothing. Give a longer "
    "span or a wider offence, such as --offence property."
)

# What a call got wrong.
BAD_DATE: Final = "{option} {text} is not a day. Write it like 2016-01-31."
BAD_SPAN: Final = "--from {first} is not before --to {last}."
BAD_OFFENCE: Final = "There is no offence {text}.{like} The offences that may rank a place are: {known}."
BAD_METHOD: Final = "There is no method {text}.{like} The methods are: {known}."
LIKE: Final = " Did you mean {likes}?"
BAD_HORIZON: Final = "There is no horizon {text}. It is week or shift."
BAD_CELL: Final = "--cell {value} cannot be used. Cells are {least} to {most} metres wide."
BAD_LAG: Final = "--lag {value} cannot be used. It is 0 to {most} days."
BAD_WORKERS: Final = "--workers {value} cannot be used. It is at least 1."
BAD_CHART: Final = "--chart writes SVG: give a file name that ends in .svg."
BAD_CLUSTER: Final = "{address} is no address of a Dask scheduler. Write it like tcp://10.0.0.5:8786."
NO_CLUSTER: Final = "No Dask scheduler answers at {address}. Start one with: dask scheduler"
CLUSTER_NEEDS: Final = "--cluster needs the package distributed. Install it with: pip install 'beatdesk[cluster]'"
NO_DATA: Final = "No incidents are loaded. Run: beatdesk import incidents FILE"
NOT_WRITTEN: Final = "{file} cannot be written: {why}."
NO_FOLDER: Final = "its folder is not there"
WRITTEN: Final = "Written: {file}."
PROGRESS: Final = "{done:,} of {all:,} forecasts"
BAR: Final = "back-test"

# The table. Its columns fit 80 signs.
TITLE: Final = "Back-test: {horizon}, {weeks} weeks from {first} to {last}"
HORIZON: Final = {"week": "one week ahead", "shift": "the next week's shifts"}
AREA: Final = "Study area: {cells} cells of {size} m, {by}. Data version {version}."
BY_OUTLINE: Final = "the city's outline"
BY_RECORDS: Final = "those with a record before the first week"
BY_RINGS: Final = "those within {rings} cells of one with a record before the first week"
EVENTS: Final = "{offence}: {n} events in the scored weeks, {events} on file"
HEAD: Final = ("method", "PAI at", "of the area", "at 1 %, 95 %", "against the", "exp./")
UNDER: Final = ("", "interval", "best count", "obs.")
TIMED_HEAD: Final = "places and times together, PAI at"
LOG_HEAD: Final = ("log score", "against the")
LOG_UNDER: Final = ("per event", "best count's")
REPORTING: Final = {
    "recorded": "Reporting times are on file: each forecast saw only what was known by its first day.",
    "not recorded; scores optimistic": (
        "Reporting times are not recorded; scores optimistic: each forecast saw all that had occurred, reported or "
        "not. State the usual lag with --lag DAYS."
    ),
    "not recorded; stated lag applied": (
        "Reporting times are not recorded: records count as known {lag:g} days after they occurred, as stated."
    ),
}
FEW: Final = "{offence}: fewer than {enough} events on file, so the intervals are wide."
OUTSIDE: Final = "{count} events of the scored weeks lie off the study area; no method could have caught them."
SKIPPED: Final = "{count} weeks were left out: nothing is on file for part of them."
EXPLAIN: Final = (
    "PAI: share of the events over share of the area. Against the best count: ratio of PAI to that of the best plain "
    "count at 1 %, with its 95 % interval (weeks drawn again in blocks of four). exp./obs.: forecast over occurred."
)

# The choice.
CHOSEN: Final = "Chosen for {offence}: {method}."
WHY: Final = {
    "shown": "{compared} catches {gain} against the best plain count at 1 % of the area ({low} to {high}).",
    "on_average": (
        "{compared} is better than the best count on average over the shares ({mean}) and shown to be worse at none; "
        "at 1 % {gain} ({low} to {high})."
    ),
    "not_earned": (
        "No learned method earned the place; {compared} came closest: {gain} against the best plain count at "
        "1 % of the area ({low} to {high})."
    ),
    "no_learned": "No learned method was run; it is the best plain count at 1 % of the area.",
}

# The chart and the page.
PAGE_TITLE: Final = "How well would it have forecast?"
CURVE_TITLE: Final = "{offence}: share of events caught, by share of the area"
PAI_TITLE: Final = "{offence}: PAI with 95 % interval"
CURVE_X: Final = "share of the study area"
CHANCE: Final = "chance"
CHART_SAYS: Final = "{offence}: at 1 % of the area {best} catches {share} of the events, {naive} {naive_share}."
CALIBRATION: Final = "Calibration: what was expected and what occurred"
CALIBRATION_SAYS: Final = (
    "All cells and weeks in order of what was expected, cut into ten parts with equal expected totals, the highest "
    "first. Observed over expected below 1: too sure of itself there."
)
PARTS: Final = "observed over expected, by tenth of what was expected"
COVERED: Final = "90 % interval holds"
HIT: Final = "caught at 1 %"
PEI: Final = "PEI at 1 %"
RRI: Final = "RRI at 1 %"
CURVE: Final = "area under the curve"
HARM: Final = "harm caught at 1 %"
RIVAL: Final = "against the best rival"
EXCLUDED: Final = "Left out: {list}."
EXCLUDED_ONE: Final = "{count} {reason}"
REASONS: Final = {
    "unmapped": "with a code that the offence map does not know",
    "domestic": "domestic",
    "domestic_unknown": "violent, not said whether domestic",
    "police_started": "begun by the police",
    "shop_theft": "shop theft",
    "not_ranked": "of offences that rank no place",
    "not_located": "without a position",
    "sink": "at places where records are only taken",
    "hour_unknown": "without a real hour",
    "month_only": "of which only the month is known",
}
