"""Issues that have gone out, as pages and as an Atom feed."""

from itertools import groupby

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from campaigns.delivery.archive_marks import ArchiveMark, marks_on
from campaigns.delivery.correction_notes import notes_on_issue
from campaigns.newsletter.archive import issue_by_slug, published_issues
from campaigns.newsletter.archive_search import LONGEST_SEARCH, archive_page, subjects_of_issue
from campaigns.newsletter.issue import Issue, id_of
from campaigns.newsletter.issue_correction import corrections_out
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.topics import choices
from service.auth.access import public
from service.i18n import gettext as _
from service.i18n import language, reader_path, use_language_of_text
from service.page_values import local
from service.public.feed import atom_feed
from service.public.reading import cacheable, reading_blueprint
from service.request import current, db

blueprint = reading_blueprint("archive")

_IN_THE_FEED = 30


@blueprint.get("/arkiv")
@public
def index() -> str:
    search, wanted = request.args.get("q", "").strip(), request.args.get("tema", "")
    names = dict(choices(language()))
    subject = wanted if wanted in names else None
    now = current().clock.now()
    page = archive_page(db(), now, search=search, subject=subject, page=request.args.get("side", 1, int))
    return render_template(
        "web/public/archive.html",
        page=page, years=[(year, list(issues)) for year, issues in groupby(page.issues, _year)],
        marks=marks_on(db(), [id_of(issue) for issue in page.issues], now),
        search=search[:LONGEST_SEARCH], subject=subject, subject_names=names,
    )  # fmt: skip


@blueprint.get("/arkiv/<slug>")
@public
def show(slug: str) -> Response:
    now = current().clock.now()
    issue = issue_by_slug(db(), slug, now)
    use_language_of_text(issue.language)
    # Written by our own renderer from checked blocks when the issue was closed.
    body = Markup(issue.archive_html)  # noqa: S704
    mark = marks_on(db(), [id_of(issue)], now).get(id_of(issue), ArchiveMark())
    page = render_template(
        "web/public/issue.html",
        issue=issue, body=body, notes=notes_on_issue(db(), issue),
        corrections=corrections_out(db(), issue, now), corrects=mark.corrects,
        subjects=subjects_of_issue(db(), id_of(issue)), subject_names=dict(choices(language())),
    )  # fmt: skip
    response = make_response(page)
    if not Audience.from_stored(issue.audience).is_listed:
        response.headers["X-Robots-Tag"] = "noindex"  # for those who got it, not for those who look for anything
    return response


@blueprint.get("/arkiv.atom")
@public
def feed() -> Response:
    settings, clock = current().settings, current().clock
    issues = published_issues(db(), clock.now(), limit=_IN_THE_FEED)
    text = atom_feed(
        issues, marks_on(db(), [id_of(issue) for issue in issues], clock.now()),
        monitor_name=settings.monitor_name, public_url=settings.public_url, language=language(), zone=clock.zone,
        title=_("Nyhetsbrev fra %(name)s", name=settings.monitor_name), query=reader_path(""),
    )  # fmt: skip
    return cacheable(Response(text, mimetype="application/atom+xml"))


def _year(issue: Issue) -> int:
    """The year on the office's calendar, which the date beside it is from."""
    return local(issue.out_at).year
