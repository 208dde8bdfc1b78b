"""The map picture: what a phone must be able to read on it, and what it must survive."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageColor

from ilp_core.domain.answers import MapArea, MapMark, MapStreet, MapView
from ilp_core.domain.places import Place, Point
from ilp_core.present import picture, projection
from ilp_core.present.picture import MARK_COLOURS, draw_map, number_ink
from ilp_core.present.projection import METRES_PER_DEGREE, Floats, Room, Spot
from tests.support import SHARED, require

LAT, LON = 53.8, -1.55


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Degrees (lon, lat) at so many metres from the middle of the test town."""
    narrowing = math.cos(math.radians(LAT))
    return LON + east_m / (METRES_PER_DEGREE * narrowing), LAT + north_m / METRES_PER_DEGREE


def mark(number: int, east_m: float, north_m: float, radius_m: int = 100) -> MapMark:
    lon, lat = place(east_m, north_m)
    return MapMark(number, Place(f"Place {number}", lat, lon, radius_m))


def square(east_m: float, north_m: float, half_m: float) -> list[tuple[float, float]]:
    steps = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [place(east_m + x * half_m, north_m + y * half_m) for x, y in steps]


def polygon(*rings: list[tuple[float, float]]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": rings})


def street(name: str, *corners: tuple[float, float]) -> MapStreet:
    return MapStreet(name, tuple(Point(lat, lon) for lon, lat in (place(x, y) for x, y in corners)))


def grid() -> tuple[MapStreet, ...]:
    across = [street(f"{n} STREET", (-1000, n * 150.0), (1000, n * 150.0)) for n in range(-6, 7)]
    up = [street(f"AVENUE {n}", (n * 150.0, -1000), (n * 150.0, 1000)) for n in range(-6, 7)]
    return (*across, *up)


BEAT = MapView(
    title="Beat 0835, Fri 15 Jul, 18:00–02:00",
    source="Invented town, incidents to 15 Jul 2016. Nothing on this map is real.",
    marks=(mark(1, -500, 300), mark(2, 400, 400), mark(3, 200, -500)),
    areas=(MapArea("Beat 0835", polygon(square(0, 0, 1000))),),
    streets=grid(),
    text="1 AVENUE -3; 2 AVENUE 3; 3 AVENUE 1",
)
EMPTY = MapView("Nothing to mark", "Invented town", (), (), (), "Nothing to mark")


def opened(view: MapView) -> Image.Image:
    image = Image.open(io.BytesIO(draw_map(view)))
    image.load()
    return image


def pixels_of(image: Image.Image, colour: str) -> int:
    return int((np.asarray(image) == ImageColor.getrgb(colour)).all(axis=2).sum())


def nearest(spots: Floats) -> float:
    return min(math.dist(a, b) for a, b in itertools.combinations(spots.tolist(), 2))


def test_picture_is_a_png_of_the_stated_size_with_title_source_and_words() -> None:
    image = opened(BEAT)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (900, 1100))
    assert image.info == {"Title": BEAT.title, "Source": BEAT.source, "Description": BEAT.text}


def test_same_view_gives_the_same_bytes_and_another_view_others() -> None:
    first = draw_map(BEAT)
    assert draw_map(BEAT) == first
    assert draw_map(replace(BEAT, marks=BEAT.marks[:2])) != first


def test_letters_are_readable_at_the_width_of_a_phone() -> None:
    sizes = (
        picture.TITLE_PX,
        picture.NUMBER_PX,
        picture.AREA_PX,
        picture.STREET_PX,
        picture.SOURCE_PX,
    )
    assert min(sizes) >= 30


def test_each_mark_has_its_colour_from_the_palette() -> None:
    image = opened(BEAT)
    disc = math.pi * 36**2
    present = {colour for colour in MARK_COLOURS if pixels_of(image, colour) > 0.5 * disc}
    assert present == set(MARK_COLOURS[:3])


