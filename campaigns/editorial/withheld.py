"""Which drafts may be seen: none whose figures are under embargo, nor anything that belongs to them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

from campaigns.editorial.draft import Approval, Comment, Draft, Snapshot, Variant
from campaigns.embargo import has_passed, withhold

_DRAFT = SQLModel.metadata.tables["draft"]


def _belongs_to_one(model: type[SQLModel], at: datetime) -> sa.ColumnElement[bool]:
    column = SQLModel.metadata.tables[str(model.__tablename__)].c.draft_id
    return column.not_in(sa.select(_DRAFT.c.id).where(_DRAFT.c.embargo_until > at))


withhold(Draft, lambda at: has_passed(_DRAFT.c.embargo_until, at))
withhold(Variant, lambda at: _belongs_to_one(Variant, at))
withhold(Snapshot, lambda at: _belongs_to_one(Snapshot, at))
withhold(Comment, lambda at: _belongs_to_one(Comment, at))
withhold(Approval, lambda at: _belongs_to_one(Approval, at))
