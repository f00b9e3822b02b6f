"""The document of what was said, from the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from hub.tables import SceneRow, ZoneRow
from hub.voices.document import (
    FEWEST,
    METHOD,
    Figure,
    LeftOut,
    StaffCell,
    VoiceCell,
    VoicesDocument,
)
from hub.voices.figures import Estimated, mean, share
from hub.voices.questions import NPS_DETRACTORS, SCALES, Complaint, Question
from hub.voices.reading import (
    CHANGING,
    NUDGED,
    UNCONFIRMED,
    UNLOGGED,
    Period,
    answers,
    by_cell,
    staff_counts,
    surplus,
)

Cells = Mapping[tuple[str, Question, str], Sequence[int]]


def voices_document(engine: Engine, asked: Period) -> VoicesDocument:
    """What was said in a period."""
    with engine.connect() as connection:
        cells = by_cell(answers(connection, asked))
        names = _Names(connection, asked.store)
        return VoicesDocument(
            store=asked.store,
            name=asked.name,
            first_day=asked.first,
            last_day=asked.last,
            cells=[
                _cell(names, key, cells[key])
                for key in sorted(cells, key=lambda key: (names.place(key[0]), key))
                if not key[2].startswith(":")
            ],
            left_out=[
                _left_out(cells, question)
                for question in Question
                if any(key[1] == question for key in cells)
            ],
            surplus=surplus(connection, asked),
            staff=[
                StaffCell(
                    zone=each.zone,
                    zone_name=names.zone(each.zone),
                    scene=each.scene,
                    scene_name=names.scene(each.scene),
                    what=Complaint(each.what),
                    n=each.n,
                )
                for each in staff_counts(connection, asked)
            ],
            method=METHOD,
        )


class _Names:
    """What zones and scenes are called; what is gone is called by its id."""

    def __init__(self, connection: Connection, store: str) -> None:
        zones = (
            select(col(ZoneRow.id), col(ZoneRow.name))
            .where(col(ZoneRow.store) == store)
            .order_by(col(ZoneRow.position), col(ZoneRow.id))
        )
        self._zones = {row[0]: row[1] for row in connection.execute(zones)}
        scenes = select(col(SceneRow.id), col(SceneRow.body)).order_by(col(SceneRow.revision))
        self._scenes = {row[0]: str(row[1].get("name", "")) for row in connection.execute(scenes)}

    def zone(self, zone: str) -> str:
        return self._zones.get(zone, zone)

    def scene(self, scene: str) -> str:
        return self._scenes.get(scene) or scene

    def place(self, zone: str) -> int:
        return list(self._zones).index(zone) if zone in self._zones else len(self._zones)


def _cell(names: _Names, key: tuple[str, Question, str], said: Sequence[int]) -> VoiceCell:
    zone, question, scene = key
    enough = len(said) >= FEWEST
    scale = SCALES[question]
    return VoiceCell(
        zone=zone,
        zone_name=names.zone(zone),
        question=question,
        scene=scene,
        scene_name=names.scene(scene),
        n=_told(len(said)),
        mean=_figure(mean(said, scale.low, scale.high)) if enough else None,
        top=_figure(share(sum(each >= scale.top for each in said), len(said))) if enough else None,
        nps=_figure(_nps(said)) if enough and question is Question.NPS else None,
    )


def _nps(said: Sequence[int]) -> Estimated:
    top = SCALES[Question.NPS].top
    return mean([100 * ((each >= top) - (each <= NPS_DETRACTORS)) for each in said], -100.0, 100.0)


def _left_out(cells: Cells, question: Question) -> LeftOut:
    def count(why: str) -> int | None:
        return _told(
            sum(
                len(said)
                for (_, asked, scene), said in cells.items()
                if asked == question and scene == f":{why}"
            )
        )

    return LeftOut(
        question=question,
        changing=count(CHANGING),
        unconfirmed=count(UNCONFIRMED),
        nudged=count(NUDGED),
        unlogged=count(UNLOGGED),
    )


def _told(n: int) -> int | None:
    return None if 0 < n < FEWEST else n


def _figure(estimated: Estimated) -> Figure:
    return Figure(
        value=round(estimated.value, 4),
        low=round(estimated.low, 4),
        high=round(estimated.high, 4),
    )
