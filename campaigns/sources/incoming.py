"""Files that are brought to us instead of fetched: uploaded at the desk, dropped in a folder, or pushed by a program.

What identifies a file is the hash of its bytes; when its figures were released is what a person said, never the
file's own date (data-sources.md §9).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.sources.source import SourceKind
from campaigns.tables import choice, instant, json_list, json_object

# The kinds of source whose figures may come as a file.
BROUGHT_KINDS = frozenset({SourceKind.CSV, SourceKind.XLSX, SourceKind.PX, SourceKind.JSONSTAT, SourceKind.PUSH})


class Arrival(StrEnum):
    """How a file came."""

    UPLOAD = "upload"  # a person chose it at the desk
    FOLDER = "folder"  # it lay in the source's folder
    PUSH = "push"  # a program sent it, signed


class FileState(StrEnum):
    """What has become of a file."""

    WAITING = "waiting"  # read, shown to a person, and waiting for their word
    TAKEN = "taken"  # its figures went the way of every answer
    REFUSED = "refused"  # not what the source should send; nothing of it was used
    DISCARDED = "discarded"  # a person looked and let it be


class IncomingFile(SQLModel, table=True):
    """One file that came. Its bytes are kept under ``sha256`` beside those that were fetched."""

    __tablename__ = "incoming_file"

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True, max_length=80)
    name: str = Field(max_length=200)
    sha256: str = Field(max_length=64, index=True)
    size: int
    arrival: Arrival = choice(Arrival, "arrival")
    actor: str = Field(max_length=80)
    state: FileState = choice(FileState, "state", FileState.WAITING, index=True)
    received_at: datetime = instant()
    decided_at: datetime | None = instant(nullable=True)
    released_on: date | None = None
    embargo_until: datetime | None = instant(nullable=True)
    # dataset id -> the part of its query that a person set for this file: sheet, header, columns …
    mapping: dict[str, Any] = json_object()
    # [{"dataset_id", "outcome", "detail", "findings"}], one per table that was taken in
    outcomes: list[dict[str, Any]] = json_list()
    detail: str | None = None


class SeenFile(SQLModel, table=True):
    """A file in a watched folder as it was at the last look; it is whole when the next look finds it the same."""

    __tablename__ = "seen_file"

    source_id: str = Field(foreign_key="source.id", primary_key=True, max_length=80)
    name: str = Field(primary_key=True, max_length=255)
    size: int = Field(sa_type=sa.BigInteger)
    changed_ns: int = Field(sa_type=sa.BigInteger)
    since: datetime = instant()


class PushKey(SQLModel, table=True):
    """The secret a program signs with when it pushes to one source; sealed. The one before still opens for a while."""

    __tablename__ = "push_key"

    source_id: str = Field(foreign_key="source.id", primary_key=True, max_length=80)
    sealed: str
    made_at: datetime = instant()
    previous_sealed: str | None = None
    previous_until: datetime | None = instant(nullable=True)


class PushReceipt(SQLModel, table=True):
    """A message that was taken; the same one is refused when it comes again."""

    __tablename__ = "push_receipt"

    source_id: str = Field(foreign_key="source.id", primary_key=True, max_length=80)
    message_id: str = Field(primary_key=True, max_length=120)
    at: datetime = instant(index=True)
