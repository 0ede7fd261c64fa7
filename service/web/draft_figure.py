"""A draft's figures: type, words, marks and canvases, on every surface at once; and to download.

``figur`` in the address says which of several; without it the first, which is the one the channels show.
A GET shows and draws what is saved, or what the address's fields say; only ``save`` and ``undo`` change anything.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from campaigns.drafting.figure_editing import (
    CANVASES_OF,
    FIRST,
    earlier_figure,
    figures_of,
    redraw_figure,
    restore_figure,
)
from campaigns.drafting.figure_types import highlight_choices, type_choices
from campaigns.drafting.figure_wish import wished, written_by_hand
from campaigns.editorial.blocks import FigureBlock
from campaigns.editorial.dossier import Dossier, dossier
from campaigns.editorial.draft import ChannelName
from campaigns.editorial.editing import slugified
from campaigns.editorial.editor import Role
from campaigns.editorial.possibilities import Possibility, possibilities
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.errors import InvalidInput
from chart_renderer.alt_text import alt_text
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import ChartError
from service.auth.access import reads_only, requires, signed_in
from service.figure_files import figure_file, refusals
from service.request import current, db, signed_in_editor
from service.web.draft_page import approval_mode
from service.web.figure_form import FigureForm
from service.web.figure_type_words import canvas_name, chosen_for, type_name
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("draft_figure", __name__, url_prefix="/redaksjon/utkast/<int:draft_id>/figur")

_DIGITS = 4  # of a figure's number, and more than a draft has blocks

Answer = str | tuple[str, int] | Response


class _Stored(NamedTuple):
    """The draft as it is saved, and the figure that is asked for among its figures."""

    found: Dossier
    figures: tuple[FigureBlock, ...]
    number: int

    @property
    def block(self) -> FigureBlock:
        return self.figures[self.number - 1]


@blueprint.get("")
@signed_in
def show(draft_id: int) -> str:
    return _page(draft_id)


@blueprint.post("/visning")
@signed_in
@reads_only
def unsaved(draft_id: int) -> Answer:
    """The page with what is typed and not saved; a script takes the parts that follow from it."""
    form = FigureForm.typed(request.form)
    return _page(draft_id, form=form)


@blueprint.post("")
@requires(Role.AUTHOR)
def save(draft_id: int) -> Answer:
    # Pictures take their time: no session of the request's is held while they are drawn.
    service, form = current(), FigureForm.typed(request.form)
    try:
        done = redraw_figure(
            service.database.session_scope,
            draft_id,
            signed_in_editor(),
            form.wish(),
            seen_version=form.version,
            clock=service.clock,
            charts=service.charts,
            number=_number(),
        )
    except ChangedMeanwhile as conflict:
        return _page(draft_id, form=form, conflict=conflict), 409
    except InvalidInput as error:
        return _page(draft_id, form=form, errors=errors_of(error)), 422
    except ChartError as error:
        return _page(draft_id, form=form, errors={"": str(error)}), 503
    notice = "ingen-endring" if not done.changed else "figur-lagret-tekst" if done.kept_words else "figur-lagret"
    return redirect(with_notice(_here(draft_id), notice), 303)


@blueprint.post("/angre")
@requires(Role.AUTHOR)
def undo(draft_id: int) -> Answer:
    service, version = current(), request.form.get("version", "")
    if not version.isdecimal():
        raise InvalidInput("Skjemaet kunne ikke leses. Last siden på nytt.")
    try:
        restore_figure(
            service.database.session_scope,
            draft_id,
            signed_in_editor(),
            seen_version=int(version),
            clock=service.clock,
            charts=service.charts,
            number=_number(),
        )
    except ChangedMeanwhile as conflict:
        return _page(draft_id, conflict=conflict), 409
    except ChartError as error:
        return _page(draft_id, errors={"": str(error)}), 503
    return redirect(with_notice(_here(draft_id), "figur-angret"), 303)


@blueprint.get("/<canvas>.<form>")
@signed_in
def picture(draft_id: int, canvas: str, form: str) -> Response:
    """The figure as a file; with the form's fields in the address as it would be, else as it is saved."""
    stored = _stored(draft_id)
    block = stored.block
    if "type" in request.args:
        block = wished(block, FigureForm.typed(request.args).wish())
    return figure_file(block.spec, canvas, form, name=slugified(block.spec.title), shown="vis" in request.args)


