"""The findings inbox: what was found, and what an editor does with it."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.drafting.inbox import Heap, inbox
from campaigns.drafting.on_request import draft_on_request
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import FindingKind
from campaigns.indicators.triage import dismiss, restore, snooze
from service.auth.access import requires, signed_in
from service.i18n import language
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("findings", __name__, url_prefix="/redaksjon/funn")

Answer = str | tuple[str, int] | Response

# The heaps as they stand in the address.
HEAPS = {"nye": Heap.OPEN, "utsatt": Heap.SNOOZED, "lagt-bort": Heap.DISMISSED, "har-utkast": Heap.DRAFTED}


@blueprint.get("")
@signed_in
def index() -> str:
    return _page()


@blueprint.post("/<int:finding_id>/utkast")
@requires(Role.AUTHOR)
def draft(finding_id: int) -> Response:
    # The picture takes its time: no session of the request's is held while it is drawn.
    service = current()
    draft_id = draft_on_request(
        service.database.session_scope,
        finding_id,
        signed_in_editor(),
        clock=service.clock,
        charts=service.charts,
        plan=service.drafting_plan,
    )
    return redirect(with_notice(url_for("drafts.show", draft_id=draft_id), "utkast-av-funn"), 303)


@blueprint.post("/<int:finding_id>/bortlegging")
@requires(Role.AUTHOR)
def dismissal(finding_id: int) -> Answer:
    try:
        dismiss(db(), current().clock, finding_id, reason=request.form.get("reason", ""), actor=_actor())
    except InvalidInput as error:
        return _page(refused=finding_id, errors=errors_of(error)), 422
    return _back("funn-bort", finding_id)


@blueprint.post("/<int:finding_id>/utsettelse")
@requires(Role.AUTHOR)
def postponement(finding_id: int) -> Answer:
    try:
        until = _date(request.form.get("until", ""))
        snooze(db(), current().clock, finding_id, until=until, actor=_actor())
    except InvalidInput as error:
        return _page(refused=finding_id, errors=errors_of(error)), 422
    return _back("funn-utsatt", finding_id)


@blueprint.post("/<int:finding_id>/gjenoppretting")
@requires(Role.AUTHOR)
def restoration(finding_id: int) -> Answer:
    restore(db(), current().clock, finding_id, actor=_actor())
    return _back("funn-tilbake")


def _page(*, refused: int | None = None, errors: dict[str, str] | None = None) -> str:
    """The inbox as its address filters it; with what was typed into the form that was refused."""
    asked = request.values
    shown = asked.get("vis", "nye") if asked.get("vis") in HEAPS else "nye"
    kind = asked.get("type", "")
    chosen = {"indikator": asked.get("indikator", "")[:80], "type": kind if kind in list(FindingKind) else ""}
    page = asked.get("side", "1")
    found = inbox(
        db(),
        current().clock,
        heap=HEAPS[shown],
        language=language(),
        indicator_id=chosen["indikator"] or None,
        kind=FindingKind(chosen["type"]) if chosen["type"] else None,
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )
    filters = {name: value for name, value in chosen.items() if value}
    return render_template(
        "web/findings/index.html",
        inbox=found,
        heaps=HEAPS,
        shown=shown,
        chosen=chosen,
        address=lambda **changed: _address(shown, filters, **changed),
        undo=_undoable(),
        refused=refused,
        errors=errors or {},
        typed=request.form,
        tomorrow=date.fromordinal(current().clock.today().toordinal() + 1),
    )


def _address(shown: str, filters: dict[str, str], **changed: object) -> str:
    """This page with something changed; what is not asked for is left out."""
    asked = {"vis": shown, **filters} | {name: str(value) for name, value in changed.items()}
    kept = {
        name: value for name, value in asked.items() if value and (name, value) not in {("vis", "nye"), ("side", "1")}
    }
    return url_for("findings.index") + (f"?{urlencode(kept)}" if kept else "")


def _back(notice: str, undo: int | None = None) -> Response:
    """Where the form was sent from, with what was done and a way to take it back."""
    filters = {name: request.form[name] for name in ("indikator", "type") if request.form.get(name)}
    shown = request.form.get("vis", "nye")
    address = _address(shown if shown in HEAPS else "nye", filters, **({"angre": undo} if undo else {}))
    return redirect(with_notice(address, notice), 303)


def _undoable() -> int | None:
    asked = request.args.get("angre", "")
    return int(asked) if asked.isdecimal() and len(asked) < 12 else None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput("Velg dagen funnet skal komme tilbake.", field="until") from error


def _actor() -> Actor:
    return Actor.editor(signed_in_editor().id or 0)
