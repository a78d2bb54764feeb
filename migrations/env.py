"""What Alembic runs for each command: on the connection that ``models/migrate.py`` opened, in its transaction."""

from __future__ import annotations

from alembic import context

from models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_server_default=True,
    render_as_batch=True,
)
context.run_migrations()
