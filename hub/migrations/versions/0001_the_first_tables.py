"""The first tables."""

import sqlalchemy as sa
from alembic import op

from hub.tables.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = [
    "store",
    "zone",
    "rule",
    "scene",
    "hub",
    "override",
    "plan",
    "event",
    "edge_boot",
    "visit",
    "exposure",
    "cursor",
    "sales_import",
    "receipt",
]


def upgrade() -> None:
    """Make every table."""
    _shop()
    _plans()
    _events()
    _derived()
    _sales()


def downgrade() -> None:
    """Drop every table."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _shop() -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "zone",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fallback_scene", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store", "id"),
    )
    op.create_table(
        "rule",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store", "id"),
    )
    op.create_table(
        "scene",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "revision"),
    )


def _plans() -> None:
    op.create_table(
        "hub",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("end", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("override_zone", "override", ["store", "zone", "end"])
    op.create_table(
        "plan",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("compiled_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "zone", "revision"),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "edge", "boot", "seq", name="event_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "edge_boot",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("committed_seq", BIG, nullable=False),
        sa.Column("first_seen", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("store", "edge", "boot"),
    )


def _derived() -> None:
    op.create_table(
        "visit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("enter", UtcDateTime(), nullable=False),
        sa.Column("dwell_s", sa.Float(), nullable=False),
        sa.Column("quality", sa.String(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "edge", "device", "enter", name="visit_once"),
    )
    op.create_index("visit_when", "visit", ["store", "zone", "enter"])
    op.create_table(
        "exposure",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=False),
        sa.Column("scene_revision", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("fading_s", sa.Float(), nullable=False),
        sa.Column("plan_epoch", sa.Integer(), nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column("block", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("exposure_when", "exposure", ["store", "zone", "start"])
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("open", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _sales() -> None:
    op.create_table(
        "sales_import",
        sa.Column("id", BIG, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("receipts_new", sa.Integer(), nullable=False),
        sa.Column("receipts_unchanged", sa.Integer(), nullable=False),
        sa.Column("receipts_superseded", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("store", "number", "revision", name="receipt_once"),
    )
    op.create_index("receipt_when", "receipt", ["store", "at"])
