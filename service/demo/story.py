"""The story: two weeks in May in the office of a monitor, played on the real application from figure to mail.

Every step goes the way it goes in an office: sources are polled, people press buttons in the desk over HTTP, mail
goes over SMTP. A step that does not end as it should stops the story with a sentence, and the command with status 1.
"""

import re
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import col, select

from campaigns.clock import OSLO
from campaigns.editorial.draft import Draft, DraftKind, DraftStatus
from campaigns.newsletter.issue import Issue
from service.demo import figures
from service.demo.people import APPROVER, AUTHOR, NEWCOMER, SUBSCRIBERS
from service.demo.stage import Stage
from service.demo.visitor import DemoFailed, Visitor

Tell = Callable[[str], None]


def play(stage: Stage, tell: Tell) -> None:
    """Play the whole story; raises ``DemoFailed`` where it does not go as it should."""
    tell("Monday 10 May 2027, 08:30. The monitor follows four tables and 188 days.")
    stage.poll_and_draft()
    _baselines_are_silent(stage, tell)
    _somebody_signs_up(stage, tell)
    _figures_are_published(stage, tell)
    kari, ola = stage.sign_in(AUTHOR), stage.sign_in(APPROVER)
    new_figures, day = _draft(stage, DraftKind.NEW_PERIOD), _draft(stage, DraftKind.DAY)
    for draft in (new_figures, day):
        _two_people_approve(kari, ola, draft, tell)
    _slot_comes(stage, new_figures, tell, readers=len(SUBSCRIBERS) + 1)
    _reader_leaves(stage, tell)
    _figures_are_corrected(stage, tell)
    _slot_comes(stage, day, tell, readers=len(SUBSCRIBERS))
    _an_issue_is_begun(stage.sign_in(AUTHOR), tell)
    _everything_adds_up(stage, tell)


def _baselines_are_silent(stage: Stage, tell: Tell) -> None:
    drafts = _drafts(stage, DraftKind.NEW_PERIOD)
    if drafts:
        raise DemoFailed("The first sight of a table must announce nothing.")
    tell("  The tables are seen for the first time: kept as a baseline, nothing announced.")
    tell(f"  Among them Menon's table and the collaboration table: {stage.address}/redaksjon/indikatorer")
    tell(f"  International Clinical Trials Day is ten days off: a draft lies ready at {stage.address}/redaksjon/")


def _somebody_signs_up(stage: Stage, tell: Tell) -> None:
    visitor = Visitor(stage.address)
    page = visitor.open("/abonner")
    stage.go_to(stage.clock.now().replace(microsecond=0).astimezone(OSLO).replace(minute=40))
    thanked = visitor.press(page, "/abonner", address=NEWCOMER, language="nb")
    stage.deliver()
    link = re.search(r"https?://\S+/bekreft/\S+", _text_of(_mail_to(stage, NEWCOMER)))
    if thanked.status != 200 or link is None:
        raise DemoFailed("Signing up did not lead to a confirmation mail.")
    confirmed = visitor.press(visitor.open(link.group()), link.group().rsplit("/", 1)[-1])
    if confirmed.status != 200:
        raise DemoFailed(f"The confirmation was not accepted: {confirmed.status}.")
    stage.deliver()  # the welcome
    tell(f"  {NEWCOMER} signs up at {stage.address}/abonner and confirms by the link in the mail: 25 subscribers.")


def _figures_are_published(stage: Stage, tell: Tell) -> None:
    stage.go_to(datetime(2027, 5, 11, 8, 20, tzinfo=OSLO))
    stage.publish("ressursbruk", figures.resource_use("2021"))
    stage.poll_and_draft()
    draft = _draft(stage, DraftKind.NEW_PERIOD)
    tell("Tuesday 11 May, 08:20. The resource-use table gets its 2021 figures.")
    tell(f"  Noticed as a new period. The draft says: «{draft.title}»")
    tell(f"  {stage.address}/redaksjon/utkast/{draft.id}")


def _two_people_approve(kari: Visitor, ola: Visitor, draft: Draft, tell: Tell) -> None:
    path = f"/redaksjon/utkast/{draft.id}"
    sent = kari.press(kari.open(path), "/innsending")
    if sent.status != 200:
        raise DemoFailed(f"«{draft.title}» could not be submitted: status {sent.status}.")
    hers = kari.open(path)
    if hers.offers("/godkjenning"):
        raise DemoFailed("The author was offered to approve her own draft.")
    approved = ola.press(ola.open(path), "/godkjenning")
    if approved.status != 200:
        raise DemoFailed(f"«{draft.title}» could not be approved: status {approved.status}.")
    slot = draft.slot_at.astimezone(OSLO) if draft.slot_at else None
    tell(f"  {AUTHOR.name} submits «{draft.title}», and cannot approve it; {APPROVER.name} does.")
    tell(f"    It goes out {slot:%A %-d %B at %H:%M}.")


