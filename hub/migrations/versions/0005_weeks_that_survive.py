"""Schedules in versions with drafts, templates, scenes' states, runs, the audit, who is in office.

The rules and opening hours that the shop file gave become version 1 of each store's schedule.
Plans are packed.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.tables.columns import UtcDateTime
from hub.tables.packed import pack, unpack

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_OF_OLD_RULES = [
    *("id", "scene", "from", "until", "weekdays", "priority", "valid_from", "valid_to", "name"),
]
TABLES = [
    "schedule_version",
    "schedule_draft",
    "template_version",
    "scene_state",
    "run",
    "reaction_state",
    "integration",
    "audit",
    "rival_plan",
]


def upgrade() -> None:
    """Make the tables, move rules and hours into schedules, and give columns their new company."""
    _schedules()
    _scenes()
    _reactions()
    _audit()
    _office()
    for name in ("country", "region"):
        op.add_column("store", sa.Column(name, sa.String(), nullable=True))
    for name in ("latitude", "longitude"):
        op.add_column("store", sa.Column(name, sa.Float(), nullable=True))
    op.add_column("store", sa.Column("groups", sa.JSON(), nullable=True))
    op.add_column("store", sa.Column("file_schedule", sa.Text(), nullable=True))
    for name, default in (("layer", "override"), ("why", "other")):
        op.add_column(
            "override", sa.Column(name, sa.String(), nullable=False, server_default=default)
        )
    _move_rules()
    op.drop_table("rule")
    op.drop_column("store", "hours")
    _turn_plans(sa.Text(), sa.LargeBinary(), "convert_to(body, 'UTF8')")
    _each_plan(pack)


def downgrade() -> None:
    """Back to the rules and hours of each newest version, in tables of their own.

    Lost is what these can't say, and the hub of before knows nothing of: rules by opening, closing
    or the sun, everything that is no rule, what a template gives, older versions, drafts, scenes'
    states, runs, integrations and the audit. Quiet hours and emergencies end.
    """
    _each_plan(unpack)
    _turn_plans(sa.LargeBinary(), sa.Text(), "convert_from(body, 'UTF8')")
    op.add_column("store", sa.Column("hours", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "rule",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store", "id"),
    )
    _move_rules_back()
    _end_other_layers()
    for name in ("layer", "why"):
        op.drop_column("override", name)
    for name in ("country", "region", "latitude", "longitude", "groups", "file_schedule"):
        op.drop_column("store", name)
    for name in ("origin", "author", "why"):
        op.drop_column("scene", name)
    for name in ("holder", "since"):
        op.drop_column("hub", name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_append_only ON audit")
        op.execute("DROP FUNCTION audit_append_only")
    op.drop_index("event_passage", "event")
    for table in reversed(TABLES):
        op.drop_table(table)


def _schedules() -> None:
    op.create_table(
        "schedule_version",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store", "version"),
    )
    op.create_table(
        "schedule_draft",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store"),
    )
    op.create_table(
        "template_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("store_group", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version"),
    )


def _scenes() -> None:
    for name, default in (("origin", "file"), ("author", ""), ("why", "")):
        op.add_column("scene", sa.Column(name, sa.String(), nullable=False, server_default=default))
    op.create_table(
        "scene_state",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("file_revision", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    # Every scene that was kept until now came from a file and could be played.
    op.execute(
        "INSERT INTO scene_state (id, state, published_revision, edition, file_revision) "
        "SELECT id, 'published', max(revision), 1, max(revision) FROM scene GROUP BY id"
    )


def _reactions() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("end", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("run_zone", "run", ["store", "zone", "end"])
    op.create_table(
        "reaction_state",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "zone", "reaction"),
    )
    op.create_table(
        "integration",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("scenes", sa.JSON(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("longest_s", sa.Float(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )

    passages = sa.text("kind = 'passage'")
    op.create_index(
        "event_passage",
        "event",
        ["store", "zone", "at"],
        sqlite_where=passages,
        postgresql_where=passages,
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_when", "audit", ["store", "at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )


def _office() -> None:
    op.add_column("hub", sa.Column("holder", sa.String(), nullable=False, server_default=""))
    op.add_column("hub", sa.Column("since", UtcDateTime(), nullable=True))
    op.create_table(
        "rival_plan",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("epoch", BIG, nullable=False),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("hub", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("store", "zone"),
    )


def _move_rules() -> None:
    connection = op.get_bind()
    stores = sa.table("store", sa.column("id"), sa.column("hours", sa.JSON()))
    rules = sa.table("rule", sa.column("store"), sa.column("id"), sa.column("body", sa.JSON()))
    versions = sa.table(
        "schedule_version",
        *(sa.column(name) for name in ("store", "version", "body", "origin", "author", "why")),
        sa.column("created_at", UtcDateTime()),
    )
    by_store: dict[str, list[Any]] = {}
    for row in connection.execute(sa.select(rules).order_by(rules.c.id)):
        by_store.setdefault(row.store, []).append(row.body)
    for row in connection.execute(sa.select(stores)).all():
        body = {"hours": row.hours, "rules": by_store.get(row.id, [])}
        connection.execute(
            versions.insert().values(
                store=row.id,
                version=1,
                body=json.dumps({name: value for name, value in body.items() if value}),
                origin="file",
                author="shop file",
                why="",
                created_at=datetime.now(UTC),
            )
        )


def _move_rules_back() -> None:
    connection = op.get_bind()
    stores = sa.table("store", sa.column("id"), sa.column("hours", sa.JSON()))
    rules = sa.table("rule", sa.column("store"), sa.column("id"), sa.column("body", sa.JSON()))
    versions = sa.table(
        "schedule_version", sa.column("store"), sa.column("version"), sa.column("body")
    )
    zones = sa.table("zone", sa.column("store"), sa.column("id"))
    # The newest one of a store comes last.
    newest = {
        row.store: json.loads(row.body)
        for row in connection.execute(sa.select(versions).order_by(versions.c.version)).all()
    }
    for store, body in newest.items():
        here = list(connection.scalars(sa.select(zones.c.id).where(zones.c.store == store)))
        groups = {"all": here, **body.get("zone_groups", {})}
        hours = body.get("hours", {})
        connection.execute(stores.update().where(stores.c.id == store).values(hours=hours))
        for rule in body.get("rules", ()):
            if all(_CLOCK.fullmatch(rule[name]) for name in ("from", "until")):
                named = (zone for name in rule["zones"] for zone in groups.get(name, [name]))
                old = {name: rule[name] for name in _OF_OLD_RULES if name in rule}
                old["zones"] = sorted(set(named))
                row = {"store": store, "id": rule["id"], "body": old}
                connection.execute(rules.insert().values(row))


def _end_other_layers() -> None:
    """To the hub of before each would be somebody's choice of a scene, and without an end."""
    layer: sa.ColumnClause[str] = sa.column("layer")
    returned_at = sa.column("returned_at", UtcDateTime())
    others = (
        sa.table("override", layer, returned_at)
        .update()
        .where(layer != "override", returned_at.is_(None))
    )
    op.get_bind().execute(others.values(returned_at=datetime.now(UTC)))


def _turn_plans(
    before: sa.types.TypeEngine[Any], after: sa.types.TypeEngine[Any], how: str
) -> None:
    """The bodies of plans from text to its bytes in UTF-8 or back; SQLite casts by itself."""
    with op.batch_alter_table("plan") as plan:
        plan.alter_column(
            "body",
            existing_type=before,
            existing_nullable=False,
            type_=after,
            postgresql_using=how,
        )


def _each_plan(change: Callable[[bytes], bytes]) -> None:
    """Change the bodies one by one: all of them at once may be gigabytes."""
    connection = op.get_bind()
    keys: list[sa.ColumnClause[Any]] = [sa.column(name) for name in ("store", "zone", "revision")]
    body = sa.column("body", sa.LargeBinary())
    plans = sa.table("plan", *keys, body)
    for key in connection.execute(sa.select(*keys).select_from(plans)).all():
        this = sa.and_(*(name == value for name, value in zip(keys, key, strict=True)))
        before = connection.execute(sa.select(body).select_from(plans).where(this)).scalar_one()
        connection.execute(plans.update().where(this).values(body=change(before)))
