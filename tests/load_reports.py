"""Load reports as real files would give them, made up by hand, and one that an enemy wrote."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any


def older() -> dict[str, Any]:
    """What an older version kept for a load: fewer keys."""
    return {
        "file": "crimes.csv",
        "format": "chicago",
        "rows": 9_999,
        "loaded": 9_999,
        "updated": 0,
        "known": 0,
        "rejected": {},
        "located": 0.984,
        "timed": 1.0,
        "first": "2015-01-23T08:30:00-06:00",
        "last": "2015-02-08T23:43:00-06:00",
        "unmapped": {"9999": 2},
        "cannot_answer": ["No reported time: questions about the past use the occurred time."],
    }


def chicago() -> dict[str, Any]:
    """Three years of a big city: everything in it, nothing wrong with the file."""
    first = date(2014, 1, 1)
    days = {(first + timedelta(n)).isoformat(): 586 + (n * 37) % 190 + (n % 365) // 3 for n in range(1096)}
    for gone in range(4, 10):
        del days[f"2016-07-0{gone}"]
    days["2015-01-01"] = 2104
    return {
        "file": "chicago_crimes_2014-2016.parquet",
        "format": "chicago",
        "layout": "chicago, 20 columns",
        "source": "chicago",
        "load": 7,
        "kind": "incident",
        "started_at": "2018-11-20T09:41:00+00:00",
        "by_whom": "command:analyst",
        "rows": 807_942,
        "loaded": 807_906,
        "updated": 0,
        "known": 0,
        "rejected": {"no date": 21, "date not understood": 15},
        "withdrawn": 0,
        "located": 0.9887,
        "timed": 0.9704,
        "first": "2014-01-01T00:00:00-06:00",
        "last": "2016-12-31T23:59:00-06:00",
        "zone": "America/Chicago",
        "precision": "minute",
        "unmapped": {"0498": 41, "1265": 12, "1576": 7, "3960": 3},
        "proposed": {
            "0498": {
                "slug": "assault",
                "like": "AGGRAVATED DOMESTIC BATTERY",
                "score": 0.91,
                "rows": 41,
                "description": "AGG. DOMESTIC BATTERY: HANDS",
            },
            "1265": {
                "slug": "trespass",
                "like": "TO LAND",
                "score": 0.84,
                "rows": 12,
                "description": "CRIM. TRESPASS TO LAND, AIRPORT",
            },
        },
        "cannot_answer": [
            "Thefts from vehicles: this data does not separate them from other thefts.",
            "No reported time: questions about the past use the occurred time.",
            "Officer-initiated records are inferred from the offence type.",
        ],
        "duplicates": {"one incident, several rows": 73, "rows alike but for nothing": 36},
        "warts": {
            "rows at 12:00 exactly: their hour is a placeholder": 20_198,
            "rows on 1 January: their date is a placeholder as often as not": 3_355,
            "points at 36.61945, -91.68657, the projected null point: not located": 5,
            "districts whose leading zeros were put back": 4,
        },
        "agreement": {
            "beat": {
                "stated": 807_906,
                "comparable": 798_760,
                "same": 734_061,
                "share": 0.919,
                "nowhere": 412,
                "filled": 0,
            },
            "district": {
                "stated": 807_900,
                "comparable": 798_755,
                "same": 785_176,
                "share": 0.983,
                "nowhere": 398,
                "filled": 6,
            },
        },
        "offences": {
            "other_theft": 176_904,
            "assault": 201_388,
            "criminal_damage": 87_210,
            "drugs": 66_042,
            "burglary": 42_019,
            "vehicle_theft": 31_202,
            "robbery": 31_418,
            "fraud": 47_011,
            "trespass": 20_877,
            "shoplifting": 27_560,
            "weapons": 9_831,
            "sexual": 8_402,
            "prostitution": 4_107,
            "public_order": 7_110,
            "arson": 1_466,
            "homicide": 1_714,
            "other": 43_645,
        },
        "days": days,
        "gaps": [["2016-07-04", "2016-07-09"]],
        "doubts": [
            {
                "id": 3,
                "kind": "sink",
                "label": "036XX S COTTAGE GROVE AVE",
                "lat": 41.82731,
                "lon": -87.60842,
                "rows": 1_911,
                "kinds": 19,
                "why": "1,911 records of 19 kinds at one point: it may be a station, a hospital or a centroid.",
            },
            {
                "id": 4,
                "kind": "default_time",
                "time": "00:01",
                "rows": 9_804,
                "expected": 561,
                "why": "9,804 records at exactly 00:01, where about 561 would be usual: it may stand for unknown.",
            },
        ],
        "mapping": None,
        "notes": ["Coordinates are those of the block, not of the address."],
    }


def police_uk() -> dict[str, Any]:
    """Three months of a British force, years apart: no day, no hour, rows that are alike."""
    return {
        "file": "policeuk_west-yorkshire_2016-07_2017-07_2018-07.zip",
        "format": "police-uk",
        "layout": "police-uk street",
        "source": "police-uk",
        "load": 12,
        "kind": "incident",
        "started_at": "2018-09-03T14:05:00+01:00",
        "by_whom": "command:analyst",
        "rows": 87_348,
        "loaded": 31_635,
        "updated": 214,
        "known": 55_499,
        "rejected": {},
        "withdrawn": 38,
        "located": 0.957,
        "timed": 0.0,
        "first": "2016-07-01T00:00:00+01:00",
        "last": "2018-07-01T00:00:00+01:00",
        "zone": "Europe/London",
        "precision": "month",
        "unmapped": {},
        "proposed": {},
        "cannot_answer": [
            "Months only: no shift or hour questions.",
            "Addresses: points are those “on or near” a street, shared by many records.",
            "Domestic incidents: this data does not separate them, so violence is answered by beat only.",
        ],
        "duplicates": {"rows alike but for nothing": 5_709},
        "warts": {"rows without a Crime ID, counted per force and month": 18_867},
        "agreement": {
            "neighbourhood": {
                "stated": 83_577,
                "comparable": 83_577,
                "same": 80_318,
                "share": 0.961,
                "nowhere": 93,
                "filled": 0,
            }
        },
        "offences": {
            "antisocial": 18_867,
            "assault": 24_100,
            "criminal_damage": 9_874,
            "other_theft": 8_010,
            "burglary": 7_411,
            "public_order": 6_320,
            "shoplifting": 5_904,
            "vehicle_theft": 6_862,
        },
        "days": {"2016-07": 27_176, "2017-07": 28_537, "2018-07": 31_635},
        "gaps": [["2016-08", "2017-06"], ["2017-08", "2018-06"]],
        "doubts": [],
        "mapping": None,
        "notes": ["Contains data.police.uk records under the Open Government Licence v3.0."],
    }


def cut_off() -> dict[str, Any]:
    """A small file that breaks off in its last row, read by a mapping that somebody confirmed."""
    return {
        "file": "incidents export (final) v2.csv",
        "format": "generic",
        "layout": "generic",
        "source": "springfield",
        "load": 1,
        "kind": "incident",
        "started_at": "2016-02-11T08:00:00-06:00",
        "by_whom": "command:root",
        "rows": 214,
        "loaded": 171,
        "updated": 0,
        "known": 0,
        "rejected": {"date not understood": 31, "too many fields": 11, "cut off": 1},
        "withdrawn": 0,
        "located": 0.3743,
        "timed": 0.6901,
        "first": "2016-01-04T00:00:00-06:00",
        "last": "2016-01-29T23:10:00-06:00",
        "zone": "America/Chicago",
        "precision": "minute",
        "unmapped": {f"{n}X": 11 - n // 3 for n in range(3, 30)},
        "proposed": {
            "3X": {
                "slug": "burglary",
                "like": "Burglary, residence",
                "score": 0.78,
                "rows": 10,
                "description": "BURGL RES",
            }
        },
        "cannot_answer": [
            "Domestic incidents: this data does not separate them, so violence is answered by beat only."
        ],
        "duplicates": {"the same row again": 4},
        "warts": {"bytes that are not UTF-8: read as Windows-1252": 12},
        "agreement": {"beat": {"stated": 0, "comparable": 0, "same": 0, "share": None, "nowhere": 2, "filled": 62}},
        "offences": {"other": 149, "burglary": 22},
        "days": {f"2016-01-{n:02}": 8 + n * 7 % 9 for n in [*range(4, 9), *range(11, 15), *range(25, 30)]},
        "gaps": [["2016-01-09", "2016-01-10"], ["2016-01-15", "2016-01-24"]],
        "doubts": [],
        "mapping": {"id": "Case No.", "occurred_from": ["Date", "Time"], "code": "Offence", "lat": "Y", "lon": "X"},
        "notes": ["Day before month, decided from the whole column."],
    }


#: What a hostile file may put where a text stands: markup, quotes, marks that turn the line, control signs, length.
NASTY = (
    "<script>alert(1)</script>",
    "\" onload='x' <img src=http://203.0.113.9/a.png>",
    "\u202etxt.exe\u2066 \u200f",
    "\x1b[31mred\x07\x00\r\n\tend",
    "</title></style><b>&amp;",
    "W" * 10_000,
    "x\u0301\u0302\u0303\u0304\u0305\u0306" * 40,
    "\ud800 lone",
    "'; rm -rf / #",
    "مركز الشرطة 東京都千代田区",
)


def hostile() -> dict[str, Any]:
    """A report every text of which comes from an enemy."""
    counts = {text: 10 + n for n, text in enumerate(NASTY)}
    first = NASTY[0]
    return {
        **chicago(),
        "file": NASTY[1] + NASTY[5],
        "format": NASTY[8],
        "layout": NASTY[4],
        "source": NASTY[8],
        "load": first,
        "by_whom": NASTY[3],
        "started_at": first,
        "zone": NASTY[2],
        "first": first,
        "last": NASTY[3],
        "rows": 1_000,
        "rejected": counts,
        "unmapped": counts,
        "proposed": {
            text: {"slug": text, "like": text, "score": 0.5, "rows": 1, "description": text} for text in NASTY
        },
        "cannot_answer": list(NASTY),
        "duplicates": counts,
        "warts": counts,
        "agreement": {text: {"stated": 1, "comparable": 1, "same": 1, "share": 1.0} for text in NASTY},
        "offences": counts,
        "days": {**counts, "2016-07-15": 3, "2016-13-45": 2, "9999-12": 1, "0001-01-01": 4},
        "gaps": [[first, first], ["2016-07-16", "2016-07-20"], ["2017-01", first]],
        "doubts": [
            {
                "id": text,
                "kind": kind,
                "label": text,
                "time": text,
                "lat": text,
                "lon": 1,
                "rows": 5,
                "kinds": 2,
                "why": text,
            }
            for text in NASTY
            for kind in ("sink", "default_time", text)
        ],
        "mapping": dict(zip(NASTY, [*NASTY[:-1], list(NASTY)], strict=True)),
        "notes": list(NASTY),
    }
