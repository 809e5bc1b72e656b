"""Run by Alembic with the connection that `casestore.migrating` hands it."""

from alembic import context

from casestore.migrating import VERSION_TABLE
from casestore.tables import ALL

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=ALL,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
