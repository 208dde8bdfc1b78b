"""Sentences of the dialogue: enrolment, help, privacy, safety lines, refusals, and what could not be read."""

from __future__ import annotations

from typing import Final

STRANGER: Final = "This is a police intelligence desk for enrolled officers. Ask your supervisor for an invitation."
PRIVATE_ONLY: Final = "The desk answers in private chats only."

BANNER_VERSION: Final = 1
BANNER: Final = (
    "Before you start\n"
    "This desk is for police work only. What you ask is logged and may be reviewed and disclosed. "
    "Never send names, plates or case details here: use references. "
    "It is not monitored: in an emergency use your radio. "
    "An answer is advice about places, never a reason to stop anyone."
)
BANNER_ACCEPT: Final = "I have read this and agree"
WELCOME: Final = "Badge {badge} is enrolled in this chat.\nAsk “whats hot”, or use /help."
WELCOME_BACK: Final = "Badge {badge} is enrolled here. Ask “whats hot”, or use /help."
INVITE_USED: Final = "That invitation was already used. Ask your supervisor for a new one."
INVITE_EXPIRED: Final = "That invitation has expired. Ask your supervisor for a new one."
INVITE_MADE: Final = "Invitation for badge {badge}, one use, until {until}:\n{link}\nApproved by you and logged."
INVITE_ADMIN: Final = "Only an admin invites badge {badge}: its role stands above or beside yours."
INVITE_NOT: Final = "Badge {badge} is not on file or is disabled. An admin adds it first."
INVITE_HOW: Final = "Which badge? Send its number within 10 minutes, or “cancel”."
DRAFT_EXPIRED: Final = {
    "invite": "Your /invite waited 10 minutes and was dropped. Start again with /invite.",
    "spot": "Your spot waited 10 minutes and was dropped. Say it again, such as “my spot is 5th & Main”.",
    "answer": "Your unsent answer waited 12 hours and was dropped. Start again with /disagreements.",
}
DISABLED: Final = "Badge {badge} is disabled. Ask your supervisor."

HELP: Final = (
    "Ask in your own words:\n"
    "whats hot tonight · robberies dist 8 · hot spots last 7 days\n"
    "why · why 3K9Q7T · map · more\n"
    "Or share your location for places near you.\n"
    "/hotspots /why /map /privacy\n"
    "Not monitored. Emergency: radio."
)
PRIVACY: Final = (
    "What we watch: reported crime, by place and time. Never persons: no scores, no look-ups.\n"
    "Kept on you: badge, role, beat, shift, chat; what kind of question you asked, when, its receipt; "
    "places told and “knew it” taps for 90 days; views and spots you gave. Not the words you typed: slang"
    " of three officers is listed without names; where you disagree they go sealed, unnamed, to who "
    "answers.\n"
    "A shared location serves one answer; the 150 m cell and beat remain.\n"
    "Who sees it: no supervisor sees questions by name; no command shows the log by name.\n"
    "Telegram keeps a copy that may not be erased."
)
UNKNOWN: Final = "I did not get that. Try “whats hot” or “robberies last 7 days”."
TOO_LONG: Final = "That is too long to read safely. Ask one thing in a few words, such as “whats hot”."
NOTHING_TO_READ: Final = "I read text and locations. Ask in words, such as “whats hot”."
SMALLTALK: Final = "Any time."
CANCELLED: Final = "OK, dropped."
NEAR_ME_ASK: Final = (
    "Share your location and I list the places round you. Used once; only the 150 m cell and beat remain."
)
NEAR_ME_BUTTON: Final = "Share my location"
NO_PLACE_HERE: Final = "No records within {radius} m of you. You may be outside the area this desk covers."
NO_AREA: Final = "Which area? You have no beat of your own on file. Say it, such as “whats hot beat 0835”."
UNKNOWN_AREA: Final = "There is no {area} here. Did you mean {options}?"
UNKNOWN_AREA_NONE: Final = "There is no {area} here. Check the number."
WHICH_ONE: Final = "Which do you mean: {options}?"
UNKNOWN_PLACE: Final = "I do not know that place. Name a corner or a block, or share your location."
WHICH_SPOT: Final = "Which spot? Say its number on the open list, or a corner or a block."
NOT_DONE_YET: Final = "Nothing is changed yet: that needs a yes, and this desk cannot take it here."
STALE_BUTTON: Final = "That button is too old to use. Ask again, such as “whats hot”."
FAILED: Final = "That did not work, and it was logged as {reference}. Try again, or tell your desk."
ASKED_AT: Final = "You asked at {time}."
ASKED_TOO_LATE: Final = "You asked at {time}, too long ago to answer now. Ask again if you still need it."
ASKED_TOO_LATE_BUTTON: Final = "You asked at {time}, too long ago to answer now. Do you still need it?"
ASK_NOW: Final = "Ask now"

