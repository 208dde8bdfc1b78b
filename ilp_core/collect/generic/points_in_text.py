"""Latitude and longitude in one column: "(41.88, -87.63)", "POINT (-87.63 41.88)" and GeoJSON points."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"[+-]?\d{1,3}(?:\.\d+)?"

#: A pair in brackets or bare, latitude first; well-known text or GeoJSON, longitude first (OGC 06-103r4, RFC 7946).
POINT: Final = re.compile(
    rf"(?:.*\n)?\(?(?P<lat>{_NUMBER})°?[,; ] ?(?P<lon>{_NUMBER})°?\)?"
    rf"|(?:SRID=4326;)?POINT ?\((?P<x>{_NUMBER}) (?P<y>{_NUMBER})\)"
    rf"|\{{.{{0,40}}[\"']coordinates[\"']: ?\[(?P<gx>{_NUMBER}), ?(?P<gy>{_NUMBER})\].{{0,40}}\}}",
    re.I,
)


def split_point(text: str) -> tuple[str, str]:
    """The latitude and longitude in a text, as texts; two empty ones where it holds none."""
    found = POINT.fullmatch(text.strip())
    if found is None:
        return "", ""
    for lat, lon in (("lat", "lon"), ("y", "x"), ("gy", "gx")):
        if found[lat]:
            return found[lat], found[lon]
    return "", ""
