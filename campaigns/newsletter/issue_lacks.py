"""What an issue still lacks before anybody should be asked to approve it, and before it may go out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.editorial.completeness import Incomplete, Lack
from campaigns.editorial.draft import Draft
from campaigns.editorial.slots import slot_in_words
from campaigns.editorial.snapshot import present_hash
from campaigns.editorial.steps import STATUS_LABELS
from campaigns.newsletter.available import TAKEN_IN
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.newsletter.issue_content import rows_of, shown_item
from campaigns.newsletter.issue_reach import label_of
from campaigns.newsletter.item import Item
from campaigns.newsletter.leftovers import leftovers, words_of

PREHEADER = (40, 110)
SUBJECT = 60
"""How long they should be: longer ones are cut off in the inbox, a shorter preheader is filled with what follows."""


def require_whole(session: Session, issue: Issue, clock: Clock, *, recipients: int) -> None:
    """Raise ``Incomplete`` with everything that is missing."""
    if found := list(lacks_of(session, issue, clock, recipients=recipients)):
        raise Incomplete(found)


def lacks_of(session: Session, issue: Issue, clock: Clock, *, recipients: int) -> Iterator[Lack]:
    """Everything that is missing; nothing when the issue may be submitted."""
    rows = rows_of(session, issue)
    if not issue.subject:
        yield Lack("subject", "Skriv et emne.")
    if not rows:
        yield Lack("items", "Utsendelsen er tom. Legg til minst ett innslag.")
    if issue.slot_at is None:
        yield Lack("slot", "Velg når utsendelsen skal gå ut.")
    elif issue.slot_at <= clock.now():
        yield Lack("slot", "Tidspunktet er passert. Velg et nytt.")
    if rows and recipients == 0:
        yield Lack("audience", "Ingen lesere får utsendelsen slik mottakerne er valgt.")
    yield from item_faults(session, issue, rows, clock)
    yield from _unfinished(session, issue, rows)


def _unfinished(session: Session, issue: Issue, rows: Sequence[IssueItem]) -> Iterator[Lack]:
    """A sentence for each thing nobody means to send: what was to be filled in, pictures without words."""
    for name, field, written in (
        ("Emnet", "subject", issue.subject),
        ("Forhåndsteksten", "preheader", issue.preheader),
    ):
        for found in leftovers(written):
            if found.sure:
                yield Lack(field, f"{name} inneholder {found.sentence}. Skriv det som skal stå der.")
    for row in rows:
        item = shown_item(session, row)
        for found in leftovers(words_of(item)):
            if found.sure:
                yield Lack(
                    f"innslag-{row.id}", f"{named(item)} inneholder {found.sentence}. Skriv det som skal stå der."
                )
        if item.image is not None and not item.image.alt_text.strip():
            yield Lack(f"innslag-{row.id}", f"Bildet i {named(item)} mangler alternativ tekst. Skriv den i utkastet.")


def named(item: Item) -> str:
    """The item in a sentence, called what the list of items calls it."""
    return f"«{label_of(item)}»"


def item_faults(session: Session, issue: Issue, rows: Sequence[IssueItem], clock: Clock) -> Iterator[Lack]:
    """A sentence for each draft that is not as it was approved, and for the last that would be told of too soon."""
    too_soon: list[tuple[datetime, str]] = []
    for row in rows:
        if row.draft_id is None:
            continue
        draft = session.get_one(Draft, row.draft_id)
        if fault := item_fault(session, row, draft):
            yield Lack(f"innslag-{row.id}", fault)
        elif issue.slot_at is not None and (at := _not_before(draft)) is not None and issue.slot_at < at:
            too_soon.append((at, draft.title))
    if too_soon:  # one time suits them all
        at, title = max(too_soon)
        when = slot_in_words(at, clock.zone)
        yield Lack("slot", f"«{title}» går først ut {when}. Velg det tidspunktet, eller et senere, for utsendelsen.")


def item_fault(session: Session, row: IssueItem, draft: Draft) -> str | None:
    """Why the draft is no longer what was taken in; None when it is."""
    if draft.status not in TAKEN_IN:
        label = STATUS_LABELS[draft.status]
        now = f"«{draft.title}» er ikke lenger godkjent, men står som «{label}»."
        return f"{now} Få det godkjent på nytt, eller ta det ut."
    if draft.approved_sha256 != row.snapshot_sha256:
        return f"«{draft.title}» er endret og godkjent på nytt etter at det ble lagt inn."
    if present_hash(session, draft) != row.snapshot_sha256:
        return f"«{draft.title}» er ikke lenger det som ble godkjent."
    return None


def _not_before(draft: Draft) -> datetime | None:
    times = [at for at in (draft.slot_at, draft.embargo_until) if at is not None]
    return max(times, default=None)
