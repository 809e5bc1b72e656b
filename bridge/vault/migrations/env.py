"""Runs migrations on the connection it is handed, in its transaction."""

from alembic import context

from bridge.vault import tables
from bridge.vault.migrating import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.conversations.metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
