"""Runs migrations on the connection it is handed, in its transaction."""

from alembic import context

from bridge.vault import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.conversations.metadata,
    version_table="vault_version",
)
with context.begin_transaction():
    context.run_migrations()
