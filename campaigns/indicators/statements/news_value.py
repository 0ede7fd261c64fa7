"""How much a statement is worth to a reader, from 0 to 100, and which few are worth a sentence.

The weights are a desk editor's, written down. What happens seldom is worth more than what happens each time; what
was passed long ago more than what was passed lately; what a person has asked for (a threshold) more than what a
computer found. docs/findings.md explains them.

    statement          from   and up by
    crossing             62   18 when it is the first time, 10 when it is long since
    extreme              46   3 for each figure passed beyond the fewest, at most 24; 10 when it is the series' own
                              −36 when two of the three periods before were such extremes themselves
    apart                58
    contrast             58   when the two go each their way; 44 when one only changes much more
    turn                 46   2 for each step the other way, at most 20
    largest_change       44   2 for each change passed, at most 20
    mover                46   10 when it goes against the whole
    trend                40   2 for each step, at most 16
    year_ago             42
    share                45   when it has moved by two points; else 30

Figures that may still be changed are worth 6 less. From ``WORTH_SAYING`` on, a statement may stand in a draft.
"""

from collections.abc import Sequence

from campaigns.indicators.statements.parts import worth_as_change
from campaigns.indicators.statements.statement import (
    Contrast,
    Crossing,
    Extreme,
    LargestChange,
    Mover,
    Share,
    Statement,
    Trend,
    Turn,
)

WORTH_SAYING = 40
_FEWEST = 3
_PROVISIONAL = 6
_ROUTINE = 2

# What a finding is worth before anything is said of it.
NEW_PERIOD = 20
REVISION = 50
REVISION_TURNS = 25  # the change goes the other way now


def news_value(statement: Statement) -> int:
    """The statement's worth."""
    worth = _worth(statement) - (_PROVISIONAL if statement.provisional else 0)
    return max(0, min(100, worth))


def ranked(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The worthiest first; what is worth the same in the order it was found."""
    return tuple(sorted(statements, key=news_value, reverse=True))


def family(statement: Statement) -> str:
    """Statements of one family say much the same; a text has room for one of each."""
    match statement:
        case Extreme() | Crossing():
            return "level"
        case Mover() | Share():
            return "parts"
        case Contrast():
            return "others"
    return "parts" if statement.kind == "apart" else "direction"


def worth_saying(statements: Sequence[Statement], most: int) -> tuple[Statement, ...]:
    """The worthiest that say different things, at most so many. A rise that lasted all along implies the record."""
    chosen: list[Statement] = []
    for statement in ranked(statements):
        if len(chosen) == most or news_value(statement) < WORTH_SAYING:
            break
        if all(family(one) != family(statement) and not _implied(one, statement) for one in chosen):
            chosen.append(statement)
    return tuple(chosen)


def _implied(one: Statement, other: Statement) -> bool:
    return {one.kind, other.kind} == {"trend", "extreme"}


def _worth(statement: Statement) -> int:
    match statement:
        case Extreme() | LargestChange() | Turn() | Trend():
            return _worth_of_history(statement)
        case Crossing():
            return 62 + (18 if statement.first_time else 10 if statement.since else 0)
        case Contrast():
            return 58 if statement.rising != statement.other_rising else 44
        case Share():
            return 45 if worth_as_change(statement, 0) else 30
        case Mover():
            return 46 + (10 if statement.against else 0)
    return {"apart": 58, "year_ago": 42}[statement.kind]


def _worth_of_history(statement: Extreme | LargestChange | Turn | Trend) -> int:
    match statement:
        case Extreme():
            routine = 36 if statement.records >= _ROUTINE else 0
            return 46 + min(24, 3 * (statement.passed - _FEWEST)) + (10 if statement.since is None else 0) - routine
        case Turn():
            return 46 + min(20, 2 * statement.passed)
        case LargestChange():
            return 44 + min(20, 2 * statement.passed)
        case Trend():
            return 40 + min(16, 2 * statement.steps)
