"""Personal data in residents' words is found by kind, and ordinary concerns pass; both shares are measured here.

All persons, numbers and addresses are made up (numbers from ranges kept for fiction).
"""

from __future__ import annotations

import time

import pytest

from ilp_core.collect.inputs.privacy import exact, masked, personal
from ilp_core.collect.inputs.traits import says_only_who
from ilp_core.words.en import inputs as words

PERSONAL: list[tuple[str, str]] = [
    ("Call me back at 312-555-0142 please", words.PHONE),
    ("ring (312) 555 0142 after six", words.PHONE),
    ("my number is 555-0142", words.PHONE),
    ("text 3125550142 when you get there", words.PHONE),
    ("phone +44 20 7946 0018", words.PHONE),
    ("mobile 07700 900123, any time", words.PHONE),
    ("Tel. 0161 496 0345", words.PHONE),
    ("reach me on 312.555.0199", words.PHONE),
    ("write to jo.bloggs@example.org", words.EMAIL),
    ("E-mail: RESIDENT7@EXAMPLE.COM about the noise", words.EMAIL),
    ("my mail is birch dot reader at gmail", words.EMAIL),
    ("he was born 12/03/1990 and deals at the corner", words.BIRTH),
    ("DOB 3-4-88", words.BIRTH),
    ("date of birth: 4 March 1988", words.BIRTH),
    ("born on May 5th, lives near the park", words.BIRTH),
    ("the dealer was born in 1994", words.BIRTH),
    ("red car plate AB12 CDE speeding", words.PLATE),
    ("license plate ABC 1234 parked across the drive", words.PLATE),
    ("racing every night, reg no. kx07 abd", words.PLATE),
    ("grey van XYZ-4567 dumping rubbish", words.PLATE),
    ("silver sedan 7ABC123", words.PLATE),
    ("plate number is ab 12345, loud exhaust", words.PLATE),
    ("blue pickup with plates BDR7788", words.PLATE),
    ("Mr Smith deals from his car", words.NAME),
    ("Mrs. Jones at 24 Birch says it is loud", words.NAME),
    ("mr smith shouts at night", words.NAME),
    ("MR SMITH SHOUTS AT NIGHT", words.NAME),
    ("Ms Alvarez asked for lights", words.NAME),
    ("Miss Green was followed home", words.NAME),
    ("Dr Patel reports broken glass", words.NAME),
    ("we spoke with Dr. Adeyemi about needles", words.NAME),
    ("my neighbour Johnson plays loud music", words.NAME),
    ("landlord Kowalski does nothing about the mess", words.NAME),
    ("a man called Dwayne sells drugs there", words.NAME),
    ("a boy named Tyrell breaks windows", words.NAME),
    ("his name is Hollis and he deals", words.NAME),
    ("known as Bigsy, sells at the corner", words.NAME),
    ("Gordon Hale says cars race every Friday", words.NAME),
    ("Aisha Farouk lives next to the noisy bar", words.NAME),
    ("John Smith is selling drugs", words.NAME),
    ("loud parties by Maria Gonzalez every weekend", words.NAME),
    ("David R. Walker keeps parking on the grass", words.NAME),
    ("dealing at 1234 W 79th Street", words.HOUSE),
    ("noise from 24 Birch Road", words.HOUSE),
    ("24 birch road is where they meet to deal", words.HOUSE),
    ("people shout outside 17 Elm", words.HOUSE),
    ("they deal at 31 Maple after dark", words.HOUSE),
    ("NOISE FROM 24 BIRCH ROAD", words.HOUSE),
    ("dealing in flat 3 of the tower", words.HOUSE),
    ("apt 4B has parties", words.HOUSE),
    ("the house number 12 is full of rubbish", words.HOUSE),
    ("drinking in front of 5512 S Marshfield Ave", words.HOUSE),
    ("7b Station Terrace, drug use", words.HOUSE),
    ("24 Monroe Street has broken windows", words.HOUSE),
    ("13 Maryland Street, glass on the pavement", words.HOUSE),
    ("Lärm in der Hauptstraße 12", words.HOUSE),
    ("tapage au rue de Lille 24", words.HOUSE),
    ("pls ring 773-555-0110", words.PHONE),
    ("text me (773)555-0110", words.PHONE),
    ("D.O.B. 01.02.1975", words.BIRTH),
    ("born March 1980 i think", words.BIRTH),
    ("reg YX12 KLM", words.PLATE),
    ("car FGH 4321 parked on the grass", words.PLATE),
    ("tell mister brown", words.NAME),
    ("Rev. Thomas wants to help", words.NAME),
    ("Pastor Green asked for patrols", words.NAME),
    ("dealer Marcus on the corner", words.NAME),
    ("my son Liam was robbed", words.NAME),
    ("Priya Sharma told us", words.NAME),
    ("Old Tom Baker shouts", words.NAME),
    ("Susan from the shop says cars race", words.NAME),
    ("the Harper family at the end of the road", words.NAME),
    ("at 88 Sycamore they deal", words.HOUSE),
    ("2B Kings Court", words.HOUSE),
    ("47 Acacia Avenue is empty and has rats", words.HOUSE),
    ("12 high street", words.HOUSE),
    ("345 w 63rd st", words.HOUSE),
    ("Kerkstraat 5", words.HOUSE),
    # What no pattern here finds.
    ("officer Daniels ignored me", words.NAME),
    ("plate: MN 7 ABC", words.PLATE),
    ("tell Dwayne to stop dealing", words.NAME),
    ("house three on birch, second door", words.HOUSE),
    ("number is three one two five five five", words.PHONE),
]

