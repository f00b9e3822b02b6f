"""A template's version going out to all stores of its group: every one of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from hub.audit import Change, record
from hub.by import By
from hub.planning.deployed import (
    Deployed,
    NewVersion,
    deploy_version,
    effective,
    newest_schedules,
)
from hub.schedules.errors import TemplateRefusedError
from hub.schedules.history import changes_to_keep
from hub.schedules.reviewing import problems_of, store_names
from hub.schedules.template_records import Template, template_subject
from hub.shop import Library, Shop, Store
from scenes.schedule import Schedule, TemplateUse

BY_TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class StoreRollout:
    """What a template's deployment changes in one store."""

    before: Deployed
    new: NewVersion
    means: Schedule
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rollout:
    """What a template's deployment changes, by store."""

    template: Template
    stores: Mapping[str, StoreRollout]


def plan_rollout(
    connection: Connection, template: Template, shop: Shop, library: Library, by: By
) -> Rollout:
    """What deploying a template changes; `TemplateRefusedError` names the stores that can't."""
    deployed = newest_schedules(connection)
    members = [each for each in shop.stores if each.id in shop.groups.get(template.group, ())]
    refused = [] if members else [f"no store is in the group “{template.group}”"]
    stores: dict[str, StoreRollout] = {}
    for store in members:
        before = deployed[store.id]
        own = _upon(before.schedule, template)
        if own == before.schedule:
            continue
        problems = _in_the_way(connection, store, library, before.schedule, own)
        refused += [f"{store.name}: {problem}" for problem in problems]
        if not refused:
            stores[store.id] = _of_store(connection, store, library, before, own, by)
    if refused:
        raise TemplateRefusedError(
            f"{template.name} can't be deployed, and no store was changed", refused
        )
    return Rollout(template, stores)


def _upon(own: Schedule, template: Template) -> Schedule:
    """A store's own document upon this version of a template; what it leaves out stays so."""
    use = own.template
    without = use.without if use is not None and use.id == template.id else {}
    return msgspec.structs.replace(
        own, template=TemplateUse(id=template.id, version=template.version, without=without)
    )


def _in_the_way(
    connection: Connection, store: Store, library: Library, before: Schedule, own: Schedule
) -> list[str]:
    """Why a store can't take a template."""
    its = before.template
    if its is not None and own.template is not None and its.id != own.template.id:
        return [f"it builds on the template “{its.id}”: take that one out of its schedule first"]
    problems = problems_of(connection, store, library, own)
    return [problem.sentence for problem in problems if problem.forbids]


def _of_store(
    connection: Connection,
    store: Store,
    library: Library,
    before: Deployed,
    own: Schedule,
    by: By,
) -> StoreRollout:
    means = effective(connection, own)
    names = store_names(store, library, before.effective, means)
    new = NewVersion(
        number=before.version + 1,
        schedule=own,
        origin=BY_TEMPLATE,
        author=by.author,
        why=by.why,
    )
    changes = tuple(changes_to_keep(before.effective, means, names))
    return StoreRollout(before, new, means, changes)


def keep_rollout(connection: Connection, rollout: Rollout, by: By, now: datetime) -> None:
    """The rows of a deployment: a version of each store, and the audit."""
    for store, each in rollout.stores.items():
        deploy_version(connection, store, each.before, each.new, now, each.changes)
    template = rollout.template
    record(
        connection,
        Change(
            at=now,
            author=by.author,
            action="template.deploy",
            subject=template_subject(template.id),
            why=by.why,
            before={store: each.before.version for store, each in rollout.stores.items()},
            after={
                "version": template.version,
                "stores": {store: each.new.number for store, each in rollout.stores.items()},
                "changes": (f"in {len(rollout.stores)} stores",),
            },
        ),
    )
