"""Sentences of the command line."""

from __future__ import annotations

from typing import Final

NO_BADGE: Final = "There is no badge {badge}. Add it: beatdesk officer add {badge} --role officer --area beat:CODE."
BADGE_DISABLED: Final = "Badge {badge} is disabled."
BAD_COMPARE: Final = "{text} is no comparison: use previous_year or previous_period."
BAD_AT: Final = "--at {text} is not a moment with an offset. Write it like 2016-07-15T21:30:00-05:00."
BAD_ZONE: Final = "there is no time zone {zone}; write it like America/Chicago"
BAD_KEY: Final = "it must be 32 random bytes in urlsafe base64; make one with: beatdesk doctor --new-key"
BAD_LEVEL: Final = "there is no log level {level}; use DEBUG, INFO, WARNING or ERROR"
BAD_SETTING: Final = "The setting {name} cannot be used: {reason}."
BAD_AREA: Final = "{text} is not an area. Write it like beat:0835 or district:008."
BAD_BADGE: Final = "{badge} is not a badge. A badge is 1 to 20 letters, digits, dots or dashes."
BAD_ROLE: Final = "There is no role {role}. The roles are: {roles}."
BAD_SHIFT: Final = "There is no shift {shift}. The shifts are: {shifts}."
BAD_HOURS: Final = "{text} are not hours. Write them like 07:00-15:00."
BAD_DAYS: Final = "{text} names no weekday. Write them like mon,tue,fri."
NO_LANGUAGE: Final = "there is no language {language}; the languages are {languages}"
BAD_LANGUAGE: Final = "There is no language {language}. The languages are: {languages}."
LANGUAGE_ROW: Final = "{code:<6} {name:<14} {translated} of {sentences} sentences"
OFFICER_LANGUAGE: Final = "Badge {badge} is answered in {language}."
OFFICER_AGENCY_LANGUAGE: Final = "Badge {badge} is answered in the agency's language."
NO_UNIT: Final = "There is no unit {unit}. Add it: beatdesk unit add {unit} --area district:CODE --tz ZONE."
NO_CODE: Final = "No receipt could be made for this answer. Ask again in other words."
NO_QUESTION: Final = 'Nothing was asked. Write beatdesk ask "whats hot" --as BADGE, or --batch FILE.'
NO_ASKER: Final = "Say who asks: --as BADGE."
BAD_FILE_NAME: Final = "The file name {name} holds signs that are no text. Rename the file."
NO_FILE: Final = "There is no file {path}."

BATCH_NOT_JSON: Final = "This line is not a JSON object."
BATCH_MISSING: Final = "This line has no {key}."

MIGRATED: Final = "Database ready: {database}, revision {revision}."
OFFICER_ADDED: Final = "Badge {badge} added: {role}{area}{shift}."
OFFICER_CHANGED: Final = "Badge {badge} changed: {role}{area}{shift}."
OFFICER_AREA_UNKNOWN: Final = "Note: {area} is not known yet. Import areas or incidents that name it."
AREAS_LIKE: Final = "Like it: {areas}."
OFFICER_DISABLED: Final = "Badge {badge} disabled, from now."
OFFICER_WAS_DISABLED: Final = "Badge {badge} was disabled already."
OFFICER_ENABLED: Final = "Badge {badge} may ask again."
INVITE: Final = "Invitation for badge {badge}, one use, until {until}:\n  /start {code}"
INVITE_LINK: Final = "  or open {link}"
UNIT_ADDED: Final = "Unit {unit} added: {area}, {zone}."
SHIFT_SET: Final = "Shift {shift} of {unit} set: {hours}."
AUDIT_WHOLE: Final = "The chain holds: {rows} rows. Head {head}."
AUDIT_BROKEN: Final = "The chain is broken at row {row}: {why}. Rows before it hold: {rows}."
BOT_UNSET: Final = "No bot token. Put BEATDESK_TELEGRAM_TOKEN into .env, or try beatdesk demo, which needs none."
BOT_UNKNOWN: Final = "Telegram does not know this token. Copy it from BotFather into BEATDESK_TELEGRAM_TOKEN."
NO_TELEGRAM: Final = "Telegram at {api} cannot be reached: {why}. Check the network and BEATDESK_TELEGRAM_API."
BAD_WEBHOOK: Final = "needs an https address, such as https://desk.example.org/telegram"
BAD_RING: Final = "is 1 to 256 letters, digits, hyphens and underscores"
OPEN_RING: Final = "BEATDESK_WEBHOOK_URL needs BEATDESK_WEBHOOK_SECRET too: without it anybody could send updates"
BAD_FORMAT: Final = "“{form}” is no log format. Use text or json"
LISTEN_TAKEN: Final = (
    "BEATDESK_LISTEN {listen} cannot be used ({why}). Name another HOST:PORT, or port 0 for a free one."
)
RUNNING: Final = "beatdesk runs as @{name}; health and metrics at {address}. Ctrl-C stops it."
DEMO_UP: Final = "beatdesk demo: {notice}\nOpen {address}\nCtrl-C stops it."
DEMO_TOWN: Final = "Making the town {name}, three years of it. This is done once."
DEMO_EXTENDS: Final = "Adding the days since the last start."
BAD_FOLDER: Final = "The folder {folder} cannot be made: {why}. Name another: beatdesk demo --data FOLDER."
PORT_TAKEN: Final = "Port {port} is taken. Stop what uses it, or choose another: beatdesk demo --port 0."
STOPPED: Final = "Stopped."
STOPPED_EARLY: Final = "Stopped before anything was done."
STOPPED_NOTHING: Final = "Stopped. Nothing of {file} was stored."
STOPPED_STORED: Final = "Stopped, but {file} was stored as a whole before that."
STOPPED_LOADED: Final = (
    "Stopped, but {file} was stored as a whole before that: load {loads}. See its report: beatdesk data show {load}"
)
DOCTOR_ASIDE: Final = "{count} messages of officers failed and were set aside. Run: beatdesk inbox list"
DOCTOR_HELD: Final = "{count} messages may or may not have arrived and are held"
DOCTOR_BLOCKED: Final = "these badges have blocked the bot or are gone from Telegram: {badges}"
DOCTOR_KEYS_BESIDE: Final = (
    "the keys of sealed words stand in the same database. Leave them out of backups: "
    "pg_dump --exclude-schema=beatdesk_keys"
)
INBOX_EMPTY: Final = "No update is set aside."
INBOX_ROW: Final = "{reference}  {kind}  came in {time}  failed with {why}{erased}"
INBOX_ERASED: Final = "; its words are erased"
INBOX_RETRIED: Final = "{reference} is tried again now."
INBOX_NOT: Final = "{reference} cannot be tried again: it is not set aside, or its words are erased."
BAD_REFERENCE: Final = "“{text}” is no reference. It looks like U12; see beatdesk inbox list."

DOCTOR_OK: Final = "ok    {what}"
DOCTOR_MEND: Final = "MEND  {what}"
DOCTOR_NOTE: Final = "note  {what}"
BAD_CONTACT: Final = "it is longer than {most} signs or holds line breaks"
DOCTOR_CODE: Final = (
    "{code} counts as an emergency, but nobody has confirmed that it does here. Set it with: beatdesk config import"
)
DOCTOR_CODE_OK: Final = "{count} ten-codes, {emergency} of them for emergencies"
DOCTOR_DISPATCH: Final = (
    "{number} cannot be tapped in a chat. Set BEATDESK_DISPATCH_NUMBER to a full number, such as +1 312 555 0100"
)
