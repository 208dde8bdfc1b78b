"""How well unknown files are understood: ``python -m benchmarks.generic_mapping``.

Every file of incidents, calls and stops in ``../shared/data`` is taken as if its layout were unknown, without any
hint, and what is proposed is compared with a table made by hand of which columns hold which field. The names that the
desk knows and its thresholds were set with these files in view, so each file is taken three times more with one
letter left out of every column name. Beside it the same names are matched by rapidfuzz alone, each field to the free
column whose name is most like one of the field's names (WRatio of 80 or more), without a look at the values. Counted
are pairs of field and column: right where the column is one that the table allows, wrong where it is another or the
file has none. A field that needs two columns, a date and its clock time, is right only with both; the peer, which
joins nothing, is right with either.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

from ilp_core.collect.coded import Coded, coded
from ilp_core.collect.generic.names import field_names, simple
from ilp_core.collect.generic.profile import Distinct, Profiler
from ilp_core.collect.generic.proposal import Hints, Proposal, propose

DATA: Final = Path(__file__).resolve().parents[2] / "shared/data"
HINTS: Final = Hints(zone=None, crs=None, extent=None, today=date(2026, 7, 1))
PEER_SCORE: Final = 80
WAYS: Final = ("ours", "ours, misspelt", "names", "names, misspelt")
SPELLINGS: Final = 3

#: Field to the column choices that are right; a choice of several columns is joined by a plus. An empty choice means
#: that leaving the field out is right too.
Truth = Mapping[str, tuple[str, ...]]

_CHICAGO: Final[Truth] = {
    "id": ("ID", "Case Number"),
    "stamp": ("Updated On",),
    "occurred_from": ("Date",),
    "code": ("IUCR", "FBI Code"),
    "description": ("Primary Type+Description", "Primary Type"),
    "premise": ("Location Description",),
    "block": ("Block",),
    "beat": ("Beat",),
    "district": ("District",),
    "neighbourhood": ("Community Area",),
    "lat": ("Latitude",),
    "lon": ("Longitude",),
    "domestic": ("Domestic",),
}
_POLICE_UK: Final[Truth] = {
    "id": ("Crime ID",),
    "occurred_from": ("Month",),
    "description": ("Crime type",),
    "block": ("Location",),
    "beat": ("LSOA code", ""),
    "neighbourhood": ("LSOA code", "LSOA name", ""),
    "force": ("Falls within", "Reported by"),
    "lat": ("Latitude",),
    "lon": ("Longitude",),
}
TRUTH: Final[dict[str, Truth]] = {
    "chicago_crimes_2014-2016.parquet": _CHICAGO,
    "native_samples/chicago_portal_22col_2015_10k.csv.gz": _CHICAGO,
    "native_samples/chicago_socrata_20col_2015-12-31.csv": _CHICAGO,
    "native_samples/chicago_socrata_20col_2016-07-04.csv": _CHICAGO,
    "houston_crimes_2010-01_2010-08.parquet": {
        "occurred_from": ("time", "date+hour"),
        "description": ("offense",),
        "premise": ("location", "premise"),
        "block": ("address", "block+street", "block"),
        "beat": ("beat",),
        "lat": ("lat",),
        "lon": ("lon",),
    },
    "memphis_robberies_2019.parquet": {
        "id": ("uid",),
        "occurred_from": ("date",),
        "description": ("offense_type",),
        "lat": ("latitude",),
        "lon": ("longitude",),
    },
    "minneapolis_police_stops_2017.parquet": {
        "id": ("idNum",),
        "occurred_from": ("date",),
        "description": ("problem",),
        "district": ("policePrecinct",),
        "neighbourhood": ("neighborhood",),
        "lat": ("lat",),
        "lon": ("long",),
    },
    "nyc_vehicle_thefts_2014-2017_start-end.parquet": {
        "id": ("uid",),
        "occurred_from": ("date_start",),
        "occurred_to": ("date_end",),
        "premise": ("location_type", "location_category"),
        "lat": ("latitude",),
        "lon": ("longitude",),
    },
    "policeuk_west-yorkshire_street_3months.parquet": _POLICE_UK,
    "native_samples/policeuk_2018-07-west-yorkshire-street_first2000.csv": _POLICE_UK,
    "native_samples/policeuk_2019-06-greater-manchester-stop-and-search.csv.gz": {
        "occurred_from": ("Date",),
        "description": ("Type", "Object of search", "Legislation"),
        "lat": ("Latitude",),
        "lon": ("Longitude",),
    },
    "takoma_park_cad_traffic_2018-2020.csv.gz": {
        "id": ("event.no.",),
        "occurred_from": ("received",),
        "description": ("type",),
        "beat": ("beat",),
        "lat": ("latitude",),
        "lon": ("longitude",),
    },
    "takoma_park_traffic_stops_2015-2020.parquet": {
        "id": ("stop.id",),
        "occurred_from": ("date+time",),
        "code": ("statute", ""),
        "description": ("description", "summary", "summary+description"),
        "block": ("location",),
    },
    "native_samples/lapd_2020_to_present_10k.csv.gz": {
        "id": ("DR_NO",),
        "occurred_from": ("DATE OCC+TIME OCC",),
        "reported": ("Date Rptd",),
        "code": ("Crm Cd", "Crm Cd 1"),
        "description": ("Crm Cd Desc",),
        "premise": ("Premis Desc", "Premis Cd"),
        "block": ("LOCATION",),
        "beat": ("Rpt Dist No",),
        "district": ("AREA", "AREA NAME"),
        "lat": ("LAT",),
        "lon": ("LON",),
    },
    "native_samples/nypd_complaint_historic_2015_sample.csv": {
        "id": ("CMPLNT_NUM",),
        "occurred_from": ("CMPLNT_FR_DT+CMPLNT_FR_TM",),
        "occurred_to": ("CMPLNT_TO_DT+CMPLNT_TO_TM",),
        "reported": ("RPT_DT",),
        "code": ("PD_CD", "KY_CD"),
        "description": ("OFNS_DESC", "PD_DESC", "OFNS_DESC+PD_DESC"),
        "premise": ("PREM_TYP_DESC",),
        "district": ("ADDR_PCT_CD",),
        "force": ("JURIS_DESC", ""),
        "lat": ("Latitude",),
        "lon": ("Longitude",),
    },
    "native_samples/nypd_shooting_incident_historic.csv.gz": {
        "id": ("INCIDENT_KEY",),
        "occurred_from": ("OCCUR_DATE+OCCUR_TIME",),
        "premise": ("LOCATION_DESC",),
        "district": ("PRECINCT",),
        "lat": ("Latitude",),
        "lon": ("Longitude",),
    },
    "native_samples/seattle_spd_call_data_sample.csv": {
        "id": ("CAD Event Number",),
        "occurred_from": ("Original Time Queued",),
        "description": ("Final Call Type", "Initial Call Type"),
        "beat": ("Beat",),
        "district": ("Precinct", "Sector"),
        "lat": ("Blurred_Latitude",),
        "lon": ("Blurred_Longitude",),
        "officer_initiated": ("Call Type",),
    },
    "native_samples/sfpd_incidents_2018_to_present_subset.csv.gz": {
        "id": ("Incident ID", "Incident Number"),
        "occurred_from": ("Incident Date+Incident Time",),
        "code": ("Incident Code",),
        "description": ("Incident Category",),
        "district": ("Police District",),
        "neighbourhood": ("Analysis Neighborhood",),
    },
    "native_samples/sfpd_incidents_legacy_2016_TRUNCATED.csv": {
        "id": ("PdId", "IncidntNum"),
        "occurred_from": ("Date+Time",),
        "description": ("Category+Descript", "Category", "Descript"),
        "block": ("Address",),
        "district": ("PdDistrict",),
        "lat": ("Y",),
        "lon": ("X",),
    },
}
#: What a file must have right to be of use: when, what, and where.
TARGET: Final = ("occurred_from", "code", "description", "lat", "lon")


def columns_of(path: Path) -> dict[str, Coded]:
    """A file's columns as texts. A row that was cut off is left away."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return {name: coded(pc.cast(table.column(name).combine_chunks(), pa.string())) for name in table.column_names}
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig", "replace"))))
    header, body = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    return {name: coded([row[place] for row in body]) for place, name in enumerate(header)}


