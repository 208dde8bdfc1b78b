"""Sentences about files of areas: why one cannot be used, and what an import of areas says."""

from __future__ import annotations

from typing import Final

NO_KIND: Final = "There is no kind of area {kind}. The kinds are: {kinds}."

NO_FILE_OF_AREAS: Final = (
    "{file} is not a GeoJSON file, GeoPackage or Shapefile of areas. Export the areas as one of these."
)
NO_AREAS: Final = "{file} holds no areas. Export it again."
TOO_MANY: Final = "{file} holds more than {most:,} areas, which are no beats or districts. Choose another file."
TOO_LARGE: Final = "{file} is larger than {most} MB unpacked. Simplify its outlines and export it again."
BROKEN: Final = "{file} is not a whole {format}. Copy or export it again."
UNREADABLE: Final = (
    "{file} cannot be read ({why}). Check its permissions and the room on the disk, or export it again."
)
STILL_OPEN: Final = "{file} is open in another program that has not saved it. Close it there and import it again."
BROKEN_ZIP: Final = "{file} is not a whole ZIP, or it is encrypted. Export it again without a password."
NO_SHAPEFILE: Final = "{file} holds no Shapefile. Unpack it and import the file inside."
NO_PART: Final = "{file} lacks {parts}. Keep the .shp, .shx, .dbf and .prj of a Shapefile together."
NOT_THE_SHP: Final = "{file} is a part of a Shapefile. Name the .shp beside it."
UNUSUAL: Final = "{file} computes some of its content. Export the layer to a new GeoPackage and import that."

NO_LAYERS: Final = "{file} has no layers to choose from. Leave --layer out."
NO_LAYER: Final = "{file} has no layer {layer}. Its layers are: {layers}."
WHICH_LAYER: Final = "{file} has more than one layer: {layers}. Say which one with --layer."

NO_CRS: Final = "There is no coordinate system with EPSG code {code} that a map could be drawn in. Check --crs."
WHICH_CRS: Final = (
    "The coordinates of {file} are not in degrees, and it does not say what they are. Say so with --crs, such as "
    "--crs 2263, or export it again in WGS 84 (EPSG:4326)."
)
OTHER_CRS: Final = "{file} says itself that its coordinates are {crs}. Leave --crs out."
NOT_IN_CRS: Final = "The coordinates of {file} do not fit {crs}. Check the coordinate system with who made the file."

NO_FIELD: Final = "{file} has no field {field}. Its fields are: {fields}."
NO_FIELDS: Final = "none"
WHICH_CODE: Final = "Say with --code which field of {file} holds the code of an area. Its fields are: {fields}."
LIKELY_CODE: Final = " {field} looks like it: add --code {field}."
FIELD: Final = "{field} ({samples})"
MORE_FIELDS: Final = "and {count} more"

REJECTED: Final = (
    "{rejected} of {features} features of {file} were rejected ({reasons}). "
    "Nothing was stored. Check the file and the name of its code field."
)
NOT_JOINED: Final = "The parts of area {code} in {file} cannot be joined. Mend its outlines and export it again."

REPORT: Final = "{file}: {areas} areas of kind {kind} from {features} features"
REPORT_CHANGES: Final = "  added {added} · changed {changed} · same {same}"
REPORT_CRS: Final = "  coordinates read as {crs} · outlines mended {mended}"
REPORT_REJECTED: Final = "  rejected {count}: {reason}"
