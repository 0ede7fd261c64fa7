"""What a source says of one of its tables before any figures are fetched: its axes, and the codes on each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.sources.eurostat import release_of
from campaigns.sources.gho import read_gho
from campaigns.sources.json_text import load_json, plain_text
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.pxweb1 import read_variables
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import SourceKind
from campaigns.sources.table import Role, Table

_NO_LIMIT_HERE = 10**15  # a description has no cells; how many are asked for is judged when they are chosen
_DEEPEST_TREE = 20
_TIME_CODES = frozenset({"tid", "aar", "år", "time", "year", "periode"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One category somebody may choose."""

    code: str
    label: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One dimension. ``may_be_left_out`` says that the source then sums over it."""

    id: str
    label: str
    choices: tuple[Choice, ...]
    is_time: bool = False
    may_be_left_out: bool = False

    def label_of(self, code: str) -> str:
        return next((choice.label for choice in self.choices if choice.code == code), code)


@dataclass(frozen=True, kw_only=True)
class Description:
    """A table as its source describes it. ``oldest`` and ``newest`` are known where not every period is listed."""

    label: str
    source: str
    axes: tuple[Axis, ...]
    updated: datetime | None = None
    oldest: str | None = None
    newest: str | None = None

    @property
    def time(self) -> Axis | None:
        return next((axis for axis in self.axes if axis.is_time), None)


def read_description(kind: SourceKind, body: bytes, *, zone: ZoneInfo) -> Description:
    """What the source's own words for a table say. Raises ``PayloadRefused`` when they describe none."""
    match kind:
        case SourceKind.PXWEB1:
            return _pxweb1(body)
        case SourceKind.FHI:
            return _fhi(body)
        case SourceKind.GHO:
            return described(read_gho(body))
        case _:
            table = read_jsonstat(body, zone=zone, max_cells=_NO_LIMIT_HERE)
            found = described(table)
            if kind is SourceKind.PXWEB2:
                left_out = _eliminated(load_json(body))
                axes = tuple(replace(axis, may_be_left_out=axis.id in left_out) for axis in found.axes)
                return replace(found, axes=axes)
            release = release_of(table)
            return replace(found, oldest=release.oldest_period, newest=release.newest_period)


def described(table: Table) -> Description:
    """The same of a table that is at hand."""
    return Description(
        label=table.label,
        source=table.source,
        updated=table.updated,
        axes=tuple(
            Axis(
                id=dimension.id,
                label=dimension.label or dimension.id,
                choices=tuple(Choice(each.code, each.label or each.code, each.unit) for each in dimension.categories),
                is_time=dimension.role is Role.TIME,
            )
            for dimension in table.dimensions
        ),
    )


def _pxweb1(body: bytes) -> Description:
    title, variables = read_variables(body)
    return Description(
        label=title,
        source="",
        axes=tuple(
            Axis(
                id=variable.code,
                label=variable.label or variable.code,
                choices=tuple(Choice(code, label) for code, label in variable.values),
                is_time=variable.is_time or variable.code.casefold() in _TIME_CODES,
                may_be_left_out=variable.can_be_left_out,
            )
            for variable in variables
        ),
    )


def _eliminated(document: Any) -> frozenset[str]:
    """The dimensions the source sums over when they are not asked for."""
    dimensions = document.get("dimension") if isinstance(document, dict) else None
    return frozenset(
        str(name)
        for name, said in (dimensions.items() if isinstance(dimensions, dict) else ())
        if isinstance(said, dict)
        and isinstance(said.get("extension"), dict)
        and said["extension"].get("elimination") is True
    )


def _fhi(body: bytes) -> Description:
    """``{dimensions: [{code, label, categories: [{value, label, children: […]}]}]}``, a tree for each dimension."""
    found = load_json(body)
    dimensions = found.get("dimensions") if isinstance(found, dict) else None
    if not isinstance(dimensions, list) or not dimensions:
        raise PayloadRefused("NOT_METADATA", "svaret beskriver ingen tabell.")
    return Description(label="", source="", axes=tuple(_fhi_axis(each) for each in dimensions))


def _fhi_axis(told: Any) -> Axis:
    if not isinstance(told, dict) or not isinstance(told.get("categories"), list):
        raise PayloadRefused("NOT_METADATA", "en dimensjon er ikke beskrevet.")
    code = plain_text(told.get("code", ""), "code")
    return Axis(
        id=code,
        label=plain_text(told.get("label") or code, "label"),
        choices=tuple(dict.fromkeys(_leaves(told["categories"], 0))),
        is_time=code.casefold() in _TIME_CODES,
    )


def _leaves(categories: Sequence[Any], depth: int) -> Iterator[Choice]:
    """Every category of the tree, in the order people see it: a county, then its municipalities."""
    if depth > _DEEPEST_TREE:
        raise PayloadRefused("NOT_METADATA", "kategoriene ligger dypere i hverandre enn vi leser.")
    for each in categories:
        if not isinstance(each, Mapping):
            raise PayloadRefused("NOT_METADATA", "en kategori er ikke beskrevet.")
        code = plain_text(each.get("value", ""), "value")
        yield Choice(code, plain_text(each.get("label") or code, "label"))
        children = each.get("children")
        if isinstance(children, list):
            yield from _leaves(children, depth + 1)
