"""The formats the desk reads. A new source is one more ``Layout`` in this list."""

from __future__ import annotations

from typing import Final

from ilp_core.collect.chicago import CHICAGO
from ilp_core.collect.layout import Layout
from ilp_core.collect.own import OWN

FORMATS: Final[tuple[Layout, ...]] = (CHICAGO, OWN)