@pytest.mark.parametrize("colour", MARK_COLOURS)
def test_number_stands_out_on_its_disc(colour: str) -> None:
    def light(shade: str) -> float:
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (part / 255 for part in ImageColor.getrgb(shade)[:3])
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(number_ink(colour)), light(colour)))
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    "view",
    [
        EMPTY,
        replace(EMPTY, title="", source="", text=""),
        replace(EMPTY, streets=grid()),
        replace(EMPTY, areas=BEAT.areas),
        replace(EMPTY, marks=(mark(1, 0, 0),)),
        replace(EMPTY, marks=(mark(1, 0, 0, radius_m=0),)),
        replace(BEAT, areas=()),
        replace(BEAT, streets=()),
        replace(BEAT, marks=()),
        replace(BEAT, marks=(*BEAT.marks, mark(4, 80_000, 200_000))),
        replace(BEAT, marks=(*BEAT.marks, MapMark(4, Place("Null", 0.0, 0.0, 100)))),
        replace(BEAT, marks=(MapMark(1, Place("Pole", 90.0, 0.0, 100)),)),
        replace(BEAT, marks=tuple(mark(n, 0, 0) for n in range(1, 200))),
        replace(BEAT, marks=(mark(123_456, 0, 0),)),
        replace(BEAT, title="long " * 2000, source="W" * 5000),
        replace(BEAT, areas=(replace(BEAT.areas[0], label="Beat of a very long name " * 20),)),
        replace(BEAT, title="Район 5 · Łódź · 東京", streets=(street("Große Straße", (-900, 0), (900, 0)),)),
        replace(BEAT, streets=(street("", (0, 0), (5, 5)), street("Dot", (0, 0)), MapStreet("None", ()))),
        replace(BEAT, streets=(street("Same", (0, 0), (0, 0), (0, 0)), street("Off", (9e6, 0), (9e6, 1)))),
    ],
)
def test_no_view_is_too_odd_to_draw(view: MapView) -> None:
    assert opened(view).size == (picture.WIDTH, picture.HEIGHT)


def test_a_mark_without_a_position_is_left_to_the_words() -> None:
    lost = MapMark(4, Place("Unknown", math.nan, math.nan, 100))
    assert draw_map(replace(BEAT, marks=(*BEAT.marks, lost))) == draw_map(BEAT)


def test_several_polygons_and_a_hole_are_drawn_as_such() -> None:
    def ground(outline: str) -> int:
        return pixels_of(opened(replace(EMPTY, areas=(MapArea("", outline),))), "#FFFDF5")

    whole = ground(polygon(square(0, 0, 1000)))
    holed = ground(polygon(square(0, 0, 1000), square(0, 0, 500)))
    parts = [[square(-500, -500, 500)], [square(500, 500, 500)]]
    two = ground(json.dumps({"type": "MultiPolygon", "coordinates": parts}))
    assert holed / whole == pytest.approx(0.75, abs=0.02)
    assert two / whole == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("outline", ['{"type": "Point", "coordinates": [0, 0]}', "[]", "not JSON"])
def test_an_outline_of_another_kind_is_refused(outline: str) -> None:
    with pytest.raises(ValueError, match=r"not a Polygon|Expecting value"):
        draw_map(replace(BEAT, areas=(MapArea("Beat 1", outline),)))


def test_streets_are_named_once_and_only_with_letters_the_face_has() -> None:
    plain = replace(EMPTY, streets=(street("", (-900, 0), (900, 0)),))
    named = replace(plain, streets=(street("MAIN STREET", (-900, 0), (900, 0)),))
    foreign = replace(plain, streets=(street("Улица", (-900, 0), (900, 0)),))
    accented = replace(plain, streets=(street("MÄIN STRÉET", (-900, 0), (900, 0)),))
    assert draw_map(named) != draw_map(plain)
    assert draw_map(foreign) == draw_map(plain)
    assert draw_map(accented) == draw_map(named)


def test_the_window_is_true_to_scale_and_holds_marks_with_their_reach() -> None:
    marks = (mark(1, -2000, 0, 300), mark(2, 2000, 500, 300))
    window = projection.fit(marks, [], 800, 800, 50)
    assert window is not None
    west, east = window.pixels(projection.degrees((m.place.lon, m.place.lat) for m in marks)).tolist()
    assert math.dist(west, east) / window.pixels_per_metre == pytest.approx(math.hypot(4000, 500), rel=0.001)
    assert west[0] - 300 * window.pixels_per_metre == pytest.approx(50, abs=0.1)
    assert east[0] + 300 * window.pixels_per_metre == pytest.approx(750, abs=0.1)
    assert west[1] > east[1], "north is up"


def test_one_mark_is_shown_with_its_surroundings() -> None:
    window = projection.fit([mark(1, 0, 0, 10)], [], 800, 1000, 50)
    assert window is not None
    assert 700 / window.pixels_per_metre == pytest.approx(projection.SMALLEST_WINDOW_M)
    assert projection.fit([], [], 800, 1000, 50) is None


