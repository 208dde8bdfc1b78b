"""A map as a picture for the phone: outlines, streets, numbered marks, scale, north and source.

Drawn from the stored areas and streets alone, without tiles or network. Everything is told in words as well
(``MapView.text``); colour only repeats what the numbers say. The same view gives the same bytes.
"""

from __future__ import annotations

import bisect
import io
import itertools
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from ilp_core.domain.answers import MapView
from ilp_core.present import projection
from ilp_core.present.projection import Disc, Floats, Room, Spot, Window

#: The picture's size in pixels; chat apps show it about 360 px wide, 0.4 of this.
WIDTH: Final = 900
HEIGHT: Final = 1100
#: Letter sizes in pixels. None below 34: at 360 px wide that is still 13 px, the size of a caption.
TITLE_PX: Final = 44
NUMBER_PX: Final = 48
AREA_PX: Final = 38
STREET_PX: Final = 34
SOURCE_PX: Final = 34
#: Okabe and Ito's palette for the colour-blind ("Color Universal Design", 2008) without black, which is
#: the outlines' and letters' colour; yellow last because it is weakest on a light ground.
MARK_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442")

_PAPER, _GROUND, _AREA, _STREET, _INK = "#FFFFFF", "#E9EDF0", "#FFFDF5", "#B4BBC2", "#16222E"
_FINE: Final = 2  # Shapes are drawn this many times larger and averaged down, for smooth edges.
_EDGE: Final = 24
_DISC_PX: Final = 40.0
_MOST_STREET_NAMES: Final = 24  # Tried, longest first; on a phone about half of them find room.
_MOST_LETTERS: Final = 500  # More than four full lines hold; the rest would only be measured and cut.
_STRIP_PX: Final = 64
_STREET_M: Final = 15  # A street's usual width between buildings: lines to scale where that is readable.
#: Letters without an accent to take off, for the built-in face, which knows only English letters.
_PLAIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "đ": "d"}
    | {"Đ": "D", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "–": "-", "—": "-", "‑": "-", "−": "-", "\u00a0": " "}
)


def draw_map(view: MapView) -> bytes:
    """Return ``view`` as a PNG of WIDTH by HEIGHT pixels whose metadata carries its title and source.

    Raises ValueError where an outline is not a GeoJSON Polygon or MultiPolygon.
    """
    title = _wrapped(view.title, _font(TITLE_PX), WIDTH - 2 * _EDGE, most=3)
    source = _wrapped(view.source, _font(SOURCE_PX), WIDTH - 2 * _EDGE, most=4)
    top = _EDGE + len(title) * (TITLE_PX + 8) + 8
    bottom = HEIGHT - _EDGE // 2 - len(source) * (SOURCE_PX + 6) - _STRIP_PX
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    for n, line in enumerate(title):
        _write(pen, _EDGE, _EDGE + n * (TITLE_PX + 8), line, TITLE_PX, bold=True)
    for n, line in enumerate(source):
        _write(pen, _EDGE, bottom + _STRIP_PX + n * (SOURCE_PX + 6), line, SOURCE_PX)
    ground, window = _draw_ground(view, WIDTH - 2 * _EDGE, bottom - top)
    picture.paste(ground, (_EDGE, top))
    pen.rectangle((_EDGE - 1, top - 1, WIDTH - _EDGE, bottom), outline=_INK, width=2)
    if window is not None:
        _draw_scale(pen, window, _EDGE, bottom + 14)
    _draw_north(pen, WIDTH - _EDGE - 84, bottom + 10)
    return _png(picture, view)


