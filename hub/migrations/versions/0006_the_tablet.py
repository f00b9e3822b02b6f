"""What the tablet needs: accounts and sessions, adjustments, floor plans, voices."""

import sqlalchemy as sa
from alembic import op

from hub.tables.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _floors()


def downgrade() -> None:
    """Take them away."""
    _no_floors()


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
