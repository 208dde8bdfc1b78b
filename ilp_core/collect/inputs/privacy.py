"""Residents' personal data in a text: found by patterns before anything is stored, so that its row is turned away.

No pattern finds everything, and each turns away some innocent text; a test holds both shares on a labelled list. A
row that is turned away says why, and nothing of it is kept. Words are matched in English.
"""

from __future__ import annotations

import re
from typing import Final

from ilp_core.words.en import inputs as words

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.\w|\b[\w.]{1,64}\s?(?:\(at\)|\[at\]|\bat\b|@)\s?(?:gmail|hotmail|yahoo|outlook|icloud)\b",
    re.I,
)
_PHONE: Final = re.compile(
    r"""\+\d[\d ()./-]{6,}\d                                    # +44 20 7946 0018
    | (?<![\d.])\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}\b          # (312) 555-0142
    | (?<![\d:.-])0\d{2,4}[ /-]?\d{3,4}[ -]?\d{3,4}\b           # 07700 900123
    | (?<![\w.-])\d{10,11}\b                                    # 3125550142
    | (?<![\w.-])\d{3}[-.]\d{4}\b(?![-.]?\d|\s*(?:block|blk))   # 555-0142, not a range of blocks
    """,
    re.X | re.I,
)

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b"
)
_WEEKDAY: Final = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thurs?|fri|sat|sun)s?\b"
_BIRTH: Final = re.compile(
    rf"\b(?:d\.?o\.?b\b\.?|date\ of\ birth|birth\ ?date|birthday|born)(?:\W{{1,3}}(?:is|was|on|in|the))*\W{{1,3}}"
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH}"
    rf"|{_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?\b|(?:{_MONTH}\ )?(?:19|20)\d\d\b)",
    re.I | re.X,
)

_PLATE_TOLD: Final = re.compile(
    r"\b(?:plates?|reg(?:istration)?|licen[cs]e\s(?:no|nr|number|tag)|tag\s(?:no|nr|number))\b\.?(?:\W{1,2}(?:no|nr|number|is"
    r"|was)\b\.?)*\W{1,3}(?!(?:on|in|of|at|for|from|and|the|with|are|has|to|off|over|than|by|or)\b)"
    r"(?=[a-z0-9 -]{0,7}\d)[a-z0-9]{2,4}[ -]?[a-z0-9]{2,5}\b",
    re.I,
)
_PLATE: Final = re.compile(
    # ABC 1234, but neither a month nor a carrier with its year or number.
    r"\b(?!(?:AND|APT|BLK|BUS|CAR|CTA|HWY|RTE|THE|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\b)"
    r"[A-Z]{3}[ -](?!(?:19|20)\d\d\b)\d{4}\b(?!\s*(?:block|blk))"
    r"|\b[A-Z]{2}\d{2} ?[A-Z]{3}\b"  # AB12 CDE
    r"|\b\d[A-Z]{3}\d{3}\b"  # 7ABC123
    r"|\b[A-Z]{3}-?\d{3,4}\b"  # ABC1234
)

#: In a text all in capitals only letters and digits without a space between are a plate.
_SHOUTED_PLATE: Final = re.compile(r"\b(?=\w*\d)[A-Z]{2,3}\d{2,4}[A-Z]{0,3}\b")

