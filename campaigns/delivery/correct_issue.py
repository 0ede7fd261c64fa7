"""A correction of an issue that has gone out: for those who got it or are about to, to be written and approved."""

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.delivery.correction_notes import notes_on_issue
from campaigns.editorial.blocks import TextBlock
from campaigns.editorial.editor import Editor
from campaigns.editorial.steps import acting
from campaigns.errors import TransitionNotAllowed
from campaigns.newsletter.compose_issue import FreeBlock, IssueChanges, begin_issue, edit_issue
from campaigns.newsletter.issue import CLOSED, Issue, IssueStatus, id_of
from campaigns.newsletter.issue_correction import IssueCorrection, correction_begun
from campaigns.newsletter.issue_steps import audit_issue, locked_issue
from campaigns.subscribers.reader_groups import Audience

_WENT_OUT = frozenset({*CLOSED, IssueStatus.CANCELLED})
_SUBJECT = {"nb": "Rettelse: {subject}", "nn": "Retting: {subject}", "en": "Correction: {subject}"}
_OPENS = {
    "nb": "I nyhetsbrevet «{subject}» sto det noe som ikke stemmer. Vi beklager feilen.",
    "nn": "I nyheitsbrevet «{subject}» stod det noko som ikkje stemmer. Vi orsakar feilen.",
    "en": "The newsletter “{subject}” said something that is not right. We apologise for the mistake.",
}
_RIGHT = {"nb": "Det riktige er: xxx", "nn": "Det rette er: xxx", "en": "What is right: xxx"}
_FIGURE = {
    "nb": "{label}: {new}, ikke {old}.",
    "nn": "{label}: {new}, ikkje {old}.",
    "en": "{label}: {new}, not {old}.",
}
_READ = {
    "nb": "Les utsendelsen som rettes",
    "nn": "Les utsendinga som blir retta",
    "en": "Read the issue this corrects",
}


def begin_correction(session: Session, issue_id: int, editor: Editor, *, clock: Clock, public_url: str) -> Issue:
    """An issue that puts this one right, with what is known to be wrong in it; the one that is begun, if there is one.

    What a person must write stands as «xxx», which the list before it leaves does not let through.
    """
    wrong = locked_issue(session, issue_id)
    if wrong.status not in _WENT_OUT:
        sentence = "Utsendelsen er ikke sendt ennå. Rett den, i stedet for å sende en rettelse."
        raise TransitionNotAllowed(sentence, state=wrong.status.value, wanted="corrected")
    if (begun := correction_begun(session, wrong)) is not None:
        return begun
    tag = wrong.language.value
    issue = begin_issue(session, editor, clock=clock, language=wrong.language)
    said = _words(session, wrong)
    if wrong.status in CLOSED:  # one that was called off is in no archive
        said += f"\n\n[{_READ[tag]}]({public_url}/arkiv/{wrong.slug})"
    changes = IssueChanges(
        subject=_SUBJECT[tag].format(subject=wrong.subject)[:200],
        audience=Audience(
            recipients_of=issue_id, listed=None if Audience.from_stored(wrong.audience).is_listed else False
        ),
        add_blocks=(FreeBlock(block=TextBlock(text=said)),),
    )
    session.add(IssueCorrection(issue_id=id_of(issue), corrects_id=issue_id))
    session.flush()
    edit_issue(session, id_of(issue), editor, changes, seen_version=issue.version, clock=clock)
    audit_issue(session, clock, acting(editor)[0], "correction_begun", wrong, correction=id_of(issue))
    return issue


def _words(session: Session, wrong: Issue) -> str:
    tag = wrong.language.value
    known = [
        _FIGURE[tag].format(label=label, new=new, old=old)
        for note in notes_on_issue(session, wrong)
        for label, old, new in note.figures
        if new
    ]
    return "\n\n".join([_OPENS[tag].format(subject=wrong.subject), *(known or [_RIGHT[tag]])])
