"""What each column of a sheet stands for, as somebody has declared it. An unknown or missing column is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.errors import InvalidInput
from campaigns.sources.refusal import PayloadRefused

REST = "*"
PERIODS = "Tid"  # the dimension that columns of periods make up
_MARK = re.compile(r"(?:[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]|\*|\s[0-9]{1,2}\))\Z")
_LONGEST_MARK = 4


class ColumnUse(StrEnum):
    """What a column can be used as. ``label`` and ``unit`` are followed by ``:`` and the column they describe."""

    DIMENSION = "dimension"  # its codes divide the figures
    TIME = "time"  # the dimension that is time
    VALUE = "value"  # figures; several such columns become the categories of a dimension of their own
    PERIOD = "period"  # figures of the period in the column's heading
    FLAG = "flag"  # the mark on the row's figure
    LABEL = "label"  # the words for another column's code
    UNIT = "unit"  # the unit of another column's code
    IGNORE = "ignore"  # not read


@dataclass(frozen=True)
class Heading:
    """A column's heading without footnote marks; a star on it says that its figures are provisional."""

    name: str
    provisional: bool = False


@dataclass(frozen=True)
class Columns:
    """The declaration: heading -> use, and for labels and units the column they are about.

    ``*`` stands for every column not named. ``optional`` may be absent; ``constants`` are dimensions with one code.
    """

    uses: Mapping[str, tuple[ColumnUse, str]]
    optional: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    fill_down: bool = False  # an empty code is the one above it, as where cells are merged downwards

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.uses) - {REST} - set(self.optional)

    def placed(self, headings: Sequence[Heading]) -> list[tuple[ColumnUse, str] | None]:
        """The use of each column, in the sheet's order. Raises ``PayloadRefused`` when they do not fit."""
        names = [heading.name for heading in headings]
        if missing := sorted(self.named - set(names)):
            raise PayloadRefused("COLUMN_MISSING", f"kolonnen {_listed(missing)} finnes ikke; her er {_listed(names)}.")
        given = [name for name in names if name]
        alone = [name for name in given if name in self.uses and self.uses[name][1] and self.uses[name][1] not in given]
        if alone:
            raise PayloadRefused("COLUMN_MISSING", f"kolonnen {_listed(alone)} beskriver en kolonne som ikke finnes.")
        if twice := sorted({name for name in given if given.count(name) > 1}):
            raise PayloadRefused("COLUMN_TWICE", f"kolonnen {_listed(twice)} står to ganger.")
        rest = self.uses.get(REST)
        unknown = [name for name in given if name not in self.uses]
        if unknown and rest is None:
            raise PayloadRefused("COLUMN_UNKNOWN", f"kolonnen {_listed(unknown)} er ikke beskrevet i «columns».")
        if rest is not None and rest[0] is ColumnUse.VALUE and len(unknown) != 1:
            raise PayloadRefused("COLUMN_UNKNOWN", f"«*: value» skal gjelde én kolonne, ikke {_listed(unknown)}.")
        return [self.uses.get(name, rest) if name else None for name in names]


def columns_of(
    declared: Mapping[str, str], constants: Mapping[str, str] | None = None, *, fill_down: bool = False
) -> Columns:
    """The declaration of a query. Raises ``InvalidInput`` when it makes no table."""
    uses = {heading(name).name: _use(clean(name), use) for name, use in declared.items()}
    kinds = [use for use, _ in uses.values()]
    for name, (use, about) in uses.items():
        if use in {ColumnUse.LABEL, ColumnUse.UNIT} and (about not in uses or uses[about][0] not in _CODED):
            raise InvalidInput(f"columns: «{name}» beskriver «{about}», som ikke er en dimensjon.", field="columns")
    if (ColumnUse.VALUE in kinds) == (ColumnUse.PERIOD in kinds):
        raise InvalidInput("columns: si hvilken kolonne som er value, eller at kolonnene er period.", field="columns")
    if ColumnUse.PERIOD in kinds and (ColumnUse.TIME in kinds or ColumnUse.FLAG in kinds):
        raise InvalidInput("columns: period kan ikke stå sammen med time eller flag.", field="columns")
    if kinds.count(ColumnUse.TIME) > 1 or kinds.count(ColumnUse.FLAG) > 1:
        raise InvalidInput("columns: bare én kolonne kan være time, og bare én flag.", field="columns")
    return Columns(uses, constants=dict(constants or {}), fill_down=fill_down)


_CODED = frozenset({ColumnUse.DIMENSION, ColumnUse.TIME})


def heading(text: str) -> Heading:
    """A heading as it stands in the sheet: «2021¹», «2023*», «2021 1)»."""
    name = clean(text)
    end = len(name)
    while mark := _MARK.search(name, max(0, end - _LONGEST_MARK), end):  # from behind: a search would begin everywhere
        end = mark.start()
    bare = name[:end].rstrip()
    return Heading(bare, "*" in name[len(bare) :]) if bare else Heading(name)


def clean(text: str) -> str:
    """With single blanks, and none around."""
    return " ".join(text.split())


def _use(name: str, declared: str) -> tuple[ColumnUse, str]:
    use, _, about = declared.partition(":")
    try:
        found = ColumnUse(use.strip())
    except ValueError as error:
        known = ", ".join(each.value for each in ColumnUse)
        raise InvalidInput(
            f"columns: «{name}» er satt til «{declared}»; velg mellom {known}.", field="columns"
        ) from error
    if bool(about.strip()) != (found in {ColumnUse.LABEL, ColumnUse.UNIT}):
        raise InvalidInput(f"columns: skriv «{name}: label:KOLONNE» eller «unit:KOLONNE».", field="columns")
    return found, heading(about).name


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{name[:60]}»" for name in names[:12])
    return shown + (" …" if len(names) > 12 else "") if names else "ingen"
