"""Which pictures may be shown: one of figures under embargo is not there for readers, whoever guesses its address.

Asked of the tables themselves, for a session that sees only what may be seen would not find what to hold back.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

_TABLES = SQLModel.metadata.tables


def is_withheld(session: Session, sha256: str, now: datetime) -> bool:
    """Whether the picture belongs to a draft under embargo, as it stands or stood, and to none that is not."""
    variant, draft = _TABLES["variant"], _TABLES["draft"]
    rows = session.connection().execute(
        sa.select(draft.c.embargo_until)
        .select_from(variant.join(draft, draft.c.id == variant.c.draft_id))
        .where(variant.c.image_sha256 == sha256)
    )
    untils = list(rows.scalars())
    if any(until is None or until <= now for until in untils):
        return False
    return bool(untils) or _stood_in_one(session, sha256, now)


def _stood_in_one(session: Session, sha256: str, now: datetime) -> bool:
    """Whether an earlier version of a draft under embargo shows it."""
    snapshot, draft = _TABLES["snapshot"], _TABLES["draft"]
    found = session.connection().execute(
        sa.select(snapshot.c.draft_id)
        .select_from(snapshot.join(draft, draft.c.id == snapshot.c.draft_id))
        .where(draft.c.embargo_until > now, snapshot.c.content.contains(sha256, autoescape=True))
        .limit(1)
    )
    return found.first() is not None
