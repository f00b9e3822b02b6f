"""The scene book as people use it: save, publish, retire, delete, copy, go back, look up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine

from hub.by import By, Check, Since
from hub.database import writing
from hub.overtaken import OvertakenError, until_not_overtaken
from hub.scene_book import files, records
from hub.scene_book.errors import (
    SceneBusyError,
    SceneExistsError,
    SceneInUseError,
    SceneStateError,
    UnknownRevisionError,
)
from hub.scene_book.records import Revision, Standing
from hub.scene_book.telling import Action, since, tell
from hub.scene_book.uses import Use, uses_of
from hub.shop import Library
from scenes.errors import UnknownSceneError
from scenes.language import _
from scenes.scene import Scene
from scenes.scene_file import document_of, parse_scene

__all__ = ["Book", "Standing", "whatever"]

Keep = Callable[[Connection, datetime], None]
ChangeScenes = Callable[[Mapping[str, Scene], Keep], object]
"""Plans with another library, and calls what it is given in the same transaction."""
Within = Callable[[Sequence[Use]], None]
"""Is given every use of a scene that shall play or go; raises to let nothing happen."""


def whatever(_edition: int, _since: Since) -> None:
    """Write over whatever is there."""


def wherever(_uses: Sequence[Use]) -> None:
    """Let a scene play, or go, whoever uses it."""


class Book:
    """Every scene with its revisions. Safe to use from any thread.

    Each change is one transaction with its audit. ``tell_others`` is called after a change that
    people see.
    """

    def __init__(
        self,
        engine: Engine,
        change_scenes: ChangeScenes,
        now: Callable[[], datetime],
        tell_others: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._change_scenes = change_scenes
        self._now = now
        self._tell_others = tell_others

    def everything(self) -> list[Standing]:
        """Where every scene stands, by id."""
        with self._engine.connect() as connection:
            return [each for each in records.everything(connection) if each.there]

    def standing(self, scene_id: str) -> Standing:
        """Where a scene stands; `UnknownSceneError`."""
        with self._engine.connect() as connection:
            return _found(connection, scene_id)

    def revisions(self, scene_id: str) -> list[Revision]:
        """Everything that a scene ever was, the newest first, also of one that is deleted.

        `UnknownSceneError` for one that there never was.
        """
        with self._engine.connect() as connection:
            found = records.revisions(connection, scene_id)
        if not found:
            raise _unknown(scene_id)
        return found

    def revision(self, scene_id: str, number: int) -> Scene:
        """One revision of a scene; `UnknownSceneError`, `UnknownRevisionError`."""
        with self._engine.connect() as connection:
            _found(connection, scene_id)
            return _revision(connection, scene_id, number)

    def uses(self, scene_id: str) -> list[Use]:
        """Where a scene is used; `UnknownSceneError`."""
        with self._engine.connect() as connection:
            _found(connection, scene_id)
            return uses_of(connection, scene_id, self._now())

    def library(self, in_files: Mapping[str, Scene]) -> Library:
        """What a shop file may name that is read together with these scene files."""
        with self._engine.connect() as connection:
            return files.library(connection, in_files)

    def file_notices(self, in_files: Collection[str]) -> Sequence[str]:
        """Where scene files and people disagree, in sentences; ``in_files`` are the files' ids."""
        with self._engine.connect() as connection:
            return files.notices(connection, in_files)

    def save(self, scene: Scene, by: By, check: Check = whatever) -> Standing:
        """Make the scene's next revision, which doesn't play yet; the first one makes the scene.

        The same as the newest one makes none. ``scene.revision`` is not looked at.
        """
        return self._write(scene.id, lambda _connection, _before: scene, "scene.save", by, check)

    def revert(self, scene_id: str, number: int, by: By, check: Check = whatever) -> Standing:
        """Make an earlier revision the newest one, as a new one which doesn't play yet.

        `UnknownSceneError`, `UnknownRevisionError`, `InvalidSceneError` for one from before scenes
        said what they are for.
        """

        def earlier(connection: Connection, before: Standing | None) -> Scene:
            if before is None:
                raise _unknown(scene_id)
            found = _revision(connection, scene_id, number)
            return parse_scene(scene_id, document_of(found))

        return self._write(scene_id, earlier, "scene.revert", by, check)

    def clone(self, scene_id: str, new_id: str, name: str, by: By) -> Standing:
        """Make a new scene, a draft, of what plays of another one (or its draft).

        `UnknownSceneError`, `SceneExistsError`, `InvalidSceneError`.
        """

        def copied(connection: Connection, before: Standing | None) -> Scene:
            source = _found(connection, scene_id).scene
            if before is not None:
                said = _("there is a scene {id} already: {name}")
                raise SceneExistsError(said.format(id=repr(new_id), name=before.scene.name))
            return parse_scene(new_id, {**document_of(source), "name": name})

        return self._write(new_id, copied, "scene.clone", by, whatever)

    def publish(
        self, scene_id: str, by: By, check: Check = whatever, within: Within = wherever
    ) -> Standing:
        """Let the newest revision play, everywhere that the scene is named; `UnknownSceneError`.

        It brings back a retired scene. Nothing happens when that revision plays already. ``within``
        is given every use, and raises to let nothing happen.
        """

        def published(connection: Connection, before: Standing) -> Standing:
            within(uses_of(connection, scene_id, self._now()))
            if before.plays and before.draft is None:
                return before
            # A revision may be from before scenes had to say what they are for.
            parse_scene(scene_id, document_of(before.newest))
            return replace(before, state="published", published=before.newest)

        return self._plan_anew(scene_id, published, "scene.publish", by, check)

    def retire(
        self, scene_id: str, by: By, check: Check = whatever, within: Within = wherever
    ) -> Standing:
        """Offer the scene no longer.

        `UnknownSceneError`, `SceneInUseError` with every place, `SceneStateError` for a draft.
        """

        def retired(connection: Connection, before: Standing) -> Standing:
            if before.state == "draft":
                said = _("{scene} was never published: a draft is deleted, not retired")
                raise SceneStateError(said.format(scene=before.scene.name))
            if before.state == "retired":
                return before
            said = _("{scene} can't be retired while it is in use")
            self._refuse_use(connection, before, said, within)
            return replace(before, state="retired")

        return self._plan_anew(scene_id, retired, "scene.retire", by, check)

    def delete(
        self, scene_id: str, by: By, check: Check = whatever, within: Within = wherever
    ) -> None:
        """Let a scene go; its revisions stay on record for what was played.

        `UnknownSceneError`, `SceneInUseError` with every place.
        """

        def deleted(connection: Connection, before: Standing) -> Standing:
            said = _("{scene} can't be deleted while it is in use")
            self._refuse_use(connection, before, said, within)
            return replace(before, state="deleted", published=None)

        self._plan_anew(scene_id, deleted, "scene.delete", by, check)

    def _write(
        self,
        scene_id: str,
        content: Callable[[Connection, Standing | None], Scene],
        action: Action,
        by: By,
        check: Check,
    ) -> Standing:
        """Keep what ``content`` says as the scene's next revision; no plan changes by that."""
        with writing(self._engine, urgent=True) as connection:
            now = self._now()
            gone = records.find(connection, scene_id)
            before = gone if gone is not None and gone.there else None
            check(_edition(before), lambda edition: since(connection, scene_id, edition))
            scene = content(connection, before)
            if before is not None and records.same(before.newest, scene):
                return before
            number = gone.newest.revision + 1 if gone is not None else 1
            scene = msgspec.structs.replace(scene, revision=number)
            new = Revision(
                scene=scene, created_at=now, origin="person", author=by.author, why=by.why
            )
            records.add_revision(connection, new)
            after = _after_saving(gone, scene)
            records.put(connection, after)
            tell(connection, action, before, after, by, now)
        self._tell_others()
        return after

    def _plan_anew(
        self,
        scene_id: str,
        turn: Callable[[Connection, Standing], Standing],
        action: Action,
        by: By,
        check: Check,
    ) -> Standing:
        """Let a scene stand where ``turn`` says, and plan with the library that follows."""

        def attempt() -> Standing:
            with self._engine.connect() as connection:
                there = records.find(connection, scene_id)
                check(_edition(there), lambda edition: since(connection, scene_id, edition))
                before = _found(connection, scene_id)
                after = turn(connection, before)
                if after == before:
                    return before
                after = replace(after, edition=before.edition + 1)
                library = records.published(connection)
            keep = _Turn(before, after, library, turn, action, by).keep
            wanted = {key: scene for key, scene in library.items() if key != scene_id}
            if after.plays and after.published is not None:
                wanted[scene_id] = after.published
            self._change_scenes(dict(sorted(wanted.items())), keep)
            self._tell_others()
            return after

        busy = _("the scenes are being changed by others all the time; try again")
        return until_not_overtaken(attempt, SceneBusyError(busy))

    def _refuse_use(
        self, connection: Connection, standing: Standing, said: str, within: Within
    ) -> None:
        uses = uses_of(connection, standing.id, self._now())
        within(uses)
        if uses:
            problems = [use.text for use in uses]
            raise SceneInUseError(said.format(scene=standing.scene.name), problems)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A change of the library, from the look at it to the transaction that makes it."""

    before: Standing
    after: Standing
    library: Mapping[str, Scene]
    turn: Callable[[Connection, Standing], Standing]
    action: Action
    by: By

    def keep(self, connection: Connection, now: datetime) -> None:
        """Write it; `OvertakenError` when that look is no longer true."""
        found = records.find(connection, self.before.id)
        if found != self.before or records.published(connection) != self.library:
            raise OvertakenError
        # Asked again where nobody else writes: it may have come into use since.
        self.turn(connection, self.before)
        records.put(connection, self.after)
        tell(connection, self.action, self.before, self.after, self.by, now)


def _after_saving(before: Standing | None, scene: Scene) -> Standing:
    if before is None:
        return Standing(state="draft", published=None, newest=scene, edition=1)
    after = replace(before, newest=scene, edition=before.edition + 1)
    return after if before.there else replace(after, state="draft", published=None)


def _edition(standing: Standing | None) -> int:
    return standing.edition if standing is not None and standing.there else 0


def _found(connection: Connection, scene_id: str) -> Standing:
    found = records.find(connection, scene_id)
    if found is None or not found.there:
        raise _unknown(scene_id)
    return found


def _revision(connection: Connection, scene_id: str, number: int) -> Scene:
    found = records.revision(connection, scene_id, number)
    if found is None:
        said = _("the scene {id} has no revision {number}")
        raise UnknownRevisionError(said.format(id=repr(scene_id), number=number))
    return found


def _unknown(scene_id: str) -> UnknownSceneError:
    return UnknownSceneError(_("no scene is called {id}").format(id=repr(scene_id)))
