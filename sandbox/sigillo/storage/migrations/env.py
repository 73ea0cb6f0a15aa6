"""What alembic runs: the migrations, on the connection that was handed over, in one transaction."""

from __future__ import annotations

from alembic import context

from sigillo.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
