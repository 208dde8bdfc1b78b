"""What a load report says, made fit to be shown: foreign text made harmless, counts ranked, the verdict in words.

The texts in a report come from files that anybody may have written, and older loads keep reports with fewer keys.
So every text passes ``foreign.seen``, and every key may be absent.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from ilp_core.present.dates import span
from ilp_core.present.foreign import seen
from ilp_core.words import imports as words
from ilp_core.words import loads, names

FATES: Final = ("loaded", "updated", "known", "rejected")
#: The reason of a row that the file's end cut, as ``collect/csv_table.py`` writes it.
_CUT_OFF: Final = "cut off"
#: What may have made several codes or keys one, and so must not stand below the end of a list that is cut. As it
#: stands in reports: in English.
_GRAVE: Final = frozenset({loads.WART_SPREADSHEET})
#: Signs of a sentence that ``collect`` wrote, in which a foreign text may stand [this project's choice].
SENTENCE: Final = 400


def mapping(report: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping under ``key``; an empty one where the report has none."""
    value = report.get(key)
    return value if isinstance(value, Mapping) else {}


def listed(report: Mapping[str, Any], key: str) -> Sequence[Any]:
    """The list under ``key``; an empty one where the report has none."""
    value = report.get(key)
    return value if isinstance(value, list | tuple) else ()


def count(value: object) -> int:
    """A count; 0 for what is none."""
    return int(value) if isinstance(value, int | float) and value == value and abs(value) < 1e18 else 0


def fates(report: Mapping[str, Any]) -> dict[str, int]:
    """Rows by fate, in the order of ``FATES``; ``rejected`` over all reasons."""
    found = {fate: count(report.get(fate)) for fate in FATES}
    rejected = report.get("rejected")
    if isinstance(rejected, Mapping):
        found["rejected"] = sum(map(count, rejected.values()))
    return found


