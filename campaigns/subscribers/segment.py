"""A segment: subscribers who are found by the same criteria again and again, under a name. It holds no address.

What an issue is sent by is a copy, so that nobody changes whom an approved issue goes to by changing the segment.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlmodel import Field, SQLModel

from campaigns.subscribers.criteria import Criteria
from campaigns.tables import instant, json_object

LONGEST_NAME = 80
FEW = 5
"""Fewer readers than this are so few that what is written to them is written to persons."""


class Segment(SQLModel, table=True):
    """One segment. ``criteria`` is ``Criteria.stored()``."""

    __tablename__ = "segment"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=LONGEST_NAME)
    name_key: str = Field(unique=True, max_length=LONGEST_NAME)  # so that «Presse» and «presse» are one
    criteria: dict[str, Any] = json_object()
    created_at: datetime = instant()
    changed_at: datetime = instant()  # when it last was given other criteria

    @property
    def chosen(self) -> Criteria:
        return Criteria.from_stored(self.criteria)

    @property
    def criteria_sha256(self) -> str:
        """Names the criteria: who has seen this has seen what it goes by now."""
        return hashlib.sha256(json.dumps(self.chosen.stored(), sort_keys=True).encode()).hexdigest()

    @property
    def copy_of_now(self) -> "SegmentCopy":
        """What an issue keeps of it."""
        assert self.id is not None
        return SegmentCopy(id=self.id, name=self.name, criteria=self.chosen)


@dataclass(frozen=True, kw_only=True)
class SegmentCopy:
    """A segment as it was when it was chosen."""

    id: int
    name: str
    criteria: Criteria

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(id=stored["id"], name=stored["name"], criteria=Criteria.from_stored(stored["criteria"]))

    def stored(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "criteria": self.criteria.stored()}
