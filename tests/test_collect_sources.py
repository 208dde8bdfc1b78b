"""Each source's own habits, on made-up rows in its shape: what ``prepare`` and ``clean`` make of them."""

from __future__ import annotations

from ilp_core.collect.sources.chicago import CHICAGO
from ilp_core.collect.sources.houston import HOUSTON
from ilp_core.collect.sources.lapd import LAPD
from ilp_core.collect.sources.nypd import NYPD, NYPD_SHOOTINGS
from ilp_core.collect.sources.police_uk import POLICE_UK, POLICE_UK_STOPS
from ilp_core.collect.sources.sfpd import SFPD, SFPD_LEGACY
from ilp_core.collect.warts import SHARED_CASE
from tests.source_rows import read, utc


def test_chicago_counts_victims_of_one_case() -> None:
    texts, warts = read(
        CHICAGO,
        {
            "ID": ["1", "2", "3"],
            "Case Number": ["HX1", "HX1", ""],
            "Date": ["07/15/2016 09:30:00 PM"] * 3,
            "Block": ["079XX S PULASKI RD"] * 3,
            "IUCR": ["110", "0110", "486.0"],
            "Primary Type": ["HOMICIDE", "HOMICIDE", "BATTERY"],
            "Description": ["FIRST DEGREE MURDER", "FIRST DEGREE MURDER", "DOMESTIC BATTERY SIMPLE"],
            "Location Description": ["STREET"] * 3,
            "Domestic": ["false", "false", "true"],
            "Beat": ["835", "0835", "422.0"],
            "District": ["8", "008", ""],
            "Community Area": ["70", "0", ""],
            "Updated On": ["02/10/2018 03:50:01 PM"] * 3,
            "Latitude": ["41.75"] * 3,
            "Longitude": ["-87.72"] * 3,
        },
    )

    assert texts["code"] == ["0110", "0110", "0486"]
    assert texts["beat"] == ["0835", "0835", "0422"]
    assert texts["district"] == ["008", "008", ""]
    assert texts["neighbourhood"] == ["70", "", ""]
    assert texts["description"][2] == "BATTERY: DOMESTIC BATTERY SIMPLE"
    assert warts == {SHARED_CASE: 1}


def test_houston_builds_a_block_from_its_range() -> None:
    texts, warts = read(
        HOUSTON,
        {
            "time": ["2010-01-01 06:00:00.000Z", "2010-07-01 05:00:00.000Z", "2010-07-01 06:00:00.000Z"],
            "offense": ["Murder", "theft", "auto theft"],
            "premise": ["18A", "18O", "---"],
            "location": ["apartment parking lot", "", ""],
            "beat": ["15E30", "1a10", "2A30"],
            "block": ["9600-9699", "0-99", "900-999"],
            "street": ["marlive", "west lp s", "36th"],
            "type": ["ln", "", "st"],
            "suffix": ["-", "E", "-"],
            "number": ["1", "3", "2"],
            "lat": ["29.6", "29.7", ""],
            "lon": ["-95.4", "-95.3", ""],
        },
    )

    assert texts["block"] == ["9600 MARLIVE LN", "0 WEST LP S E", "900 36TH ST"]
    assert texts["premise"] == ["apartment parking lot", "18O", ""]
    assert texts["code"] == ["murder", "theft", "auto theft"]
    assert texts["beat"] == ["15E30", "1A10", "2A30"]
    assert utc(HOUSTON, texts["occurred_from"])[:2] == ["2010-01-01 06:00:00", "2010-07-01 05:00:00"]
    assert warts == {"rows that stand for more than one offence, each counted once": 2}