def _slot_comes(stage: Stage, draft: Draft, tell: Tell, *, readers: int) -> None:
    assert draft.slot_at is not None
    before = set(stage.mails.glob("*.eml")), set(stage.posts.glob("*.json"))
    stage.go_to(draft.slot_at.replace(second=5))
    stage.deliver()
    mails = sorted(set(stage.mails.glob("*.eml")) - before[0])
    posts = sorted(set(stage.posts.glob("*.json")) - before[1])
    if len(mails) != readers or len(posts) != 2:
        raise DemoFailed(f"{len(mails)} mails and {len(posts)} posts came instead of {readers} and 2.")
    if _by_id(stage, draft).status is not DraftStatus.PUBLISHED:
        raise DemoFailed(f"«{draft.title}» is not marked as published.")
    issue = _latest_issue(stage)
    tell(f"{draft.slot_at.astimezone(OSLO):%A %-d %B, %H:%M}. «{draft.title}» goes out.")
    tell(f"  {len(mails)} subscribers get the newsletter over SMTP, such as {_short(mails[0])}")
    tell(f"  LinkedIn and Facebook get their posts: {stage.address}/sandkasse/")
    tell(f"  On the web: {stage.address}/arkiv/{issue.slug}")
    for post in posts:
        tell(f"    {_short(post)}, with its picture {_short(post.with_suffix('.png'))}")


def _reader_leaves(stage: Stage, tell: Tell) -> None:
    reader = SUBSCRIBERS[0]
    mail = _mail_to(stage, reader)
    found = re.search(r"<(https?://[^>]+)>", mail["List-Unsubscribe"] or "")
    if found is None or mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        raise DemoFailed("The newsletter has no one-click unsubscribe header.")
    answer = Visitor(stage.address).post(found.group(1), "List-Unsubscribe=One-Click")
    if answer.status != 200:
        raise DemoFailed(f"One-click unsubscribing answered {answer.status}.")
    tell(f"  {reader} leaves with one click on the mail program's own button.")


def _figures_are_corrected(stage: Stage, tell: Tell) -> None:
    stage.go_to(datetime(2027, 5, 19, 8, 20, tzinfo=OSLO))
    stage.publish("ressursbruk", figures.resource_use("rettet"))
    stage.poll_and_draft()
    draft = _draft(stage, DraftKind.REVISION)
    tell("Wednesday 19 May, 08:20. The source corrects its figures for 2019 and 2021.")
    tell(f"  Noticed as a revision. The draft says: «{draft.title}», and waits for you in the queue.")


def _an_issue_is_begun(kari: Visitor, tell: Tell) -> None:
    begun = kari.press(kari.open("/redaksjon/utsendelser/ny"), "/redaksjon/utsendelser/ny", language="nb")
    event = {
        "legg-til": "event",
        "ny-event-title": "Frokostmøte om kliniske studier",
        "ny-event-starts_at": "2027-06-03T08:30",
        "ny-event-ends_at": "2027-06-03T10:00",
        "ny-event-place": "Forskningsrådet, Lysaker",
    }
    added = kari.press(begun, urlsplit(begun.url).path, subject="Månedens tall: mai", **event)
    if added.status != 200 or "Frokostmøte" not in added.html:
        raise DemoFailed(f"The event did not get into the issue: status {added.status}.")
    tell(f"  {AUTHOR.name} begins an issue of the newsletter with an event; what it lacks waits for you:")
    tell(f"    {begun.url}")


def _everything_adds_up(stage: Stage, tell: Tell) -> None:
    latest = {message["To"]: name for name, message in _mails(stage)}
    if latest[SUBSCRIBERS[0]] in {name for name, message in _mails(stage) if "studier" in (message["Subject"] or "")}:
        raise DemoFailed("The reader who left got another newsletter.")
    tell("  Nobody got anything twice, and the reader who left got nothing more.")


def _drafts(stage: Stage, kind: DraftKind) -> list[Draft]:
    with stage.service.database.session_scope(read_only=True) as session:
        found = list(session.exec(select(Draft).where(Draft.kind == kind).order_by(col(Draft.id).desc())))
        session.expunge_all()
    return found


def _draft(stage: Stage, kind: DraftKind) -> Draft:
    found = [
        draft for draft in _drafts(stage, kind) if kind is not DraftKind.DAY or draft.day_id == "clinical-trials-day"
    ]
    if len(found) != 1:
        raise DemoFailed(f"There are {len(found)} drafts of kind {kind.value} instead of one.")
    return found[0]


def _by_id(stage: Stage, draft: Draft) -> Draft:
    return next(found for found in _drafts(stage, draft.kind) if found.id == draft.id)


def _latest_issue(stage: Stage) -> Issue:
    with stage.service.database.session_scope(read_only=True) as session:
        issue = session.exec(select(Issue).order_by(col(Issue.id).desc()).limit(1)).one()
        session.expunge(issue)
    return issue


def _mails(stage: Stage) -> list[tuple[str, EmailMessage]]:
    return [
        (path.name, message_from_bytes(path.read_bytes(), policy=modern)) for path in sorted(stage.mails.glob("*.eml"))
    ]


def _mail_to(stage: Stage, address: str) -> EmailMessage:
    found = [message for _, message in _mails(stage) if address in str(message["To"])]
    if not found:
        raise DemoFailed(f"No mail to {address} in {stage.mails}.")
    return found[-1]


def _text_of(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""


def _short(path: Path) -> str:
    return str(path)
