"""What the tablet needs: accounts and sessions, adjustments, floor plans, voices."""

import sqlalchemy as sa
from alembic import op

from hub.tables.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _voices()
    _history()
    _people()
    _floors()
    _adjustments()


def downgrade() -> None:
    """Take them away."""
    _no_adjustments()
    _no_voices()
    _no_history()
    _no_people()
    _no_floors()


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("stores", sa.JSON(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("folded"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("store", sa.String(), nullable=True),
        sa.Column("tablet", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "wrong_tries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "pin_alarm",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("tablet", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", BIG, nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("audit", sa.Column("account", sa.String(), nullable=False, server_default=""))


def _no_people() -> None:
    op.drop_column("audit", "account")
    op.drop_index("session_account", "session")
    for name in ("pin_alarm", "wrong_tries", "session", "account"):
        op.drop_table(name)


def _voices() -> None:
    op.create_table(
        "voice_screen",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("voice_screen_code", "voice_screen", ["code_hash"], unique=True)
    op.create_table(
        "voice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("screen", BIG, nullable=False),
        sa.Column("minute", UtcDateTime(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        *_what_played(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("voice_when", "voice", ["store", "zone", "minute"])
    op.create_table(
        "voice_surplus",
        sa.Column("screen", BIG, nullable=False),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("taps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("screen", "hour"),
    )
    op.create_table(
        "staff_voice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        *_what_played(),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("staff_voice_when", "staff_voice", ["store", "at"])


def _what_played() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("planned_scene", sa.String(), nullable=False),
        sa.Column("planned_scene_revision", sa.Integer(), nullable=False),
        sa.Column("plan_epoch", BIG, nullable=False),
        sa.Column("plan_revision", sa.Integer(), nullable=False),
        sa.Column("reported_scene", sa.String(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
    )


def _no_voices() -> None:
    for name in ("staff_voice", "voice_surplus", "voice", "voice_screen"):
        op.drop_table(name)


def _floors() -> None:
    op.create_table(
        "floor_plan",
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["store.id"]),
        sa.PrimaryKeyConstraint("store"),
    )


def _no_floors() -> None:
    op.drop_table("floor_plan")


GIVEN = sa.text("kind = 'as-run'")
TOLD = sa.text("kind IN ('alarm', 'clock-set', 'device-trouble', 'dropped', 'started')")
REFILLED = sa.text("action = 'device.refill'")


def _history() -> None:
    """Find the few among the many: a minute's record, a day's alarms, a store's refills."""
    for name, table, columns, where in (
        ("event_given", "event", ["store", "zone", "at"], GIVEN),
        ("event_told", "event", ["store", "at"], TOLD),
        ("audit_refill", "audit", ["store", "at"], REFILLED),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _no_history() -> None:
    op.drop_index("audit_refill", "audit")
    op.drop_index("event_told", "event")
    op.drop_index("event_given", "event")


def _adjustments() -> None:
    op.create_table(
        "nudge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("end", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("nudge_zone", "nudge", ["store", "zone", "end"])
    op.create_table(
        "audition",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("end", UtcDateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audition_zone", "audition", ["store", "zone", "end"])
    op.add_column("exposure", sa.Column("adjust", sa.JSON(), nullable=True))


def _no_adjustments() -> None:
    op.drop_column("exposure", "adjust")
    op.drop_table("audition")
    op.drop_table("nudge")