_STREET: Final = (
    r"(?:st(?:reet)?|ave(?:nue)?|r(?:oa)?d|blvd|boulevard|lane|ln|dr(?:ive)?|c(?:our)?t|pl(?:ace)?|way|ter(?:race)?"
    r"|close|cres(?:cent)?|gardens|grove|hill|mews|square|sq|parkway|pkwy|alley|row|walk)"
)
#: Capitals that begin no surname: days, months, and what a place or a body is called.
_NO_NAME: Final = (
    rf"(?!{_WEEKDAY}|{_MONTH}|north|south|east|west|central|police|council|city|county|housing|school|church|residents?"
    r"|tenants?|neighbou?r|community|business|beat|district|ward|block|the\b|and\b|at\b|on\b|in\b|of\b|with\b"
    rf"|\w+\s{_STREET}\b|{_STREET}\b)"
)
_SURNAME: Final = rf"(?i:{_NO_NAME})[A-Z][a-z]+(?:['-][A-Z]?[a-z]+)?\b"
_TITLE: Final = re.compile(
    r"\b(?i:mr|mrs|mister)\b\.?\s+(?i:[a-z][a-z'-]+)"
    r"|\b(?:Ms|Mx|Miss|Prof|Rev|Pastor|Imam|Rabbi|Herr|Frau|Se[ñn]ora?|Madame|Mme)\b\.?\s+[A-Z][\w'-]+"
    rf"|\b(?i:{_NO_NAME})[A-Z][a-z]+\s+(?:family|household)\b"
    # Dr after a name is a drive, elsewhere a doctor.
    r"|(?:^|[.,;:(]\s*|\b[a-z]+\s+)Dr\b\.?\s+(?!Martin\s+Luther)[A-Z][\w'-]+"
)
_KIN: Final = (
    r"(?i:neighbou?r|tenant|landlord|landlady|owner|boyfriend|girlfriend|husband|wife|son|daughter|brother|sister"
    r"|uncle|aunt|suspect|dealer|resident|caretaker|janitor|lodger|man|woman|boy|girl|lad|guy|kid|person)"
)
_TOLD_NAME: Final = re.compile(
    rf"\b{_KIN},?\s+(?:(?i:named|called|is)\s+)?{_SURNAME}"
    rf"|\b(?i:(?:his|her|their|my|whose)\s+name(?:'s|\s+is|\s+was)|named|known\s+as|goes\s+by)\s+{_SURNAME}"
)
_SAYS: Final = (
    r"(?i:said|says|lives|lived|told|reports?|reported|complain(?:s|ed)|ask(?:s|ed)|wants|phoned|rang|owns|sells"
    r"|deals|stated|was\s+seen|came|who)"
)
_BODY: Final = (
    r"(?i:\w+\s+(?:park|school|elementary|high|academy|college|hospital|church|mosque|temple|library|station|mall"
    r"|market|plaza|heights|village|estate|towers?|homes|court|house|hotel|watch|association|council|group|team"
    r"|forum|trust|centre|center|police|housing|society|club|store|stores|shop|city|hill|bridge|green|gardens|square"
    rf"|residents|business|services?|department|{_STREET})\b)"
)
_WHO_SAYS: Final = re.compile(rf"\b(?!{_BODY}){_SURNAME}\s+{_SURNAME},?\s+{_SAYS}\b")
#: Common given names of several languages [this project's choice]: with a surname behind they are a person.
_GIVEN: Final = (
    r"(?:Adam|Ahmed|Alan|Ali|Alice|Amanda|Amy|Ana|Andrew|Angela|Anna|Anthony|Barbara|Ben|Brian|Carlos|Carol|Charles"
    r"|Chris|Daniel|David|Deborah|Diana|Donna|Edward|Elena|Elizabeth|Emily|Emma|Eric|Fatima|Frank|Gary|Hannah|Helen"
    r"|Ibrahim|Ivan|Jack|James|Jane|Jason|Jennifer|Jessica|Jim|Joan|Joe|John|Jorge|Jose|Joseph|Juan|Karen|Kate|Kevin"
    r"|Laura|Linda|Lisa|Lucy|Luis|Maria|Mark|Martha|Mary|Matthew|Michael|Michelle|Miguel|Mike|Mohamm?ed|Nancy|Olga"
    r"|Omar|Patricia|Paul|Pedro|Peter|Priya|Rachel|Rebecca|Richard|Robert|Rosa|Ryan|Samantha|Samuel|Sandra|Sarah|Scott"
    r"|Sharon|Sofia|Stephen|Steve|Steven|Susan|Thomas|Tom|Wei|William|Yusuf)"
)
_GIVEN_NAME: Final = re.compile(
    rf"\b(?!{_BODY}){_GIVEN}\s+(?:[A-Z]\.\s+)?(?!{_BODY})(?!(?i:{_STREET})\b)"
    rf"{_SURNAME}(?!\s+(?:\w+\s+)?(?i:{_STREET})\b)"
    rf"|(?<!St )(?<!St\. )(?<!Saint )\b{_GIVEN}\s+(?:from\s+the|who|told|said|says|lives|is|was)\b"
)

