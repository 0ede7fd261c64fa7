"""Drafting from the command line: the same run as the timetable's."""

import json
from typing import Any

import click
from sqlmodel import col, select

from campaigns.editorial.draft import Draft, DraftKind
from campaigns.editorial.slots import slot_in_words
from campaigns.language import Language
from service.bootstrap import Service
from service.cli.context import with_service
from service.drafting import run_drafting

_KINDS = {
    DraftKind.NEW_PERIOD: "nye tall",
    DraftKind.REVISION: "rettelse",
    DraftKind.DAY: "merkedag",
    DraftKind.NEWS: "nyhet",
}
_LANGUAGES = {Language.BOKMAAL: "bokmål", Language.NYNORSK: "nynorsk", Language.ENGLISH: "engelsk"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of sentences.")
@with_service
def draft(service: Service, *, as_json: bool) -> None:
    """Turn findings and coming days into drafts, once each; draw missing charts; mark what is overtaken.

    \b
    Example: monitorposten draft
    """
    run = run_drafting(service)
    made = _described(service, run.made)
    if as_json:
        click.echo(json.dumps({**run._asdict(), "made": made}, ensure_ascii=False, indent=2))
        return
    for one in made:
        slot = one["slot"] or "uten tidspunkt"
        click.echo(f"Utkast {one['id']}: «{one['title']}» ({one['kind']}, {one['language']}), foreslått {slot}.")
    if run.rewritten:
        click.echo(f"Skrevet på nytt med nyere tall: {_listed(run.rewritten)}.")
    if run.illustrated:
        click.echo(f"Fikk bildene som manglet: {_listed(run.illustrated)}.")
    if waiting := sorted(set(run.stale) - set(run.rewritten)):
        click.echo(f"Nyere tall finnes, og en redaktør må se på: {_listed(waiting)}.")
    if not any(run):
        click.echo("Ingenting nytt å lage utkast av.")


def _described(service: Service, draft_ids: list[int]) -> list[dict[str, Any]]:
    with service.database.session_scope(read_only=True) as session:
        found = session.exec(select(Draft).where(col(Draft.id).in_(draft_ids)).order_by(col(Draft.id))).all()
        return [
            {
                "id": one.id,
                "title": one.title,
                "kind": _KINDS[one.kind],
                "language": _LANGUAGES[one.language],
                "slot": slot_in_words(one.slot_at, service.clock.zone) if one.slot_at else None,
                "note": one.note,
            }
            for one in found
        ]


def _listed(draft_ids: list[int]) -> str:
    return ", ".join(f"utkast {draft_id}" for draft_id in draft_ids)


COMMANDS: tuple[click.Command, ...] = (draft,)