def ranked(counts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Name and count, most first, names as they came."""
    return sorted(((str(name), count(n)) for name, n in counts.items()), key=lambda item: (-item[1], item[0]))


def warts(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What was mended or odd and in how many rows: first what may have spoiled the file, then most rows first."""
    return sorted(ranked(mapping(report, "warts")), key=lambda item: item[0] not in _GRAVE)


def sentences(report: Mapping[str, Any], key: str) -> list[str]:
    """The list of sentences under ``key``, each once."""
    return list(dict.fromkeys(seen(each, SENTENCE) for each in listed(report, key)))


def cannot_answer(report: Mapping[str, Any]) -> list[str]:
    """What this data cannot answer; that of coarse dates first."""
    said = sentences(report, "cannot_answer")
    if coarse(report):
        coarsest = words.COARSE[str(report["precision"])]
        # A source may say the same in its own words: "Months only: ...".
        topic = coarsest.partition(":")[0]
        own = [each for each in said if each.partition(":")[0] == topic]
        said = [*(own or [coarsest]), *(each for each in said if each not in own)]
    return said


def coarse(report: Mapping[str, Any]) -> bool:
    """Whether the data knows no time of day at all."""
    return str(report.get("precision")) in words.COARSE


def percent(share: object, decimals: int = 1) -> str:
    """``98.4%``; a share that is not all or nothing is never rounded to it."""
    value = float(share) if isinstance(share, int | float) else 0.0
    least = 10**-decimals
    if 0 < value < 1 and round(value * 100, decimals) >= 100:
        return f"over {100 - least:.{decimals}f}%"
    if 0 < value * 100 < least / 2:
        return f"under {least:.{decimals}f}%"
    return f"{value:.{decimals}%}"


def verdict(report: Mapping[str, Any]) -> list[str]:
    """What came of the file, most important first, in one to five sentences."""
    said = remarks(report)
    # Where the load does not count any more, that comes before all else.
    said.insert(1 if report.get("undone_by") is not None else 0, _first(report))
    return said


def remarks(report: Mapping[str, Any]) -> list[str]:
    """What the verdict says beyond the counts of rows."""
    said = []
    if report.get("undone_by") is not None:
        said.append(words.UNDONE.format(load=seen(report["undone_by"])))
    if _cut(report):
        said.append(words.CUT_OFF)
    withdrawn = count(report.get("withdrawn"))
    if withdrawn:
        said.append(words.WITHDRAWN_ONE if withdrawn == 1 else words.WITHDRAWN.format(count=f"{withdrawn:,}"))
    if report.get("kind") == "stop":
        said.append(words.STOPS_ONLY)
    return said


def nothing_new(report: Mapping[str, Any]) -> str:
    """What is said where no row came in: a file that withdrew records did change something."""
    return words.NOTHING_ADDED if count(report.get("withdrawn")) else words.NOTHING_NEW


def _cut(report: Mapping[str, Any]) -> int:
    return count(mapping(report, "rejected").get(_CUT_OFF))


def _first(report: Mapping[str, Any]) -> str:
    rows = count(report.get("rows"))
    found = fates(report)
    cut = _cut(report)
    if found["rejected"] == cut:
        # The sentence of the cut tells of it.
        found["rejected"] = 0
    if not rows:
        return words.NO_ROWS
    if found["loaded"] == rows:
        return words.ONE_LOADED if rows == 1 else words.ALL_LOADED.format(rows=f"{rows:,}")
    if not (found["loaded"] or found["updated"] or found["known"]):
        return words.NOTHING_KEPT
    if found["known"] and not (found["loaded"] or found["updated"] or cut or found["rejected"]):
        return nothing_new(report)
    parts: list[str] = []
    for fate, n in found.items():
        if n:
            several, one = (words.ROWS, words.ROW) if parts or not cut else (words.WHOLE_ROWS, words.WHOLE_ROW)
            noun = "" if parts else one if n == 1 else several
            parts.append(" ".join(words.DONE[fate].format(count=f"{n:,}", noun=noun).split()))
    return ", ".join(parts) + "."


def source_of(report: Mapping[str, Any]) -> str:
    """Whose records these are, as ``offences accept`` takes it: the source, else the format."""
    return str(report.get("source") or report.get("format") or "")


def layout_of(report: Mapping[str, Any]) -> str:
    """The layout that the file was read as."""
    return seen(report.get("layout") or report.get("format") or "")


def command(template: str, **parts: object) -> str:
    """A command to type, its parts quoted for a shell."""
    return template.format(**{name: shlex.quote(seen(part)) for name, part in parts.items()})


def gaps_of(report: Mapping[str, Any]) -> list[tuple[date, date, bool]]:
    """Runs without a row: first day, last day, and whether they are whole months because the data is."""
    found = []
    for pair in listed(report, "gaps"):
        if isinstance(pair, list | tuple) and len(pair) == 2:
            start, end = span(pair[0]), span(pair[1])
            if start and end and start[0] <= end[1]:
                found.append((start[0], end[1], len(str(pair[0])) == 7))
    return found


def offence_name(slug: object) -> str:
    """What an offence is called; the slug itself where it is none of the desk's."""
    return names.offence(str(slug), 2) if str(slug) in names.OFFENCE else seen(slug)


def score(value: object) -> str:
    """A likeness of 0 to 1, or of 0 to 100, as a percentage."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return percent(number / 100 if number > 1 else number, 0)


def agreement(report: Mapping[str, Any]) -> list[tuple[str, float | None, list[str]]]:
    """Per area kind its name, the share that agrees (None where nothing could be compared), and sentences."""
    found = []
    for kind, part in mapping(report, "agreement").items():
        if not isinstance(part, Mapping):
            continue
        comparable = count(part.get("comparable"))
        share = part.get("share") if comparable else None
        head = words.AGREES if isinstance(share, int | float) else words.AGREES_NONE
        said = [head.format(kind=seen(kind), share=percent(share), comparable=f"{comparable:,}")]
        for key, sentence in (("nowhere", words.NOWHERE), ("filled", words.FILLED)):
            if count(part.get(key)):
                said.append(sentence.format(count=f"{count(part[key]):,}"))
        found.append((seen(kind), share if isinstance(share, int | float) else None, said))
    return found


def doubts(report: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """What an analyst is asked to decide, most rows first."""
    found = [each for each in listed(report, "doubts") if isinstance(each, Mapping)]
    return sorted(found, key=lambda each: -count(each.get("rows")))


def doubt_words(doubt: Mapping[str, Any]) -> str:
    """What is doubted, without the reason: the place or the time, and how many rows."""
    rows = f"{count(doubt.get('rows')):,}"
    if doubt.get("kind") == "default_time":
        return words.DEFAULT_TIME.format(
            time=seen(doubt.get("time", "")), rows=rows, expected=f"{count(doubt.get('expected')):,}"
        )
    if doubt.get("kind") != "sink":
        return words.SUSPECT.format(kind=seen(doubt.get("kind", "")), rows=rows)
    kinds = doubt.get("kinds")
    number = len(kinds) if isinstance(kinds, list | tuple | Mapping) else count(kinds)
    return words.SINK.format(
        label=seen(doubt.get("label") or "?"),
        lat=_degrees(doubt.get("lat")),
        lon=_degrees(doubt.get("lon")),
        rows=rows,
        kinds=words.SINK_KINDS.format(kinds=number) if number else "",
    )


def doubt_head(doubt: Mapping[str, Any]) -> str:
    """What is doubted, where the reason beside it tells how many rows; all of it where there is no reason."""
    if doubt.get("why") and doubt.get("kind") == "default_time":
        return words.DEFAULT_TIME_HEAD.format(time=seen(doubt.get("time", "")))
    if doubt.get("why") and doubt.get("kind") == "sink":
        label = seen(doubt.get("label") or "?")
        return words.SINK_HEAD.format(label=label, lat=_degrees(doubt.get("lat")), lon=_degrees(doubt.get("lon")))
    return doubt_words(doubt)


def _degrees(value: object) -> str:
    return f"{value:.5f}" if isinstance(value, int | float) else "?"
