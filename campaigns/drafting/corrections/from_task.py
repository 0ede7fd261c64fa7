"""What a correction must say beyond the finding it began with: the task's other figures, sentences and items.

The task's figures are handed to the writer of revisions as findings of its own kind, so that one draft tells all of
what a table owes readers, whether or not the newest figure is among it.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import or_
from sqlmodel import Session, col, select

from campaigns.drafting.correction import Revised
from campaigns.drafting.corrections.printed_now import PrintedNow
from campaigns.drafting.corrections.quotation import Quotation, QuotedItem, QuoteKind
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.drafting.found import Found, drafted_by_itself
from campaigns.drafting.pieces import text_block
from campaigns.drafting.social_text import shortened
from campaigns.drafting.wording import tell
from campaigns.editorial.blocks import Block, LinkBlock
from campaigns.editorial.draft import Draft
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.observations import own_series_key
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language

_MOST_LINKS = 3
_LONGEST_LINK = 200
_ORDER = list(QuoteKind)
_NB, _NN, _EN = Language.BOKMAAL, Language.NYNORSK, Language.ENGLISH

_UNTRUE = {
    _NB: "Vi skrev også: «{sentence}» Det stemmer ikke med de nye tallene.",
    _NN: "Vi skreiv òg: «{sentence}» Det stemmer ikkje med dei nye tala.",
    _EN: "We also wrote: “{sentence}” This does not hold with the revised figures.",
}
_ORIGINAL = {
    _NB: "Les saken som rettes: {title}",
    _NN: "Les saka som blir retta: {title}",
    _EN: "Read the item being corrected: {title}",
}


def key_of_task(task_id: int) -> str:
    return f"correction:{task_id}"


def drafts_of(session: Session, task: CorrectionTask) -> list[Draft]:
    """The drafts that correct what the task has, the newest first."""
    newest = session.get_one(Vintage, task.vintage_id).seq
    keys = [
        f"finding:{task.dataset_id}:{seq}:{FindingKind.REVISION.value}" for seq in range(task.first_seq, newest + 1)
    ]
    key = col(Draft.idempotency_key)
    alone = [key.startswith(f"{one}:", autoescape=True) for one in keys]
    query = select(Draft).where(or_(key.in_([*keys, key_of_task(task.id or 0)]), *alone))
    return list(session.exec(query.order_by(col(Draft.id).desc())))


def undrafted_tasks(session: Session) -> list[CorrectionTask]:
    """Open corrections that have no draft, and get none from a finding of the same revision."""
    found = []
    for task in session.exec(
        select(CorrectionTask).where(CorrectionTask.state == TaskState.OPEN).order_by(col(CorrectionTask.id))
    ).all():
        finding = session.exec(
            select(Finding.id)
            .where(Finding.vintage_id == task.vintage_id, Finding.kind == FindingKind.REVISION, drafted_by_itself())
            .limit(1)
        ).first()
        if finding is None and not drafts_of(session, task):
            found.append(task)
    return found


def task_of(session: Session, dataset_id: int) -> CorrectionTask | None:
    """The table's open correction."""
    return session.exec(
        select(CorrectionTask).where(CorrectionTask.dataset_id == dataset_id, CorrectionTask.state == TaskState.OPEN)
    ).first()


def figures_of(
    session: Session, task: CorrectionTask, current: Vintage, *, besides: Collection[tuple[str, str]] = ()
) -> list[Found]:
    """The task's figures with an old and a new value, as findings; those of ``besides`` are told already."""
    told = set(besides)
    found = []
    for quoted in _quotations(session, task):
        indicator = session.get_one(Indicator, quoted.indicator_id)
        if not indicator.enabled:
            continue
        for period in _periods(session, quoted, indicator, current):
            if (indicator.id, period) in told:
                continue
            one = _as_finding(session, task, quoted, indicator=indicator, period=period, current=current)
            if one is not None:
                told.add((indicator.id, period))
                found.append(Found(one, indicator))
    return found


def afterword(session: Session, dataset_id: int, language: Language, public_url: str) -> list[Block]:
    """Sentences that no longer hold, and the way to the items that are corrected."""
    task = task_of(session, dataset_id)
    if task is None:
        return []
    quoted = _quotations(session, task)
    sentences = dict.fromkeys(one.printed for one in quoted if one.kind is QuoteKind.REMARK)
    blocks: list[Block] = [text_block(_UNTRUE[language].format(sentence=sentence)) for sentence in sentences]
    originals = session.exec(
        select(Draft.title, QuotedItem.archive_slug)
        .join(QuotedItem, col(QuotedItem.draft_id) == col(Draft.id))
        .where(col(Draft.id).in_({one.draft_id for one in quoted}), col(QuotedItem.archive_slug).is_not(None))
        .order_by(col(Draft.id).desc())
        .limit(_MOST_LINKS)
    ).all()
    return blocks + [
        LinkBlock(
            url=f"{public_url}/arkiv/{slug}", text=shortened(_ORIGINAL[language].format(title=title), _LONGEST_LINK)
        )
        for title, slug in originals
    ]


def _quotations(session: Session, task: CorrectionTask) -> list[Quotation]:
    """What the task is about: levels first, then changes, sentences and points of figures, the newest period first."""
    rows = session.exec(
        select(Quotation)
        .join(CorrectionLine, col(CorrectionLine.quotation_id) == col(Quotation.id))
        .where(CorrectionLine.task_id == task.id)
        .order_by(col(Quotation.period).desc(), col(Quotation.id))
    ).all()
    return sorted(rows, key=lambda one: _ORDER.index(one.kind))


def _periods(session: Session, quoted: Quotation, indicator: Indicator, current: Vintage) -> Iterator[str]:
    """The indicator's own periods that changed."""
    if quoted.dataset_id != indicator.dataset_id:
        return
    if quoted.kind is QuoteKind.REMARK:
        own = {cell["period"] for cell in quoted.cells if cell["series"] == quoted.series}
        yield from (period for period in PrintedNow(session, current).differing(quoted) if period in own)
    elif quoted.series == own_series_key(session.get_one(Vintage, quoted.vintage_id), indicator):
        yield quoted.period


def _as_finding(
    session: Session, task: CorrectionTask, quoted: Quotation, *, indicator: Indicator, period: str, current: Vintage
) -> Finding | None:
    before = session.get_one(Vintage, quoted.vintage_id)
    try:
        old = key_figure(session, indicator, as_of_seq=before.seq, period=period)
        new = key_figure(session, indicator, as_of_seq=current.seq, period=period)
    except InvalidInput:
        return None
    if old is None or new is None:
        return None
    revised = Revised(tell(indicator, new, quoted.language), tell(indicator, old, quoted.language))
    if not (revised.level_changed or revised.change_changed):
        return None
    return Finding(
        indicator_id=indicator.id, vintage_id=task.vintage_id, kind=FindingKind.REVISION, period=period,
        key_figure=new.as_json(), earlier=old.as_json(), found_at=task.opened_at,
    )  # fmt: skip
