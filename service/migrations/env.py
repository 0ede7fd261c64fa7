"""Alembic's entry: runs the migrations on the connection that ``Database.migrate`` hands over."""

from alembic import context
from sqlmodel import SQLModel

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
# SQLite changes a table by making it anew, and dropping the old one would count as deleting what others point at.
# Its way out: no checking while the schema changes, and a look at the whole before it is kept.
lite = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
if lite is not None:
    lite.execute("PRAGMA foreign_keys=OFF")
try:
    with context.begin_transaction():
        context.run_migrations()
        if lite is not None and (astray := lite.execute("PRAGMA foreign_key_check").fetchall()):
            raise RuntimeError(f"rows that point at nothing: {astray}")
finally:
    if lite is not None:
        lite.execute("PRAGMA foreign_keys=ON")
