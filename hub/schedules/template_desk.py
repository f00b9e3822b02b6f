"""Where people work at templates: one schedule under those of a group of stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from hub.audit import Change, Search, find, record
from hub.by import By, Check
from hub.database import writing
from hub.moments import moment
from hub.overtaken import OvertakenError, until_not_overtaken
from hub.planning.deployed import (
    delta,
    find_template,
    newest_schedules,
)
from hub.planning.drafts import find_drafts
from hub.planning.planner import Planner
from hub.schedules.errors import (
    DeskBusyError,
    TemplateInUseError,
    TemplateRefusedError,
    UnknownTemplateError,
)
from hub.schedules.history import changes_to_keep, shortly
from hub.schedules.reviewing import store_names
from hub.schedules.rollout import Rollout, keep_rollout, plan_rollout
from hub.schedules.template_records import (
    Template,
    add_template,
    newest_template,
    newest_templates,
    template_subject,
    template_versions,
)
from hub.shop import Library, Store
from scenes import mistakes
from scenes.mistakes import Ground
from scenes.names import Names
from scenes.schedule import Schedule, TemplateUse
from scenes.template import Deviation, deviations

_DID = {
    "template.save": "made version {version}",
    "template.delete": "deleted it",
    "template.deploy": "deployed version {version}",
}
_UTC = ZoneInfo("UTC")
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Building:
    """How a store of a template's group stands to it; ``version`` is None if it doesn't use it."""

    store: Store
    version: int | None
    newest: int
    deviations: tuple[Deviation, ...]
    has_draft: bool


class TemplateDesk:
    """Safe to use from any thread. Every change is one transaction with its audit."""

    def __init__(
        self,
        engine: Engine,
        planner: Planner,
        library: Callable[[], Library],
        now: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._planner = planner
        self._library = library
        self._now = now

    def all(self) -> list[Template]:
        """Every template, by id."""
        with self._engine.connect() as connection:
            return newest_templates(connection)

    def template(self, template_id: str) -> Template:
        """A template's newest version; `UnknownTemplateError`."""
        with self._engine.connect() as connection:
            return _found(connection, template_id)

    def versions(self, template_id: str) -> list[Template]:
        """All versions of a template, the newest first; `UnknownTemplateError`."""
        with self._engine.connect() as connection:
            _found(connection, template_id)
            return [each for each in template_versions(connection, template_id) if each.group]

    def schedule(self, use: TemplateUse) -> Schedule | None:
        """The version of a template that a schedule names, if there is one."""
        with self._engine.connect() as connection:
            return find_template(connection, use)

    def save(
        self, template_id: str, name: str, group: str, schedule: Schedule, by: By, check: Check
    ) -> Template:
        """Make the next version; no store plays it yet. `TemplateRefusedError` with the mistakes.

        The edition that ``check`` is given is the version, 0 when there is no template.
        """
        self._refuse_mistakes(group, schedule)
        with writing(self._engine, urgent=True) as connection:
            before = self._checked(connection, template_id, check)
            last = newest_template(connection, template_id)
            after = Template(
                id=template_id,
                version=last.version + 1 if last else 1,
                name=name,
                group=group,
                schedule=schedule,
                author=by.author,
                why=by.why,
                created_at=self._now(),
            )
            if before is not None and _says(before) == _says(after):
                return before
            self._keep(connection, "template.save", before, after, by)
        return after

    def delete(self, template_id: str, by: By, check: Check) -> None:
        """Let a template go; its versions stay on record. `TemplateInUseError` names the stores."""
        with writing(self._engine, urgent=True) as connection:
            before = self._checked(connection, template_id, check)
            if before is None:
                raise _unknown(template_id)
            users = self._users(connection, template_id)
            if users:
                raise TemplateInUseError(
                    f"{before.name} can't be deleted while stores build on it: {', '.join(users)}"
                )
            gone = replace(
                before,
                version=before.version + 1,
                group="",
                author=by.author,
                why=by.why,
                created_at=self._now(),
            )
            self._keep(connection, "template.delete", before, gone, by)

    def stores(self, template_id: str) -> list[Building]:
        """How each store of the group, or any that builds on it, stands to a template."""
        shop, library = self._planner.shop, self._library()
        with self._engine.connect() as connection:
            template = _found(connection, template_id)
            deployed, drafts = newest_schedules(connection), find_drafts(connection)
            members = shop.groups.get(template.group, ())
            found = []
            for store in shop.stores:
                own = deployed[store.id].schedule
                use = own.template if own.template and own.template.id == template_id else None
                if store.id not in members and use is None:
                    continue
                differs: tuple[Deviation, ...] = ()
                under = find_template(connection, use) if use else None
                if under is not None:
                    names = store_names(store, library, under, own)
                    differs = deviations(own, under, names, template.version)
                version = use.version if use else None
                found.append(
                    Building(store, version, template.version, differs, store.id in drafts)
                )
            return found

    def deploy(self, template_id: str, by: By, check: Check) -> list[str]:
        """Let every store of the group build on the newest version; returns which changed.

        All of them or none: `TemplateRefusedError` names the stores that can't, and why.
        """
        library = self._library()

        def look(connection: Connection) -> Rollout:
            template = self._checked(connection, template_id, check)
            if template is None:
                raise _unknown(template_id)
            return plan_rollout(connection, template, self._planner.shop, library, by)

        def attempt() -> list[str]:
            with self._engine.connect() as connection:
                rollout = look(connection)
            if not rollout.stores:
                return []

            def keep(connection: Connection, now: datetime) -> None:
                if look(connection) != rollout:
                    raise OvertakenError
                keep_rollout(connection, rollout, by, now)

            means = {store: each.means for store, each in rollout.stores.items()}
            self._planner.deploy(means, keep)
            return list(rollout.stores)

        busy = DeskBusyError("the schedules of these stores are being changed all the time")
        return until_not_overtaken(attempt, busy)

    def _refuse_mistakes(self, group: str, schedule: Schedule) -> None:
        library = self._library()
        ground = Ground(library.scenes, library.drafts, library.retired)
        found = [each.sentence for each in mistakes.problems(schedule, ground) if each.forbids]
        if schedule.template is not None:
            found.append("a template builds on no other template")
        if group not in self._planner.shop.groups:
            found.append(f"no group of stores is called “{group}”: write it in the shop file")
        if found:
            raise TemplateRefusedError("this can't be a template", found)

    def _users(self, connection: Connection, template_id: str) -> list[str]:
        drafts = [(each.store, each.schedule) for each in find_drafts(connection).values()]
        own = [(store, each.schedule) for store, each in newest_schedules(connection).items()]
        using = {
            store
            for store, schedule in (*own, *drafts)
            if schedule.template is not None and schedule.template.id == template_id
        }
        return [each.name for each in self._planner.shop.stores if each.id in using]

    def _checked(self, connection: Connection, template_id: str, check: Check) -> Template | None:
        last = newest_template(connection, template_id)
        found = last if last is not None and last.group else None
        check(
            found.version if found else 0,
            lambda seen: self._since(connection, template_id, seen),
        )
        return found

    def _since(
        self, connection: Connection, template_id: str, version: int | None
    ) -> Sequence[str]:
        search = Search(subject=template_subject(template_id), action="template")
        entries = find(connection, search, _MOST_TOLD)
        steps = [entry.change for entry in entries]
        if version is None:
            steps = steps[:1]
        else:
            steps = [
                each
                for each in steps
                if each.after["version"] > version and each.action != "template.deploy"
            ]
        return [
            f"{each.author or 'Somebody'} {_DID[each.action].format_map(each.after)}"
            # Templates belong to no store, so there is no local time to say it in.
            f", {moment(each.at, self._now(), _UTC)} UTC{shortly(each.after['changes'])}"
            for each in reversed(steps)
        ]

    def _keep(
        self, connection: Connection, action: str, before: Template | None, after: Template, by: By
    ) -> None:
        add_template(connection, after)
        was, becomes = delta(before.schedule if before else Schedule(), after.schedule)
        changes = changes_to_keep(before.schedule if before else None, after.schedule, Names({}))
        record(
            connection,
            Change(
                at=after.created_at,
                author=by.author,
                action=action,
                subject=template_subject(after.id),
                why=by.why,
                before={"version": before.version, **was} if before else None,
                after={
                    "version": after.version,
                    "name": after.name,
                    "group": after.group,
                    "changes": changes,
                    **becomes,
                },
            ),
        )


def _found(connection: Connection, template_id: str) -> Template:
    found = newest_template(connection, template_id)
    if found is None or not found.group:
        raise _unknown(template_id)
    return found


def _unknown(template_id: str) -> UnknownTemplateError:
    return UnknownTemplateError(f"there is no template {template_id!r}")


def _says(template: Template) -> tuple[str, str, Schedule]:
    return template.name, template.group, template.schedule
