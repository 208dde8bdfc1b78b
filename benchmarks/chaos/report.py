"""What a chaos run shows: what was lost, what came twice, what came out of order."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

_CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{6}\b")


@dataclass(frozen=True, slots=True)
class Report:
    """``doubled`` messages arrived more than once; ``maybe`` tries of the courier may have arrived or not."""

    sent: int
    answered: int
    lost: int
    doubled: int
    maybe: int
    misordered: int
    kills: int
    seconds: float

    @property
    def good(self) -> bool:
        """Nothing lost, nothing out of order, and a double only where the courier knew of the doubt."""
        return self.lost == 0 and self.misordered == 0 and self.doubled <= self.maybe

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())


def judge(
    asked: Mapping[int, Sequence[str]],
    ledger: Sequence[Mapping[str, object]],
    *,
    maybe: int,
    kills: int,
    seconds: float,
) -> Report:
    """Compare what each chat asked, in order, with what reached it: ``ledger`` rows in order of effect.

    A question is the code in it. The first answer to each counts for the order; later ones are doubles. A chat that
    asked nothing and got something is misordered too.
    """
    reached: dict[int, list[str]] = defaultdict(list)
    for row in ledger:
        found = _CODE.search(str(row["text"]))
        if found:
            reached[int(str(row["chat"]))].append(found[0])
    lost = doubled = misordered = answered = 0
    for chat in asked.keys() | reached.keys():
        wanted, got = asked.get(chat, []), reached.get(chat, [])
        counts = Counter(got)
        lost += sum(code not in counts for code in wanted)
        doubled += sum(number - 1 for number in counts.values())
        answered += len(counts)
        place = {code: number for number, code in enumerate(wanted)}
        firsts = [place[code] for code in dict.fromkeys(got) if code in place]
        misordered += sum(later < earlier for earlier, later in pairwise(firsts))
        misordered += len(counts) - len(firsts)
    return Report(sum(map(len, asked.values())), answered, lost, doubled, maybe, misordered, kills, round(seconds, 1))