#: What follows a number that counts, or that names a block, an hour or a day.
_NO_HOUSE: Final = (
    rf"(?!(?:hundred|block|blk|x+|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?|mph|am|pm|metres?|feet"
    rf"|people|kids|cars|way|lane|eleven|{_MONTH}|{_WEEKDAY})\b)"
)
_NO_LAMP: Final = r"(?!\s*(?:light|lamp|corner|sign|racing|closure|parking|drinking|people|block))"
#: A number of one to five digits that ends in other than two zeros: a hundred stands for its block. Numbers of
#: beats, buses and the like are no houses.
_NUMBER: Final = (
    r"(?<![\w.:/#$£-])"
    + "".join(
        rf"(?<!\b(?i:{word}) )"
        for word in (
            "beat",
            "bus",
            "route",
            "line",
            "ward",
            "area",
            "unit",
            "gate",
            "exit",
            "zone",
            "district",
            "sector",
        )
    )
    + r"\d{1,5}(?<!00)"
)
_HOUSE: Final = re.compile(
    # 1234 W 79th Street, 24 Birch Rd
    rf"{_NUMBER}[A-Za-z]?,?\s+(?i:{_NO_HOUSE})(?:[NSEW]{{1,2}}\.?\s+)?"
    rf"(?:(?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th|ST|ND|RD|TH))\s+){{1,3}}(?i:{_STREET})\b(?!')"
    # 24 birch road: one word only, or "3 cars on elm street" were one too
    rf"|{_NUMBER}[a-z]?\s+{_NO_HOUSE}(?:[nsew]{{1,2}}\s+)?(?:[a-z]{{3,}}(?<!s)|\d+(?:st|nd|rd|th))\s+{_STREET}\b{_NO_LAMP}"
    # at 24 Birch
    rf"|\b(?i:at|in|outside|of|from)\s+{_NUMBER}[A-Za-z]?\s+(?i:{_NO_HOUSE}{_NO_NAME})[A-Z][a-z]{{2,}}\b(?!\s+(?i:block|blk))"
    # flat 3, apt. 4B, house number 12
    r"|\b(?i:flat|apt\.?|apartment|house|(?:house|door)\s+(?:no\.?|number|nr\.?))\s*#?\s*\d{1,5}[A-Za-z]?\b"
    # Hauptstraße 12, Kerkstraat 5, Rue de Lille 24
    r"|\b\w{2,40}(?i:straße|strasse|straat|gasse|weg)\s+\d{1,4}[a-z]?\b"
    r"|\b(?i:rue|calle|via|avenida)\s+(?:\w+\s+){1,3}\d{1,4}\b"
)
#: A place that is only a number and a street's name, without saying which kind of street.
_HOUSE_PLACE: Final = re.compile(rf"^{_NUMBER}[a-z]?\s+{_NO_HOUSE}[a-z]", re.I)

#: In this order, so that a text with several kinds is always turned away for the same one.
_KINDS: Final = (
    (words.EMAIL, (_EMAIL,)),
    (words.PHONE, (_PHONE,)),
    (words.BIRTH, (_BIRTH,)),
    (words.PLATE, (_PLATE_TOLD, _PLATE)),
    (words.NAME, (_TITLE, _TOLD_NAME, _WHO_SAYS, _GIVEN_NAME)),
    (words.HOUSE, (_HOUSE,)),
)
#: None of these is there without a digit.
_WITH_DIGITS: Final = frozenset({words.PHONE, words.BIRTH, words.PLATE, words.HOUSE})


def personal(text: str, *, numbered: bool = False) -> str | None:
    """Why ``text`` cannot be kept: the kind of personal data that it holds and what to write instead; else None.

    ``numbered`` says that a number such as CAP-1021 may stand in it, which would else be a plate. A text all in
    capitals is read in small letters, where only titles and what says itself tell a name.
    """
    if text.isupper():
        plate = None if numbered else _SHOUTED_PLATE.search(text) or _PLATE_TOLD.search(text)
        return words.PLATE if plate else personal(text.lower(), numbered=numbered)
    has_digit = any(map(str.isdigit, text))
    for reason, patterns in _KINDS:
        if reason in _WITH_DIGITS and (not has_digit or (numbered and reason == words.PLATE)):
            continue
        if any(pattern.search(text) for pattern in patterns):
            return reason
    return None


def exact(place: str) -> str | None:
    """Why ``place`` cannot be kept: personal data, or an address where a block is wanted; else None."""
    return words.HOUSE if _HOUSE_PLACE.match(place) else personal(place, numbered=True)


#: What stands where personal data stood.
MASK: Final = "[…]"


def masked(text: str) -> str:
    """``text`` as it may be shown in a chat: every piece of personal data that is found is masked (G12)."""
    plain = text.lower() if text.isupper() else text
    for _, patterns in _KINDS:
        for pattern in patterns:
            plain = pattern.sub(MASK, plain)
    return plain
