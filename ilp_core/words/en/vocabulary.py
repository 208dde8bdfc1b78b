"""What officers type: words for offences, shifts, areas and intents. An agency adds its own to these tables."""

from __future__ import annotations

from typing import Final

from ilp_core.domain.offences import FAMILIES
from ilp_core.domain.questions import Intent

#: Words and phrases for offences, longest first when matched. Sources: NIBRS and UK names, doctrine 3.9 shorthand.
OFFENCES: Final[dict[str, tuple[str, ...]]] = {
    **{family: slugs for family, slugs in FAMILIES.items() if family != "theft"},
    "homicide": ("homicide",), "homicides": ("homicide",), "murder": ("homicide",), "murders": ("homicide",),
    "assault": ("assault",), "assaults": ("assault",), "battery": ("assault",), "batteries": ("assault",),
    "fights": ("assault",), "stabbings": ("assault",), "adw": ("assault",),
    "violent crime": FAMILIES["violence"],
    "robbery": ("robbery",), "robberies": ("robbery",), "rob": ("robbery",), "robs": ("robbery",),
    "mugging": ("robbery",), "muggings": ("robbery",), "stickups": ("robbery",), "holdups": ("robbery",),
    "burglary": ("burglary",), "burglaries": ("burglary",), "burg": ("burglary",), "burgs": ("burglary",),
    "b&e": ("burglary",), "b&es": ("burglary",), "break ins": ("burglary",), "breakins": ("burglary",),
    "vehicle theft": ("vehicle_theft",), "vehicle thefts": ("vehicle_theft",), "car theft": ("vehicle_theft",),
    "car thefts": ("vehicle_theft",), "auto theft": ("vehicle_theft",), "auto thefts": ("vehicle_theft",),
    "stolen cars": ("vehicle_theft",), "gta": ("vehicle_theft",), "mvt": ("vehicle_theft",),
    "theft from vehicle": ("theft_from_vehicle",), "thefts from vehicles": ("theft_from_vehicle",),
    "car breaks": ("theft_from_vehicle",), "car break ins": ("theft_from_vehicle",),
    "theft from auto": ("theft_from_vehicle",), "bmv": ("theft_from_vehicle",),
    "smash and grabs": ("theft_from_vehicle",),
    "parts": ("vehicle_parts",), "catalytic converters": ("vehicle_parts",), "cats": ("vehicle_parts",),
    "shoplifting": ("shoplifting",), "shoplifters": ("shoplifting",), "retail theft": ("shoplifting",),
    "pickpockets": ("theft_from_person",), "pickpocketing": ("theft_from_person",),
    "bike theft": ("bicycle_theft",), "bike thefts": ("bicycle_theft",), "stolen bikes": ("bicycle_theft",),
    "theft": FAMILIES["theft"], "thefts": FAMILIES["theft"], "larceny": FAMILIES["theft"],
    "arson": ("arson",), "arsons": ("arson",),
    "criminal damage": ("criminal_damage",), "damage": ("criminal_damage",),
    "vandalism": ("criminal_damage",), "graffiti": ("criminal_damage",),
    "shots fired": ("shots_fired",), "shots": ("shots_fired",),
    "weapons": ("weapons",), "guns": ("weapons",),
    "drugs": ("drugs",), "drug": ("drugs",), "dope": ("drugs",), "narcotics": ("drugs",),
    "prostitution": ("prostitution",), "antisocial": ("antisocial",), "asb": ("antisocial",),
    "trespass": ("trespass",), "public order": ("public_order",), "disorderly": ("public_order",),
    "fraud": ("fraud",), "scams": ("fraud",), "sexual": ("sexual",), "sex offences": ("sexual",), "rape": ("sexual",),
    "rapes": ("sexual",),
}  # fmt: skip

#: Words before an area's code.
AREAS: Final[dict[str, str]] = {
    "beat": "beat", "bt": "beat", "bts": "beat", "district": "district", "dist": "district", "dst": "district",
    "precinct": "district", "pct": "district",
}  # fmt: skip

#: Whole messages or openings, per intent; the first whose words are all found (typos allowed) decides.
PHRASES: Final[dict[Intent, tuple[str, ...]]] = {
    "privacy": (
        "/privacy", "privacy", "who sees what i type", "who sees this", "are you tracking me", "r u tracking me",
        "what do you store", "what is stored",
    ),
    "help": ("/help", "help", "what can you do", "what can i ask", "how does this work", "commands"),
    "map": ("/map", "map", "show map", "show me on a map", "on the map", "show on map"),
    "more": ("more", "next", "whats next", "show more", "anything else", "any more"),
    "cancel": ("cancel", "nvm", "never mind", "nevermind", "forget it", "stop"),
    "smalltalk": ("thx", "thanks", "ty", "thank you", "cheers", "ok", "k", "hi", "hello", "hey", "10-4"),
    "why": (
        "/why", "why", "explain", "how come", "how sure r u", "how sure are you", "is that arrests or actual calls",
        "how old is this", "how old is the data",
    ),
    "hotspots": (
        "/hotspots", "hotspots", "hotspot", "hot spots", "hot spot", "whats hot", "what is hot", "hot",
        "where to be", "where should i be", "where shud i be", "where should i sit", "where shud i sit",
        "where should i go", "where do i go", "where to go", "where to patrol", "where r the", "where are the",
        "spots", "places",
    ),
}  # fmt: skip

NEAR_ME: Final = ("near me", "around me", "nr me", "close to me", "by me", "round me", "here")
BY_COUNT: Final = ("by count", "by number", "most incidents")
BY_HARM: Final = ("by harm", "by severity", "most harm")

#: Words that carry nothing the desk needs; all others that stay unread are named in the reply.
FILLER: Final = frozenset({
    "-", "one", "place", "list",
    "a", "an", "the", "in", "on", "at", "of", "for", "to", "me", "my", "is", "are", "r", "u", "you", "what",
    "whats", "wat", "wats", "where", "wheres", "show", "give", "get", "any", "and", "n", "or", "it",
    "its", "there", "this", "that", "pls", "please", "just", "about", "now", "with", "do", "does", "i", "be",
    "we", "us", "should", "shud", "can", "got", "getting", "top", "near", "nr", "by", "from", "going",
    "happening", "up", "right", "shift", "beat", "bt", "district", "dist", "area", "tell", "see", "look",
    "looking", "4", "2", "only", "was", "were", "been", "have", "has", "locs", "locations", "hey", "hi", "ok",
})  # fmt: skip
