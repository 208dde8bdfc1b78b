"""What the words of the desk and of the trade mean, each with where that comes from."""

from __future__ import annotations

from typing import Final

_SHORTHAND: Final = "common police shorthand; your agency may use it otherwise"
_HERE: Final = "this desk"
_ASKING: Final = "this desk, docs/asking.md"
_IACA: Final = "International Association of Crime Analysts, crime pattern definitions"
_GRADING: Final = "UK intelligence report, 3x5x2"

#: Term: what it means, and the source.
TERMS: Final[dict[str, tuple[str, str]]] = {
    # Places and patterns
    "hot spot": (
        "A small place where more harm or more crime is reported than elsewhere. The desk ranks places by what was "
        "reported, never persons, and a hot spot is no ground for a stop.",
        _ASKING,
    ),
    "micro-time hot spot": (
        "A few crimes of one type, close together, within 14 days, and more than the place's own year lets expect. "
        "Answer it within days: visits of 10 to 20 minutes for 14 days, and watch it until 21 days pass without one.",
        "Santos and Santos; CrimeSolutions; the test is this desk's, docs/analysis/micro_time.md",
    ),
    "chronic hot spot": (
        "A place that is hot all year and not only now: cells of 200 m, each count pulled to the area's mean "
        "so that one "
        "bad night makes no hot spot.",
        _ASKING,
    ),
    "cluster": (
        "The desk's word for an open micro-time hot spot: more of one type in 14 days than is usual there.",
        _HERE,
    ),
    "rise": (
        "More of an offence in a district in seven days than its past and the season let expect.",
        "Farrington and others 1996; docs/analysis/emerging.md",
    ),
    "near repeat": (
        "After a crime the places close by have a raised risk for days or weeks. The desk says by how many "
        "times, how "
        "far and until when, and says so where a city shows none.",
        "Townsley and others 2003; docs/analysis/near_repeat.md",
    ),
    "series": ("Alike crimes that may be by the same offenders. The desk shows alike records, never who.", _IACA),
    "spree": ("Crimes of a series so close in time that hardly a break lies between.", _IACA),
    "hot place": ("One place with repeated crime.", _IACA),
    "hot setting": ("The same kind of place hit again and again, such as filling stations.", _IACA),
    "hot product": ("The same kind of thing taken again and again, such as catalytic converters.", _IACA),
    "hot prey": (
        "The same kind of victim hit again and again. The desk does not look for it: it would be about persons.",
        _IACA,
    ),
    # Numbers
    "harm": (
        "What an offence weighs: the days of prison that sentencing guidelines start from. Harm ranks places "
        "by expected "
        "count times that weight.",
        "Cambridge Crime Harm Index 2026, England and Wales",
    ),
    "usual": (
        "What the same place had in like windows of its own past; eight of ten lie in the range given.",
        _ASKING,
    ),
    "no clear change": (
        "The two counts lie so near that chance alone explains the difference: the 95 % interval of their "
        "ratio holds 1.",
        "Przyborowski and Wilenski 1940",
    ),
    "interval": (
        "The range that holds the true value in 19 of 20 cases. Wide means that few records stand behind it.",
        "Garwood 1936; Clopper and Pearson 1934",
    ),
    "could be": (
        "The record's own time window overlaps the time asked for but is not wholly inside it: it may have happened "
        "before or after.",
        _ASKING,
    ),
    "aoristic": (
        "A crime that happened at some time between two moments is spread evenly over them.",
        "Ratcliffe and McCullagh 1998; Ratcliffe 2000",
    ),
    "hit rate": ("The share of crimes that fell into the places a forecast chose.", "docs/analysis/backtest.md"),
    "pai": (
        "Predictive accuracy index: the share of crimes caught by the chosen places over the share of the "
        "area they take. "
        "1 is no better than chance.",
        "Chainey, Tompson and Uhlig 2008",
    ),
    "pei": (
        "Predictive efficiency index: the PAI reached over the best that places of that size could have reached.",
        "Hunt 2016; docs/analysis/backtest.md",
    ),
    "receipt": (
        "The six signs under an answer. Send why and the receipt to have every number made again from the same data.",
        _ASKING,
    ),
    "data age": ("How long ago the newest record on file occurred. Over a day the first line warns.", _ASKING),
    "left out": ("Records that do not speak in an answer, each under the first reason that holds.", _ASKING),
    # Patrol and method
    "dosage": (
        "How much patrol a place really got: visits and minutes. Without it nobody can tell whether a hot "
        "spot patrol "
        "worked.",
        "Koper 1995; de Brito and Ariel 2017",
    ),
    "koper": (
        "Stay 10 to 15 minutes at a hot spot, then leave, in changing order: shorter has less effect, longer "
        "adds little.",
        "Koper 1995",
    ),
    "wdd": (
        "Weighted displacement difference: the change in the treated area less that in a control area, plus "
        "the same for "
        "the streets round both.",
        "Wheeler and Ratcliffe 2018; docs/analysis/effect.md",
    ),
    "displacement": ("Crime that moves round the corner instead of ending.", "docs/analysis/effect.md"),
    "sara": ("Scanning, analysis, response, assessment: the steps of solving a problem.", "Eck and Spelman 1987"),
    "nim": (
        "National Intelligence Model: tasking and coordination at three levels with four products (strategic "
        "and tactical "
        "assessment, problem profile, target profile). Target profiles do not go through this chat.",
        "UK National Intelligence Model",
    ),
    "thrive": ("Threat, harm, risk, investigation, vulnerability, engagement.", "UK policing"),
    "ndm": (
        "National decision model: code of ethics, information, assessment, powers and policy, options, action "
        "and review.",
        "College of Policing",
    ),
    "iimarch": (
        "Information, intent, method, administration, risk assessment, communications, human rights: the order of a "
        "briefing.",
        "UK policing",
    ),
    "compstat": (
        "Regular meetings on specific objectives: accurate timely intelligence, effective tactics, rapid deployment, "
        "relentless follow-up.",
        "New York Police Department, 1994",
    ),
    "sar": (
        "Suspicious activity report: a behaviour of the listed kinds that is reasonably indicative of crime "
        "linked to "
        "terrorism. Both parts are needed.",
        "Nationwide SAR Initiative",
    ),
    "28 cfr 23": (
        "US rule for shared criminal intelligence: reasonable suspicion, need and right to know, a record of "
        "who got it, "
        "at most five years without review.",
        "28 CFR Part 23",
    ),
    # Shorthand
    "bolo": ("Be on the lookout.", _SHORTHAND),
    "atl": ("Attempt to locate.", _SHORTHAND),
    "goa": ("Gone on arrival.", _SHORTHAND),
    "utl": ("Unable to locate.", _SHORTHAND),
    "rp": ("Reporting party: who called it in.", _SHORTHAND),
    "cp": ("Complaining party: who called it in.", _SHORTHAND),
    "veh": ("Vehicle.", _SHORTHAND),
    "obs": ("Observed.", _SHORTHAND),
    "poss": ("Possible, or possession.", _SHORTHAND),
    "pi": ("Personal injury.", _SHORTHAND),
    "mva": ("Motor vehicle accident.", _SHORTHAND),
    "m/c": ("Motorcycle.", _SHORTHAND),
    "b&e": ("Breaking and entering: a burglary.", _SHORTHAND),
    "gta": ("Grand theft auto: the theft of a vehicle.", _SHORTHAND),
    "adw": ("Assault with a deadly weapon.", _SHORTHAND),
    "ccw": ("Carrying a concealed weapon.", _SHORTHAND),
    "gsw": ("Gunshot wound.", _SHORTHAND),
    "doa": ("Dead on arrival.", _SHORTHAND),
    "doc": ("Drunk or disorderly conduct in some agencies, department of corrections in others.", _SHORTHAND),
    "fi": ("Field interview.", _SHORTHAND),
    "ts": ("Traffic stop.", _SHORTHAND),
    "ac": ("Area check.", _SHORTHAND),
    "blk": ("Block: the hundred of a street.", _SHORTHAND),
    "eta": ("Estimated time of arrival.", _SHORTHAND),
    "mo": ("Modus operandi: how it was done.", _SHORTHAND),
    "nb": ("Northbound; so SB, EB and WB.", _SHORTHAND),
    "x-st": ("Cross street.", _SHORTHAND),
    "misper": ("Missing person.", "UK police shorthand"),
    "winq": ("Warrant inquiry.", "UK police shorthand"),
    "u/k": ("Unknown.", "UK police shorthand"),
    "nok": ("Next of kin.", "UK police shorthand"),
    "vrm": ("Vehicle registration mark: the plate.", "UK police shorthand"),
    "asb": ("Antisocial behaviour.", "UK police shorthand"),
    # Schemes
    "3x5x2": (
        "How a UK intelligence report is graded: source 1 to 3, information A to E, handling P or C, such as "
        "1BP. Grades "
        "are categories and never percentages.",
        _GRADING,
    ),
    "5x5x5": (
        "The older UK grading: source A to E, information 1 to 5, handling 1 to 5. Keep the grade it came with.",
        "5x5x5, as HM Revenue and Customs gives it",
    ),
    "admiralty": ("Source A to F and information 1 to 6, such as B2.", "Admiralty code"),
    "nibrs": (
        "The FBI's national incident-based reporting: offence codes such as 220 for burglary. The desk maps "
        "them to its "
        "own kinds.",
        "FBI, National Incident-Based Reporting System",
    ),
}

