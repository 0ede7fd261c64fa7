"""A catalogue's file read in at the desk: first what it would do, then, when a person says so, taken in."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.editing import try_out
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.sources import blobs as kept
from service.auth.access import reads_only, requires, takes_files
from service.i18n import gettext as _
from service.request import current, db
from service.web.catalogue import me
from service.web.notices import with_notice

blueprint = Blueprint("catalogue_import", __name__, url_prefix="/redaksjon/katalog/innlesing")

_LARGEST = 2 * 1024 * 1024
_SHA256 = 64


@blueprint.get("")
@requires(Role.ADMIN)
def show() -> str:
    return render_template("web/catalogue/import.html", errors={}, faults=[])


@blueprint.post("")
@requires(Role.ADMIN)
@reads_only
@takes_files(_LARGEST + 64 * 1024)
def look() -> str | tuple[str, int]:
    """What the file would add and change; nothing is taken in."""
    given = request.files.get("fil")
    if given is None or not given.filename:
        return _refused({"fil": _("Velg filen du vil lese inn.")})
    body, name = given.stream.read(), given.filename[:80]
    try:
        text = _text(body)
        applied = try_out(current().database.session_scope, current().clock, text, name=name)
    except CatalogueInvalid as error:
        return render_template("web/catalogue/import.html", errors={}, faults=error.faults, name=name), 422
    except InvalidInput as error:
        return _refused({"fil": str(error)})
    digest = kept.keep(current().folders.source_blobs, body)
    return render_template("web/catalogue/import_preview.html", applied=applied, name=name, digest=digest)


@blueprint.post("/inntak")
@requires(Role.ADMIN)
def intake() -> Response | tuple[str, int]:
    digest, name = request.form.get("sha256", ""), request.form.get("navn", "")[:80] or "katalog.yaml"
    if len(digest) != _SHA256 or not digest.isalnum():
        return _refused({"fil": _("Velg filen du vil lese inn.")})
    try:
        text = _text(kept.fetch(current().folders.source_blobs, digest))
        applied = apply_catalogue(db(), current().clock, text, name=name, actor=me())
    except FileNotFoundError:
        return _refused({"fil": _("Filen er ikke her lenger. Velg den på nytt.")})
    except InvalidInput as error:
        return _refused({"fil": str(error)})
    except CatalogueInvalid as error:  # the catalogue has changed since the file was looked at
        return render_template("web/catalogue/import.html", errors={}, faults=error.faults, name=name), 422
    notice = "katalog-lest-inn" if applied.changed_anything else "ingen-endring"
    return redirect(with_notice(url_for("catalogue.index"), notice), 303)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            _("Filen er ikke tekst i UTF-8. Lagre den som UTF-8 og prøv på nytt."), field="fil"
        ) from error


def _refused(errors: dict[str, str]) -> tuple[str, int]:
    return render_template("web/catalogue/import.html", errors=errors, faults=[]), 422
