"""Words about places: how streets are shortened, what premises are called, what is somebody's home, and the sentences
of ``beatdesk places`` and ``beatdesk import landmarks``."""

from __future__ import annotations

from typing import Final

#: Kinds of street: the short form and the other spellings of it. United States: the common suffixes and their
#: abbreviations; LAPD's two letters (AV, BL); the usual British ones.
STREET_TYPES: Final[dict[str, str]] = {
    "st": "street str strt", "ave": "avenue av aven avn", "blvd": "boulevard bl blv boul", "dr": "drive drv",
    "pl": "place plc", "ct": "court crt", "rd": "road", "ln": "lane", "pkwy": "parkway pky pkway",
    "hwy": "highway hiway hway", "ter": "terrace terr", "way": "wy", "sq": "square", "cl": "close",
    "cres": "crescent", "cir": "circle circ", "plz": "plaza", "expy": "expressway expwy xway", "fwy": "freeway",
    "trl": "trail", "aly": "alley", "gdns": "gardens gdn", "mews": "", "walk": "wlk", "row": "",
}  # fmt: skip

#: Points of the compass: the short form and its spellings.
COMPASS: Final[dict[str, str]] = {
    "n": "north nth no", "s": "south sth so", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
    "se": "southeast", "sw": "southwest",
}  # fmt: skip

#: Carriageways, which are no part of a street's name: northbound to outbound.
BOUND: Final = frozenset({"nb", "sb", "eb", "wb", "ib", "ob"})

#: Before or after a person's name on a street sign; nobody types them.
TITLES: Final = frozenset({"dr", "jr", "sr", "rev", "the"})

#: Roads that a number belongs to (highway 6, rte 9), so that the number is no house's.
NUMBERED_ROADS: Final = frozenset({
    "hwy", "highway", "route", "rte", "rt", "us", "sh", "cr", "fm", "sr", "interstate", "i", "loop", "beltway",
    "expy", "expressway", "fwy", "freeway", "tollway", "exit", "terminal", "gate", "pier", "lot", "dock",
})  # fmt: skip

#: Other words that are written short.
SHORT_WORDS: Final[dict[str, str]] = {
    "mt": "mount", "ft": "fort", "centre": "center", "ctr": "center", "hts": "heights", "pk": "park", "sch": "school",
    "hosp": "hospital", "stn": "station", "sta": "station", "mkt": "market", "lk": "lake", "bway": "broadway",
}  # fmt: skip

ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

#: What stands before a place and is no part of its name.
LEAD: Final = frozenset({
    "near", "nr", "by", "at", "@", "around", "in", "on", "the", "a", "of", "to", "from", "over", "off", "int",
    "intersection", "corner", "cross", "x",
})  # fmt: skip
CROSS_STREET: Final = ("x st of", "cross st of", "x of", "corner of", "intersection of", "int of", "cross of")
#: Between two streets: plainly, and by words that can be something else.
AND: Final = frozenset({"&", "and", "@", "at", "/", "+"})
AND_PERHAPS: Final = frozenset({"n", "x", "by", "near", "nr", "off", "on"})
#: Between a premise and its street.
ON: Final = frozenset({"on", "at", "@", "by", "near", "nr", "off", "in", "&", "/"})
BLOCK_WORDS: Final = frozenset({"blk", "block", "blck", "blok", "bk", "blks"})

#: What a premise is called in a message, and the words by which records call it. The second half are brands: they say
#: which kind of premise is meant, not which one, so they count as a weak match.
PREMISE_WORDS: Final[dict[str, str]] = {
    "gas": "gas station", "petrol": "gas station", "petrol station": "gas station", "servo": "gas station",
    "supermarket": "grocery food store", "grocery": "grocery food store", "pharmacy": "drug store",
    "chemist": "drug store", "pub": "bar or tavern", "bar": "bar or tavern", "liquor store": "tavern liquor store",
    "hotel": "hotel motel", "motel": "hotel motel", "church": "church synagogue place of worship",
    "corner store": "convenience store", "bodega": "convenience store", "car park": "parking lot",
    "hospital": "hospital building grounds", "atm": "atm automatic teller machine",
}  # fmt: skip
BRANDS: Final[dict[str, str]] = {
    **dict.fromkeys(("shell", "bp", "mobil", "exxon", "texaco", "chevron", "citgo", "esso", "arco"), "gas station"),
    **dict.fromkeys(("7 11", "7 eleven", "711", "seven eleven", "circle k", "wawa"), "convenience store"),
    **dict.fromkeys(("walmart", "target", "macys", "kohls", "sears"), "department store"),
    **dict.fromkeys(("walgreens", "cvs", "rite aid", "boots"), "drug store"),
    **dict.fromkeys(("tesco", "aldi", "asda", "safeway", "kroger", "lidl"), "grocery food store"),
    **dict.fromkeys(("mcdonalds", "mcds", "burger king", "kfc", "subway", "popeyes"), "restaurant"),
}

