"""Which remarks a draft has room for: one after the finding in a post, one more in the newsletter.

What is not worth a sentence is not said, and nothing is said twice: a figure that stands in the draft's own panel is
not held up beside another, and a sentence about another figure needs words for running text.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.drafting.remarks import remark
from campaigns.drafting.wording import Told
from campaigns.errors import InvalidInput
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.statements.news_value import family, news_value, worth_saying
from campaigns.indicators.statements.observed import statements_of
from campaigns.indicators.statements.statement import Contrast, Statement, statements_from_json
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language

_MOST_IN_A_NEWSLETTER = 2


class Spoken(NamedTuple):
    """One figure the draft speaks of, and what else can be said of it."""

    told: Told
    indicator: Indicator
    statements: tuple[Statement, ...]


class Remarks(NamedTuple):
    """Sentences for the newsletter, and the one of them that follows the finding in a post."""

    letter: tuple[str, ...]
    post: str


class _Candidate(NamedTuple):
    statement: Statement
    spoken: Spoken
    alone: bool


def chosen_remarks(session: Session, spoken: Sequence[Spoken]) -> Remarks:
    """The remarks of a draft that leads with the first of these figures."""
    if not spoken:
        return Remarks((), "")
    others = indicators_beside([statement for one in spoken for statement in one.statements], session)
    present = {one.indicator.id for one in spoken}
    fitting = [
        one._replace(statements=tuple(found for found in one.statements if _fits(found, one.told, others, present)))
        for one in spoken
    ]
    lead = [_Candidate(found, fitting[0], alone=False) for found in worth_saying(fitting[0].statements, 2)]
    chosen = lead[:1]
    rest = [*lead[1:], *(found for one in fitting[1:] for found in _about_another(one))]
    for candidate in sorted(rest, key=lambda one: news_value(one.statement), reverse=True):
        if len(chosen) == _MOST_IN_A_NEWSLETTER:
            break
        if candidate.statement.kind not in {one.statement.kind for one in chosen}:  # no story twice, of two figures
            chosen.append(candidate)
    marked = not any(one.told.provisional for one in spoken)  # else the draft says so of all its figures
    sentences = tuple(_sentence(candidate, others, marked=marked) for candidate in chosen)
    return Remarks(sentences, sentences[0] if lead else "")


def statements_now(session: Session, finding: Finding, indicator: Indicator, current: Vintage) -> tuple[Statement, ...]:
    """What was stored with the finding, or what holds by now where figures have come since."""
    if finding.vintage_id == current.id:
        return statements_from_json(finding.statements)
    try:
        return statements_of(session, indicator, current, finding.period)
    except InvalidInput:
        return ()  # the rules do not fit the table; the editor was told when the figures came


def indicators_beside(statements: Sequence[Statement], session: Session) -> Mapping[str, Indicator]:
    """The other indicators these statements name, by id."""
    wanted = {statement.other_id for statement in statements if isinstance(statement, Contrast)}
    found = session.exec(select(Indicator).where(col(Indicator.id).in_(wanted))) if wanted else ()
    return {indicator.id: indicator for indicator in found}


def can_be_said(statement: Statement, language: Language, others: Mapping[str, Indicator]) -> bool:
    """Whether there are words for it in this language."""
    if not isinstance(statement, Contrast):
        return True
    other = others.get(statement.other_id)
    return other is not None and (bool(other.title.get(language.value)) or has_measure(other, language))


def has_measure(indicator: Indicator, language: Language) -> bool:
    """Whether the catalogue has words for the figure in running text."""
    return bool((indicator.chart.get("measure") or {}).get(language.value))


def _fits(statement: Statement, told: Told, others: Mapping[str, Indicator], present: set[str]) -> bool:
    if isinstance(statement, Contrast) and statement.other_id in present:
        return False
    return can_be_said(statement, told.language, others)


def _about_another(spoken: Spoken) -> list[_Candidate]:
    """What one of the other figures has to say, where it can be named in a sentence; composition is its own story."""
    if not has_measure(spoken.indicator, spoken.told.language):
        return []
    found = [one for one in worth_saying(spoken.statements, 1) if family(one) in {"level", "direction"}]
    return [_Candidate(one, spoken, alone=True) for one in found]


def _sentence(candidate: _Candidate, others: Mapping[str, Indicator], *, marked: bool) -> str:
    told, indicator, _ = candidate.spoken
    return remark(candidate.statement, told, indicator, others, alone=candidate.alone, marked=marked)
