"""The desk's menu: a few places at the top, and under «Tall» and «Leveringer» a row with the pages about those.

A page is listed here once, by its address. It shows when the service has such a page, so the menu never leads to
nothing. ``CALLS`` says how many things at an address wait for somebody; the number stands beside the name, and
beside the group's name too, so that it is seen from everywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app, request
from sqlmodel import Session

from campaigns.delivery.correction_desk import open_corrections
from campaigns.delivery.kill_switch import stopped_now
from campaigns.delivery.overview import uncertain
from campaigns.delivery.returns.overview import count_waiting as count_returns_waiting
from campaigns.indicators.calls import failing_sources, new_findings
from campaigns.indicators.holding import count_waiting
from campaigns.indicators.release_plan import late_releases
from campaigns.newsletter.issue_desk import count_awaiting
from campaigns.subscribers.throttle import last_alarm
from service.i18n import gettext as _
from service.request import current, db

CALLS: Mapping[str, Callable[[Session], int]] = {
    "/redaksjon/utsendelser": count_awaiting,
    "/redaksjon/funn": lambda session: new_findings(session, current().clock),
    "/redaksjon/holdt-tilbake": count_waiting,
    "/redaksjon/rettelser": open_corrections,
    "/redaksjon/utgivelsesplan": late_releases,
    "/redaksjon/kilder": failing_sources,
    "/redaksjon/leveringer": uncertain,
    "/redaksjon/retur": count_returns_waiting,
    "/redaksjon/nodstopp": lambda session: len(stopped_now(session)),
    "/redaksjon/abonnenter": lambda session: int(last_alarm(session, current().clock) is not None),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry. A group leads to the first of its ``pages``; ``calls`` counts what waits there."""

    label: str
    path: str
    current: bool
    calls: int = 0
    pages: "tuple[Place, ...]" = ()

    @property
    def here(self) -> bool:
        """Whether this very page is open, not one below it."""
        return request.path.rstrip("/") == self.path.rstrip("/")


def menu(*, counted: bool) -> tuple[Place, ...]:
    """The entries for the request's page. Without ``counted`` the database is not asked (error pages)."""
    figures = _pages(
        (
            ("/redaksjon/indikatorer", _("Indikatorer")),
            ("/redaksjon/funn", _("Funn")),
            ("/redaksjon/holdt-tilbake", _("Holdt tilbake")),
            ("/redaksjon/rettelser", _("Rettelser")),
            ("/redaksjon/utgivelsesplan", _("Utgivelsesplan")),
            ("/redaksjon/kilder", _("Kilder")),
            ("/redaksjon/katalog", _("Katalog")),
        ),
        counted=counted,
    )
    queue = _pages((("/redaksjon/", _("Kø")),), counted=counted)
    calendar = _pages((("/redaksjon/kalender", _("Kalender")),), counted=counted)
    after = _pages(
        (
            ("/redaksjon/merkedager", _("Merkedager")),
            ("/redaksjon/abonnenter", _("Abonnenter")),
        ),
        counted=counted,
    )
    sent = _pages(
        (
            ("/redaksjon/utsendelser", _("Utsendelser")),
            ("/redaksjon/utsendelser/faste", _("Faste utsendelser")),
            ("/redaksjon/leveringer", _("Leveringer")),
            ("/redaksjon/retur", _("Retur")),
            ("/redaksjon/sperrede", _("Sperrede adresser")),
            ("/redaksjon/nodstopp", _("Nødstopp")),
        ),
        counted=counted,
    )
    sandbox = _pages(
        (("/sandkasse/", _("Sandkasse")),) if current().settings.smtp_url.startswith("sandbox:") else (),
        counted=counted,
    )
    groups = _group(_("Utsendelser"), sent), _group(_("Tall"), figures)
    return *queue, groups[0], *calendar, groups[1], *after, *sandbox


def _group(label: str, pages: tuple[Place, ...]) -> Place:
    return Place(
        label=label,
        path=pages[0].path,
        current=any(page.current for page in pages),
        calls=sum(page.calls for page in pages),
        pages=pages,
    )


def _pages(listed: tuple[tuple[str, str], ...], *, counted: bool) -> tuple[Place, ...]:
    there = {rule.rule.rstrip("/") for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    open_now = max((path for path, _label in listed if _is_current(path)), key=len, default=None)
    return tuple(
        Place(label=label, path=path, current=path == open_now, calls=_calls(path) if counted else 0)
        for path, label in listed
        if path.rstrip("/") in there
    )


def _is_current(path: str) -> bool:
    """A page is where we are when it is open or one below it is; the queue, at the root, only when it is open."""
    if path == "/redaksjon/":
        return request.path == path
    return request.path == path or request.path.startswith(path.rstrip("/") + "/")


def _calls(path: str) -> int:
    count = CALLS.get(path)
    return count(db()) if count is not None else 0
