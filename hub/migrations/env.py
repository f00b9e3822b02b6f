"""Alembic's entry: runs the steps on the connection that `hub.database.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import hub.tables  # noqa: F401  (fills SQLModel.metadata)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    # SQLite can't change a column; Alembic then makes the table anew and copies.
    render_as_batch=True,
)
context.run_migrations()