def test_police_uk_keeps_the_publishers_words_for_a_place() -> None:
    texts, warts = read(
        POLICE_UK,
        {
            "Crime ID": ["", "ab12", ""],
            "Month": ["2016-07"] * 3,
            "Falls within": ["West Yorkshire Police"] * 3,
            "Longitude": ["-1.5", "", "-1.6"],
            "Latitude": ["53.8", "", "53.7"],
            "Location": ["On or near Swithen Hill", "No Location", "On or near "],
            "LSOA code": ["E01007359", "", "E01007426"],
            "Crime type": ["Anti-social behaviour", "Burglary", "Anti-social behaviour"],
        },
    )

    assert texts["block"] == ["On or near Swithen Hill", "", ""]
    assert texts["id"] == ["", "ab12", ""]
    assert texts["neighbourhood"] == ["E01007359", "", "E01007426"]
    assert texts["force"] == ["West Yorkshire Police"] * 3
    assert utc(POLICE_UK, texts["occurred_from"]) == ["2016-06-30 23:00:00"] * 3
    assert warts == {"rows without a Crime ID": 2}


def test_police_uk_stops_are_in_utc_and_all_are_searches() -> None:
    texts, warts = read(
        POLICE_UK_STOPS,
        {
            "Type": ["Person search", "Vehicle search"],
            "Date": ["2019-05-31T23:01:00+00:00", "2019-06-19T19:35:00+00:00"],
            "Latitude": ["53.4", ""],
            "Longitude": ["-2.2", ""],
            "Gender": ["Female", ""],
            "Age range": ["10-17", ""],
            "Self-defined ethnicity": ["White", ""],
            "Officer-defined ethnicity": ["Black", ""],
            "Legislation": ["Misuse of Drugs Act 1971 (section 23)", "Firearms Act 1968 (section 47)"],
            "Object of search": ["Controlled drugs", ""],
            "Outcome": ["Arrest", "A no further action disposal"],
            "Removal of more than just outer clothing": ["True", "False"],
        },
    )

    assert texts["description"] == [
        "Controlled drugs: Misuse of Drugs Act 1971 (section 23)",
        "Firearms Act 1968 (section 47)",
    ]
    assert texts["searched"] == ["yes", "no"]
    assert texts["race"] == ["Black", ""]
    assert utc(POLICE_UK_STOPS, texts["occurred_from"]) == ["2019-05-31 23:01:00", "2019-06-19 19:35:00"]
    assert "id" not in texts
    assert warts == {}


def test_nypd_complaints_have_a_window_and_a_day_of_report() -> None:
    texts, warts = read(
        NYPD,
        {
            "CMPLNT_NUM": ["101", "102", "103"],
            "CMPLNT_FR_DT": ["12/31/2015", "01/01/2015", "2015-01-01T00:00:00.000"],
            "CMPLNT_FR_TM": ["23:45:00", "00:01:00", "08:00:00"],
            "CMPLNT_TO_DT": ["", "(null)", "2015-01-02T00:00:00.000"],
            "CMPLNT_TO_TM": ["", "16:30:00", ""],
            "RPT_DT": ["12/31/2015", "02/28/2015", "2015-01-05T00:00:00.000"],
            "KY_CD": ["101", "344", "578"],
            "OFNS_DESC": ["MURDER & NON-NEGL. MANSLAUGHTER", "ASSAULT 3", ""],
            "PD_CD": ["", "101.0", "638"],
            "PD_DESC": ["", "ASSAULT 3", "HARASSMENT,SUBD 3,4,5"],
            "PREM_TYP_DESC": ["STREET", "(null)", "BAR/NIGHT CLUB"],
            "ADDR_PCT_CD": ["44", "103.0", ""],
            "Latitude": ["40.8", "", "40.7"],
            "Longitude": ["-73.9", "", "-73.8"],
        },
    )

    assert texts["code"] == ["KY101", "101", "638"]
    assert texts["description"] == [
        "MURDER & NON-NEGL. MANSLAUGHTER",
        "ASSAULT 3: ASSAULT 3",
        "HARASSMENT,SUBD 3,4,5",
    ]
    assert texts["premise"] == ["STREET", "", "BAR/NIGHT CLUB"]
    assert texts["district"] == ["44", "103", ""]
    assert utc(NYPD, texts["occurred_from"]) == ["2016-01-01 04:45:00", "2015-01-01 05:01:00", "2015-01-01 13:00:00"]
    assert texts["occurred_to"] == ["", "", "2015-01-02"]
    assert texts["reported"] == ["12/31/2015", "02/28/2015", "2015-01-05"]
    assert warts == {}