def number_ink(colour: str) -> str:
    """Return black or white, whichever stands out more on ``colour`` (``#RRGGBB``; WCAG 2 contrast)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#FFFFFF"


def _draw_ground(view: MapView, width: int, height: int) -> tuple[Image.Image, Window | None]:
    """Draw everything inside the frame; also return the window shown, or None for a view of nothing."""
    marks = [m for m in view.marks if math.isfinite(m.place.lat) and math.isfinite(m.place.lon)]
    degrees = [(area.label, projection.polygons(area)) for area in view.areas]
    streets = [(street.name, projection.degrees((p.lon, p.lat) for p in street.line)) for street in view.streets]
    # One radius for all discs: wide enough for the longest number at full size.
    radius = max([_DISC_PX, *(_font(NUMBER_PX).getlength(str(m.number)) / 2 + 12 for m in marks)])
    shapes = Image.new("RGB", (width * _FINE, height * _FINE), _GROUND)
    # The streets decide what is shown only where there is nothing else to show.
    outer = [rings[0] for _, parts in degrees for rings in parts]
    corners = outer if outer or marks else [line for _, line in streets]
    window = projection.fit(marks, corners, width, height, radius + 8)
    if window is None:
        return shapes.reduce(_FINE), None
    areas = [(label, [[window.pixels(r) for r in rings] for rings in parts]) for label, parts in degrees]
    lines = [(name, piece) for name, line in streets for piece in projection.clip(window.pixels(line), width, height)]
    discs = projection.discs(marks, window, radius + 2)
    _draw_shapes(shapes, [rings for _, parts in areas for rings in parts], lines, window)
    _draw_discs(ImageDraw.Draw(shapes, "RGBA"), discs, radius)
    picture, room = shapes.reduce(_FINE), Room(width, height)
    _number_discs(picture, room, discs, radius)
    _name_areas(picture, room, areas)
    _name_streets(picture, room, lines)
    return picture, window


def _draw_shapes(
    shapes: Image.Image, areas: list[list[Floats]], lines: Iterable[tuple[str, Floats]], window: Window
) -> None:
    """Draw the areas' ground, the streets on it, and the firm outlines over both."""
    pen = ImageDraw.Draw(shapes)
    for outer, *holes in areas:
        if not holes:
            pen.polygon(_path(outer), fill=_AREA)
            continue
        mask = Image.new("1", shapes.size)
        cutter = ImageDraw.Draw(mask)
        for ring, inside in ((outer, 1), *((hole, 0) for hole in holes)):
            cutter.polygon(_path(ring), fill=inside)
        shapes.paste(_AREA, (0, 0), mask)
    thick = round(min(max(_STREET_M * window.pixels_per_metre, 2), 6) * _FINE)
    for _, line in lines:
        pen.line(_path(line), fill=_STREET, width=thick, joint="curve")
    for ring in (ring for rings in areas for ring in rings):
        # Past its first corner again, so that the joint there is as round as the others.
        pen.line(_path(np.concatenate((ring, ring[:2]))), fill=_INK, width=5 * _FINE, joint="curve")


def _path(line: Floats) -> list[tuple[float, float]]:
    return [(x, y) for x, y in (line * _FINE).tolist()]


def _draw_discs(pen: ImageDraw.ImageDraw, discs: Sequence[Disc], radius: float) -> None:
    """Draw the reaches to scale, then the leader lines, then the discs, so that no disc is drawn over."""
    coloured = list(zip(discs, itertools.cycle(MARK_COLOURS), strict=False))
    for disc, colour in coloured:
        if disc.reach > 0:
            _circle(pen, disc.home, disc.reach, fill=colour + "30", outline=_INK, line=4)
            _circle(pen, disc.home, disc.reach - 1, fill=None, outline=colour, line=2)
    for disc, colour in coloured:
        if disc.moved > 1:
            pen.line(_path(np.stack((disc.home, disc.at))), fill=_INK, width=4 * _FINE)
            _circle(pen, disc.home, 9, fill=colour, outline=_INK, line=3)
    for disc, colour in coloured:
        _circle(pen, disc.at, radius + 2, fill=_PAPER, outline=None, line=0)
        _circle(pen, disc.at, radius, fill=colour, outline=_INK, line=3)


def _circle(
    pen: ImageDraw.ImageDraw, middle: Floats, radius: float, fill: str | None, outline: str | None, line: int
) -> None:
    (x, y), reach = middle * _FINE, max(radius, 1.0) * _FINE
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill, outline=outline, width=line * _FINE)


def _number_discs(picture: Image.Image, room: Room, discs: Sequence[Disc], radius: float) -> None:
    """Write the numbers, and keep discs and leader lines free of other letters."""
    pen, font = ImageDraw.Draw(picture), _font(NUMBER_PX)
    for disc, colour in zip(discs, itertools.cycle(MARK_COLOURS), strict=False):
        ink, (x, y) = number_ink(colour), disc.at.tolist()
        pen.text((x, y), str(disc.number), ink, font, anchor="mm", stroke_width=1, stroke_fill=ink)
        room.take(Spot(x, y, 0.0, 2 * radius + 8, 2 * radius + 8))
        (across, down), (left, top) = (disc.at - disc.home).tolist(), ((disc.at + disc.home) / 2).tolist()
        room.take(Spot(left, top, math.atan2(down, across), disc.moved + 20, 20))


def _name_areas(picture: Image.Image, room: Room, areas: Iterable[tuple[str, list[list[Floats]]]]) -> None:
    """Label each area once, high up inside it."""
    for name, parts in areas:
        label = _cut(_plain(name), _font(AREA_PX), 0.6 * picture.width)
        inside = Image.new("1", room.taken.shape[::-1])
        cutter = ImageDraw.Draw(inside)
        for outer, *_ in parts:
            cutter.polygon([(x, y) for x, y in (outer / projection.CELL_PX).tolist()], fill=1)
        # Looked for with margins, which keep it off the outline.
        length = _font(AREA_PX).getlength(label) + 24
        spot = room.upright(np.asarray(inside, dtype=np.bool_), length, AREA_PX + 16)
        if label and spot is not None:
            room.take(spot)
            _letter(picture, spot, label, AREA_PX, bold=True)


