"""Names of the settings that this room keeps: what the first load decided, and what was agreed on since."""

from __future__ import annotations

from typing import Final

#: The agency's zone, the EPSG code of its metres, the box its first load lay in.
ZONE: Final = "zone"
CRS: Final = "crs"
EXTENT: Final = "extent"
#: A confirmed mapping is kept under this and a digest of the header that it is for.
MAPPING: Final = "mapping:"
