"""The time zone at a position, offline."""

from __future__ import annotations


def zone_at(lat: float, lon: float) -> str | None:
    """The zone's name at a position in degrees; None at sea, where a zone is only a stretch of longitude."""
    # Its map is unpacked on first use: only a file that does not say its zone pays for it.
    from tzfpy import get_tz

    name = get_tz(lon, lat)
    return None if not name or name.startswith("Etc/") else name