def profile(columns: Mapping[str, Coded]) -> dict[str, Distinct]:
    """What the columns hold over the whole file."""
    profiler = Profiler()
    profiler.add(columns)
    return profiler.done()


def misspelt(name: str, draw: random.Random) -> str:
    """A name with one letter left out; one of three signs or less stays."""
    letters = [place for place, sign in enumerate(name) if sign.isalpha()]
    if len(letters) <= 3:
        return name
    gone = draw.choice(letters)
    return name[:gone] + name[gone + 1 :]


def by_names_alone(header: list[str]) -> dict[str, str]:
    """Field to the column whose name is most like one of the field's names, the likest pairs first."""
    names: dict[str, list[str]] = defaultdict(list)
    for field, name in field_names():
        names[field].append(name)
    pairs = [
        (found[1], field, column)
        for column in header
        for field, known in names.items()
        if field not in ("left_out", "other", "clock", "category", "point")
        and (found := process.extractOne(simple(column), known, scorer=fuzz.WRatio, score_cutoff=PEER_SCORE))
    ]
    chosen: dict[str, str] = {}
    for _, field, column in sorted(pairs, key=lambda pair: (-pair[0], header.index(pair[2]), pair[1])):
        if field not in chosen and column not in chosen.values():
            chosen[field] = column
    return chosen


