"""Take a catalogue in: all of it or none, and the same file twice changes nothing the second time.

What is no longer in the file stays as it was, for figures, drafts and posts point at it; ``enabled: false`` is how
something is switched off.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session, SQLModel, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.catalogue.entries import CatalogueEntries
from campaigns.catalogue.faults import faults_of
from campaigns.catalogue.questions import Questions
from campaigns.catalogue.refusal import CatalogueInvalid, Fault
from campaigns.catalogue.release_entries import put_release
from campaigns.catalogue.yaml_text import Document, read_yaml
from campaigns.clock import Clock
from campaigns.days.load import load_days
from campaigns.errors import InvalidInput
from campaigns.indicators.findings import catch_up
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Source

_KINDS = ("sources", "indicators", "days", "releases")
_OUTCOMES = ("added", "changed", "unchanged")


@dataclass(frozen=True)
class Applied:
    """What was done, by kind: how many were added, changed and left as they were."""

    counts: Mapping[str, Mapping[str, int]]
    named: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)  # the ids of what was not unchanged

    @property
    def changed_anything(self) -> bool:
        return any(count["added"] or count["changed"] for count in self.counts.values())


_BY_ITSELF = Actor.service("catalogue")


def apply_catalogue(
    session: Session, clock: Clock, text: str, *, name: str, actor: Actor = _BY_ITSELF, in_order: bool = True
) -> Applied:
    """Add and change what the catalogue says. Raises ``CatalogueInvalid`` with line numbers; then nothing changed.

    The indicators stand in the order of the file; without ``in_order`` each keeps its place, and new ones come last.
    """
    document = read_yaml(text, name=name)
    entries = _entries(document, name)
    _check_references(session, entries, document, name)
    outcomes: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in _KINDS}
    for source in entries.sources:
        outcome = _put(session, Source, source.id, source.columns())
        outcomes["sources"][outcome].append(source.id)
        if outcome == "changed":
            _poll_soon(session, source.id)
    session.flush()
    questions = Questions(session, entries.indicators)
    for place, indicator in enumerate(entries.indicators):
        dataset_id = questions.dataset_of(indicator)
        position = place if in_order else _own_place(session, indicator.id)
        columns = {**indicator.columns(), "dataset_id": dataset_id, "position": position}
        _forget_another_table(session, indicator.id, dataset_id)
        outcome = _put(session, Indicator, indicator.id, columns)
        asks_otherwise = outcome == "unchanged" and dataset_id in questions.rewritten
        outcomes["indicators"]["changed" if asks_otherwise else outcome].append(indicator.id)
    session.flush()
    catch_up(session, clock)
    if entries.days:
        days = load_days(session, clock, entries.days)
        outcomes["days"] = {
            "added": list(days.added), "changed": list(days.changed), "unchanged": list(days.unchanged)
        }  # fmt: skip
    for release in entries.releases:
        outcomes["releases"][put_release(session, clock, release)].append(release.id)
    applied = _applied(outcomes)
    if applied.changed_anything:
        digest = hashlib.sha256(text.encode()).hexdigest()
        audit.record(
            session, clock, actor, "catalogue.applied", ("catalogue", name[:80]),
            sha256=digest, counts=applied.counts,
        )  # fmt: skip
    return applied


def _applied(outcomes: Mapping[str, Mapping[str, Sequence[str]]]) -> Applied:
    return Applied(
        counts={
            kind: {outcome: len(found.get(outcome, ())) for outcome in _OUTCOMES} for kind, found in outcomes.items()
        },
        named={
            kind: {outcome: tuple(found.get(outcome, ())) for outcome in ("added", "changed")}
            for kind, found in outcomes.items()
        },
    )


def _own_place(session: Session, indicator_id: str) -> int:
    """Where the indicator stands, or after all the others."""
    row = session.get(Indicator, indicator_id)
    if row is not None:
        return row.position
    last = session.exec(select(sa.func.max(col(Indicator.position)))).one()
    return 0 if last is None else last + 1


def _entries(document: Document, name: str) -> CatalogueEntries:
    try:
        return CatalogueEntries.model_validate(document.value if document.value is not None else {})
    except ValidationError as error:
        raise CatalogueInvalid(name, faults_of(error, document)) from error


def _check_references(session: Session, entries: CatalogueEntries, document: Document, name: str) -> None:
    faults = [
        *_twins(entries, document),
        *_unknown_sources(session, entries, document),
        *_pointing_nowhere(session, entries, document),
        *_unknown_in_releases(session, entries, document),
        *_unknown_beside(session, entries, document),
    ]
    if faults:
        raise CatalogueInvalid(name, sorted(faults, key=lambda fault: fault.line))


def _twins(entries: CatalogueEntries, document: Document) -> Iterator[Fault]:
    for kind in _KINDS:
        seen: set[str] = set()
        for place, entry in enumerate(getattr(entries, kind)):
            if entry.id in seen:
                line = document.line((kind, place, "id"))
                yield Fault(line, f"{kind}.{entry.id}", "denne id-en står flere ganger.")
            seen.add(entry.id)


def _unknown_sources(session: Session, entries: CatalogueEntries, document: Document) -> Iterator[Fault]:
    described = {entry.id: Source(id=entry.id, **entry.columns()) for entry in entries.sources}
    for place, indicator in enumerate(entries.indicators):
        source = described.get(indicator.source) or session.get(Source, indicator.source)
        if source is None:
            line = document.line(("indicators", place, "source"))
            yield Fault(line, f"indicators.{indicator.id}.source", f"kilden «{indicator.source}» er ikke beskrevet.")
            continue
        try:
            indicator.check_question(source)
        except InvalidInput as error:
            yield Fault(document.line(("indicators", place, "query")), f"indicators.{indicator.id}.query", str(error))


def _unknown_in_releases(session: Session, entries: CatalogueEntries, document: Document) -> Iterator[Fault]:
    """A release of figures nobody has described would never be seen to come."""
    indicators, sources = {entry.id for entry in entries.indicators}, {entry.id for entry in entries.sources}
    for place, release in enumerate(entries.releases):
        for name in release.indicators:
            if name not in indicators and session.get(Indicator, name) is None:
                line = document.line(("releases", place, "indicators"))
                yield Fault(line, f"releases.{release.id}.indicators", f"indikatoren «{name}» er ikke beskrevet.")
        if release.source is not None and release.source not in sources and session.get(Source, release.source) is None:
            line = document.line(("releases", place, "source"))
            yield Fault(line, f"releases.{release.id}.source", f"kilden «{release.source}» er ikke beskrevet.")


def _unknown_beside(session: Session, entries: CatalogueEntries, document: Document) -> Iterator[Fault]:
    """An indicator can only be held up beside one that is followed."""
    described = {entry.id for entry in entries.indicators}
    for place, indicator in enumerate(entries.indicators):
        for other in indicator.statements.compare_with:
            if other == indicator.id or (other not in described and session.get(Indicator, other) is None):
                told = (
                    "kan ikke sammenlignes med seg selv." if other == indicator.id else f"«{other}» er ikke beskrevet."
                )
                line = document.line(("indicators", place, "statements", "compare_with"))
                yield Fault(line, f"indicators.{indicator.id}.statements.compare_with", f"indikatoren {told}")


def _pointing_nowhere(session: Session, entries: CatalogueEntries, document: Document) -> Iterator[Fault]:
    described = {entry.id for entry in entries.sources}
    for place, entry in enumerate(entries.sources):
        for at, name in enumerate(entry.options.points_to or ()):
            if name not in described and session.get(Source, name) is None:
                line = document.line(("sources", place, "options", "points_to", at))
                yield Fault(line, f"sources.{entry.id}.options.points_to", f"kilden «{name}» er ikke beskrevet.")


def _put(session: Session, table: type[Source] | type[Indicator], key: str, columns: Mapping[str, Any]) -> str:
    row: SQLModel | None = session.get(table, key)
    if row is None:
        session.add(table(id=key, **columns))
        return "added"
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    session.add(row)
    return "changed" if differing else "unchanged"


def _forget_another_table(session: Session, indicator_id: str, dataset_id: int) -> None:
    """What an indicator missed in one table is no news when it follows another."""
    row = session.get(Indicator, indicator_id)
    if row is not None and row.dataset_id != dataset_id:
        row.heard_seq = None
        session.add(row)


def _poll_soon(session: Session, source_id: str) -> None:
    """What was asked of the source as it was described before is asked anew."""
    for dataset in session.exec(select(Dataset).where(Dataset.source_id == source_id)):
        dataset.next_poll_at = None
        session.add(dataset)
