"""What came of an issue for each of its readers, in the few words somebody at the desk asks with. Read-only.

Every row of the ledger has exactly one outcome, so the numbers add up to the audience the issue was planned for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.delivery.delivery import Delivery, DeliveryState, DeliveryTotal
from campaigns.delivery.freezing import frozen_so_far

_S = DeliveryState
ERASED = "erased"  # the category of a delivery that was cancelled because its reader asked to be forgotten


class Withheld(StrEnum):
    """Why a mail whose turn had come was not handed over: the category of a ``suppressed`` delivery."""

    LEFT = "left"
    HELD_BACK = "held-back"
    PAUSED = "paused"
    CONSENT = "consent"  # from before these were told apart


class Outcome(StrEnum):
    """What somebody asks for, in the order it is told."""

    TAKEN = "tatt-imot"  # the mail server took it, and nothing has come back
    DELIVERED = "levert"  # a receipt says so
    BOUNCED = "retur"
    COMPLAINED = "klage"
    UNKNOWN = "usikre"
    FAILED = "feilet"
    DEFERRED = "utsatt"
    WAITING = "venter"
    LEFT = "meldt-av"
    PAUSED = "pause"
    HELD_BACK = "sperret"
    CANCELLED = "avlyst"


OF_STATE: Mapping[DeliveryState, Outcome] = {
    _S.ACCEPTED: Outcome.TAKEN,
    _S.DELIVERED: Outcome.DELIVERED,
    _S.BOUNCED: Outcome.BOUNCED,
    _S.COMPLAINED: Outcome.COMPLAINED,
    _S.UNKNOWN: Outcome.UNKNOWN,
    _S.FAILED: Outcome.FAILED,
    _S.DEFERRED: Outcome.DEFERRED,
    _S.PLANNED: Outcome.WAITING,
    _S.QUEUED: Outcome.WAITING,
    _S.SENDING: Outcome.WAITING,
    _S.SUPPRESSED: Outcome.LEFT,
    _S.CANCELLED: Outcome.CANCELLED,
}
_OF_REASON: Mapping[tuple[DeliveryState, str], Outcome] = {
    (_S.SUPPRESSED, Withheld.HELD_BACK.value): Outcome.HELD_BACK,
    (_S.SUPPRESSED, Withheld.PAUSED.value): Outcome.PAUSED,
    (_S.CANCELLED, ERASED): Outcome.LEFT,
}
_BY_REASON = (_S.FAILED, _S.BOUNCED, _S.SUPPRESSED, _S.CANCELLED)
GOT_IT = (Outcome.TAKEN, Outcome.DELIVERED, Outcome.COMPLAINED)
UNDER_WAY = (Outcome.DEFERRED, Outcome.WAITING)


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """One issue's numbers. ``planned`` is what the audit trail says; ``let_go`` are those that are only counted.

    ``rows`` are the numbers of those that are here, by state and reason.
    """

    planned: int
    counts: Mapping[Outcome, int]
    failures: Mapping[str, int]  # by category, the most frequent first
    returns: Mapping[str, int]  # likewise
    under_hand_over: int
    let_go: int
    rows: Mapping[tuple[DeliveryState, str], int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def adds_up(self) -> bool:
        return self.total == self.planned

    @property
    def got_it(self) -> int:
        """Those the mail server took it for and who have not sent it back."""
        return sum(self.counts[outcome] for outcome in GOT_IT)

    @property
    def under_way(self) -> int:
        return sum(self.counts[outcome] for outcome in UNDER_WAY)

    @property
    def did_not(self) -> int:
        """Those who did not get it and will not, unless somebody does something."""
        return self.total - self.got_it - self.under_way - self.counts[Outcome.UNKNOWN]

    def rows_with(self, outcome: Outcome | None, reason: str | None) -> int:
        """How many rows are here with this outcome, for this reason; None is any."""
        return sum(
            number
            for (state, category), number in self.rows.items()
            if outcome in {None, outcome_of(state, category)} and reason in {None, category}
        )


def outcome_of(state: DeliveryState, category: str | None) -> Outcome:
    """The outcome of a delivery in this state, for this reason."""
    return _OF_REASON.get((state, category or ""), OF_STATE[state])


def with_outcome(outcome: Outcome) -> sa.ColumnElement[bool]:
    """The condition on a delivery that it has this outcome; begins with the states, which are in the index."""
    state, category = col(Delivery.state), sa.func.coalesce(col(Delivery.category), "")
    of_reason = [(s, reason) for (s, reason), found in _OF_REASON.items() if found is outcome]
    states = {s for s, _ in of_reason} | {s for s, found in OF_STATE.items() if found is outcome}
    own = [sa.and_(state == s, category == reason) for s, reason in of_reason]
    for plain, found in OF_STATE.items():
        if found is outcome:
            others = [reason for (s, reason) in _OF_REASON if s is plain]
            own.append(sa.and_(state == plain, category.not_in(others)) if others else state == plain)
    return sa.and_(state.in_(sorted(states)), sa.or_(*own))


def breakdown(session: Session, issue_id: int) -> Breakdown:
    """What came of the issue: the rows that are here, and those that were counted and let go (P-05)."""
    rows = _rows(session, issue_id)
    here = [(state, category, number) for (state, category), number in rows.items()]
    kept = select(DeliveryTotal).where(DeliveryTotal.issue_id == issue_id)
    counted = [(total.state, total.category, total.number) for total in session.exec(kept)]
    counts = dict.fromkeys(Outcome, 0)
    for state, category, number in [*here, *counted]:
        counts[outcome_of(state, category)] += number
    return Breakdown(
        planned=planned_for(session, issue_id),
        counts=counts,
        failures=_reasons([*here, *counted], DeliveryState.FAILED),
        returns=_reasons([*here, *counted], DeliveryState.BOUNCED),
        under_hand_over=sum(number for state, _, number in here if state is DeliveryState.SENDING),
        let_go=sum(number for _, _, number in counted),
        rows=rows,
    )


def _reasons(numbers: Iterable[tuple[DeliveryState, str, int]], ended: DeliveryState) -> Mapping[str, int]:
    """How many ended so, by category."""
    found: dict[str, int] = {}
    for state, category, number in numbers:
        if state is ended:
            found[category] = found.get(category, 0) + number
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def planned_for(session: Session, issue_id: int | None) -> int:
    """How many people the audit trail says it was planned for, which nobody can change afterwards.

    It says so when the last of them has a row; until then it is those who have.
    """
    detail = session.exec(
        select(AuditEvent.detail).where(
            AuditEvent.action == "issue.planned",
            AuditEvent.object_type == "issue",
            AuditEvent.object_id == str(issue_id),
        )
    ).first()
    return int(detail["recipients"]) if detail else frozen_so_far(session, issue_id)


def _rows(session: Session, issue_id: int) -> Mapping[tuple[DeliveryState, str], int]:
    """How many rows there are by state and reason. One index has the states, and another the reasons that there are."""
    of_issue, state, reason = col(Delivery.issue_id) == issue_id, col(Delivery.state), col(Delivery.category)
    all_of_them = sa.select(state, sa.null(), sa.func.count()).where(of_issue).group_by(state)
    with_reason = sa.select(state, reason, sa.func.count()).where(of_issue, reason.is_not(None), state.in_(_BY_REASON))
    counted = Counter[tuple[DeliveryState, str]]()
    for ended, why, number in session.execute(all_of_them.union_all(with_reason.group_by(state, reason))):
        counted[ended, why or ""] += number
        if why is not None:
            counted[ended, ""] -= number
    return {one: number for one, number in counted.items() if number}
