"""Alembic's entry: migrates over the connection, and within the transaction, that `grader.gradebook.engine` holds."""

from alembic import context

from grader.gradebook.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