def _name_streets(picture: Image.Image, room: Room, lines: Iterable[tuple[str, Floats]]) -> None:
    """Name the streets longest in view, each once, along itself where the name finds room."""
    pieces: dict[str, list[tuple[float, Floats]]] = defaultdict(list)
    for name, line in lines:
        pieces[_plain(name)].append((float(projection.lengths(line).sum()), line))
    named = (name for name in pieces if name.strip("? "))
    longest = sorted(named, key=lambda name: (-sum(length for length, _ in pieces[name]), name))
    for name in longest[:_MOST_STREET_NAMES]:
        label = _cut(name, _font(STREET_PX), 0.6 * picture.width)
        length = _font(STREET_PX).getlength(label) + 16
        by_length = sorted(pieces[name], key=lambda piece: -piece[0])
        spots = (s for _, line in by_length for s in projection.spots_along(line, length, STREET_PX + 12))
        spot = next((spot for spot in spots if room.free(spot)), None)
        if spot is not None:
            room.take(spot)
            _letter(picture, spot, label, STREET_PX)


def _letter(picture: Image.Image, spot: Spot, text: str, size: int, *, bold: bool = False) -> None:
    """Write a label at its angle, with a light rim that lifts it off the lines below."""
    tile = Image.new("RGBA", (round(spot.length) + 8, round(spot.height) + 8), (255, 255, 255, 0))
    pen = ImageDraw.Draw(tile)
    middle = (tile.width / 2, tile.height / 2)
    pen.text(middle, text, _PAPER, _font(size), anchor="mm", stroke_width=5, stroke_fill=_PAPER)
    pen.text(middle, text, _INK, _font(size), anchor="mm", stroke_width=int(bold), stroke_fill=_INK)
    if spot.angle:
        tile = tile.rotate(-math.degrees(spot.angle), Image.Resampling.BICUBIC, expand=True)
    picture.paste(tile, (round(spot.x - tile.width / 2), round(spot.y - tile.height / 2)), tile)


def _draw_scale(pen: ImageDraw.ImageDraw, window: Window, x: int, y: int) -> None:
    """Draw a bar of the longest round length that stays below 0.35 of the map's width."""
    most = 0.35 * window.width / window.pixels_per_metre
    power = 10 ** math.floor(math.log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    end, foot = x + round(metres * window.pixels_per_metre), y + 22
    pen.line((x, foot, end, foot), fill=_INK, width=5)
    for at in (x, end):
        pen.line((at, foot - 12, at, foot + 12), fill=_INK, width=5)
    label = f"{metres:g} m" if metres < 1000 else f"{metres / 1000:,.0f} km"
    _write(pen, end + 16, foot - STREET_PX // 2 - 2, label, STREET_PX)


def _draw_north(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    pen.polygon([(x + 20, y), (x + 36, y + 42), (x + 20, y + 32), (x + 4, y + 42)], fill=_INK)
    _write(pen, x + 48, y + 2, "N", SOURCE_PX, bold=True)


def _write(pen: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, *, bold: bool = False) -> None:
    pen.text((x, y), text, _INK, _font(size), stroke_width=int(bold), stroke_fill=_INK)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType: install its published wheel")
    return font


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> bool:
    # U+FFFF is never a character, so its shape is the face's box for "no such letter".
    return bytes(_font(SOURCE_PX).getmask(letter)) != bytes(_font(SOURCE_PX).getmask("\uffff"))


def _plain(text: str) -> str:
    """Return text in letters the built-in face has: accents taken off, each other run as one question mark."""
    spread = unicodedata.normalize("NFKD", " ".join(text[:_MOST_LETTERS].translate(_PLAIN).split()))
    plain = ""
    for letter in spread:
        if letter.isprintable() and _drawable(letter):
            plain += letter
        elif not unicodedata.combining(letter) and not plain.endswith("?"):
            plain += "?"
    return plain


def _cut(text: str, font: ImageFont.FreeTypeFont, most: float) -> str:
    """Return text no wider than ``most`` pixels, ending in an ellipsis where it was cut."""
    if font.getlength(text) <= most:
        return text
    kept = bisect.bisect_right(range(1, len(text)), most, key=lambda n: font.getlength(text[:n] + "…"))
    return text[:kept].rstrip() + "…"


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """Break text into lines of at most ``width`` pixels; what exceeds ``most`` lines ends in an ellipsis."""
    lines = _broken(text, font, width)
    # As narrow as the same number of lines allows, so that no word stands alone on the last one.
    narrower = (_broken(text, font, width * share / 10) for share in range(5, 10) if len(lines) <= most)
    lines = next((found for found in narrower if len(found) == len(lines)), lines)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, font, width) for line in kept if line]


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in _plain(text).split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _png(picture: Image.Image, view: MapView) -> bytes:
    texts = PngImagePlugin.PngInfo()
    for keyword, text in ("Title", view.title), ("Source", view.source), ("Description", view.text):
        texts.add_text(keyword, text)
    kept = io.BytesIO()
    picture.save(kept, "PNG", pnginfo=texts, compress_level=4)
    return kept.getvalue()
