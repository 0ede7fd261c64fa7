"""Which stored pictures somebody points at: those of drafts as they are, and of everything that was ever sent in."""

import re

from sqlmodel import Session, col, select

from campaigns.editorial.draft import Snapshot, Variant

_HASH = re.compile(r'"([0-9a-f]{64})"')


def pictures_in_use(session: Session) -> set[str]:
    """Their names. A frozen text may name other hashes too; a name too many only keeps a picture longer."""
    shown = select(Variant.image_sha256).where(col(Variant.image_sha256).is_not(None)).distinct()
    used = {name for name in session.exec(shown) if name is not None}
    for content in session.exec(select(Snapshot.content).execution_options(yield_per=200)):
        used.update(_HASH.findall(content))
    return used
