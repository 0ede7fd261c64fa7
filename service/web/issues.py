"""Issues of the newsletter: the list, composing one, and how it will look."""

import secrets

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.issue_control import progress_of
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, Refused, StaleVersion
from campaigns.language import Language
from campaigns.newsletter.compose_issue import begin_issue, delete_issue, edit_issue
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_desk import IssueGroup, issue_dossier, issue_list
from campaigns.newsletter.issue_preview import preview_items
from campaigns.newsletter.issue_share import proposed_language
from campaigns.newsletter.issue_workflow import schedule_issue
from campaigns.newsletter.item import Heading
from campaigns.newsletter.surfaces import mail_parts
from campaigns.subscribers.segment import FEW
from service.auth.access import reads_only, requires, signed_in
from service.headers import mail_preview_policy
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.issue_form import IssueForm, Pressed
from service.web.issue_page import (
    form_of_request,
    picked,
    show_issue,
    slot_notices,
    typed_items,
    typed_reach,
)
from service.web.notices import with_notice

blueprint = Blueprint("issues", __name__, url_prefix="/redaksjon/utsendelser")

Answer = str | tuple[str, int] | Response
_UNDER_WAY = (IssueStatus.SENDING, IssueStatus.PAUSED)


@blueprint.get("")
@signed_in
def index() -> str:
    wanted = request.args.get("vis", "")
    group = IssueGroup(wanted) if wanted in list(IssueGroup) else None
    found = issue_list(db(), group=group, page=request.args.get("side", 1, int))
    progress = {row.issue_id: progress_of(db(), row.issue_id) for row in found.rows if row.status in _UNDER_WAY}
    return render_template(
        "web/issues/index.html", found=found, group=group, groups=list(IssueGroup), progress=progress
    )


@blueprint.get("/ny")
@requires(Role.AUTHOR)
def begin() -> str:
    own = signed_in_editor().language
    chosen = proposed_language(db(), current().clock, own)
    return render_template(
        "web/issues/new.html", chosen=chosen, behind=chosen is not own, form_token=secrets.token_hex(12)
    )


@blueprint.post("/ny")
@requires(Role.AUTHOR)
def create() -> Answer:
    tag = request.form.get("language", "")
    language = Language(tag) if tag in list(Language) else Language.BOKMAAL
    token = request.form.get("skjema", "")[:64] or None
    issue = begin_issue(db(), signed_in_editor(), clock=current().clock, language=language, form_token=token)
    return redirect(url_for("issues.show", issue_id=issue.id), 303)


@blueprint.get("/<int:issue_id>")
@signed_in
def show(issue_id: int) -> str:
    return show_issue(issue_id, editing="rediger" in request.args)


@blueprint.post("/<int:issue_id>")
@requires(Role.AUTHOR)
def save(issue_id: int) -> Answer:
    form, pressed = form_of_request(issue_dossier(db(), issue_id)), Pressed.in_form(request.form)
    try:
        changed = save_issue_form(issue_id, form, pressed)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, form)
    except InvalidInput as error:
        return show_issue(issue_id, form=form, errors=errors_of(error)), 422
    except Refused as error:
        return show_issue(issue_id, form=form, errors={"items": str(error)}), 422
    return redirect(_after(issue_id, pressed, changed=changed), 303)


@blueprint.post("/<int:issue_id>/sletting")
@requires(Role.AUTHOR)
def deletion(issue_id: int) -> Response:
    delete_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return redirect(with_notice(url_for("issues.index"), "utsendelse-slettet"), 303)


@blueprint.get("/<int:issue_id>/visning")
@signed_in
def preview(issue_id: int) -> Response:
    """The mail as it stands, or exactly as it was sent; ``utgave`` picks one edition."""
    issue = issue_dossier(db(), issue_id).issue
    try:
        html = mail_parts(db(), issue, current().press, current().clock, edition=request.args.get("utgave", "")).html
    except Refused as refusal:
        html = render_template("web/drafts/mail_refused.html", reason=str(refusal))
    return _framed(html)


@blueprint.post("/<int:issue_id>/visning")
@signed_in
@reads_only
def unsaved_preview(issue_id: int) -> Response:
    found = issue_dossier(db(), issue_id)
    form = form_of_request(found)
    try:
        heading = Heading(subject=form.subject, preheader=form.preheader)
        items = typed_items(found, form)
        rendered = preview_items(items, found.issue, current().press, current().clock, heading=heading)
        html = rendered.html
    except Refused as refusal:
        html = render_template("web/drafts/mail_refused.html", reason=str(refusal))
    return _framed(html)


@blueprint.post("/<int:issue_id>/rekkevidde")
@signed_in
@reads_only
def live(issue_id: int) -> str:
    """What changes on the page while somebody composes: whom it reaches, and what speaks against the time."""
    found = issue_dossier(db(), issue_id)
    form = form_of_request(found)
    return render_template(
        "web/issues/_live.html",
        few=FEW,
        form=form,
        reach=typed_reach(found, form),
        slot=picked(form),
        slot_waits=found.issue.slot_at is None,
        notices=slot_notices(form),
    )


def save_issue_form(issue_id: int, form: IssueForm, pressed: Pressed) -> bool:
    """Save what the form holds and what the button does; whether anything was different."""
    clock, editor = current().clock, signed_in_editor()
    slot_at = form.slot_at(clock.zone)
    changes = form.changes(pressed, clock.zone)
    issue = edit_issue(db(), issue_id, editor, changes, seen_version=form.version, clock=clock)
    if slot_at is not None and slot_at != issue.slot_at:
        issue = schedule_issue(db(), issue_id, editor, slot_at, clock=clock, seen_version=issue.version)
    return issue.version != form.version


def conflict_page(issue_id: int, conflict: StaleVersion, form: IssueForm | None, comment: str = "") -> tuple[str, int]:
    """What somebody meets who was second: what they wrote, beside what stands there now."""
    found = issue_dossier(db(), issue_id)
    return render_template(
        "web/issues/conflict.html", found=found, issue=found.issue, conflict=conflict, form=form, comment=comment
    ), 409


def _after(issue_id: int, pressed: Pressed, *, changed: bool) -> str:
    """Where the page opens after a button: at what was moved or added."""
    kept = "1" if "rediger" in request.args else None
    address = url_for("issues.show", issue_id=issue_id, rediger=kept)
    if pressed.moves is not None:
        return f"{address}#{_button_again(issue_id, pressed)}"
    if pressed.removes is not None:
        return f"{with_notice(address, 'innslag-fjernet')}#items"
    if pressed.adds:
        added = issue_dossier(db(), issue_id).items[-1]
        return f"{with_notice(address, 'innslag-lagt-til')}#innslag-{added.id}"
    return with_notice(address, "lagret" if changed else "ingen-endring")


def _button_again(issue_id: int, pressed: Pressed) -> str:
    """The button that moved the item, for whoever presses once more; at the end, where it is dead, its counterpart."""
    order = [item.id for item in issue_dossier(db(), issue_id).items]
    up = pressed.step < 0
    at_the_end = order[:1] if up else order[-1:]
    return f"{'opp' if up != (pressed.moves in at_the_end) else 'ned'}-{pressed.moves}"


def _framed(html: str) -> Response:
    response = make_response(html)
    response.headers["Content-Security-Policy"] = mail_preview_policy(current().settings.public_url)
    return response
