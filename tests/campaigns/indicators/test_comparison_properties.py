"""What must hold for every table: the way it is written says nothing, and every edit of a cell is told."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.indicators.comparison import ChangeClass, Verdict, compare
from campaigns.indicators.state import State, state_of
from campaigns.sources.jsonstat import read_jsonstat

Cells = dict[tuple[str, str, str], Decimal | None]

_values = st.one_of(st.none(), st.decimals("-99999", "99999", places=2))


@st.composite
def cubes(draw: st.DrawFn) -> Cells:
    regions = draw(
        st.lists(st.sampled_from(["00", "01", "301", "Å+Æ", "01.4,02"]), min_size=1, max_size=3, unique=True)
    )
    measures = draw(st.lists(st.sampled_from(["Antall", "Andel"]), min_size=1, max_size=2, unique=True))
    years = draw(st.lists(st.sampled_from(["2015", "2017", "2019", "2021"]), min_size=1, max_size=4, unique=True))
    return {
        (region, measure, year): draw(_values) for region in regions for measure in measures for year in sorted(years)
    }


def _document(cells: Cells, order: list[int], sparse: bool, spell: str, labels: str) -> dict[str, Any]:
    names = ["Region", "ContentsCode", "Tid"]
    codes = [list(dict.fromkeys(address[place] for address in cells)) for place in range(3)]
    codes = [list(reversed(found)) if order[place] % 2 else found for place, found in enumerate(codes)]
    ids = sorted(range(3), key=lambda place: order[place])
    flat: list[Any] = []
    for first in codes[ids[0]]:
        for second in codes[ids[1]]:
            for third in codes[ids[2]]:
                address = dict(zip(ids, (first, second, third), strict=True))
                value = cells[address[0], address[1], address[2]]
                flat.append(None if value is None else spell.format(value))
    written: Any = {str(place): found for place, found in enumerate(flat) if found is not None} if sparse else flat
    dimension = {
        names[place]: {
            "label": f"{labels}{names[place]}",
            "category": {
                "index": {code: at for at, code in reversed(list(enumerate(codes[place])))} if sparse else codes[place],
                "label": {code: f"{labels} {code}" for code in codes[place]},
            },
        }
        for place in ids
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": labels,
        "id": [names[place] for place in ids],
        "size": [len(codes[place]) for place in ids],
        "role": {"time": ["Tid"]},
        "dimension": dimension,
        "value": written,
    }


def _state(cells: Cells, *, order: list[int], sparse: bool, spell: str = "{}", labels: str = "x") -> State:
    text = json.dumps(_document(cells, order, sparse, spell, labels), ensure_ascii=False)
    return state_of(read_jsonstat(text.encode()))


_orders = st.permutations([0, 1, 2])


_spellings = st.tuples(_orders, st.booleans(), st.sampled_from(["{}", "{}0", "{}00"]))


@settings(deadline=None)  # the machine is shared; what is slow is not wrong
@given(cubes(), _spellings, _spellings)
def test_the_way_a_table_is_written_says_nothing(
    cells: Cells, one: tuple[list[int], bool, str], other: tuple[list[int], bool, str]
) -> None:
    before = _state(cells, order=one[0], sparse=one[1], spell=one[2])
    after = _state(cells, order=other[0], sparse=other[1], spell=other[2], labels="annet navn")

    found = compare(before, after)

    assert ChangeClass.NONE in found.classes
    assert (found.changes, found.new_periods, found.verdict) == ((), (), Verdict.NOTHING)
    assert before.canonical_hash == after.canonical_hash


@settings(deadline=None)  # the machine is shared; what is slow is not wrong
@given(cubes(), st.data(), _orders, st.booleans())
def test_every_edited_cell_is_told_and_no_other(
    cells: Cells, data: st.DataObject, order: list[int], sparse: bool
) -> None:
    edits = data.draw(st.dictionaries(st.sampled_from(sorted(cells)), _values, max_size=4))
    after = {**cells, **edits}

    found = compare(_state(cells, order=[0, 1, 2], sparse=False), _state(after, order=order, sparse=sparse))

    told = {
        (change.codes["Region"], change.codes["ContentsCode"], change.codes["Tid"]): (
            change.old.value,
            change.new.value,
        )
        for change in found.changes
    }
    assert told == {address: (cells[address], after[address]) for address in cells if cells[address] != after[address]}
    assert (ChangeClass.NONE in found.classes) == (not told)
