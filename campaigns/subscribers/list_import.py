"""A list of subscribers on its way in: what was chosen, how far it has come, and its lines until they are taken in.

The lines wait in a table of their own, so that what is shown before anybody says yes is what is taken in afterwards,
and so that a restart goes on where it was. They are removed as they are taken in; nothing of a list outlives it but
the numbers.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language
from campaigns.subscribers.subscriber import Frequency
from campaigns.tables import choice, instant, json_list, json_object


class ImportState(StrEnum):
    """How far a list has come."""

    CHOSEN = "chosen"  # the file is here; nobody has said what its columns are
    READING = "reading"  # each line is looked at; nothing has been taken in
    READ = "read"  # shown to somebody, who decides
    TAKING = "taking"  # being taken in, a bunch at a time; a restart goes on with the rest
    TAKEN = "taken"
    DROPPED = "dropped"  # nothing was taken in


class ListKind(StrEnum):
    """What the file is."""

    CSV = "csv"
    XLSX = "xlsx"


class ListImport(SQLModel, table=True):
    """One list, and the word somebody gave for it."""

    __tablename__ = "list_import"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)  # of the file
    kind: ListKind = choice(ListKind, "kind")
    state: ImportState = choice(ImportState, "state", ImportState.CHOSEN, index=True)
    columns: list[str] = json_list()  # what each column stands for, in the file's order; "" = not read
    provenance: str = Field(default="", max_length=500)
    already_confirmed: str | None = Field(default=None, max_length=500)
    by: str = Field(max_length=80)  # ``audit.Actor``
    lines: int = 0  # looked at so far
    share: int = 0  # per cent of the file that has been looked at
    taken_to: int = 0  # the last line that has been taken in
    new: int = 0  # as found when it was read
    known: int = 0
    left_alone: int = 0
    faults: int = 0
    added: int = 0  # as it went
    note: str | None = Field(default=None, max_length=500)  # why it was stopped
    worked_until: datetime | None = instant(nullable=True)  # somebody is at it, and says so again before this
    created_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)

    __table_args__ = {"sqlite_autoincrement": True}


class ListLine(SQLModel, table=True):
    """One good line of a list, waiting. Gone as soon as it is decided on."""

    __tablename__ = "list_line"

    import_id: int = Field(primary_key=True, foreign_key="list_import.id")
    line: int = Field(primary_key=True)
    raw: str = Field(max_length=320)
    normalized: str = Field(max_length=320)
    ascii_email: str | None = Field(default=None, max_length=320)
    canonical_key: str = Field(max_length=320)
    address_hash: str = Field(max_length=64)  # as suppression knows it
    older_hash: str = Field(default="", max_length=64)  # under the secret before this one
    language: Language = choice(Language, "language", Language.BOKMAAL)
    frequency: Frequency = choice(Frequency, "frequency", Frequency.EACH)
    topics: list[str] = json_list()
    detail: dict[str, Any] = json_object()  # what the consent covers

    __table_args__ = (sa.UniqueConstraint("import_id", "canonical_key"),)


class ListFault(SQLModel, table=True):
    """One line that cannot be taken in, as it stood, and why."""

    __tablename__ = "list_fault"

    import_id: int = Field(primary_key=True, foreign_key="list_import.id")
    line: int = Field(primary_key=True)
    sentence: str = Field(max_length=300)
    cells: list[str] = json_list()
