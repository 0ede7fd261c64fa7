"""What a person types for a figure becomes its words, and what they leave alone stays the figure's own."""

from campaigns.drafting.figure_wish import FigureWish, wished
from tests.factories.week_of_drafts import trials_figure

TITLE = "Driftskostnadene økte med 8,0\N{NO-BREAK SPACE}% fra 2019 til 2021"


def test_a_number_stays_with_its_unit_and_a_title_left_alone_is_nobodys_choice() -> None:
    figure = trials_figure()
    figure = figure.model_copy(update={"spec": figure.spec.model_copy(update={"title": TITLE})})

    after = wished(figure, FigureWish(kind=figure.spec.type, title=f"{TITLE}\r\n", subtitle=figure.spec.subtitle))

    assert after.spec.title == TITLE
    assert "title" not in after.chosen


def test_line_breaks_and_repeated_spaces_become_one_space() -> None:
    figure = trials_figure()

    after = wished(figure, FigureWish(kind=figure.spec.type, title="  Søkte\r\n\tkliniske   studier "))

    assert after.spec.title == "Søkte kliniske studier"
    assert "title" in after.chosen
