"""A figure with newer numbers keeps what a person chose for it, and says what it could not keep."""

from typing import Any

import pytest

from campaigns.drafting.carried_figure import carried
from campaigns.drafting.figure_wish import FigureWish, Mark, wished
from campaigns.editorial.blocks import FigureBlock
from chart_renderer.alt_text import alt_text
from chart_renderer.spec import FigureSpec, FigureType

_YEARS = ("2018", "2019", "2020", "2021")


def _block(periods: tuple[str, ...] = _YEARS, **fields: Any) -> FigureBlock:
    series = [
        {"name": name, "values": [at + 1 + more for more in range(len(periods))]}
        for at, name in enumerate(("Helseforetak", "Næringsliv"))
    ]
    around = {"type": "line", "language": "nb", "title": "Tall", "source": "Kilde: SSB · Hentet 1. mai 2027"}
    spec = FigureSpec.model_validate(around | {"periods": periods, "series": series} | fields)
    return FigureBlock(spec=spec, alt_text=alt_text(spec))


def _edited(**wish: Any) -> FigureBlock:
    return wished(_block(), FigureWish(**({"kind": FigureType.LINE, "title": "Tall"} | wish)))


def test_it_keeps_type_title_remark_and_highlight() -> None:
    old = _edited(
        kind=FigureType.STACKED_COLUMN, title="Slik fordeler midlene seg",
        marks=(Mark("2020", "Koronapandemien"),), highlight="Næringsliv",
    )  # fmt: skip

    block, lost = carried(old, _block((*_YEARS, "2022")))

    assert lost == ()
    assert (block.spec.type, block.spec.title) == (FigureType.STACKED_COLUMN, "Slik fordeler midlene seg")
    assert [note.text for note in block.spec.annotations] == ["Koronapandemien"]
    assert (block.spec.highlight, block.spec.periods[-1]) == ("Næringsliv", "2022")
    assert block.alt_text == alt_text(block.spec)


def test_it_keeps_the_choices_a_second_time() -> None:
    once, _ = carried(_edited(kind=FigureType.AREA), _block((*_YEARS, "2022")))

    assert carried(once, _block((*_YEARS, "2022", "2023"))).block.spec.type is FigureType.AREA


def test_it_takes_the_new_words_where_nobody_chose_any() -> None:
    block, _ = carried(_edited(kind=FigureType.AREA), _block(title="Nyere tall"))

    assert block.spec.title == "Nyere tall"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"marks": (Mark("2018", "Ny lov"),)}, "merknaden «Ny lov» ved 2018"),
        ({"title": "Opp 8,0 % på ett år"}, "tittelen «Opp 8,0 % på ett år», som nevner tall"),
        ({"highlight": "Næringsliv"}, "framhevingen av «Næringsliv»"),
    ],
)
def test_it_says_what_no_longer_fits(wish: dict[str, Any], said: str) -> None:
    alone = {"name": "Helseforetak", "values": [1, 2, 3, 4]}

    block, lost = carried(_edited(**wish), _block(("2019", "2020", "2021", "2022"), series=[alone]))

    assert lost == (said,)
    assert (block.spec.title, block.spec.annotations, block.spec.highlight) == ("Tall", (), "")


def test_it_says_why_a_type_no_longer_fits() -> None:
    alone = {"name": "Helseforetak", "values": [1, 2, 3, 4]}

    block, lost = carried(_edited(kind=FigureType.STACKED_COLUMN), _block(series=[alone]))

    assert lost == ("figurtypen (figuren har bare én serie)",)
    assert block.spec.type is FigureType.LINE
