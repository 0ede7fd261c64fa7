"""One indicator changed by a person at the desk: written as the catalogue writes it, and taken in the same way.

So there is one judgement of what a catalogue may say. Its faults come back with the path of keys they stand at,
and the form shows each at its field.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from campaigns import audit
from campaigns.audit import Actor
from campaigns.catalogue.apply import Applied, apply_catalogue
from campaigns.catalogue.entries import IndicatorEntry
from campaigns.catalogue.export import indicator_row, source_row, yaml_of
from campaigns.catalogue.refusal import CatalogueInvalid, Fault
from campaigns.clock import Clock
from campaigns.errors import NotFound
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Source
from campaigns.tables import SessionScope

NAME = "katalogen"
Row = Mapping[str, Any]


def entry_of(session: Session, indicator_id: str) -> dict[str, Any]:
    """The indicator as the catalogue writes it. Raises ``NotFound``."""
    indicator = session.get(Indicator, indicator_id)
    if indicator is None:
        raise NotFound("Indikatoren", indicator_id)
    return indicator_row(indicator, session.get_one(Dataset, indicator.dataset_id))


def source_entry_of(session: Session, source_id: str) -> dict[str, Any]:
    """The source as the catalogue writes it. Raises ``NotFound``."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound("Kilden", source_id)
    return source_row(source)


def text_of(indicator: Row, source: Row | None) -> str:
    """The catalogue that says just this. ``source`` is described along with it when it is new."""
    return yaml_of({"sources": [dict(source)] if source else [], "indicators": [dict(indicator)]})


def save(
    session: Session, clock: Clock, indicator: Row, source: Row | None, *, editing: str | None, actor: Actor
) -> Applied:
    """Take the indicator in. ``editing`` is the id of the one that is edited; None for a new one.

    Saving the same twice changes nothing. Raises ``CatalogueInvalid``, also when a new one would take the id of
    another.
    """
    if source is not None and _is_another_source(session, source):
        raise CatalogueInvalid(NAME, [Fault(1, f"sources.{source['id']}.id", "en annen kilde har denne id-en.")])
    if editing is None and _is_another(session, indicator):
        where = f"indicators.{indicator['id']}.id"
        raise CatalogueInvalid(NAME, [Fault(1, where, "en annen indikator har denne id-en. Velg en annen.")])
    applied = apply_catalogue(session, clock, text_of(indicator, source), name=NAME, actor=actor, in_order=False)
    if applied.changed_anything:
        action = "indicator.added" if editing is None else "indicator.edited"
        audit.record(session, clock, actor, action, ("indicator", indicator["id"]))
    return applied


def switch(session: Session, clock: Clock, indicator_id: str, *, on: bool, actor: Actor) -> bool:
    """Follow the indicator again, or stop; its figures and all that was made of them stay. False when it was so."""
    indicator = session.get(Indicator, indicator_id)
    if indicator is None:
        raise NotFound("Indikatoren", indicator_id)
    if indicator.enabled == on:
        return False
    text = text_of({**entry_of(session, indicator_id), "enabled": on}, None)
    apply_catalogue(session, clock, text, name=NAME, actor=actor, in_order=False)
    action = "indicator.switched_on" if on else "indicator.switched_off"
    audit.record(session, clock, actor, action, ("indicator", indicator_id))
    return True


def try_out(scope: SessionScope, clock: Clock, text: str, *, name: str) -> Applied:
    """What taking the catalogue in would do; nothing is kept. Raises ``CatalogueInvalid``."""
    with scope() as session:
        applied = apply_catalogue(session, clock, text, name=name)
        session.rollback()
    return applied


def _is_another(session: Session, indicator: Row) -> bool:
    if session.get(Indicator, str(indicator["id"])) is None:
        return False
    there = entry_of(session, str(indicator["id"]))
    try:
        return _said(there) != _said(indicator)
    except ValueError:  # what is wrong with it is for the catalogue to say
        return True


def _is_another_source(session: Session, source: Row) -> bool:
    """Whether the id is taken by a source with another address."""
    there = session.get(Source, str(source["id"]))
    return there is not None and (there.kind.value, there.url) != (source["kind"], source.get("url", ""))


def _said(row: Row) -> tuple[object, ...]:
    entry = IndicatorEntry.model_validate(row)
    return entry.source, entry.query.asked(), entry.columns()