#: Other spellings of a term.
ALIASES: Final[dict[str, str]] = {
    "hotspot": "hot spot", "hot spots": "hot spot", "hotspots": "hot spot", "micro time": "micro-time hot spot",
    "micro-time": "micro-time hot spot", "microtime": "micro-time hot spot", "micro hotspot": "micro-time hot spot",
    "micro hot spot": "micro-time hot spot", "micro-time hotspot": "micro-time hot spot",
    "chronic": "chronic hot spot",
    "chronic hotspot": "chronic hot spot", "near repeats": "near repeat", "repeat": "near repeat",
    "harm rank": "harm",
    "harm index": "harm", "cchi": "harm", "crime harm index": "harm", "by harm": "harm", "baseline": "usual",
    "confidence interval": "interval", "predictive accuracy index": "pai", "predictive efficiency index": "pei",
    "receipts": "receipt", "dose": "dosage", "koper curve": "koper", "koper principle": "koper", "bol": "bolo",
    "ul": "utl", "national intelligence model": "nim", "national decision model": "ndm", "excluded": "left out",
    "modus operandi": "mo", "3 5 2": "3x5x2", "352": "3x5x2", "555": "5x5x5", "admiralty code": "admiralty",
    "sb": "nb", "eb": "nb", "wb": "nb", "be": "b&e", "b and e": "b&e", "28cfr23": "28 cfr 23", "stale": "data age",
    "hot places": "hot place", "pattern": "series", "emerging": "rise", "mc": "m/c", "uk": "u/k",
}  # fmt: skip

