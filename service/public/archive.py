"""Issues that have gone out, as pages and as an Atom feed."""

from flask import Response, render_template
from markupsafe import Markup

from campaigns.delivery.correction_notes import notes_on_issue
from campaigns.newsletter.archive import issue_by_slug, published_issues
from service.auth.access import public
from service.i18n import use_language
from service.public.feed import atom_feed
from service.public.reading import cacheable, reading_blueprint
from service.request import current, db

blueprint = reading_blueprint("archive")

_IN_THE_FEED = 30


@blueprint.get("/arkiv")
@public
def index() -> str:
    return render_template("web/public/archive.html", issues=published_issues(db(), current().clock.now()))


@blueprint.get("/arkiv/<slug>")
@public
def show(slug: str) -> str:
    issue = issue_by_slug(db(), slug, current().clock.now())
    use_language(issue.language)
    # Written by our own renderer from checked blocks when the issue was closed.
    body = Markup(issue.archive_html)  # noqa: S704
    return render_template("web/public/issue.html", issue=issue, body=body, notes=notes_on_issue(db(), issue))


@blueprint.get("/arkiv.atom")
@public
def feed() -> Response:
    settings = current().settings
    issues = published_issues(db(), current().clock.now(), limit=_IN_THE_FEED)
    text = atom_feed(issues, monitor_name=settings.monitor_name, public_url=settings.public_url)
    return cacheable(Response(text, mimetype="application/atom+xml"))
