"""How often a proposed offence is right: ``python -m benchmarks.offence_match``.

The descriptions of one source are held out in turn and proposed from those of all others. Printed per threshold:
of the proposals the share with the right slug, the same of all descriptions, and the share of proposals that would
rank places although the held-out rule does not. Codes whose label says that no description is published are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ilp_core.collect.offences.match import propose
from ilp_core.collect.offences.presets import offence_rules
from ilp_core.domain.offences import OffenceRule

#: Sources that describe their codes in words of their own.
HELD_OUT = ("chicago", "nypd", "lapd", "sfpd", "beatdesk", "police-uk", "memphis")
THRESHOLDS = (0, 60, 70, 75, 80, 85, 90, 95)


def outcomes(source: str) -> Iterator[tuple[float, bool, bool]]:
    """Per description of ``source``: the likeness, whether the slug is right, whether it would wrongly rank."""
    others = [rule for rule in offence_rules() if rule.source != source]
    held: dict[str, OffenceRule] = {
        # The code is hidden too, so that nothing but the words can tell.
        f"#{rule.code}": rule
        for rule in offence_rules()
        if rule.source == source and "is published)" not in rule.label
    }
    found = propose({code: rule.label for code, rule in held.items()}, others, least=0)
    for code, rule in held.items():
        if code in found:
            guess = found[code]
            yield guess.score, guess.slug == rule.slug, guess.rankable and not rule.rankable
        else:
            yield -1.0, False, False


def main() -> None:
    by_source = {source: list(outcomes(source)) for source in HELD_OUT}
    everything = [each for each_source in by_source.values() for each in each_source]
    print(f"{len(everything):,} descriptions: share right of the proposed, of all; would rank and must not")
    print("threshold  " + "".join(f"{name:>20}" for name in ("all", *HELD_OUT)))
    for threshold in THRESHOLDS:
        cells = []
        for rows in (everything, *by_source.values()):
            taken = [row for row in rows if row[0] >= threshold]
            right = sum(row[1] for row in taken)
            shares = (
                right / max(1, len(taken)),
                right / len(rows),
                sum(row[2] for row in taken) / max(1, len(taken)),
            )
            cells.append("{:.1%} {:.1%} {:.1%}".format(*shares))
        print(f"{threshold:9}  " + "".join(f"{cell:>20}" for cell in cells))


if __name__ == "__main__":
    main()