def judge(truth: Truth, chosen: Mapping[str, str], *, parts: bool) -> dict[str, tuple[int, int, int]]:
    """Per field: right, wrong, missed. With ``parts`` one column of several that are needed is right too."""
    found = {}
    for field in {*truth, *chosen}:
        choices = truth.get(field, ())
        allowed = {part for choice in choices for part in ([choice, *choice.split("+")] if parts else [choice])}
        column = chosen.get(field, "")
        if column:
            right = column in allowed
            found[field] = (int(right), int(not right), int(not right and bool(choices) and "" not in choices))
        else:
            found[field] = (0, 0, int("" not in allowed))
    return found


class Tally:
    """Right, wrong and missed fields of one way to match, and the files whose when, what and where are right."""

    def __init__(self) -> None:
        self.fields: dict[str, Counter[str]] = defaultdict(Counter)
        self.whole = 0

    def add(self, name: str, truth: Truth, chosen: Mapping[str, str], *, parts: bool, tell: bool) -> None:
        """Count one file; with ``tell`` print what is not right."""
        told = judge(truth, chosen, parts=parts)
        for field, (right, wrong, missed) in told.items():
            self.fields[field].update(right=right, wrong=wrong, missed=missed)
            if tell and (wrong or missed):
                print(f"  {name}: {field} is {chosen.get(field, 'left out')}, not {truth.get(field, 'there')}")
        self.whole += not any(any(told[field][1:]) for field in TARGET if field in told)


def main() -> None:
    """Print precision and recall by field and way, and the files whose when, what and where are right."""
    tallies = [Tally() for _ in WAYS]
    ours, ours_misspelt, peer, peer_misspelt = tallies
    seconds = 0.0
    for name, truth in TRUTH.items():
        columns = columns_of(DATA / name)
        begun = time.perf_counter()
        held = profile(columns)
        found = propose(held, hints=HINTS)
        seconds += time.perf_counter() - begun
        ours.add(name, truth, chosen_of(found), parts=False, tell=True)
        peer.add(name, truth, by_names_alone(list(columns)), parts=True, tell=False)
        for seed in range(SPELLINGS):
            draw = random.Random(f"{name} {seed}")  # noqa: S311 (a draw that repeats, no secret)
            spelled = {misspelt(column, draw): column for column in columns}
            found = propose(
                {wrong: replace(held[column], name=wrong) for wrong, column in spelled.items()}, hints=HINTS
            )
            ours_misspelt.add(name, truth, _back(chosen_of(found), spelled), parts=False, tell=False)
            peer_misspelt.add(name, truth, _back(by_names_alone(list(spelled)), spelled), parts=True, tell=False)
    print(f"{'field':<18}" + "".join(f"{way:^22}" for way in WAYS))
    print(f"{'':<18}" + f"{'precision':>11}{'recall':>11}" * len(WAYS))
    for field in sorted({field for tally in tallies for field in tally.fields}, key=_ORDER.index):
        print(f"{field:<18}" + "".join(_shares(tally.fields[field]) for tally in tallies))
    print(f"{'all':<18}" + "".join(_shares(sum(tally.fields.values(), Counter())) for tally in tallies))
    print("when, what and where all right, of " + f"{len(TRUTH)} files (misspelt: {len(TRUTH) * SPELLINGS}):")
    print("".join(f"  {way} {tally.whole}" for way, tally in zip(WAYS, tallies, strict=True)))
    print(f"profile and proposal of all files: {seconds:.1f} s")


def chosen_of(proposal: Proposal) -> dict[str, str]:
    """Field to its columns joined by a plus."""
    return {field: "+".join(match.columns) for field, match in proposal.fields.items()}


def _back(chosen: Mapping[str, str], spelled: Mapping[str, str]) -> dict[str, str]:
    """The right spelling of the columns chosen among misspelt ones."""
    return {field: "+".join(spelled[part] for part in column.split("+")) for field, column in chosen.items()}


_ORDER: Final = (
    "id", "stamp", "occurred_from", "occurred_to", "reported", "code", "description", "premise", "block", "beat",
    "district", "neighbourhood", "force", "lat", "lon", "domestic", "officer_initiated",
)  # fmt: skip


def _shares(counts: Counter[str]) -> str:
    said, there = counts["right"] + counts["wrong"], counts["right"] + counts["missed"]
    return "".join(f"{counts['right'] / whole:>11.0%}" if whole else f"{'-':>11}" for whole in (said, there))


if __name__ == "__main__":
    main()