@pytest.mark.parametrize(
    "homes",
    [
        [(400, 400)] * 12,
        [(42, 42)] * 5,
        [(300 + 5.0 * n, 300.0) for n in range(10)],
        [(400, 400), (440, 400)],
    ],
)
def test_discs_that_overlap_are_moved_apart_inside_the_map(homes: Sequence[tuple[float, float]]) -> None:
    spots = projection.spread(np.array(homes, dtype=np.float64), 42, 850, 800)
    assert nearest(spots) >= 84
    assert spots.min() >= 42
    assert (spots <= (850 - 42, 800 - 42)).all()
    hidden = [math.dist(s, h) for s in spots.tolist() for h in homes if math.dist(s, h) < 42]
    assert hidden == []


def test_discs_with_room_stay_where_they_are() -> None:
    homes = np.array([(100.0, 100.0), (200.0, 100.0), (400.0, 700.0)])
    assert projection.spread(homes, 42, 850, 800).tolist() == homes.tolist()


def test_a_moved_disc_is_led_back_to_its_place() -> None:
    apart = projection.discs((mark(1, 0, 0), mark(2, 0, 0)), _window(), 42)
    assert [disc.number for disc in apart] == [1, 2]
    assert min(disc.moved for disc in apart) > 42
    assert all(disc.home.tolist() == pytest.approx([425, 400], abs=0.5) for disc in apart)
    assert apart[0].reach == pytest.approx(100 * _window().pixels_per_metre)


def _window() -> projection.Window:
    window = projection.fit([mark(9, 0, 0, 800)], [], 850, 800, 50)
    assert window is not None
    return window


def test_clip_keeps_what_lies_on_the_map() -> None:
    def pieces(*corners: tuple[float, float]) -> list[list[list[float]]]:
        return [piece.tolist() for piece in projection.clip(np.array(corners, dtype=np.float64), 100, 50)]

    assert pieces((10, 10), (20, 20), (30, 10)) == [[[10, 10], [20, 20], [30, 10]]]
    assert pieces((-50, 25), (150, 25)) == [[[0, 25], [100, 25]]]
    assert pieces((50, 25), (50, 90), (60, 90), (60, 25)) == [[[50, 25], [50, 50]], [[60, 50], [60, 25]]]
    assert pieces((-10, -10), (-20, 60)) == []
    assert pieces((5, 5)) == []


def test_labels_never_share_a_spot() -> None:
    room = Room(600, 300)
    level = Spot(300, 150, 0.0, 200, 40)
    assert room.free(level)
    room.take(level)
    assert not room.free(Spot(300, 150, -math.pi / 2, 200, 40))
    assert not room.free(Spot(395, 165, 0.0, 20, 20))
    assert room.free(Spot(300, 220, 0.0, 200, 40))
    assert not room.free(Spot(590, 250, 0.0, 200, 40)), "it would hang over the edge"


def test_an_area_label_goes_inside_and_high_up() -> None:
    room = Room(600, 600)
    inside = np.zeros(room.taken.shape, dtype=np.bool_)
    inside[20:80, 50:95] = True
    spot = room.upright(inside, 180, 42)
    assert spot is not None
    assert (spot.x - 90 >= 300, spot.x + 90 <= 570, spot.y - 21 == pytest.approx(120, abs=6)) == (True, True, True)
    assert room.upright(np.zeros_like(inside), 180, 42) is None


def test_street_names_follow_straight_stretches_and_are_never_upside_down() -> None:
    leftwards = np.array([(500.0, 100.0), (100.0, 180.0)])
    spot = next(projection.spots_along(leftwards, 200, 40))
    assert (spot.x, spot.y) == pytest.approx((300, 140))
    assert spot.angle == pytest.approx(math.atan2(-80, 400))
    down = np.array([(100.0, 100.0), (101.0, 500.0)])
    assert next(projection.spots_along(down, 200, 40)).angle == -math.pi / 2
    corner = np.array([(0.0, 0.0), (150.0, 0.0), (150.0, 150.0)])
    assert list(projection.spots_along(corner, 200, 40)) == []
    assert list(projection.spots_along(leftwards, 900, 40)) == []


def test_a_real_beat_fills_the_map() -> None:
    require("shared")
    path = SHARED / "data/polygons/chicago_police_beats_2012-12_simplified.geojson"
    found = [f for f in json.loads(path.read_text())["features"] if f["properties"]["BEAT_NUM"] == "0835"]
    outline = json.dumps(found[0]["geometry"])
    marks = (MapMark(1, Place("7900 block S Western Ave", 41.7497, -87.6829, 100)),)
    image = opened(replace(EMPTY, areas=(MapArea("Beat 0835", outline),), marks=marks))
    inside = pixels_of(image, "#FFFDF5") + pixels_of(image, MARK_COLOURS[0])
    assert inside > 0.3 * picture.WIDTH * picture.HEIGHT
