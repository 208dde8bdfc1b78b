"""Sentences of disagreement: what the data says, who answers by when, nominated spots and how they were scored."""

from __future__ import annotations

from typing import Final

#: What stands first, by what the officer holds against the data. Two sentences follow: the figure, and who answers.
HEARD: Final[dict[str, str]] = {
    "not hot": "You work it; the desk only knows what is reported.",
    "hotter elsewhere": "You work it; the desk only knows what is reported.",
    "why change": "Fair question, and your way counts.",
    "other": "Heard.",
}
FIGURES: Final = "{where}: {recent} in 28 days, {year} in 364 days to {end}, as reported by the public."
FIGURES_YEAR: Final = "{where}: {year} in 364 days to {end}, as reported by the public. The last 28 are not on file."
INCIDENTS: Final = "{count} incidents"
INCIDENT: Final = "1 incident"
NO_FIGURE: Final = "Nothing of {where} is on file, so nothing stands against what you say."
NO_FIGURE_AT_ALL: Final = "No figure of your own area is on file to set beside it."
SOURCE: Final = "{source} Newest record {age}."
NOTED: Final = "Noted as {ref}. {owner} answers by {day}."
NOTED_BEFORE: Final = "Still {ref}, with these words added. {owner} answers by {day}."
NOTED_OVERDUE: Final = "Still {ref}, with these words added. {owner} is overdue since {day}."
NOT_NOTED: Final = "Nothing was noted: a look at a past moment, or a dry run, keeps nothing."
OWNERS: Final[dict[str, str]] = {
    "supervisor": "The supervisor of {area} (badge {badge})",
    "analyst": "The analyst (badge {badge})",
    "command": "Command (badge {badge})",
    "admin": "The admin (badge {badge})",
}
OWNER_ROLES: Final[dict[str, str]] = {
    "supervisor": "A supervisor",
    "analyst": "An analyst",
    "command": "Command",
    "admin": "An admin",
}
OWNER_BADGE: Final = "Badge {badge}"
#: A place of the agency without a name of its own.
YOUR_AREA: Final = "your area"
STREET_IN: Final = "{street} in {area}"

BUTTON_MY_SPOT: Final = "My spot"
BUTTON_WITHDRAW: Final = "Withdraw"
BUTTON_ANSWER: Final = "Answer"
BUTTON_NEXT: Final = "Next"
BUTTON_SEND: Final = "Send it"

SPOT_ASK: Final = (
    "Where is it hot? Send a corner or a block, such as “5th & Main”, or share your location. Or “cancel”."
)
SPOT_WHICH: Final = (
    "I need a corner or a block, not a whole street or area. Try “5th & Main”, or share your location."
)
SPOT_KEPT: Final = "Kept as {ref}: {place}, {what}. On {day} it is scored the way the desk's own spots are."
SPOT_BEFORE: Final = "{ref} is that spot already: {place}. It is scored on {day}."
SPOT_OUTSIDE: Final = "No records near there. You may be outside the area this desk covers."
SPOT_ANY: Final = "any offence"
SPOT_HOURS: Final = "{what}, {hours}"
WITHDRAWN: Final = "{ref} is withdrawn and its words are erased."
SPOT_WITHDRAWN: Final = "{ref} is withdrawn."
NOT_OPEN: Final = "{ref} is not open any more."

QUEUE_NONE: Final = "No view waits for your answer."
CARD: Final = "{ref} · {where} · {stance}"
CARD_DUE: Final = "Due {day}. {left} more after this one."
CARD_OVERDUE: Final = "OVERDUE since {day}. {left} more after this one."
CARD_WORDS: Final = "“{words}”"
CARD_ERASED: Final = "Its words are erased."
CARD_UNNAMED: Final = "Sent by an officer whose badge is not shown."
ANSWER_ASK: Final = "Your answer to {ref}, in a few words? It goes to the officer. Or “cancel”."
ANSWER_LONG: Final = "That is too long: 400 signs at most."
ANSWER_READY: Final = "This goes to the officer of {ref}:\n“{words}”\nSend other words to change it."
ANSWER_SENT: Final = "{ref} is answered. The officer is told in their chat."
OWNER_NEW: Final = "{ref} waits for your answer by {day}: an officer sees {where} otherwise."
OWNER_OVERDUE: Final = "{ref} on {where} is overdue: an answer was due {day}."
OFFICER_ANSWERED: Final = "{ref}, {where}. {owner} answers:\n“{words}”"

#: What the command line says.
LIST_NONE: Final = "No disagreement is open."
LIST_ROW: Final = "{ref:<7} {state:<8} due {due}  owner {owner:<10} {stance:<17} {where}"
STATE_OPEN: Final = "open"
STATE_OVERDUE: Final = "OVERDUE"
BAD_REF: Final = "{text} is no reference. See: beatdesk local-knowledge list"
NOT_THERE: Final = "There is no open {ref}. See: beatdesk local-knowledge list"
NOT_OWNER: Final = "{ref} is not for badge {badge} to answer: its owner is {owner}."
NO_WORDS: Final = "Give the answer in 1 to 400 signs."
PERSONAL: Final = "The answer goes through a chat and holds {why}."
ANSWERED: Final = "{ref} is answered; the running desk tells the officer."
ASSIGNED: Final = "{ref} is {owner}'s to answer."
ERASED: Final = "The words of {ref} are erased."
BAD_OWNER: Final = "{text} is neither a badge in force nor one of these roles: {roles}."
BAD_DAYS: Final = "An answer is due after 1 to 90 days."
SETTINGS: Final = "Views are answered by {owner} within {days} days."
OWNER_BY_DUTY: Final = "the supervisor of the officer's district, else an analyst, else an admin"
SCORED: Final = "{scored} scored now, {waiting} wait for their 28 days or for data."
SCORE_LINE: Final = (
    "{team}: officers hit {hits} of {n}{rate}; the desk's own spots {engine_hits} of {engine_n}{engine_rate}."
)
SCORE_RATE: Final = " ({share:.0f} %, {low:.0f} to {high:.0f} %)"
SCORE_FEW: Final = "Fewer than 5 nominations, or of one officer alone: {teams}. No figure is shown."
SCORE_ALL: Final = "All together"
SCORE_NONE: Final = "No group has 5 scored nominations of several officers yet, so no figure is shown."
SCORE_AGENCY: Final = "no district"
DOCTOR_OVERDUE: Final = "{refs} overdue: officers wait for an answer. See: beatdesk local-knowledge list"
DOCTOR_OPEN: Final = "{count} disagreements wait for an answer, none overdue"

#: How a stance is called on a card and in a list.
STANCES: Final[dict[str, str]] = {
    "not hot": "not hot",
    "hotter elsewhere": "hotter elsewhere",
    "why change": "why change",
    "other": "disagrees",
}
