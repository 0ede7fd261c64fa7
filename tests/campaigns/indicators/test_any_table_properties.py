"""Any table at all, written in any way: nothing is told of how, and exactly what is told of what."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.indicators.comparison import Verdict, compare
from campaigns.indicators.state import State, state_of
from campaigns.sources import json_parts
from campaigns.sources.json_text import decimal_text
from campaigns.sources.jsonstat import read_jsonstat

Codes = tuple[str, ...]
Said = tuple[Decimal | None, str]

_codes = st.lists(st.text("abAB0189æØ+.,-_", min_size=1, max_size=4), min_size=1, max_size=4, unique=True)
_years = st.lists(st.integers(1990, 2030).map(str), min_size=1, max_size=4, unique=True)
_numbers = st.one_of(
    st.integers(-(10**12), 10**12).map(Decimal),
    st.decimals("-99999", "99999", places=3),
    st.decimals("-1", "1", places=14),
    st.just(Decimal(0)),
)
_said: st.SearchStrategy[Said] = st.tuples(st.one_of(st.none(), _numbers), st.sampled_from(["", "", "p", "e", ":"]))


class Spelling(NamedTuple):
    """One of the ways a table may be written."""

    order: list[int]
    turned: list[bool]
    sparse: bool
    numbers: int
    label: str
    long: bool


@st.composite
def tables(draw: st.DrawFn) -> dict[Codes, Said]:
    """Cells over one to three dimensions and time, which is the last."""
    axes = [draw(_codes) for _ in range(draw(st.integers(1, 3)))]
    return {codes: draw(_said) for codes in product(*axes, draw(_years))}


def spellings(count: int) -> st.SearchStrategy[Spelling]:
    return st.builds(
        Spelling,
        st.permutations(range(count)),
        st.lists(st.booleans(), min_size=count, max_size=count),
        st.booleans(),
        st.integers(0, 4),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
        st.booleans(),
    )


@settings(deadline=None)  # the machine is shared; what is slow is not wrong
@given(st.data(), tables())
def test_no_way_of_writing_a_table_is_news(data: st.DataObject, cells: dict[Codes, Said]) -> None:
    count = len(next(iter(cells)))
    one, other = (_state(cells, data.draw(spellings(count))) for _ in range(2))

    found = compare(one, other)

    assert one.canonical_hash == other.canonical_hash
    assert (found.changes, found.new_periods, found.verdict) == ((), (), Verdict.NOTHING)


@settings(deadline=None)
@given(st.data(), tables())
def test_any_edits_are_told_exactly(data: st.DataObject, cells: dict[Codes, Said]) -> None:
    count = len(next(iter(cells)))
    edited = {**cells, **data.draw(st.dictionaries(st.sampled_from(sorted(cells)), _said, max_size=6))}
    before, after = (_state(each, data.draw(spellings(count))) for each in (cells, edited))

    told = {
        (*change.series, change.period): ((change.old.value, change.old.flag), (change.new.value, change.new.flag))
        for change in compare(before, after).changes
    }

    reached = {codes[-1] for each in (cells, edited) for codes, (value, _) in each.items() if value is not None}
    assert told == {
        codes: (cells[codes], edited[codes])
        for codes in cells
        if cells[codes] != edited[codes] and codes[-1] in reached  # a period without figures has not come yet
    }
    assert (before.canonical_hash == after.canonical_hash) == (not told)


def _state(cells: dict[Codes, Said], spelling: Spelling) -> State:
    with _long(spelling.long):
        return state_of(read_jsonstat(_written(cells, spelling)))


def _written(cells: dict[Codes, Said], spelling: Spelling) -> bytes:
    count = len(next(iter(cells)))
    names = [f"D{place}" for place in range(count - 1)] + ["Tid"]
    axes = [list(dict.fromkeys(codes[place] for codes in cells)) for place in range(count)]
    axes = [axis[::-1] if turned else axis for axis, turned in zip(axes, spelling.turned, strict=True)]
    said = []
    for codes in product(*(axes[place] for place in spelling.order)):
        address = dict(zip(spelling.order, codes, strict=True))
        said.append(cells[tuple(address[place] for place in range(count))])
    values = [_number(value, spelling.numbers) for value, _ in said]
    document = {
        "class": "dataset",
        "label": spelling.label,
        "id": [names[place] for place in spelling.order],
        "size": [len(axes[place]) for place in spelling.order],
        "role": {"time": ["Tid"]},
        "dimension": {
            names[place]: {"label": spelling.label, "category": {"index": axes[place]}} for place in spelling.order
        },
        "status": _sparse([flag for _, flag in said], spelling) if len(said) > 1 else {"0": said[0][1]},
    }
    sparse = ",".join(f'"{place}":{text}' for place, text in enumerate(values) if text != "null")
    written = f"{{{sparse}}}" if spelling.sparse else f"[{', '.join(values)}]"
    return f'{json.dumps(document)[:-1]}, "value": {written}}}'.encode()


def _sparse(flags: list[str], spelling: Spelling) -> Any:
    return {str(place): flag for place, flag in enumerate(flags) if flag} if spelling.sparse else flags


def _number(value: Decimal | None, way: int) -> str:
    """The same number: 4700, 4700.0, 4700.000, 47e2, "4700"."""
    if value is None:
        return "null"
    plain = decimal_text(value)
    if way in {1, 2}:
        return plain + ("" if "." in plain else ".") + "0" * way
    if way == 3:
        sign, digits, exponent = value.as_tuple()
        return f"{'-' if sign else ''}{''.join(map(str, digits))}e{exponent}"
    return f'"{plain}"' if way == 4 else plain


@contextmanager
def _long(wanted: bool) -> Iterator[None]:
    """As if every list of values were long enough to be read as columns."""
    usual = json_parts.LONG, json_parts.BLOCK
    if wanted:
        json_parts.LONG, json_parts.BLOCK = 1, 16
    try:
        yield
    finally:
        json_parts.LONG, json_parts.BLOCK = usual
