"""Room for epochs that count seconds: 32 bits end in 2038."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = [("hub", "epoch"), ("plan", "epoch"), ("exposure", "plan_epoch")]


def upgrade() -> None:
    """Widen every column that holds an epoch."""
    _alter(sa.Integer(), sa.BigInteger())


def downgrade() -> None:
    """Make them narrow again; fails on an epoch that no longer fits."""
    _alter(sa.BigInteger(), sa.Integer())


def _alter(before: sa.types.TypeEngine[int], after: sa.types.TypeEngine[int]) -> None:
    # SQLite's whole numbers all have 64 bits.
    if op.get_bind().dialect.name == "postgresql":
        for table, column in COLUMNS:
            op.alter_column(table, column, existing_type=before, type_=after)
