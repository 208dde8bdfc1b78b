"""Texts that say who people are and nothing that they do: such a concern is not kept (guard-rail G25).

A protected trait or a lawful protest may stand in a concern beside conduct or a condition; alone it may not. The
words are a short English list [this project's choice]: a text with a trait needs a word of conduct or condition.
"""

from __future__ import annotations

import re
from typing import Final

#: What black and white often are instead of people.
_THING: Final = (
    r"(?!\s+(?:bags?|bins?|bmw|audi|ford|honda|cars?|coat|dogs?|hood|hoodies?|ice|jacket|line|market|paint|pickup|powder"
    r"|smoke|suv|trucks?|vans?)\b)"
)
#: Protected traits: race, origin, religion, sex, sexuality, age, disability.
_TRAIT: Final = re.compile(
    rf"\b(?:blacks?\b{_THING}|whites?\b{_THING}|(?:light|dark)\W?skinned|colou?red\s+people"
    r"|asian|african|arab|hispanic|latin[oax]|mexican|polish\b|poles\b|romanian|somali|syrian|turks?\b|turkish|chinese"
    r"|indian|pakistani|bangladeshi|nigerian|albanian|(?:eastern\s+)?european|foreign|immigrant|migrant|refugee|asylum"
    r"|illegals|ethnic|jew|muslim|islam|christian|hindu|sikh|mosque|synagogue|headscar|hijab|burqa|religio|roma\b|romany"
    r"|gyps|travell?ers?\b|gays?\b|lesbian|homosexual|trans(?:gender|sexual|vestite)?s?\b|queer|drag\s+queen|disabled"
    r"|wheelchair|mentally\s+ill|autistic|pregnant|elderly|teen(?:s|agers?)\b|youths?\b|youngsters|(?:old|young)\s+people"
    r"|kids\b|wom[ae]n\b|m[ae]n\b|girls?\b|boys?\b|lads\b)",
    re.I,
)
_PROTEST: Final = re.compile(
    r"\b(?:protest|demonstrat|demo\b|picket|marchers|rall(?:y|ies)\b|activist|strikers|union\s+members)", re.I
)
_AT_PROTEST: Final = re.compile(r"\b(?:crowd|block|clos(?:ed|ure)|safe|traffic|stuck|access)", re.I)

_LIGHT: Final = (
    r"lighting|lamps?\b|lights?\s+(?:is|are|have\s+been)?\s*(?:out|off|broken|dead|dim|not\s+working)"
    r"|(?:no|broken|more|better|poor|dead)\s+(?:street\W?)?lights?\b"
)
#: Beginnings of words for conduct, danger or the condition of a place.
_CONDUCT: Final = re.compile(
    rf"\b(?:{_LIGHT}"
    r"|abus|afraid|aggress|argu|arson|assault|attack|bang(?:s|ing)\b|bark(?:s|ing)\b|beat(?:en|ing)\b|begg|block(?:s|ed|ing)\s+(?!of\b|w|e|n|s)"
    r"|break(?:s|ing)?\b|broke|bully|burgl|burn|cat\W?call|chas(?:e|ing)|climb|crash|cross(?:ing|walk)|cutting|damag|danger"
    r"|dark(?!\W?skin)|deal(?:s|ing|ers?)\b|dirt|disturb|drink|drunk|drugs?\b(?!\s?stores?)|dump|expos|fall(?:s|ing)?\b|fear|fight"
    r"|fires?\b(?!\s+(?:station|house|hydrant))|firework|flash(?:es|ing)|fly\W?tip|follow|fraud|garbage|glass\b|graffiti|grab|gr[oa]ping"
    r"|guns?\b|gunfire|gunshot|harass|hate|hits?\b|hitting|hurt|injur|insult|intimidat|kick|knife|knives|litter|loud|mess\b|messy|mugg"
    r"|music|needles?\b|nois|obstruct|overdos|parked|parking(?!\s+(?:lot|garage|deck))|party\b|parties|pee(?:s|ing)\b|pick\W?pocket"
    r"|pothole|prostitut|punch|push|rac(?:e|es|ing)\b|racist|racism|rats?\b|rob(?:s|bed|bing|bery|beries)\b|rubbish|safety|scam|scar(?:ed|y)"
    r"|scream|screech|sell(?:s|ing)\b|sold\b|shoot|shots?\b|shout|slash|smash|smell|smok|snatch|speed|spit|spray|stab|steal|stole"
    r"|stones\b|swear|swing|taunt|theft|thie[fv]|threat|throw|threw|trash|trespass|unsafe|urinat|vandal|vap(?:e|ing)\b|vomit|weapon"
    r"|yell)",
    re.I,
)


def says_only_who(text: str) -> bool:
    """True where ``text`` names a protected trait or a protest, and with it taken out no conduct remains.

    A crowd, a blocked street or a safety need at a protest is a matter of its own.
    """
    trait, protest = _TRAIT.search(text), _PROTEST.search(text)
    if not trait and not protest:
        return False
    return not _CONDUCT.search(text) and not (protest and not trait and _AT_PROTEST.search(text))
