"""How a fetch fails: in one sentence, with whether trying again is of use and how long the portal says to wait."""

from __future__ import annotations

from datetime import timedelta

from ilp_core.domain.errors import WorkError


class FetchError(WorkError):
    """A fetch that failed, and with it the feed's run; nothing of it was loaded.

    ``why`` is a short code for the record. ``lasting`` says that only a person can mend it, so that it is tried again
    once a day. ``wait`` is what the portal asked for.
    """

    def __init__(self, sentence: str, why: str, *, lasting: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.why = why
        self.lasting = lasting
        self.wait = wait