def test_nypd_shootings_count_victims_and_read_none_of_their_traits() -> None:
    columns = {
        "INCIDENT_KEY": ["9", "9", "8"],
        "OCCUR_DATE": ["09/09/2017", "09/09/2017", "2017-09-10T00:00:00.000"],
        "OCCUR_TIME": ["03:57:00", "03:57:00", "22:15:00"],
        "PRECINCT": ["120", "120", "50"],
        "LOCATION_DESC": ["", "(null)", "PVT HOUSE"],
        "STATISTICAL_MURDER_FLAG": ["FALSE", "TRUE", "false"],
        "PERP_RACE": ["X", "Y", "Z"],
        "VIC_AGE_GROUP": ["25-44", "18-24", "<18"],
        "Latitude": ["40.6"] * 3,
        "Longitude": ["-74.0"] * 3,
    }
    texts, warts = read(NYPD_SHOOTINGS, columns)

    assert texts == {
        "occurred_from": ["09/09/2017 03:57:00", "09/09/2017 03:57:00", "2017-09-10 22:15:00"],
        "district": ["120", "120", "50"],
        "premise": ["", "", "PVT HOUSE"],
        "code": ["SHOOTING", "SHOOTING-MURDER", "SHOOTING"],
        "lat": ["40.6"] * 3,
        "lon": ["-74.0"] * 3,
    }
    assert warts == {SHARED_CASE: 1}


def test_lapd_mends_zeros_dates_and_padding() -> None:
    texts, warts = read(
        LAPD,
        {
            "DR_NO": ["10304468", "190101086", "200110444.0"],
            "Date Rptd": ["01/08/2020 00:00", "01/02/2020 12:00:00 AM", "2020-04-14T00:00:00.000"],
            "DATE OCC": ["01/08/2020 00:00", "12/25/2020 12:00:00 AM", "2020-02-13T00:00:00.000"],
            "TIME OCC": ["2230", "1", "45"],
            "AREA": ["3", "01", "01"],
            "Rpt Dist No": ["377", "0163", "0155"],
            "Crm Cd": ["624", "845", "745"],
            "Crm Cd Desc": ["BATTERY - SIMPLE ASSAULT", "REGISTRANT", "VANDALISM"],
            "Premis Desc": ["SINGLE FAMILY DWELLING", "STREET", ""],
            "LOCATION": ["1100 W  39TH                         PL", "7TH", "200 E  6TH                          ST"],
            "LAT": ["34.01", "0", "34.04"],
            "LON": ["-118.29", "0", "-118.24"],
        },
    )

    assert texts["id"] == ["010304468", "190101086", "200110444"]
    assert texts["occurred_from"] == ["01/08/2020 22:30", "12/25/2020 00:01", "2020-02-13 00:45"]
    assert utc(LAPD, texts["occurred_from"]) == ["2020-01-09 06:30:00", "2020-12-25 08:01:00", "2020-02-13 08:45:00"]
    assert texts["reported"] == ["01/08/2020", "01/02/2020", "2020-04-14"]
    assert texts["district"] == ["03", "01", "01"]
    assert texts["beat"] == ["0377", "0163", "0155"]
    assert texts["block"] == ["1100 W 39TH PL", "7TH", "200 E 6TH ST"]
    assert warts == {"rows with dates in a second shape": 1, "rows whose time of day lost leading zeros": 2}


