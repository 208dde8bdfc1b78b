"""Basis: what a result stands on, so that every number can be made again and its limits be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ilp_core.analyse.evidence import Evidence, fingerprint
from ilp_core.analyse.frame import IncidentFrame

#: What a parameter of a method may be.
Parameter = str | int | float | bool | None


@dataclass(frozen=True)
class Basis:
    """The ground of one result.

    ``version`` is the data version, ``rows`` how many records counted, ``excluded`` how many were left out by reason
    (those of evidence.EXCLUSIONS, and the method's own, such as a day that is not known) and ``considered`` the sum
    of both. ``inferred`` is True where who initiated a record was inferred from its offence (G05). ``digest`` is that
    of the rows that counted, ``method`` names the method and its revision, ``source`` where it was published, and
    ``parameters`` are all that it was run with.
    """

    version: int
    rows: int
    considered: int
    excluded: Mapping[str, int]
    inferred: bool
    digest: str
    method: str
    source: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


def basis_of(frame: IncidentFrame, evidence: Evidence, method: str, source: str, **parameters: Parameter) -> Basis:
    """The basis of a result of ``method`` on ``evidence``, rows of ``frame``."""
    return Basis(
        version=frame.version,
        rows=len(evidence),
        considered=evidence.considered,
        excluded=dict(evidence.excluded),
        inferred=evidence.inferred,
        digest=fingerprint(frame, evidence.rows),
        method=method,
        source=source,
        parameters=parameters,
    )