ORDINARY: list[str] = [
    "Cars race on Elm Street every Friday night",
    "3 cars parked across the bike lane on Western Ave",
    "street lights out since March on the 1200 block of Elm St",
    "5 broken street lights near the school",
    "dealing at 79th & Western after 10 pm",
    "shots heard around 22:30 on the 7900 block",
    "people drinking in Oak Park between 20:00 and 23:00",
    "rubbish dumped behind 63rd St station",
    "loud music from a bar on Birch Road until 2 am",
    "speeding on the 2100-2300 block of Cermak Rd",
    "10 residents asked for a crossing at Maple and 4th Ave",
    "kids throwing stones at bus 24",
    "bus 24 Elm Street stop has broken glass",
    "drug needles in Marquette Park",
    "two motorbikes without plates racing",
    "van without registration parked for 3 weeks",
    "graffiti tags on 12 garage doors",
    "the dealer sells to school kids at 3 pm",
    "neighbours complain about barking dogs",
    "residents of Elm Street want more patrols",
    "Neighbourhood Watch says bikes are stolen at night",
    "Rogers Park says cars are broken into near the beach",
    "Lincoln Elementary reported cars speeding at 8 am",
    "Oak Park Residents said the lights are out",
    "Police came late on Monday",
    "landlord does nothing about the broken door",
    "a man exposed himself near the playground",
    "a woman was followed from the station on Saturday",
    "group of 20 fighting outside the club",
    "20 mph limit ignored by trucks",
    "30 bags of trash dumped in the alley",
    "4 way stop at Elm and Main is ignored",
    "Dumping on Elm Dr near the river",
    "Maple Dr. Residents report speeding",
    "catalytic converters stolen 2016-07-15 and 2016-07-16",
    "car break-ins between 08/01/2016 and 08/20/2016",
    "thefts since MAY 2016 at the CTA station",
    "district 008 meeting asked about burglaries",
    "beat 0835 has no patrols at night",
    "about 1000 people at the street party, glass everywhere",
    "fireworks on July 4th and 5th",
    "birthday party with 50 people and loud music",
    "shop owner asks for patrols before closing",
    "resident asked for lighting in the underpass",
    "mother of two was mugged at the bus stop",
    "smell of drugs in the stairwell of the tower block",
    "10 to 15 youths fighting at the skate park",
    "broken windows at Lincoln High School",
    "Martin Luther King Dr is used for racing",
    "cars doing doughnuts at the Walmart car park at 1 am",
    "Saint Mary Church wants patrols during evening mass",
    "theft from vehicles in the 800 block of Bryant",
    "The park is dark after 9 PM Birch side",
    "aggressive begging outside the 7-Eleven",
    "fly-tipping again on the corner of 5th and Oak",
    "illegal parking, 15 cars, blocks the hydrant",
    "knife found in bush by the playground",
    "trucks idling from 5 to 6 every morning",
    "St John Street racing",
    "racing on Dr Martin Luther King Drive",
    "near St James is a dark corner",
    "Harold Washington Library reports fights",
    "Frank's bar is loud",
    "25 kids blocking Park Road",
    "1 dealer at the Maple Court entrance",
    "CAPS meeting 12 wants cameras",
    "30 mph zone ignored on King Drive",
    "6 reports of theft on Washington Blvd",
    "7 days a week noise at Lake View",
    "Village Square market thefts 09:00 to 17:00",
    "Tenants Association wants lights",
    "20 homes on Birch without light",
    # Which a pattern takes for an address.
    "after 11 Elm Street is dark",
    "DRUG DEALING AT 79TH AND WESTERN",
    "STREET LIGHTS OUT ON 1200 BLOCK OF ELM ST",
]