def _page(
    draft_id: int,
    *,
    form: FigureForm | None = None,
    errors: Mapping[str, str] | None = None,
    conflict: ChangedMeanwhile | None = None,
) -> str:
    stored = _stored(draft_id)
    draft, variants = stored.found.draft, stored.found.variants
    saved = FigureForm.of(draft.version, stored.block, variants)
    block, shown, problems = stored.block, form or saved, dict(errors or {})
    try:
        block = wished(block, shown.wish())
    except InvalidInput as error:
        problems = problems or errors_of(error)
    told = {variant.channel: variant.alt_text for variant in variants} if stored.number == FIRST else {}
    basis = block.basis or block.spec
    may_edit = Possibility.EDIT in possibilities(draft, signed_in_editor(), approval_mode())
    return render_template(
        "web/drafts/figure.html",
        draft=draft,
        block=block,
        figures=stored.figures,
        number=stored.number,
        which=_which(stored.number),
        shown_in_channels=stored.number == FIRST,
        basis=basis,
        form=shown,
        version=draft.version,
        errors=problems,
        sites=_sites(),
        conflict=conflict,
        writes=may_edit,
        types=type_choices(basis, stored.block.spec.type),
        type_name=type_name,
        chosen_for=chosen_for,
        periods=[(period, period) for period in basis.periods],
        highlights=[(name, name) for name in highlight_choices(block.spec)],
        canvases_of=_canvas_choices(shown),
        users=_users(shown, _channels_of(stored)),
        refused=refusals(block.spec),
        drawn_as_typed=form is None or not problems,
        # a picture's address changes with the figure, so that nobody is shown an old one
        address=(shown.address() if form and not problems else {"v": str(draft.version)}) | _which(stored.number),
        sizes={canvas.id: canvas.pixels for canvas in CANVASES.values()},
        alt=alt_text(block.spec),
        by_hand=written_by_hand(stored.block, told),
        earlier=earlier_figure(db(), draft, stored.number) if may_edit else None,
    )


def _stored(draft_id: int) -> _Stored:
    found = dossier(db(), draft_id)
    figures, number = figures_of(found.draft), _number()
    if not FIRST <= number <= len(figures):
        raise NoSuchPage
    return _Stored(found, figures, number)


def _number() -> int:
    """Which of the draft's figures the address asks for."""
    number = request.args.get("figur", str(FIRST))
    if not (number.isdecimal() and len(number) < _DIGITS):
        raise NoSuchPage
    return int(number)


def _which(number: int) -> dict[str, str]:
    """The part of an address that says which figure it is; nothing for the first."""
    return {} if number == FIRST else {"figur": str(number)}


def _here(draft_id: int) -> str:
    return url_for("draft_figure.show", draft_id=draft_id, figur=_which(_number()).get("figur"))


def _canvas_choices(form: FigureForm) -> dict[ChannelName, list[tuple[str, str]]]:
    """What each channel may be given, the present one among it, with names."""
    found = {}
    for channel, usual in CANVASES_OF.items():
        canvases = dict.fromkeys((*usual, form.canvases.get(channel, usual[0])))
        found[channel] = [(canvas, canvas_name(canvas)) for canvas in canvases]
    return found


def _sites() -> dict[str, str]:
    """What the networks print under a shared link."""
    settings = current().settings
    return {"name": settings.monitor_name, "host": urlsplit(settings.public_url).hostname or ""}


def _channels_of(stored: _Stored) -> list[ChannelName]:
    """The channels that show this figure: those that are on, for the first; none for another."""
    return [variant.channel for variant in stored.found.variants if variant.enabled and stored.number == FIRST]


def _users(form: FigureForm, enabled: list[ChannelName]) -> dict[str, list[str]]:
    """Canvas → the channels that are on and show it."""
    return {
        canvas: [channel.value for channel in enabled if form.canvases.get(channel) == canvas] for canvas in CANVASES
    }
