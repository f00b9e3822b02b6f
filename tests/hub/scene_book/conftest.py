"""A book over a planner, with a shop file's scenes that a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from hub.audit import Change, Search, find
from hub.by import By
from hub.database import open_database
from hub.planning.planner import Planner
from hub.scene_book.book import Book
from hub.scene_book.records import Standing
from scenes.plan import Plan
from scenes.scene import LightCue, MusicCue, Scene
from tests.hub.shops import FakeClock, ShopMaker

KIM = By("Kim", "the old one was too loud")


def a_scene(scene_id: str, volume: float = 40, **fields: Any) -> Scene:
    """A whole scene, as files and people must write it."""
    return Scene(
        id=scene_id,
        name=scene_id.replace("-", " ").capitalize(),
        mood="relax",
        experience="aesthetic",
        light={"all": LightCue(level=50)},
        music=MusicCue(source=f"playlist:{scene_id}", volume=volume),
        **fields,
    )


FILES = {
    name: a_scene(name)
    for name in ("trading", "calm-morning", "evening", "event", "quiet-hour", "emergency")
}


@dataclass
class Desk:
    """A planner and its scene book, and what was published."""

    engine: Engine
    clock: FakeClock
    files: Mapping[str, Scene] = field(default_factory=lambda: FILES)
    shop: ShopMaker = field(default_factory=ShopMaker)
    published: list[Plan] = field(default_factory=list)
    told: int = 0
    planner: Planner = field(init=False)
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        self.restart()
        self.load()

    def restart(self) -> None:
        """Another run over the same database."""
        self.planner = Planner(self.engine, self.published.append, self.clock, timedelta(days=14))
        self.book = Book(self.engine, self.planner.change_scenes, self.clock, self._tell)

    def _tell(self) -> None:
        self.told += 1

    def load(self, files: Mapping[str, Scene] | None = None, **shop: Any) -> None:
        """Read the shop file and its scenes."""
        self.files = self.files if files is None else files
        if shop:
            self.shop = ShopMaker(**shop)
        self.planner.load(replace(self.shop, scenes=self.files).shop())

    def file_says(self, *scenes: Scene) -> None:
        """Some scene files change."""
        self.load({**self.files, **{scene.id: scene for scene in scenes}})

    def plays(self) -> Mapping[str, Scene]:
        """The library that plans are made with."""
        return self.planner.shop.scenes

    def entrance(self) -> Plan:
        """The plan of the entrance."""
        return self.planner.plans()["nordic", "entrance"]

    def standing(self, scene_id: str) -> tuple[str, int | None, int]:
        """A scene's state, the revision that plays (or did), and the newest one."""
        found: Standing = self.book.standing(scene_id)
        shown = found.published
        return found.state, shown.revision if shown else None, found.newest.revision

    def audit(self, scene_id: str) -> list[Change]:
        """What the audit says of a scene, the newest last."""
        with self.engine.connect() as connection:
            entries = find(connection, Search(subject=f"scene {scene_id}"), 100)
        return [entry.change for entry in reversed(entries)]


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    """On SQLite."""
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    engine = open_database(f"sqlite:///{tmp_path / 'hub.db'}")
    yield Desk(engine, clock)
    engine.dispose()


@pytest.fixture
def desk_on_both(engine: Engine, clock: FakeClock) -> Desk:
    """On a database of both kinds (and slower)."""
    return Desk(engine, clock)
