"""What a person can pick from in the editor: what the shop's lamps and other scenes know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hub.parts import HubParts
from scenes.language import _
from scenes.scene import EVERY_GROUP, Scene


@dataclass(frozen=True, slots=True)
class Pick:
    """Something to pick: what the recipe says, and what people say."""

    value: str
    word: str


@dataclass(frozen=True, slots=True)
class Known:
    """Groups of lamps, music by kind (playlist, folder, stream) and fragrances that are known."""

    groups: tuple[Pick, ...]
    music: Mapping[str, tuple[Pick, ...]]
    fragrances: tuple[Pick, ...]


def known(hub: HubParts) -> Known:
    """Everything that scenes name and lamps belong to. "All lamps" stands before the groups."""
    standing = hub.scene_book.everything()
    scenes = [scene for each in standing for scene in (each.published, each.newest) if scene]
    groups = {*_lamp_groups(hub), *(group for scene in scenes for group in scene.light)}
    return Known(
        groups=(every_group(), *_picks(groups - {EVERY_GROUP})),
        music={kind: _music(scenes, kind) for kind in ("playlist", "folder", "stream")},
        fragrances=_picks(scene.scent.fragrance for scene in scenes if scene.scent),
    )


def every_group() -> Pick:
    """The group that serves every lamp whose own group a scene doesn't name."""
    return Pick(EVERY_GROUP, _("All lamps"))


def plain_word(name: str) -> str:
    """What people call an id: "calm-morning" is "Calm morning"."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def music_word(kind: str, name: str) -> str:
    """What people call music: a playlist's name, a folder's last part, a stream's host."""
    if kind == "stream":
        return urlsplit(name).hostname or name
    return plain_word(name.rstrip("/").rpartition("/")[2] or name)


def _picks(names: Iterable[str]) -> tuple[Pick, ...]:
    return tuple(Pick(name, plain_word(name)) for name in sorted(set(names)))


def _music(scenes: Iterable[Scene], kind: str) -> tuple[Pick, ...]:
    sources = (scene.music.source.partition(":") for scene in scenes if scene.music)
    names = {name for of, _colon, name in sources if of == kind}
    picks = (Pick(name, music_word(kind, name)) for name in names)
    return tuple(sorted(picks, key=lambda pick: (pick.word, pick.value)))


def _lamp_groups(hub: HubParts) -> Iterator[str]:
    for edge in hub.reported.edges():
        devices = edge.hello.message.devices if edge.hello else ()
        yield from (each.group for each in devices if each.kind == "light" and each.group)
