"""Where alembic meets the database: on the connection that ``migrations.runner`` hands over."""

from alembic import context
from sqlalchemy import Connection

from trials.schema import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    context.run_migrations()


run(context.config.attributes["connection"])