EMERGENCY: Final = "NOT MONITORED: USE RADIO / {number}"
EMERGENCY_DETAIL: Final = "Nobody reads this chat live. Nothing you typed here has been sent to dispatch."
THREAT_TO_LIFE: Final = "THREAT TO LIFE: phone {officer} now. Not monitored."
THREAT_DETAIL: Final = "Then use your source handler's route. What you typed about the source was not kept."
DUTY_OFFICER: Final = "the duty officer"
NOT_HEARD: Final = "I cannot listen to recordings, and nobody has heard this one. If it was not urgent, ask in words."
WELFARE: Final = (
    "You matter. Talk to someone now: {lines}, any hour. {peer} In danger now: {number}. "
    "This is not scored and your supervisors do not see it."
)
#: 988lifeline.org and copline.org; samaritans.org and oscarkilo.org.uk/crisis-line.
CRISIS_LINES: Final[dict[str, str]] = {
    "us": "call or text 988, or call 1-800-COPLINE (267-5463)",
    "uk": "call Samaritans on 116 123, or the Mental Health Crisis Line for policing on 0300 131 2789",
}
PEER_SUPPORT: Final = "Your peer support is there too."
PEER_SUPPORT_AT: Final = "Peer support: {contact}."

REFUSED: Final[dict[str, str]] = {
    "person_prediction": (
        "No: the desk never rates or predicts persons. A guess about a person is no ground to act, so it works with "
        "places only. For the facts of a case use your records system."
    ),
    "person_lookup": (
        "No: the desk does not look up persons, homes or colleagues. That needs a reason and a log of its own. "
        "Use your records system; for a colleague ask dispatch."
    ),
    "plate_check": (
        "No: the desk does not run plates. That needs a reason and a log of its own. Use your terminal or dispatch."
    ),
    "protected_trait": (
        "No: a trait alone is no information, and it was not kept. Who somebody is, is no conduct. "
        "Rewrite it with what they did, and keep the time and place."
    ),
    "protected_activity": (
        "No: lawful protest, belief and membership are rights, and are not recorded. Say what was done, where and "
        "when. For traffic or safety at an event say what is needed, without names."
    ),
    "source_identity": (
        "No: who a source is, is never stored or shown. People speak up because of that. Ask the source unit."
    ),
    "covert_source": (
        "Stop: nothing from a source belongs in this chat, and it was not kept. It could give somebody away. "
        "Use your source handler's route now."
    ),
    "misuse": (
        "No: the desk is for police work only, never for people you know. If somebody is at risk, report it as "
        "anybody would. For work ask about a place, such as “whats hot”."
    ),
    "override": (
        "No: the rules are the same for everyone, and no message changes them. "
        "Ask about a place, such as “whats hot”."
    ),
    "not_permitted": "No: your role may not do that. {who} may.",
}
NOBODY: Final = "nobody"
#: Between the last two of several.
OR: Final = "{several} or {last}"
ROLE_NAMES: Final[dict[str, str]] = {
    "officer": "an officer",
    "supervisor": "a supervisor",
    "analyst": "an analyst",
    "command": "command",
    "admin": "an admin",
    "partner": "a partner",
}

LANGUAGE_ASK: Final = "In which language shall the desk answer?"
LANGUAGE_SET: Final = "The desk answers in English now."
LANGUAGE_NONE: Final = "There is no language {language} here. Choose one of these."

BUTTON_MAP: Final = "Map"
BUTTON_WHY: Final = "Why"
BUTTON_MORE: Final = "More"
BUTTON_NEAR_ME: Final = "Near me"
BUTTON_AGAIN: Final = "Ask again"

#: What Telegram shows in its menu.
COMMANDS: Final[dict[str, str]] = {
    "hotspots": "Where to be now",
    "why": "How an answer was made",
    "map": "The last list as a picture",
    "help": "What you can ask",
    "privacy": "What is kept and who sees it",
    "language": "The language of answers",
}
DESCRIPTION: Final = "An intelligence desk for enrolled officers. Not monitored: in an emergency use your radio."