def test_personal_data_is_found_and_ordinary_concerns_pass() -> None:
    found = [text for text, _ in PERSONAL if personal(text)]
    wrongly = [text for text in ORDINARY if personal(text)]
    missed = [text for text, _ in PERSONAL if not personal(text)]
    precision = len(found) / (len(found) + len(wrongly))
    recall = len(found) / len(PERSONAL)
    assert precision >= 0.97, wrongly
    assert recall >= 0.92, missed


@pytest.mark.parametrize(("text", "reason"), PERSONAL)
def test_what_is_found_is_named_by_its_kind(text: str, reason: str) -> None:
    assert personal(text) in (reason, None)


@pytest.mark.parametrize(
    "place",
    [
        "1200 block Elm St", "012XX W ELM ST", "12xx Elm", "1200 W Elm St", "79th & Western", "W 79TH ST / S ELM AVE",
        "7-Eleven at Main", "Oak Park", "63rd St station", "", "800-899 Bryant", "Lincoln High School",
    ],
)  # fmt: skip
def test_a_block_a_crossing_and_a_name_are_places(place: str) -> None:
    assert exact(place) is None


@pytest.mark.parametrize(
    "place",
    ["1234 W Elm", "24 Birch", "5512 S Marshfield Ave", "24 birch", "7B Station Terrace", "flat 3, Oak Tower"],
)
def test_an_address_is_no_place(place: str) -> None:
    assert exact(place) == words.HOUSE


WHO_ONLY = [
    "too many immigrants on the block",
    "group of black youths hanging around",
    "muslims gathering every Friday on Elm St",
    "a gay couple moved in",
    "men standing at the corner of 79th all day",
    "teenagers in the parking lot",
    "roma camp by the river",
    "there is a mosque now",
    "protest at city hall",
    "union members picket the gate",
    "dark skinned guys in a car",
    "Somali men on the 1200 block of Elm",
]
WHAT_THEY_DO = [
    "black male in red jacket robbed a man at 79th",
    "youths throwing stones at buses",
    "men selling drugs outside the school",
    "graffiti and threats against the mosque",
    "women are followed home from the station",
    "girls feel unsafe in the underpass",
    "elderly people targeted by scam callers",
    "no crossing for wheelchair users",
    "crowd at the protest blocks the ambulance bay",
    "traffic stuck behind the rally",
    "black car racing at night",
    "white van parked at the school",
    "street lights are out by the synagogue",
    "cars race at night",
    "loud music",
]


def test_g25_a_trait_or_a_protest_alone_is_no_concern() -> None:
    assert [text for text in WHO_ONLY if not says_only_who(text)] == []


def test_g25_conduct_or_a_condition_beside_a_trait_is() -> None:
    assert [text for text in [*WHAT_THEY_DO, *ORDINARY] if says_only_who(text)] == []


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a.",
        "1 ",
        "A ",
        "John ",
        "@",
        "12 Elm ",
        "Aa Bb ",
        "(",
        "at 1 ",
        "plate ",
        "rue a ",
        "0",
        "born is ",
        "é",
    ],
)
def test_a_hostile_text_takes_no_time_to_speak_of(piece: str) -> None:
    text = (piece * 1000)[:1000]
    started = time.process_time()
    personal(text)
    says_only_who(text)
    exact(text[:120])
    # A pattern that went back over its text again and again would take minutes.
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", [text for text, _ in PERSONAL if personal(text)])
def test_g12_what_is_found_is_masked(text: str) -> None:
    assert personal(masked(text)) is None


def test_g12_an_ordinary_text_is_not_touched() -> None:
    for text in ("elm is dead since the club shut", "1200 blk elm, nothing ever happens"):
        assert masked(text) == text
