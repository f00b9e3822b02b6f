"""Find the plays among the events."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLAYED = sa.text("kind = 'track-played'")


def upgrade() -> None:
    """An index of the plays alone, so that other events cost no more than before."""
    op.create_index(
        "event_played", "event", ["store", "at"], sqlite_where=PLAYED, postgresql_where=PLAYED
    )


def downgrade() -> None:
    """Look through all events again."""
    op.drop_index("event_played", "event")
