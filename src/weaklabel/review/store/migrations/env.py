"""What Alembic runs: migrations in the transaction that :func:`weaklabel.review.store.migrate.migrate` is given."""

from alembic import context

from weaklabel.review.store.models import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