#: NIBRS offence codes: what each is.
NIBRS: Final[dict[str, str]] = {
    "09a": "murder", "09b": "negligent manslaughter", "100": "kidnapping", "11a": "rape", "11d": "fondling",
    "120": "robbery", "13a": "aggravated assault", "13b": "simple assault", "13c": "intimidation", "200": "arson",
    "210": "extortion", "220": "burglary", "23a": "pocket-picking", "23b": "purse-snatching", "23c": "shoplifting",
    "23d": "theft from a building", "23e": "theft from a coin machine", "23f": "theft from a motor vehicle",
    "23g": "theft of motor vehicle parts", "23h": "other larceny", "240": "motor vehicle theft",
    "250": "counterfeiting",
    "26a": "false pretences", "26b": "credit card or ATM fraud", "26c": "impersonation", "26e": "wire fraud",
    "26f": "identity theft", "26g": "hacking", "270": "embezzlement", "280": "stolen property", "290": "vandalism",
    "35a": "drug offence", "35b": "drug equipment", "520": "weapon law offence", "90c": "disorderly conduct",
    "90d": "driving under the influence", "90e": "drunkenness", "90j": "trespass",
}  # fmt: skip

SOURCES_3: Final[dict[str, str]] = {"1": "source reliable", "2": "source untested", "3": "source not reliable"}
INFORMATION_5: Final[dict[str, str]] = {
    "a": "known directly to the source",
    "b": "known indirectly to the source but corroborated",
    "c": "known indirectly to the source",
    "d": "not known how the source knows it",
    "e": "suspected to be false",
}
HANDLING_2: Final[dict[str, str]] = {
    "p": "lawful sharing permitted",
    "c": "lawful sharing permitted with conditions: needs one A and one S code",
}
CONDITIONS: Final[dict[str, str]] = {
    "a1": "may be combined or corroborated, no direct action: ask the originator before acting on it",
    "a2": "covert action allowed; protect source and technique",
    "a3": "overt action allowed as the owner says",
    "s1": "the originator permits unsupervised sanitisation for wider sharing",
    "s2": "no sanitisation for wider sharing without asking the originator",
}
ADMIRALTY_SOURCE: Final[dict[str, str]] = {
    "a": "reliable", "b": "usually reliable", "c": "fairly reliable", "d": "not usually reliable", "e": "unreliable",
    "f": "reliability cannot be judged",
}  # fmt: skip
ADMIRALTY_INFORMATION: Final[dict[str, str]] = {
    "1": "confirmed", "2": "probably true", "3": "possibly true", "4": "doubtful", "5": "improbable",
    "6": "truth cannot be judged",
}  # fmt: skip
SOURCE_5: Final[dict[str, str]] = {
    "a": "always reliable", "b": "mostly reliable", "c": "sometimes reliable", "d": "unreliable", "e": "untested",
}  # fmt: skip
INFORMATION_555: Final[dict[str, str]] = {
    "1": "known to be true without reservation",
    "2": "known personally to the source but not to the officer",
    "3": "not known personally to the source but corroborated",
    "4": "cannot be judged",
    "5": "suspected to be false or malicious",
}
SOURCE_4: Final[dict[str, str]] = {
    "a": "no doubt about the source", "b": "mostly reliable", "c": "mostly unreliable", "x": "cannot be judged",
}  # fmt: skip
INFORMATION_4: Final[dict[str, str]] = {
    "1": "accuracy not in doubt",
    "2": "known personally to the source but not to who passes it on",
    "3": "not known personally to the source but corroborated",
    "4": "not known personally to the source and not corroborated",
}

