"""The count of one run: what its files brought, in figures and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ilp_core.domain.feeds import Feed
from ilp_core.domain.incidents import LoadReport
from ilp_core.words import feeds as words

#: Files that a sentence names one by one.
_NAMED: Final = 3


@dataclass
class Tally:
    """What a run brought so far. ``refused`` has a sentence for every file that could not be used."""

    files: int = 0
    loaded: int = 0
    updated: int = 0
    known: int = 0
    rejected: int = 0
    loads: list[int] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    again_soon: bool = False

    def add(self, reports: Sequence[LoadReport]) -> None:
        """Count a file that was loaded, by its reports."""
        self.files += 1
        for report in reports:
            self.loaded += report.loaded
            self.updated += report.updated
            self.known += report.known
            self.rejected += sum(report.rejected.values())
            if report.load is not None:
                self.loads.append(report.load)

    def refuse(self, name: str, why: str) -> None:
        """Count a file that could not be used."""
        self.refused[name] = why

    def counts(self) -> dict[str, int]:
        """The figures alone."""
        return {
            "files": self.files,
            "loaded": self.loaded,
            "updated": self.updated,
            "known": self.known,
            "rejected": self.rejected,
            "refused": len(self.refused),
        }

    def sentence(self, feed: Feed) -> str:
        """What the run brought, file by file where some were refused; ``feed`` knows those refused or passed over
        before."""
        said = [words.NOTHING_NEW]
        if self.files:
            files = words.ONE_FILE if self.files == 1 else words.FILES.format(count=self.files)
            said = [words.BROUGHT.format(**{**self.counts(), "files": files})]
        said += [words.REFUSED.format(name=name, why=why) for name, why in list(self.refused.items())[:_NAMED]]
        if earlier := [name for name in feed.refused if name not in self.refused]:
            said.append(words.STILL_REFUSED.format(names=some(earlier)))
        if self.waiting:
            said.append(words.WAITING.format(names=some(self.waiting)))
        if feed.left_alone.count:
            patterns = ", ".join(feed.options.patterns)
            names = some(feed.left_alone.first, feed.left_alone.count)
            said.append(words.LEFT.format(names=names, patterns=patterns))
        return " ".join(said)


def some(names: Sequence[str], count: int | None = None) -> str:
    """The first few names, and how many more of ``count`` there are."""
    count = len(names) if count is None else count
    first = ", ".join(names[:_NAMED])
    return first if count <= _NAMED else words.MORE.format(names=first, count=count - _NAMED)
