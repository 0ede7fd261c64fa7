"""The Flask application: blueprints, one session per request, error pages; nothing else."""

from importlib import import_module
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import PackageLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from service import error_pages, headers, i18n, page_values
from service import request as request_session
from service.auth import guard
from service.bootstrap import Service
from service.web import criteria_form

# Each module offers ``blueprint``.
BLUEPRINTS: tuple[str, ...] = (
    "service.auth.pages",
    "service.web.queue",
    "service.web.drafts",
    "service.web.decisions",
    "service.web.previews",
    "service.web.draft_figure",
    "service.web.figure_types",
    "service.web.calendar",
    "service.web.indicators",
    "service.web.findings",
    "service.web.held",
    "service.web.corrections",
    "service.web.indicator_vintages",
    "service.web.sources",
    "service.web.releases",
    "service.web.catalogue",
    "service.web.catalogue_import",
    "service.web.catalogue_table",
    "service.web.catalogue_editor",
    "service.web.brought_files",
    "service.web.file_columns",
    "service.web.issues",
    "service.web.issue_decisions",
    "service.web.issue_previews",
    "service.web.issue_links",
    "service.web.issue_trials",
    "service.web.issue_corrections",
    "service.web.issue_segment",
    "service.web.series",
    "service.web.days",
    "service.web.subscribers",
    "service.web.subscriber_lists",
    "service.web.segments",
    "service.web.subscriber",
    "service.web.retention",
    "service.web.deliveries",
    "service.web.recipients",
    "service.web.returns",
    "service.web.held_back",
    "service.web.kill_switch",
    "service.api.releases",
    "service.api.deliveries",
    "service.api.indicators",
    "service.api.occasions",
    "service.api.drafts",
    "service.api.draft_steps",
    "service.api.issues",
    "service.api.issue_steps",
    "service.api.series",
    "service.api.segments",
    "service.api.oversight",
    "service.api.description",
    "service.public.sign_up",
    "service.public.panel",
    "service.public.confirmation",
    "service.public.preferences",
    "service.public.unsubscription",
    "service.public.archive",
    "service.public.counted_links",
    "service.public.figures",
    "service.public.calendar_feed",
    "service.public.statements",
    "service.public.trial_link",
    "service.public.health",
    "service.web.sandbox",
)  # fmt: skip

_LARGEST_FORM = 6 * 1024 * 1024  # a form with its longest texts, or one image (S-32)


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: no longer than a row's number can be, for SQLite cannot even look for a longer one."""

    regex = r"\d{1,10}"


def create_app(service: Service) -> Flask:
    """The web application on these parts."""
    app = Flask("service", static_folder="static", template_folder=None)
    app.extensions["monitorposten"] = service
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_FORM
    app.config["TRUSTED_HOSTS"] = _hosts(service)
    if hops := service.settings.trusted_proxies:  # else anybody could say who they are, and limits would mean nothing
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    app.jinja_options = {"loader": PackageLoader("templates", ""), "undefined": StrictUndefined, "autoescape": True}
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    i18n.install(app)
    page_values.install(app)
    criteria_form.install(app)
    guard.install(app)
    request_session.install(app)
    headers.install(app)
    error_pages.install(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(name).blueprint)
    return app


def _hosts(service: Service) -> list[str]:
    """The names this service answers to (S-25); loopback only where a person tries it on their own machine."""
    public = urlsplit(service.settings.public_url).hostname or "localhost"
    return [public] if service.settings.production else [public, "localhost", "127.0.0.1"]