#: Name of a scheme as an officer says it: how its grade is introduced, and its source.
SCHEMES: Final[dict[str, tuple[str, str]]] = {
    "admiralty": ("Admiralty {grade}: source {source}; information {information}.", "Admiralty code"),
    "action code": ("Condition {grade} of a 3x5x2 report: {condition}.", _GRADING),
    "5x5x5": (
        "5x5x5 {grade}: source {source}; information {information}.",
        "5x5x5, as HM Revenue and Customs gives it",
    ),
    "europol": ("Europol {grade}: source {source}; information {information}.", "Europol 4x4, article 29"),
}
GRADE: Final = "3x5x2 {grade}: {parts}."
GRADE_SOURCE: Final = _GRADING
NIBRS_CODE: Final = "NIBRS {code}: {meaning}."
TEN_CODE: Final = "{code}: {meaning}."
TEN_CODE_UNCONFIRMED: Final = "{meaning} (a preset that your agency has not confirmed)"
TEN_CODE_SOURCE: Final = "your agency's table of ten-codes"
TEN_CODE_UNKNOWN: Final = (
    "{code} is not in your agency's table of ten-codes. Agencies use the same code for different things, so "
    "no guess: ask "
    "your analyst to add it."
)
AMBIGUOUS: Final = "{grade} means different things: {schemes}. Which one?"
SOURCE: Final = "Source: {source}."
UNKNOWN: Final = "“{term}” is not in the desk's words."
UNKNOWN_NEAR: Final = "“{term}” is not in the desk's words. Did you mean {near}?"
WHICH: Final = "Which word? Ask such as “what does PAI mean”."
#: What a button says again for a term, and for a grade of one scheme.
ASK_TERM: Final = "what does {term} mean"
#: Terms that are written in capitals.
CAPITALS: Final[frozenset[str]] = frozenset(
    (
        "pai", "pei", "wdd", "sara", "nim", "thrive", "ndm", "iimarch", "sar", "bolo", "atl", "goa", "utl",
        "rp", "cp",
        "pi", "mva", "m/c", "b&e", "gta", "adw", "ccw", "gsw", "doa", "doc", "fi", "ts", "ac", "eta", "mo", "nb",
        "misper", "winq", "u/k", "nok", "vrm", "asb", "nibrs", "28 cfr 23",
    )
)  # fmt: skip