#: Any of these words makes a premise somebody's home or shelter, which no list of places may hold (G12, G47).
HOME_WORDS: Final = frozenset({
    "house", "houses", "home", "homes", "residence", "residences", "residential", "residency", "resid", "apartment",
    "apartments", "apt", "apts", "flat", "flats", "dwelling", "dwellings", "condo", "condominium", "condominiums",
    "duplex", "townhouse", "townhome", "housing", "dormitory", "dorm", "tenement", "trailer", "hallway", "porch",
    "yard", "driveway", "stairwell", "vestibule", "basement", "gangway", "elevator", "laundry", "carport", "bedroom",
    "garage", "shelter", "shelters", "encampment", "rental", "balcony", "patio", "shed", "rise", "refuge", "hospice",
    "halfway", "foster", "nursing", "lodging", "rooming", "sober",
})  # fmt: skip
#: Phrases with such a word that are no home.
NO_HOMES: Final = (
    "non resid", "non residential", "parking lot garage", "parking garage", "garage parking", "house of worship",
    "movie house", "movie house theater", "court house", "coffee house", "public house", "opera house", "steak house",
    "pancake house", "fire house", "school yard", "bus shelter", "bus garage", "cta garage", "home improvement store",
    "home depot", "railroad yard", "rail yard", "service garage", "funeral home", "animal shelter",
)  # fmt: skip
#: Words of records that name no place one can go to: a way, something that moves, nothing at all.
NO_PREMISE: Final = frozenset({
    "street", "sidewalk", "alley", "road", "roadway", "highway", "expressway", "freeway", "driveway", "vehicle",
    "vehicles", "taxicab", "taxi", "truck", "aircraft", "boat", "watercraft", "train", "bus", "other", "others",
    "unknown", "unspecified", "none", "na", "lot", "gangway", "abandoned", "vacant", "construction", "open",
    "cyberspace",
})  # fmt: skip
#: Words that make a place of what the list above would refuse: a bus stop, a parking lot.
BUT_A_PREMISE: Final = frozenset(
    {"station", "stop", "depot", "platform", "dealership", "parking", "terminal", "wash"}
)

#: What data.police.uk puts where it names no street: kinds of premises (its own list of snap points).
SNAP_KINDS: Final = frozenset({
    "supermarket", "parking area", "shopping area", "petrol station", "sports/recreation area", "pedestrian subway",
    "nightclub", "park/open space", "bus/coach station", "hospital", "prison", "further/higher educational building",
    "police station", "theatre/concert hall", "airport/airfield", "race track", "conference/exhibition centre",
    "ferry terminal", "motorway service area", "theme/adventure park", "station", "cinema", "shopping centre",
    "retail park", "university", "school",
})  # fmt: skip
#: What stands where a record names no place.
NO_PLACE: Final = frozenset({"no location", "unknown", "none", "n/a", "na", "not recorded", "unspecified"})

#: A name that ends in one of these is a person's home, unless one of the words below stands before it.
PERSONAL_ENDINGS: Final = frozenset({
    "house", "home", "residence", "flat", "apartment", "apt", "crib", "pad", "dwelling", "household", "digs",
})  # fmt: skip
PUBLIC_HOUSES: Final = frozenset({
    "ct", "white", "opera", "public", "coffee", "waffle", "pancake", "fire", "station", "school", "town", "customs",
    "custom", "guest", "light", "play", "steak", "ale", "tea", "field", "club", "community", "nursing", "funeral",
    "care", "childrens", "veterans", "boat", "movie", "meeting", "power", "pump", "toll", "free", "mansion",
    "settlement", "old", "retirement", "rest",
})  # fmt: skip

#: Initials that stay in capitals in a premise's name.
INITIALS: Final = frozenset({"ATM", "CTA", "CHA", "RV", "ATS", "BP", "VA", "MTA", "DART"})

KIND_NAMES: Final = {
    "block": "block", "street": "street", "crossing": "intersection", "premise": "premises", "area": "area",
    "landmark": "landmark",
}  # fmt: skip
AREA_LABEL: Final = {
    "beat": "Beat {code}", "district": "District {code}", "neighbourhood": "{code}", "force": "{code}",
}  # fmt: skip
BLOCK_LABEL: Final = "{number} blk {street}"
PREMISE_LABEL: Final = "{premise}, {block}"

NO_GAZETTEER: Final = "No places are known yet. Load incidents, areas or landmarks: beatdesk import incidents FILE."
NO_MATCH: Final = "No place here is called that. Try a street, a block, two streets that cross, or an area."
MATCH: Final = "{score:>3}  {label}  ({kind}{where})"
IN_AREA: Final = ", {area}"
BAD_LIMIT: Final = "--limit {limit} cannot be used. Choose 1 to {most}."
LONG_PLACE: Final = "A place has at most {most} letters. Write less."
NO_PLACE_ASKED: Final = "No place was named. Write beatdesk places 63rd and western."

LANDMARKS_NOT_CSV: Final = (
    "{file} is not a CSV of landmarks. Its first line names the columns: name,lat,lon,aliases,radius_m."
)
LANDMARKS_NO_COLUMN: Final = (
    "{file} has no column {missing}. Landmarks need name, lat and lon; aliases and radius_m if wanted."
)
LANDMARKS_TOO_BIG: Final = "{file} is larger than {most} MB. Split it."
LANDMARKS_TOO_MANY: Final = "{file} has more than {most} rows. Split it."
LANDMARKS_EMPTY: Final = "{file} holds no landmarks. Write one a line: name,lat,lon,aliases,radius_m."
LANDMARKS_REJECTED: Final = (
    "{rejected} of {rows} rows of {file} were rejected ({reasons}). Nothing was stored. Check the file."
)
LANDMARKS_DONE: Final = "{file}: {rows} rows of landmarks"
LANDMARKS_COUNTS: Final = "  added {added} · changed {changed} · same {same}"
LANDMARKS_REASON: Final = "  rejected {count}: {reason} ({lines})"
