"""What belongs to the request being answered: the service, one database session, and who is signed in.

The session opens when first asked for: read-only for GET, HEAD and OPTIONS, else one that is committed after a
response below 400 and rolled back otherwise. A view never commits. Work that waits for a network or hashes a
password takes ``current().database.session_scope`` instead, so that no transaction is held meanwhile.
"""

from contextlib import ExitStack
from typing import cast

from flask import Flask, Response, current_app, g, request
from sqlmodel import Session

from campaigns.editorial.editor import Editor, Role
from campaigns.embargo import see_at
from campaigns.errors import NotPermitted
from service.auth.access import is_reads_only
from service.bootstrap import Service

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class _RolledBack(Exception):
    """Ends the session's block without a commit; never leaves this module."""


def current() -> Service:
    """The parts this application works with."""
    return cast("Service", current_app.extensions["monitorposten"])


def db() -> Session:
    """The request's session."""
    if "db_session" not in g:
        g.db_scope = ExitStack()
        g.db_session = g.db_scope.enter_context(current().database.session_scope(read_only=_reads_only()))
    session = cast("Session", g.db_session)
    if _reads_only():  # what is written must know all there is; who may write what is on the views
        see_at(session, None if may_see_embargoed(editor()) else current().clock.now())
    return session


def may_see_embargoed(person: Editor | None) -> bool:
    """Those who prepare what is said of figures see them before their time; nobody else does (tracking.md §5)."""
    return person is not None and (person.may(Role.AUTHOR) or person.may(Role.APPROVER))


def editor() -> Editor | None:
    """The member of staff who is signed in, or whom the program with this request's token acts as; or nobody."""
    return cast("Editor | None", g.get("editor"))


def signed_in_editor() -> Editor:
    """The editor behind a view that is marked ``signed_in``, ``requires`` or ``for_programs``."""
    found = editor()
    if found is None:
        raise NotPermitted("Logg inn for å gjøre dette.")
    return found


def install(app: Flask) -> None:
    """Close the request's session when its response is known."""
    app.after_request(_end_well_or_not)
    app.teardown_request(_abandon)


def _reads_only() -> bool:
    return request.method in SAFE_METHODS or is_reads_only(current_app.view_functions.get(request.endpoint or ""))


def _end_well_or_not(response: Response) -> Response:
    if response.status_code < 400:
        _close(failure=None)
    else:
        _close(failure=_RolledBack())
    return response


def _abandon(error: BaseException | None) -> None:
    _close(failure=error or _RolledBack())


def _close(failure: BaseException | None) -> None:
    scope = g.pop("db_scope", None)
    g.pop("db_session", None)
    if scope is None:
        return
    try:
        scope.__exit__(type(failure) if failure else None, failure, None)
    except _RolledBack:
        return
    except BaseException as raised:
        if raised is not failure:
            raise
