"""The list somebody goes through before an issue leaves: what stops it, what to look at once more, what is in order.

What stops it is refused when the issue is sent to approval and when it is approved; the rest is for people to judge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from campaigns.channels.mail_message import UNSUBSCRIBE
from campaigns.clock import Clock
from campaigns.days.quiet import require_open_date
from campaigns.editorial.completeness import Incomplete, Lack
from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.issue import Issue, id_of
from campaigns.newsletter.issue_content import items_of
from campaigns.newsletter.issue_lacks import PREHEADER, SUBJECT, named
from campaigns.newsletter.issue_links import CheckedLink, LinkOutcome, checked_links, links_in
from campaigns.newsletter.issue_preview import preview_items
from campaigns.newsletter.issue_reach import Reach, reach_of
from campaigns.newsletter.issue_share import LEAST, share_of_year
from campaigns.newsletter.issue_steps import locked_issue
from campaigns.newsletter.item import Heading, Item, RenderedIssue
from campaigns.newsletter.leftovers import leftovers, words_of
from campaigns.newsletter.render import WARN_BYTES, bytes_of


class Weight(StrEnum):
    """How much a finding matters."""

    STOPS = "stops"
    LOOK = "look"
    GOOD = "good"


@dataclass(frozen=True)
class Finding:
    """One line of the list. ``field`` is where on the page it is put right."""

    weight: Weight
    sentence: str
    field: str = ""


@dataclass(frozen=True)
class Flight:
    """The list, the gravest first, and the links with what they answered."""

    findings: tuple[Finding, ...]
    links: tuple[CheckedLink, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.weight is Weight.STOPS)

    @property
    def unasked(self) -> tuple[str, ...]:
        return tuple(link.url for link in self.links if link.check is None)


def preflight(
    session: Session, issue: Issue, press: Press, clock: Clock, *, reach: Reach, lacks: Sequence[Lack]
) -> Flight:
    """Go through the issue as it is saved; ``lacks`` is what ``lacks_of`` found."""
    found = [Finding(Weight.STOPS, lack.sentence, lack.field) for lack in lacks]
    items = items_of(session, issue)
    links: list[CheckedLink] = []
    if items:
        try:
            mails = _editions(items, issue, press, clock, reach)
        except Refused as refusal:
            found.append(Finding(Weight.STOPS, str(refusal), "items"))
        else:
            ours = press.masthead
            urls = links_in([mail.html for mail in mails], own_site=ours.public_url, monitor_url=ours.monitor_url)
            links = checked_links(session, issue, urls)
            found += [*_size(mails), *_ways_out(mails)]
        found += [*_pictures(items), *_doubts(items, issue)]
    found += [*_links(links), *_lengths(issue), *_share(session, issue, clock)]
    order = list(Weight)
    return Flight(tuple(sorted(found, key=lambda one: order.index(one.weight))), tuple(links))


def require_ready(session: Session, issue_id: int, press: Press, clock: Clock) -> None:
    """Raise ``InvalidInput`` when nothing may go out on its date, or with what stops it besides what it lacks."""
    issue = locked_issue(session, issue_id)
    require_open_date(session, issue.slot_at, clock.zone)
    if stops := preflight(session, issue, press, clock, reach=reach_of(session, issue, clock), lacks=()).stops:
        raise Incomplete([Lack(one.field, one.sentence) for one in stops])


def _editions(items: list[Item], issue: Issue, press: Press, clock: Clock, reach: Reach) -> list[RenderedIssue]:
    """The whole, and everything its readers get of it."""
    heading = Heading(subject=issue.subject, preheader=issue.preheader)
    keys = [None, *(edition.key for edition in reach.editions)]
    return [preview_items(items, issue, press, clock, heading=heading, key=key) for key in keys]


def _size(mails: Sequence[RenderedIssue]) -> Iterator[Finding]:
    size = max(bytes_of(mail.html) for mail in mails)
    heavy = size > WARN_BYTES
    advice = " Vurder å korte den ned." if heavy else ""
    sentence = f"Den største utgaven er på {max(size // 1000, 1)} kB. E-postprogrammer kutter ved 100 kB.{advice}"
    yield Finding(Weight.LOOK if heavy else Weight.GOOD, sentence, "items")


def _ways_out(mails: Sequence[RenderedIssue]) -> Iterator[Finding]:
    if all(UNSUBSCRIBE in mail.html and UNSUBSCRIBE in mail.text for mail in mails):
        yield Finding(Weight.GOOD, "Lenken for å melde seg av står både i HTML-delen og i tekstdelen.")
    else:
        yield Finding(Weight.STOPS, "Lenken for å melde seg av mangler. Si fra til den som drifter tjenesten.")


def _pictures(items: Sequence[Item]) -> Iterator[Finding]:
    images = [item.image for item in items if item.image is not None]
    if images and all(image.alt_text.strip() for image in images):
        yield Finding(Weight.GOOD, "Alle bildene har alternativ tekst.")


def _doubts(items: Sequence[Item], issue: Issue) -> Iterator[Finding]:
    """What may be meant as it stands."""
    texts = [("Emnet", issue.subject), ("Forhåndsteksten", issue.preheader)]
    texts += [(named(item), words_of(item)) for item in items]
    doubts = [(name, found) for name, text in texts for found in leftovers(text)]
    for name, found in doubts:
        if not found.sure:
            yield Finding(Weight.LOOK, f"{name} inneholder {found.sentence}. Er det meningen?", "items")
    if not doubts:
        yield Finding(Weight.GOOD, "Ingen rester som «xxx», «TODO» eller tomme klammer.")


def _links(links: Sequence[CheckedLink]) -> Iterator[Finding]:
    unasked = [link for link in links if link.check is None]
    for link in links:
        if link.check is not None and link.check.outcome is not LinkOutcome.ANSWERS:
            weight = Weight.STOPS if link.check.outcome is LinkOutcome.GONE else Weight.LOOK
            yield Finding(weight, f"{link.url}: {link.check.sentence}", "lenker")
    if unasked:
        count = "Én lenke" if len(unasked) == 1 else f"{len(unasked)} lenker"
        yield Finding(Weight.LOOK, f"{count} er ikke sjekket.", "lenker")
    elif links and all(link.check and link.check.outcome is LinkOutcome.ANSWERS for link in links):
        yield Finding(Weight.GOOD, "Alle lenkene svarer.", "lenker")


def _lengths(issue: Issue) -> Iterator[Finding]:
    subject, preheader = len(issue.subject.strip()), len(issue.preheader.strip())
    least, most = PREHEADER
    if subject > SUBJECT:
        yield Finding(
            Weight.LOOK, f"Emnet er på {subject} tegn. Det som står etter {SUBJECT}, kan bli kuttet.", "subject"
        )
    if not preheader:
        yield Finding(Weight.LOOK, "Forhåndstekst mangler. Da vises begynnelsen av det første innslaget.", "preheader")
    elif not least <= preheader <= most:
        sentence = f"Forhåndsteksten er på {preheader} tegn. Mellom {least} og {most} passer i innboksen."
        yield Finding(Weight.LOOK, sentence, "preheader")
    if 0 < subject <= SUBJECT and least <= preheader <= most:
        yield Finding(Weight.GOOD, "Emnet og forhåndsteksten har passe lengde.")


def _share(session: Session, issue: Issue, clock: Clock) -> Iterator[Finding]:
    """How the year's issues divide between bokmål and nynorsk with this one."""
    if issue.language is Language.ENGLISH:
        return
    share = share_of_year(session, clock, but=id_of(issue)).after_one_in(issue.language)
    told = f"Med denne er {share.bokmaal} av årets utsendelser på bokmål og {share.nynorsk} på nynorsk"
    if share.behind:
        few = "nynorsk" if share.behind is Language.NYNORSK else "bokmål"
        yield Finding(Weight.LOOK, f"{told}. Språklova krever minst {LEAST} % på {few}.", "language")
    else:
        yield Finding(Weight.GOOD, f"{told}.")
