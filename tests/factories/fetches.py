"""What was asked of the sources, as the database has it."""

from sqlmodel import col, select

from campaigns.sources.source import Fetch
from service.database import Database


def last_fetch(database: Database) -> Fetch:
    """The newest request of all."""
    with database.session_scope(read_only=True) as session:
        found = session.exec(select(Fetch).order_by(col(Fetch.id).desc())).first()
        session.expunge_all()
    assert found is not None
    return found
