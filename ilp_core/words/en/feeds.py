"""Sentences about feeds: what a run brought, why one failed, and what to do."""

from __future__ import annotations

from typing import Final

# What a run brought.
NOTHING_NEW: Final = "Nothing new."
BROUGHT: Final = "{loaded:,} new, {updated:,} changed, {known:,} known before, {rejected:,} rejected, from {files}."
ONE_FILE: Final = "1 file"
FILES: Final = "{count:,} files"
REFUSED: Final = "{name} was not loaded: {why}"
STILL_REFUSED: Final = "Not loaded and unchanged since: {names}."
LEFT: Final = "Left alone: {names}. This feed takes {patterns}."
WAITING: Final = "Still being written: {names}."
MORE: Final = "{names} and {count} more"
BUSY: Final = "The feed {name} is being fetched already. Look again in a minute: beatdesk feed list."
FAULT: Final = "The program failed at this feed ({kind}). Run beatdesk feed run {name} and report what it says."
MACHINE: Final = "This machine could not keep what came ({why}). Make room on its disk; it is tried again by itself."
LATE: Final = (
    "The run took longer than {minutes} minutes and was stopped. What was loaded stays; the rest comes next."
)
TAKEN: Final = "Another process took this feed over. Nothing is lost: it goes on from what was loaded."

# What can go wrong at a portal.
NOT_FOUND_HOST: Final = "No address is known for {host}. Check the spelling and this machine's name service."
UNREACHABLE: Final = "{host} cannot be reached ({why}). It is tried again by itself."
SLOW: Final = "{host} did not answer in time. It is tried again by itself."
CUT: Final = "{host} broke off before the end ({why}). It is tried again by itself."
PRIVATE: Final = (
    "{host} is an address of this machine or its own network, and is not fetched. "
    "If that is meant, add the feed with --allow-private."
)
NO_WEB: Final = "{address} cannot be fetched. A feed's address begins with https:// or http://."
AWAY: Final = "{host} redirects to another place ({where}). Remove the feed and add it with the new address."
ROUND: Final = "{host} redirects in a circle. Check the address in a browser."
BUSY_PORTAL: Final = "{host} asks to wait (status {status}). It is asked again when the wait is over."
BROKEN_PORTAL: Final = "{host} has a fault of its own (status {status}). It is tried again by itself."
REFUSED_PORTAL: Final = "{host} refused the request (status {status}). Check the address and the token."
GONE: Final = "{host} has nothing at this address (status {status}). Check the address in a browser."
ODD_STATUS: Final = "{host} answered with status {status} instead of a file. It is tried again by itself."
NOT_CODED: Final = "{host} sent its answer packed as {coding}, which was not asked for. It is tried again by itself."
PAGE: Final = "{host} sent a web page instead of data. Check the address; it is tried again by itself."
TOO_LARGE: Final = "What {host} sends is larger than {limit} MB unpacked. Ask for less, or raise --limit-mb."
UNSET_VARIABLE: Final = "The environment variable {name} with the portal's token is not set. Set it for this program."

# Socrata.
BAD_SOCRATA: Final = "{address} names no Socrata data set. Its number looks like ijzp-q8t2 and stands in the address."
OWN_CLAUSE: Final = "The address may not hold {clause}: the feed sets it itself. Leave it out."
NO_SINCE: Final = "The data set has no column {column}. Name one that tells when a row changed: --since-column."
BAD_SINCE: Final = "The column {column} holds '{value}', which is no date and time. Name another: --since-column."
HEADER_CHANGED: Final = (
    "The columns changed from one page to the next: the data set is being rebuilt. It is tried again."
)
PART_ONLY: Final = "--replace-period needs whole files, and this feed brings only what changed. Leave it out."
NOT_PAGED: Final = "{host} does not page its answer as Socrata does. Add the address as a feed of kind file."
NOT_CSV: Final = "What {host} sent cannot be read as CSV. It is tried again by itself."
RESTLESS: Final = "The data set changed again and again while it was read. It is tried again by itself."

