"""Those who write and approve: people, and programs in their own name. How each is known is the service's business."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel

from campaigns.audit import editor_id_of
from campaigns.language import Language
from campaigns.tables import choice, instant, json_list


class Role(StrEnum):
    """What a person may do (security contract S-01). One person may hold several, never two on one item."""

    AUTHOR = "author"
    APPROVER = "approver"
    ADMIN = "admin"  # users, channels, keys; may not approve content
    AUDITOR = "auditor"  # reads everything, changes nothing


class Editor(SQLModel, table=True):
    """A member of staff, or a program that works as one: the rule of two binds the one as the other."""

    __tablename__ = "editor"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=120)
    roles: list[str] = json_list()
    language: Language = choice(Language, "language", Language.BOKMAAL)
    active: bool = True
    # has a token instead of a mailbox and a password: nothing is sent to it, and it signs in nowhere
    program: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    created_at: datetime = instant()

    def may(self, role: Role) -> bool:
        return self.active and role.value in self.roles


def name_of(session: Session, actor: str | None) -> str | None:
    """The name of the member of staff whom the trail names (``audit.Actor``); None for anybody else."""
    person = session.get(Editor, editor_id_of(actor)) if editor_id_of(actor) is not None else None
    return person.name if person else None
