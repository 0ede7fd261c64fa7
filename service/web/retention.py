"""How long what is known of readers is kept, and what went lately: for whoever must be able to show it (P-05)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from campaigns.delivery.retention_log import RetentionRun, latest_runs
from service.auth.access import signed_in
from service.i18n import gettext as _
from service.request import current, db

blueprint = Blueprint("retention", __name__, url_prefix="/redaksjon/abonnenter/oppbevaring")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of thing: how many days it is kept, what is left of it then, and which setting says so."""

    what: str
    days: int
    then: str
    setting: str | None
    counted_as: tuple[str, ...] = ()  # what a run's report calls it


@blueprint.get("")
@signed_in
def index() -> str:
    rules = _rules()
    runs = [(run, _gone(run, rules)) for run in latest_runs(db())]
    return render_template("web/subscribers/retention.html", rules=rules, runs=runs)


def _gone(run: RetentionRun, rules: Sequence[Rule]) -> list[tuple[str, int]]:
    """What went in this run, in the rules' own words and order."""
    counted = ((rule.what, sum(run.counts.get(name, 0) for name in rule.counted_as)) for rule in rules)
    return [(what, count) for what, count in counted if count]


def _rules() -> tuple[Rule, ...]:
    kept, nothing = current().settings, _("ingenting")
    return (
        Rule(
            what=_("Påmelding som ikke blir bekreftet"), days=kept.keep_pending_days, then=nothing,
            setting="KEEP_PENDING_DAYS", counted_as=("unconfirmed",),
        ),
        Rule(
            what=_("Samtykket til en som har meldt seg av"), days=kept.keep_left_days,
            then=_("en kode som adressen ikke kan leses ut av"), setting="KEEP_LEFT_DAYS", counted_as=("left",),
        ),
        Rule(
            what=_("Hvem som fikk hvilken e-post"), days=kept.keep_deliveries_days,
            then=_("hvor mange som fikk den"), setting="KEEP_DELIVERIES_DAYS", counted_as=("deliveries",),
        ),
        Rule(
            what=_("E-post som kom i retur"), days=kept.keep_returned_mail_days, then=_("hva slags feil det var"),
            setting="KEEP_RETURNED_MAIL_DAYS", counted_as=("returned_messages", "returned_rows", "failures"),
        ),
        Rule(
            what=_("Hvor et samtykke ble gitt fra: nettverk og nettleser"), days=kept.keep_origin_days,
            then=_("når det ble gitt, og til hvilken ordlyd"), setting="KEEP_ORIGIN_DAYS", counted_as=("networks",),
        ),
        Rule(what=_("Tellere mot misbruk av skjemaet"), days=31, then=nothing, setting=None, counted_as=("counters",)),
    )  # fmt: skip
