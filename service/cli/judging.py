"""Figures as they were published, and those that were held back."""

import json
from datetime import date, datetime
from typing import Any

import click
from sqlmodel import Session

from campaigns.audit import Actor
from campaigns.errors import NotFound
from campaigns.indicators.held import HeldState
from campaigns.indicators.held_view import HeldView, held_view, held_views
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.judgement import accept_held, refuse_held
from campaigns.indicators.observations import Observation
from campaigns.indicators.published import published_on, vintage_on
from campaigns.sources.json_text import decimal_text
from chart_renderer.numbers import format_value
from chart_renderer.spec import NumberStyle
from service.bootstrap import Service
from service.cli.context import with_service

_ACTOR = Actor.service("cli")
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
_REASON = click.option("--reason", required=True, help="Why. It goes into the audit trail.")
_STATUS = {"waiting": "venter", "accepted": "tatt inn", "refused": "avvist", "passed": "rettet av kilden"}


@click.command("figures")
@click.argument("indicator")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As they were published when this day ended.")
@_AS_JSON
@with_service
def figures(service: Service, indicator: str, *, on: datetime | None, as_json: bool) -> None:
    """The figures of an indicator, today or as they were published on a day.

    \b
    Example: monitorposten figures ho21-driftskostnader --on 2027-05-20
    """
    day = on.date() if on is not None else service.clock.today()
    with service.database.session_scope(read_only=True) as session:
        row = session.get(Indicator, indicator)
        if row is None:
            raise NotFound("Indikatoren", indicator)
        document = _figures(session, row, day, service)
        if as_json:
            _print_json(document)
            return
        vintage = document["vintage"]
        if vintage is None:
            click.echo(f"Ingen tall var tatt inn {day:%d.%m.%Y}.")
            return
        click.echo(f"{row.title.get('nb', row.id)}: utgave {vintage}, slik den sto {day:%d.%m.%Y}")
        style = NumberStyle(decimals=row.decimals, unit=row.unit.get("nb", ""))
        for found in published_on(session, row, day, service.clock.zone):
            click.echo(f"  {found.period.in_words(label=found.label):<16} {_printed(found, style)}")


@click.group("held")
def held() -> None:
    """Figures that looked wrong and wait for somebody.

    \b
    Example: monitorposten held list
    """


@held.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that were decided, too.")
@_AS_JSON
@with_service
def list_held(service: Service, *, everything: bool, as_json: bool) -> None:
    """What waits for a decision.

    \b
    Example: monitorposten held list --all
    """
    with service.database.session_scope(read_only=True) as session:
        pending, decided = held_views(session)
        views = [*pending, *(decided if everything else ())]
        if as_json:
            _print_json([_held(view) for view in views])
        elif not views:
            click.echo("Ingenting er holdt tilbake.")
        else:
            for view in views:
                click.echo(f"{view.held.id}  {view.source.id} ({_STATUS[view.held.status]}): {_why(view.held)}")


@held.command("show")
@click.argument("number", type=int)
@_AS_JSON
@with_service
def show_held(service: Service, number: int, *, as_json: bool) -> None:
    """Why a state was held, and what differs in it.

    \b
    Example: monitorposten held show 3
    """
    with service.database.session_scope(read_only=True) as session:
        view = held_view(session, number)
        if as_json:
            _print_json({**_held(view), "changes": view.held.changes})
            return
        click.echo(f"{view.title} ({view.source.id}), {_STATUS[view.held.status]}")
        click.echo("\n".join(f"- {reason}" for reason in view.held.reasons))
        for change in view.held.changes:
            words = " · ".join([*change["words"], change["label"]])
            before, now = (change[side] or change[f"{side}_flag"] or "mangler" for side in ("old", "new"))
            click.echo(f"  {words}: {before} → {now}")


@held.command("accept")
@click.argument("number", type=int)
@_REASON
@with_service
def accept(service: Service, number: int, *, reason: str) -> None:
    """Take the figures in all the same.

    \b
    Example: monitorposten held accept 3 --reason "SSB bekrefter tallene"
    """
    with service.database.session_scope() as session:
        taken = accept_held(session, service.clock, number, _ACTOR, reason)
        click.echo(f"Tatt inn som utgave {taken.vintage.seq} ({len(taken.findings)} funn).")


@held.command("refuse")
@click.argument("number", type=int)
@_REASON
@with_service
def refuse(service: Service, number: int, *, reason: str) -> None:
    """Leave the figures out; nobody is asked again while the source shows them.

    \b
    Example: monitorposten held refuse 3 --reason "Nuller før publisering"
    """
    with service.database.session_scope() as session:
        refuse_held(session, service.clock, number, _ACTOR, reason)
        click.echo("Avvist. De siste gode tallene står.")


def _figures(session: Session, indicator: Indicator, day: date, service: Service) -> dict[str, Any]:
    vintage = vintage_on(session, indicator.dataset_id, day, service.clock.zone)
    return {
        "indicator": indicator.id,
        "on": day.isoformat(),
        "vintage": vintage.seq if vintage is not None else None,
        "first_seen_at": vintage.first_seen_at.isoformat() if vintage is not None else None,
        "figures": [
            {
                "period": found.period.code,
                "label": found.label,
                "value": None if found.value is None else decimal_text(found.value),
                "flag": found.flag,
                "marks": sorted(mark.value for mark in found.marks),
            }
            for found in published_on(session, indicator, day, service.clock.zone)
        ],
    }


def _printed(found: Observation, style: NumberStyle) -> str:
    if found.value is None:
        return found.flag or "mangler"
    mark = " (foreløpig)" if found.provisional else f" ({found.flag})" if found.flag else ""
    return format_value(found.value, style, "nb") + mark


def _held(view: HeldView) -> dict[str, Any]:
    row = view.held
    return {
        "id": row.id,
        "source": view.source.id,
        "indicators": [indicator.id for indicator in view.indicators],
        "status": row.status.value,
        "classes": row.classes,
        "reasons": row.reasons,
        "counts": row.counts,
        "first_seen_at": row.first_seen_at.isoformat(),
        "last_seen_at": row.last_seen_at.isoformat(),
        "decision_reason": row.decision_reason,
    }


def _why(row: HeldState) -> str:
    return " ".join(row.reasons)


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


COMMANDS: tuple[click.Command, ...] = (figures, held)
