"""«Legg til indikator», the first steps: an address is pasted, its table described, and a slice of it chosen.

Every step is an address of its own and nothing is stored between them: the source's description is kept under its
hash, and the choices stand in the address, so that back, reload and a bookmark do what people expect.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaigns.catalogue.editing import entry_of, source_entry_of
from campaigns.catalogue.proposal import Extent, Pick, Proposed, cells_of, cells_with, first_pick, proposed
from campaigns.editorial.editor import Role
from campaigns.errors import CampaignError, InvalidInput
from campaigns.sources import blobs as kept
from campaigns.sources.description import Axis, Choice, Description
from campaigns.sources.host_turn import host_turn
from campaigns.sources.plain_text import ENCODINGS
from campaigns.sources.recognition import look_up
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.sheet_look import look_at
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table_address import place_of
from service.auth.access import reads_only, requires
from service.i18n import gettext as _
from service.request import current, db
from service.web.catalogue_form import dumped
from service.web.catalogue_found import BY_COLUMNS, OFFERED, Found, check_description
from service.web.file_columns import column_choices, columns_said, opened_as
from service.web.source_words import kind_word

blueprint = Blueprint("catalogue_table", __name__, url_prefix="/redaksjon/katalog/ny")

_LISTED = 100  # of a long list of codes; the rest are found by searching
_MANY = 12  # so many categories that a field to search in helps


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One axis on the page: what is chosen, and the categories that are listed."""

    axis: Axis
    at: int
    pick: Pick
    listed: Sequence[Choice]
    hidden: int
    search: str
    counts: dict[str, int]

    @property
    def searchable(self) -> bool:
        return len(self.axis.choices) > _MANY


@blueprint.get("")
@requires(Role.ADMIN)
def address() -> str:
    return _address({})


@blueprint.post("/adresse")
@requires(Role.ADMIN)
@reads_only
def looking_up() -> Response | tuple[str, int]:
    given = request.form.get("type", "")
    service = current()
    try:
        place = place_of(request.form.get("adresse", ""), kind=SourceKind(given) if given in set(SourceKind) else None)
        scope, clock, client = service.database.session_scope, service.clock, service.source_client
        with host_turn(scope, clock, client, place.described_at) as turn:
            turn.check(Source(id="sett-paa", kind=place.kind or SourceKind.JSONSTAT, url=place.url), insist=True)
            found = look_up(turn, place, now=clock.now())
        digest = kept.keep(service.folders.source_blobs, found.body)
        assert found.place.kind is not None
        known = Found(
            address=request.form.get("adresse", "").strip(),
            kind=found.place.kind,
            digest=digest,
            indicator_id=request.form.get("indikator", ""),
            columns="",
        )
        if known.kind not in BY_COLUMNS:
            check_description(known.description)
    except (InvalidInput, PayloadRefused) as error:
        return _address({"adresse": in_words(error)}), 422
    except CampaignError as error:
        return _address({"adresse": str(error)}), 422
    step = "catalogue_table.columns" if known.kind in BY_COLUMNS else "catalogue_table.selection"
    return redirect(_step(step, known), 303)


@blueprint.get("/kolonner")
@requires(Role.ADMIN)
def columns() -> str:
    """What each column of a sheet is."""
    return _columns_page(Found.of_request(), {})


@blueprint.post("/kolonner")
@requires(Role.ADMIN)
@reads_only
def saying_columns() -> Response | tuple[str, int]:
    found = Found.of_request()
    try:
        said = columns_said()
        if selector := request.form.get("velger", ""):
            said["selector"] = selector
        told = replace(found, columns=dumped(said))
        check_description(told.description)
    except (InvalidInput, PayloadRefused) as error:
        return _columns_page(found, {"kolonner": in_words(error)}), 422
    return redirect(_step("catalogue_table.selection", told), 303)


@blueprint.get("/utvalg")
@requires(Role.ADMIN)
def selection() -> str:
    return _selection_page(Found.of_request(), {})


