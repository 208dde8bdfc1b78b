"""Each field its column: the best pairs of name and values first, one column for one field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ilp_core.collect.generic.fits import fit, reason
from ilp_core.collect.generic.names import LEFT_OUT, LIKE, OTHER, NameScores, without_time
from ilp_core.collect.generic.traits import MOST, Traits
from ilp_core.collect.generic.understood import FIELDS, TIMES, Match, Question
from ilp_core.words import mapping as words

#: What the name and what the values give to a score of 100 [this project's choice].
_NAME: Final = 0.6
_VALUES: Final = 40.0
#: A column is not matched below this [this project's choice].
_LEAST: Final = 60.0
#: A name known for something the desk does not use keeps its column out from this on.
_KNOWN: Final = 80.0
#: About an offence a name must not say something else this much more clearly: "location category" is a place's.
_CLEARER: Final = 8.0
#: Two columns closer than this are equally good; so near a name must be for two clock times to be told apart.
_EQUAL: Final = 0.25
_SAME_STEM: Final = 80.0
#: A column clearly serves a field whose name is its own from this likeness on [this project's choice].
_SURE: Final = 90.0

_MATCHED: Final = (*(name for name in FIELDS if name not in ("lat", "lon", "point")), "category")
_CHOOSY: Final = ("code", "description", "category", "block")
#: Fields about which a doubt is asked: without them there is no record.
_ASKED: Final = ("occurred_from", "code", "description")


@dataclass(slots=True)
class Matching:
    """Fields and their matches, filled step by step; ``free`` are the columns that serve none yet."""

    columns: Mapping[str, Traits]
    names: NameScores
    free: dict[str, Traits]
    left_out: tuple[str, ...]
    found: dict[str, Match] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def take(self, name: str, match: Match) -> None:
        """Let ``match`` serve the field ``name``."""
        self.found[name] = match
        for column in match.columns:
            self.free.pop(column, None)


def begin(columns: Mapping[str, Traits], names: NameScores) -> Matching:
    """All columns but those about persons and those known to be of no use here."""
    left_out, free = [], {}
    for name, column in columns.items():
        best = max(names.of(name, wanted) for wanted in (*_MATCHED, "clock", "lat", "lon", "point"))
        person, other = names.of(name, LEFT_OUT), names.of(name, OTHER)
        if name in names.persons or (person >= _KNOWN and person > max(best, other)):
            left_out.append(name)
        elif not (other >= _KNOWN and other > best) and column.column.words:
            free[name] = column
    return Matching(columns, names, free, tuple(left_out))


def match_columns(matching: Matching) -> None:
    """Match the free columns to fields, then join clock times to dates and categories to descriptions."""
    scored = _scored(matching)
    for _, wanted, column in scored:
        if wanted in matching.found or column not in matching.free:
            continue
        score = _score(wanted, matching.free[column], matching.names)
        traits = matching.free[column]
        matching.take(wanted, Match((column,), round(min(score, 100)), reason(wanted, traits), traits.samples))
    _ask(matching, scored)
    _time_of_last_resort(matching)
    _join_clocks(matching)
    _join_category(matching)


def _score(wanted: str, column: Traits, names: NameScores) -> float:
    name = names.of(column.name, wanted)
    if wanted in _CHOOSY:
        # A clearer name counts only for a field that the values suit: "Offence" full of codes is a code.
        best = max((names.of(column.name, other) for other in _MATCHED if fit(other, column) > 0), default=0.0)
        if best - name > _CLEARER:
            return 0.0
    suits = fit(wanted, column) if name >= LIKE else 0.0
    return _NAME * name + _VALUES * suits if suits > 0 else 0.0


def _scored(matching: Matching) -> list[tuple[float, str, str]]:
    order = {name: place for place, name in enumerate(matching.columns)}
    scored = [
        (score, wanted, name)
        for name, column in matching.free.items()
        for wanted in _MATCHED
        if (score := _score(wanted, column, matching.names)) >= _LEAST
    ]
    return sorted(scored, key=lambda one: (-one[0], order[one[2]], one[1]))


def _ask(matching: Matching, scored: list[tuple[float, str, str]]) -> None:
    """Ask where a column fits a field as well as the one that serves it, and clearly serves no other."""
    serves = {match.columns[0]: name for name, match in matching.found.items()}
    for wanted in _ASKED:
        match = matching.found.get(wanted)
        if match is None:
            continue
        best = max(score for score, field_, column in scored if field_ == wanted and column == match.columns[0])
        rivals = [
            column
            for score, field_, column in scored
            if field_ == wanted
            and column != match.columns[0]
            and score >= best - _EQUAL
            and (column in matching.free or matching.names.of(column, serves[column]) < _SURE)
        ]
        if rivals:
            options = (match.columns[0], *rivals[:5])
            text = words.ASK_COLUMN.format(field=words.FIELDS[wanted])
            matching.questions.append(Question(wanted, text, options, options))


def _time_of_last_resort(matching: Matching) -> None:
    """A file's only time is when it happened, also where it is called a report's, or nothing at all."""
    if "occurred_from" in matching.found:
        return
    for other in ("reported", "occurred_to"):
        match = matching.found.pop(other, None)
        if match is not None:
            matching.take("occurred_from", Match(match.columns, min(match.score, 60), words.ONLY_DATE, match.samples))
            return
    dates = [column for column in matching.free.values() if column.dates >= MOST]
    if len(dates) == 1:
        matching.take("occurred_from", Match((dates[0].name,), 55, words.ONLY_DATE, dates[0].samples))


def _join_clocks(matching: Matching) -> None:
    """Give each date without a time of day the clock time whose name is built alike."""
    clocks = [
        name
        for name, column in matching.free.items()
        if matching.names.of(name, "clock") >= LIKE and fit("clock", column) > 0
    ]
    dates = [name for name in TIMES if name in matching.found and name != "stamp"]
    dates = [name for name in dates if matching.columns[matching.found[name].columns[0]].with_clock < 0.05]
    pairs = sorted(
        ((-_alike(matching.found[name].columns[0], clock), place, name, clock))
        for place, name in enumerate(dates)
        for clock in clocks
    )
    joined: set[str] = set()
    for less, _, name, clock in pairs:
        only = name == "occurred_from" and len(clocks) == 1
        if name in joined or clock not in matching.free or (-less < _SAME_STEM and not only):
            continue
        match, column = matching.found[name], matching.free[clock]
        samples = tuple(f"{day} {time}" for day, time in zip(match.samples, column.samples, strict=False))
        matching.take(name, Match((*match.columns, clock), match.score, match.why, samples))
        joined.add(name)


def _alike(date: str, clock: str) -> float:
    from rapidfuzz import fuzz

    stems = without_time(date), without_time(clock)
    return 100.0 if stems[0] == stems[1] else float(fuzz.token_sort_ratio(*stems))


def _join_category(matching: Matching) -> None:
    """An offence's category and its details are one description; a category alone is one too."""
    category = matching.found.pop("category", None)
    if category is None:
        return
    details = matching.found.get("description")
    if details is None:
        matching.take("description", category)
        return
    samples = tuple(f"{part} {rest}" for part, rest in zip(category.samples, details.samples, strict=False))
    columns = (*category.columns, *details.columns)
    matching.take("description", Match(columns, details.score, details.why, samples))