def test_sfpd_legacy_takes_key_and_code_from_one_number() -> None:
    texts, warts = read(
        SFPD_LEGACY,
        {
            "IncidntNum": ["120058272", "120058272", "051008881"],
            "Category": ["WEAPON LAWS", "WEAPON LAWS", "VANDALISM"],
            "Descript": ["POSS OF PROHIBITED WEAPON", "", "MALICIOUS MISCHIEF"],
            "Date": ["01/29/2016 12:00:00 AM", "01/29/2016 12:00:00 AM", "2016-03-05T00:00:00.000"],
            "Time": ["11:00", "00:01", "7:05"],
            "PdDistrict": ["SOUTHERN", "SOUTHERN", ""],
            "Address": ["800 Block of BRYANT ST", "800  Block of BRYANT ST", "20TH ST / DOLORES ST"],
            "X": ["-122.40", "-122.40", "-120.5"],
            "Y": ["37.77", "37.77", "90"],
            "PdId": ["12005827212120", "12005827212168", "5100888128150"],
        },
    )

    assert texts["id"] == ["L12005827212120", "L12005827212168", "L5100888128150"]
    assert texts["code"] == ["12120", "12168", "28150"]
    assert texts["description"] == [
        "WEAPON LAWS: POSS OF PROHIBITED WEAPON",
        "WEAPON LAWS",
        "VANDALISM: MALICIOUS MISCHIEF",
    ]
    assert texts["occurred_from"] == ["01/29/2016 11:00", "01/29/2016 00:01", "2016-03-05 07:05"]
    assert texts["block"][1] == "800 Block of BRYANT ST"
    assert (90.0, -120.5) in SFPD_LEGACY.null_points
    assert warts == {SHARED_CASE: 1}


def test_sfpd_keys_are_the_same_in_a_subset_and_in_the_whole() -> None:
    subset = {
        "Incident Date": ["8/22/2018", "5/30/2020", "2023/03/13"],
        "Incident Time": ["0:00", "18:00", "23:41"],
        "Incident ID": ["736441", "736441", "1142600"],
        "Incident Code": ["6244", "28150", "7021"],
        "Incident Category": ["Larceny Theft", "", "Motor Vehicle Theft"],
        "Police District": ["Central", "Out of SF", "Mission"],
        "Analysis Neighborhood": ["Mission", "", "Nob Hill"],
    }
    texts, warts = read(SFPD, subset)
    assert texts["id"] == ["73644106244", "73644128150", "114260007021"]
    assert texts["code"] == ["06244", "28150", "07021"]
    assert texts["occurred_from"] == ["8/22/2018 00:00", "5/30/2020 18:00", "2023-03-13 23:41"]
    assert texts["district"] == ["Central", "", "Mission"]
    assert texts["description"] == ["Larceny Theft", "", "Motor Vehicle Theft"]
    assert warts == {"rows outside San Francisco": 1}

    full = subset | {
        "Report Datetime": ["2018/08/22 11:41:00 PM", "2020/05/30 12:05:00 AM", "2023-03-14T09:00:00.000"],
        "Report Type Description": ["Initial", "Coplogic Supplement", "Vehicle Supplement"],
        "Incident Number": ["180", "180", "230"],
        "Incident Description": ["Theft, From Locked Vehicle", "", "Vehicle, Stolen, Auto"],
        "Intersection": ["20TH ST \\ DOLORES ST", "", ""],
        "Latitude": ["37.7", "", "37.8"],
        "Longitude": ["-122.4", "", "-122.5"],
    }
    texts, warts = read(SFPD, full)
    assert texts["id"] == ["73644106244", "73644128150", "114260007021"]
    assert utc(SFPD, texts["reported"]) == ["2018-08-23 06:41:00", "2020-05-30 07:05:00", "2023-03-14 16:00:00"]
    assert texts["description"][0] == "Larceny Theft: Theft, From Locked Vehicle"
    assert warts == {
        "rows outside San Francisco": 1,
        "rows that are supplements to an earlier report": 2,
        SHARED_CASE: 1,
    }