def chosen_of(found: Found) -> Proposed:
    """The query and slice the address says. Raises ``InvalidInput``."""
    picks, newest = picks_said(found.description, request.args)
    return proposed(found.place, found.description, picks, newest)


def refused_selection(found: Found, error: InvalidInput) -> tuple[str, int]:
    """The choices again, with what is wrong at its place."""
    return _selection_page(found, {error.field or "utvalg": str(error)}), 422


def _selection_page(found: Found, errors: dict[str, str]) -> str:
    picks, newest = picks_said(found.description, request.args)
    return render_template(
        "web/catalogue/selection.html",
        found=found,
        description=found.description,
        axes=list(_axes(found, picks, newest)),
        newest=newest,
        cells=cells_of(found.description, picks, newest),
        errors=errors,
    )


def picks_said(description: Description, args: MultiDict[str, str]) -> tuple[dict[str, Pick], int | None]:
    """What the form says of each axis; what it does not say is as it stood at first."""
    picks = {}
    for at, axis in enumerate(description.axes):
        first = first_pick(axis)
        extent = args.get(f"hent-{at}", "")
        picks[axis.id] = Pick(
            extent=Extent(extent) if extent in set(Extent) else first.extent,
            code=args.get(f"kode-{at}", first.code),
            codes=tuple(dict.fromkeys(args.getlist(f"flere-{at}"))),
        )
    number = args.get("antall", "")
    newest = max(1, int(number)) if args.get("tid") == "nyeste" and number.isdecimal() and len(number) < 6 else None
    return picks, newest


def _axes(found: Found, picks: dict[str, Pick], newest: int | None) -> Iterator[Shown]:
    description = found.description
    for at, axis in enumerate(description.axes):
        pick, search = picks[axis.id], request.args.get(f"sok-{at}", "").strip()
        words = search.casefold().split()
        fits = [one for one in axis.choices if all(word in f"{one.code} {one.label}".casefold() for word in words)]
        always = {pick.code, *pick.codes}
        listed = fits[:_LISTED]
        listed = [one for one in axis.choices if one.code in always and one not in listed] + listed
        yield Shown(
            axis=axis,
            at=at,
            pick=pick,
            listed=listed,
            hidden=max(0, len(fits) - _LISTED),
            search=search,
            counts={
                extent.value: cells_with(description, picks, newest, axis=axis, extent=extent) for extent in Extent
            },
        )


def _step(endpoint: str, found: Found) -> str:
    """The address of a step, with the table it is about."""
    return f"{url_for(endpoint)}?{urlencode(found.as_query)}"


def _address(errors: dict[str, str]) -> str:
    indicator_id = request.values.get("indikator", "")
    entry = entry_of(db(), indicator_id) if indicator_id else None
    source = source_entry_of(db(), entry["source"]) if entry else None
    return render_template(
        "web/catalogue/address.html",
        errors=errors,
        address=request.values.get("adresse", ""),
        kind=request.values.get("type", ""),
        kinds=[("", _("Finn ut av det selv")), *((kind.value, kind_word(kind)) for kind in OFFERED)],
        entry=entry,
        source=source,
    )


def _columns_page(found: Found, errors: dict[str, str]) -> str:
    chosen: dict[str, Any] = opened_as()
    if selector := request.values.get("velger", ""):
        chosen["selector"] = selector
    look, refusal = None, None
    try:
        look = look_at(found.kind, found.body, chosen)
    except (PayloadRefused, InvalidInput) as error:
        refusal = in_words(error)
    said = dict(zip(request.values.getlist("navn"), request.values.getlist("bruk"), strict=False))
    return render_template(
        "web/catalogue/columns.html",
        found=found,
        look=look,
        refusal=refusal,
        chosen=chosen,
        uses={**(look.uses if look else {}), **said},
        choices=list(column_choices(look)) if look else [],
        encodings=[(name, name) for name in ENCODINGS],
        errors=errors,
    )


def host_in(address: str) -> str:
    """The host, for saying where figures come from."""
    return urlsplit(address).hostname or ""


blueprint.add_app_template_filter(kind_word, "kind_word")
blueprint.add_app_template_filter(host_in, "host_in")
