"""The mark every route carries: who may use it. A route without one is refused, and a test says so.

    @public                      anybody
    @signed_in                   any member of staff
    @requires(Role.APPROVER)     staff with at least one of these roles
    @for_programs(Role.APPROVER) a program with a bearer token that has at least one of these roles
    @one_click                   exempt from the form token, by name, beside ``public`` (S-22)
    @reads_only                  a POST that changes nothing, such as a preview of what is not saved
    @takes_files(bytes)          a POST that may be larger than a form, or than a program's message

The mark is the innermost decorator but for ``@blueprint.get``: it must be on the function Flask registers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from campaigns.editorial.editor import Role

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_MESSAGE = 256 * 1024  # from a program, unless its route takes files


class Audience(StrEnum):
    """Who a route is for."""

    PUBLIC = "public"
    STAFF = "staff"
    PROGRAM = "program"  # by bearer token alone: no cookie opens it, so no form token is asked for


@dataclass(frozen=True)
class Access:
    """What one route demands. No roles = any member of staff."""

    audience: Audience
    roles: frozenset[Role] = frozenset()


# Routes a mail program or a signed webhook posts to without a form. Nothing else may be exempt.
# ``prefilled_form`` changes nothing: it shows our own form with the address somebody typed on the monitor's site.
ONE_CLICK_VIEWS = frozenset({"one_click_unsubscribe", "receive_release", "prefilled_form"})


def public(view: View) -> View:
    """Anybody may use this route."""
    return _marked(view, Access(Audience.PUBLIC))


def signed_in(view: View) -> View:
    """Any member of staff may use this route."""
    return _marked(view, Access(Audience.STAFF))


def requires(*roles: Role) -> Callable[[View], View]:
    """Staff with at least one of these roles may use this route."""

    def mark(view: View) -> View:
        return _marked(view, Access(Audience.STAFF, frozenset(roles)))

    return mark


def for_programs(*roles: Role) -> Callable[[View], View]:
    """Programs whose token has at least one of these roles may use this route; without roles, any token."""

    def mark(view: View) -> View:
        return _marked(view, Access(Audience.PROGRAM, frozenset(roles)))

    return mark


def one_click(view: View) -> View:
    """This route takes a POST without a form token (RFC 8058). Its name must stand in ``ONE_CLICK_VIEWS``."""
    if view.__name__ not in ONE_CLICK_VIEWS:
        raise ValueError(f"{view.__name__} is not in ONE_CLICK_VIEWS; only listed views go without a form token")
    setattr(view, "form_token_exempt", True)  # noqa: B010 - functions declare no attributes, so mypy refuses a plain assignment
    return view


def signed_message(view: View) -> View:
    """This route takes a message with a signature of its own (S-22). Its name must stand in ``ONE_CLICK_VIEWS``."""
    return one_click(view)


def reads_only(view: View) -> View:
    """This route takes a POST but changes nothing (a preview of text not saved yet): its session is read-only."""
    setattr(view, "reads_only", True)  # noqa: B010 - functions declare no attributes, so mypy refuses a plain assignment
    return view


def takes_files(largest: int) -> Callable[[View], View]:
    """This route takes a body of up to so many bytes; every other one what a form or a message may hold."""

    def mark(view: View) -> View:
        setattr(view, "largest_body", largest)  # noqa: B010 - functions declare no attributes, so mypy refuses a plain assignment
        return view

    return mark


def largest_body(view: Callable[..., Any] | None) -> int | None:
    """How much this route takes; None for what every form may hold."""
    found, access = getattr(view, "largest_body", None), access_of(view)
    if isinstance(found, int):
        return found
    return LARGEST_MESSAGE if access is not None and access.audience is Audience.PROGRAM else None


def is_reads_only(view: Callable[..., Any] | None) -> bool:
    return bool(getattr(view, "reads_only", False))


def access_of(view: Callable[..., Any] | None) -> Access | None:
    """The mark on this view; None when it has none."""
    found = getattr(view, "access", None)
    return found if isinstance(found, Access) else None


def is_one_click(view: Callable[..., Any] | None) -> bool:
    return bool(getattr(view, "form_token_exempt", False))


def _marked(view: View, access: Access) -> View:
    setattr(view, "access", access)  # noqa: B010 - functions declare no attributes, so mypy refuses a plain assignment
    return view
