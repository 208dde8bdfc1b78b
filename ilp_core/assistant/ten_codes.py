"""The ten-codes in force: the agency's own, else its country's preset, and what one of them means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ilp_core.assistant.rules import table
from ilp_core.domain.agency import Preset
from ilp_core.domain.ten_codes import TenCode


@cache
def preset_codes(preset: Preset) -> tuple[TenCode, ...]:
    """The codes that come with a preset; none of them is confirmed, since agencies differ. The UK uses none."""
    return tuple(
        TenCode(row["code"], row["meaning"], row["emergency"] == "yes", row["confirmed"] == "yes")
        for row in table("ten_codes")
        if row["preset"] == preset
    )


def code_named(text: str, codes: Iterable[TenCode]) -> TenCode | None:
    """The code that a normalised message names, as 10-33, 10 33 or 10/33, or None."""
    named = {re.sub(r"[ /-]+", "-", code.code.casefold()): code for code in codes}
    tried = re.findall(r"(?<![\w-])(\w+[ /-]\w+)(?![\w-])", text) + re.findall(r"(?<![\w-])\w+ (\w+[ /-]\w+)", text)
    return next((named[key] for key in (re.sub(r"[ /-]", "-", each) for each in tried) if key in named), None)