# police.uk.
BAD_POLICE: Final = (
    "{address} is no police.uk address. Give .../api/crimes-street/all-crime?poly=... or ?lat=...&lng=..., "
    "or the address of an archive that ends in .zip or .csv."
)
OWN_DATE: Final = "The address may not name a date: the feed asks for each month itself. Leave it out."
LONG_AREA: Final = "The address has {length:,} signs and police.uk takes {most:,}. Draw the area with fewer points."
TOO_MANY: Final = (
    "police.uk gave no answer for {month} (status 503), as it does for an area with more than 10,000 crimes a month. "
    "Make the area smaller: remove the feed and add several."
)
NOT_POLICE: Final = "What {host} sent is not what police.uk's API sends. It is tried again by itself."
SAME_FORCE: Final = (
    "The feed {other} loads police.uk crimes under the same force, and each would replace the other's. "
    "Give this one another --force."
)

# Folders.
NO_FOLDER: Final = "There is no folder {folder}. Make it, or remove the feed."
CLOSED_FOLDER: Final = "The folder {folder} cannot be read ({why}). Check its permissions."
CLOSED_FILE: Final = "it cannot be read ({why})"

# A file of no known format: nobody is there to agree to a mapping.
UNMAPPED: Final = (
    "The columns of {file} fit no format the desk knows. Agree to a mapping once (beatdesk import incidents {path}): "
    "it is used again. Or give the feed one with --map."
)
ANY_FILE: Final = "FILE"

# The command line.
BAD_NAME: Final = "{name} is no name for a feed. It is 1 to 40 letters, digits, dots and dashes."
BAD_KIND: Final = "There is no feed of kind {kind}. The kinds are: {kinds}."
BAD_EVERY: Final = "{text} is no schedule. Write it like 15m, 1h or 1d, from 1m to 31d."
BAD_ENV: Final = "{name} is no name of an environment variable. Give the name, never the token itself."
BAD_LIMIT: Final = "--limit-mb is 1 to 10000."
BAD_PATTERN: Final = "{pattern} is no file name pattern. Write it like *.csv, without a folder."
OWN_LOGIN: Final = "The address holds a user name or password. They are not stored: leave them out."
NO_MAP: Final = "There is no mapping file {path}."
NAME_TAKEN: Final = "There is a feed {name} already. Choose another name, or remove it: beatdesk feed remove {name}."
NO_FEED: Final = "There is no feed {name}. See: beatdesk feed list."
NO_FEEDS: Final = "There are no feeds. Add one: beatdesk feed add KIND ADDRESS --name NAME."
ADDED: Final = "Feed {name} added: {kind}, every {every}. It is first fetched when the bot runs, or now: {command}."
PAUSED: Final = "Feed {name} is paused."
RESUMED: Final = "Feed {name} is fetched again from now on."
REMOVED: Final = "Feed {name} removed. What it brought stays."
ROW: Final = "{name}  {kind}  every {every}  {state}"
STATE_PAUSED: Final = "paused"
STATE_NEXT: Final = "next {time}"
STATE_FAILING: Final = "failures in a row {count}, next {time}"
STATE_LAST: Final = "  {time}: {result}"
RAN: Final = "{name}: {result}"

# The doctor.
DOCTOR_FAILING: Final = "feed {name} failed, times in a row: {count}. {result}"
DOCTOR_OVERDUE: Final = "feed {name} was due at {time} and was not fetched. Start beatdesk run, or beatdesk feed run"
DOCTOR_REFUSED: Final = "feed {name} could not load {names}. Mend the files, or take them out of the folder"
DOCTOR_LEFT: Final = "feed {name} leaves {names} alone: it takes {patterns}"
DOCTOR_WELL: Final = "feeds that are fetched as planned: {count}"
