"""What a run of planning did."""

from dataclasses import dataclass, field


@dataclass
class Planned:
    """Ids and counts of what was planned, and of what could not go: a note on each says why."""

    issues: list[int] = field(default_factory=list)
    mails: int = 0
    account_mails: int = 0
    posts: int = 0
    missed: list[int] = field(default_factory=list)  # drafts
    held: list[int] = field(default_factory=list)
    missed_issues: list[int] = field(default_factory=list)
    held_issues: list[int] = field(default_factory=list)
