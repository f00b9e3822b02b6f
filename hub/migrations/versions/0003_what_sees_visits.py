"""What kind of sensor saw a visit."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unknown of the visits there are; making them again from the raw events tells."""
    op.add_column("visit", sa.Column("sensor_type", sa.String(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("visit", "sensor_type")
