"""A file is recognised by its header alone: every layout by its own columns, none by another's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilp_core.collect.formats import FORMATS
from ilp_core.collect.layout import Layout, choose, plain
from ilp_core.collect.members import tables_in
from ilp_core.collect.reading import open_table
from ilp_core.domain.columns import EXTRA_VOCABULARIES
from ilp_core.domain.errors import CallError
from tests.support import SHARED, require

DATA: Final = SHARED / "data"
SAMPLES: Final = "native_samples"

FILES: Final[dict[str, str]] = {
    "chicago_crimes_2014-2016.parquet": "chicago",
    f"{SAMPLES}/chicago_portal_22col_2015_10k.csv.gz": "chicago",
    f"{SAMPLES}/chicago_socrata_20col_2015-12-31.csv": "chicago",
    f"{SAMPLES}/chicago_socrata_20col_2016-07-04.csv": "chicago",
    "houston_crimes_2010-01_2010-08.parquet": "houston",
    f"{SAMPLES}/lapd_2020_to_present_10k.csv.gz": "lapd",
    f"{SAMPLES}/nypd_complaint_historic_2015_sample.csv": "nypd",
    f"{SAMPLES}/nypd_shooting_incident_historic.csv.gz": "nypd-shootings",
    f"{SAMPLES}/sfpd_incidents_2018_to_present_subset.csv.gz": "sfpd",
    f"{SAMPLES}/sfpd_incidents_legacy_2016_TRUNCATED.csv": "sfpd-legacy",
    "policeuk_west-yorkshire_2016-07_2017-07_2018-07.zip": "police-uk",
    "policeuk_west-yorkshire_street_3months.parquet": "police-uk",
    f"{SAMPLES}/policeuk_2018-07-west-yorkshire-street_first2000.csv": "police-uk",
    f"{SAMPLES}/policeuk_2019-06-greater-manchester-stop-and-search.csv.gz": "police-uk-stops",
    "nyc_vehicle_thefts_2014-2017_start-end.parquet": "nyc-thefts",
    "memphis_robberies_2019.parquet": "memphis",
    f"{SAMPLES}/seattle_spd_call_data_sample.csv": "seattle",
    "takoma_park_cad_traffic_2018-2020.csv.gz": "takoma-calls",
    "takoma_park_traffic_stops_2015-2020.parquet": "takoma-stops",
    "minneapolis_police_stops_2017.parquet": "minneapolis-stops",
}

#: Headers as the portals' programming interface spells them, written down from their column lists.
SPELLED_LOW: Final[dict[str, str]] = {
    "chicago": (
        "id case_number date block iucr primary_type description location_description arrest domestic beat district "
        "ward community_area fbi_code x_coordinate y_coordinate year updated_on latitude longitude location"
    ),
    "lapd": (
        "dr_no date_rptd date_occ time_occ area area_name rpt_dist_no part_1_2 crm_cd crm_cd_desc mocodes vict_age "
        "vict_sex vict_descent premis_cd premis_desc weapon_used_cd weapon_desc status status_desc crm_cd_1 location "
        "cross_street lat lon"
    ),
    "nypd": (
        "cmplnt_num addr_pct_cd boro_nm cmplnt_fr_dt cmplnt_fr_tm cmplnt_to_dt cmplnt_to_tm crm_atpt_cptd_cd "
        "hadevelopt jurisdiction_code juris_desc ky_cd law_cat_cd loc_of_occur_desc ofns_desc parks_nm patrol_boro "
        "pd_cd pd_desc prem_typ_desc rpt_dt station_name susp_age_group susp_race susp_sex vic_age_group vic_race "
        "vic_sex x_coord_cd y_coord_cd latitude longitude lat_lon"
    ),
    "nypd-shootings": (
        "incident_key occur_date occur_time boro loc_of_occur_desc precinct jurisdiction_code loc_classfctn_desc "
        "location_desc statistical_murder_flag perp_age_group perp_sex perp_race vic_age_group vic_sex vic_race "
        "x_coord_cd y_coord_cd latitude longitude geocoded_column"
    ),
    "sfpd": (
        "incident_datetime incident_date incident_time incident_year incident_day_of_week report_datetime row_id "
        "incident_id incident_number cad_number report_type_code report_type_description incident_code "
        "incident_category incident_subcategory incident_description resolution intersection cnn police_district "
        "analysis_neighborhood supervisor_district latitude longitude point"
    ),
    "sfpd-legacy": (
        "pdid incidntnum category descript dayofweek date time pddistrict resolution address x y location"
    ),
    "seattle": (
        "cad_event_number event_clearance_description call_type priority initial_call_type final_call_type "
        "original_time_queued arrived_time precinct sector beat blurred_longitude blurred_latitude"
    ),
}

STRANGERS: Final[dict[str, str]] = {
    "a city's own table": "date latitude longitude type beat description",
    "a town's stops": "date time location outcome race gender description age_range",
    "another city of the Crime Open Database": (
        "uid city_name offense_code offense_type offense_group offense_against date_single date_start date_end "
        "longitude latitude location_type location_category census_block"
    ),
    "outcomes of data.police.uk": (
        "crime_id month reported_by falls_within longitude latitude location lsoa_code lsoa_name outcome_type"
    ),
    "columns like Houston's": "time offense beat block street type suffix location lat lon",
}

by_layout = pytest.mark.parametrize("layout", FORMATS, ids=lambda layout: layout.name)


def recognised(header: tuple[str, ...] | list[str]) -> str | None:
    layout = choose(FORMATS, header, "a.csv", "auto")
    return layout.name if layout else None


def header_of(layout: Layout) -> list[str]:
    """Every column that the layout reads or is known by."""
    return [*layout.columns.values(), *(name for name, wanted in layout.marks.items() if wanted)]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "layout"), FILES.items())
def test_every_shared_file_is_recognised_by_its_header(file: str, layout: str) -> None:
    require("shared")
    for member in tables_in(DATA / file):
        with open_table(member) as table:
            assert recognised(table.header) == layout


@pytest.mark.shared
def test_no_shared_table_was_left_out() -> None:
    require("shared")
    kinds = {".parquet", ".zip", ".gz", ".csv"}
    held = {
        path.relative_to(DATA).as_posix()
        for folder in (DATA, DATA / SAMPLES)
        for path in folder.iterdir()
        if Path(path.name).suffix in kinds
    }

    assert held == set(FILES)


@pytest.mark.parametrize("layout", SPELLED_LOW)
def test_a_portals_own_spelling_is_recognised(layout: str) -> None:
    assert recognised(SPELLED_LOW[layout].split()) == layout


@by_layout
def test_a_layout_is_recognised_by_its_own_columns(layout: Layout) -> None:
    assert recognised(header_of(layout)) == layout.name


@by_layout
def test_optional_columns_may_be_absent(layout: Layout) -> None:
    header = [*layout.missing(()), *layout.unmarked(())]

    assert recognised(header) == layout.name


@given(
    layout=st.sampled_from(FORMATS),
    extra=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), max_size=8, unique=True),
    dice=st.randoms(use_true_random=False),
)
def test_order_and_further_columns_do_not_change_the_choice(layout: Layout, extra: list[str], dice: object) -> None:
    taken = {plain(name) for each in FORMATS for name in (*each.columns.values(), *each.marks)}
    header = [*header_of(layout), *(name for name in extra if plain(name) not in taken)]
    shuffle = getattr(dice, "shuffle")  # noqa: B009  (hypothesis names no type for its dice)
    shuffle(header)

    assert recognised(header) == layout.name


@pytest.mark.parametrize("header", STRANGERS.values(), ids=STRANGERS)
def test_other_tables_are_taken_for_none(header: str) -> None:
    assert recognised(header.split()) is None


@pytest.mark.parametrize(
    ("layout", "gone"),
    [("chicago", ["Date"]), ("lapd", ["Crm Cd", "LAT"]), ("minneapolis-stops", ["preRace"])],
)
def test_a_damaged_file_hears_which_columns_it_lacks(layout: str, gone: list[str]) -> None:
    whole = next(each for each in FORMATS if each.name == layout)
    header = [name for name in header_of(whole) if name not in gone]
    with pytest.raises(CallError) as caught:
        choose(FORMATS, header, "a.csv", "auto")

    quoted = ", ".join(f"'{name}'" for name in gone)
    word = "column" if len(gone) == 1 else "columns"
    assert str(caught.value) == (
        f"a.csv looks like {whole.title} but has no {word} {quoted}. Export it again with all columns."
    )


def test_a_named_format_takes_the_member_of_its_family_that_fits() -> None:
    shootings = SPELLED_LOW["nypd-shootings"].split()
    layout = choose(FORMATS, shootings, "a.csv", "nypd")
    assert layout is not None
    assert layout.name == "nypd-shootings"
    with pytest.raises(CallError, match="was read as the LAPD's crime data but has no columns"):
        choose(FORMATS, shootings, "a.csv", "lapd")
    with pytest.raises(CallError, match=r"There is no format mars\. The formats are: auto, generic, chicago, "):
        choose(FORMATS, shootings, "a.csv", "mars")


def test_a_named_format_needs_no_marks() -> None:
    memphis = ["uid", "date", "offense_type", "latitude", "longitude", "city_name"]
    layout = choose(FORMATS, memphis, "a.csv", "memphis")
    assert recognised(memphis) is None
    assert layout is not None
    assert layout.name == "memphis"


def test_names_of_layouts_are_unique_and_families_lead_to_them() -> None:
    names = [layout.name for layout in FORMATS]

    assert sorted(set(names)) == sorted(names)
    assert {layout.format for layout in FORMATS if layout.format not in names} == set()


TRAITS: Final = ("vict", "vic_", "perp", "susp", "race", "ethnic", "sex", "gender", "age", "descent")


@by_layout
def test_traits_of_persons_are_read_from_stops_only(layout: Layout) -> None:
    extra = set(EXTRA_VOCABULARIES[layout.kind])
    traits = {
        part
        for part, column in layout.columns.items()
        if any(plain(column).startswith(word) or f"_{word}" in plain(column) for word in TRAITS)
    }

    assert traits <= extra & {"race", "gender", "age"}
