"""The view: the city of one data version, with what turns its metres into places and what analysts said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

from ilp_core.analyse.city import City
from ilp_core.analyse.frame import IncidentFrame
from ilp_core.analyse.frame_build import build_frame
from ilp_core.analyse.frame_extend import extend_frame
from ilp_core.analyse.hotspots import parent_of
from ilp_core.analyse.sinks import Decided, keys_near
from ilp_core.assistant.hotspots import Ground
from ilp_core.assistant.where import Atlas, make_atlas
from ilp_core.collect.areas.placing import by_position
from ilp_core.collect.projection import project, unproject
from ilp_core.domain.places import AREA_KINDS, Point
from ilp_core.storage.doubts import DoubtState, KeptDoubt
from ilp_core.storage.uow import UnitOfWork

#: Numbers of doubts about data, and how analysts decided on each.
Decisions = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """The city of one data version with what turns its metres into places.

    ``loads`` are those whose blocks make the version, ``crs`` is the EPSG code of its metres.
    """

    version: int
    ground: Ground
    atlas: Atlas
    decisions: Decisions
    loads: tuple[int, ...]
    crs: int


async def build_view(
    uow: UnitOfWork,
    version: int,
    doubts: Sequence[KeptDoubt],
    decisions: Decisions,
    earlier: Sequence[View] = (),
) -> View:
    """Build the view of a data version; ``doubts`` stand as when ``decisions`` were all that had been said.

    ``earlier`` are views with the same decisions, areas and offence map: only what was loaded after the newest that
    can be added to is read.
    """
    crs = int(await uow.settings.get("crs") or 3857)
    loads = await uow.columns.standing(version)
    areas = await uow.areas.all()
    frame = await _extended(uow, version, crs, loads, earlier)
    if frame is None:
        blocks, rules = await uow.columns.blocks(version), await uow.offences.all()
        frame = await asyncio.to_thread(
            build_frame, blocks, rules, _default_times(doubts), partial(by_position, areas=areas, crs=crs)
        )
    city = City(frame, _decided(frame, doubts, crs))
    atlas = make_atlas({kind: frame.words[kind] for kind in AREA_KINDS}, areas, partial(parent_of, city))
    ground = Ground(
        city,
        lambda x, y: Point(*unproject(crs, x, y)),
        lambda point: project(crs, point.lat, point.lon),
    )
    return View(version, ground, atlas, decisions, loads, crs)


async def _extended(
    uow: UnitOfWork, version: int, crs: int, loads: tuple[int, ...], earlier: Sequence[View]
) -> IncidentFrame | None:
    """The frame of ``loads`` from that of an earlier view whose loads all still stand; None where there is none."""
    fitting = [view for view in earlier if view.loads and view.crs == crs and view.loads == loads[: len(view.loads)]]
    if not fitting:
        return None
    before = max(fitting, key=lambda view: len(view.loads))
    blocks = await uow.columns.blocks(version, after=before.loads[-1])
    return await asyncio.to_thread(extend_frame, before.ground.city.frame, blocks)


def decisions_of(doubts: Sequence[KeptDoubt]) -> Decisions:
    """What analysts have said so far: the number of each decided doubt and how it was decided."""
    return tuple((doubt.id, doubt.state) for doubt in doubts if doubt.state != "proposed")


def as_decided(doubts: Sequence[KeptDoubt], decisions: Decisions) -> list[KeptDoubt]:
    """The doubts as they stood when ``decisions`` were all that had been said."""
    said = dict(decisions)
    return [replace(doubt, state=cast(DoubtState, said.get(doubt.id, "proposed"))) for doubt in doubts]


def _default_times(doubts: Sequence[KeptDoubt]) -> frozenset[tuple[str, int]]:
    """Sources with the minutes of the day that stand for an unknown hour there, as analysts confirmed."""
    confirmed = [doubt for doubt in doubts if doubt.kind == "default_time" and doubt.state == "confirmed"]
    return frozenset((doubt.source, int(doubt.mark[:2]) * 60 + int(doubt.mark[3:])) for doubt in confirmed)


def _decided(frame: IncidentFrame, doubts: Sequence[KeptDoubt], crs: int) -> Decided:
    """The points on which analysts decided whether they are geocode sinks."""

    def points(state: str) -> list[tuple[float, float]]:
        sinks = [doubt for doubt in doubts if doubt.kind == "sink" and doubt.state == state]
        return [project(crs, float(doubt.data["lat"]), float(doubt.data["lon"])) for doubt in sinks]

    return Decided(keys_near(frame, points("confirmed")), keys_near(frame, points("rejected")))
