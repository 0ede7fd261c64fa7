"""What a reader gets: structure, links, tables, both parts from the same blocks, and nothing that could be cut off."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from campaigns.clock import OSLO
from campaigns.editorial.blocks import (
    Block,
    EventBlock,
    FigureBlock,
    KeyFigureItem,
    KeyFiguresBlock,
    LinkBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
)
from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.item import Item, ItemImage, RenderedIssue
from campaigns.newsletter.render import IssueTooLarge, Masthead, Renderer
from chart_renderer.spec import FigureSpec, FigureType, Series
from service.mail_templates import mail_environment

SLOT = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)
MASTHEAD = Masthead(
    monitor_name="HelseOmsorg21-monitoren",
    monitor_url="https://www.helseomsorg21monitor.no",
    public_url="https://post.example.no",
    zone=OSLO,
)
FIGURE_URL = "https://www.helseomsorg21monitor.no/figur/54"
ALT_TEXT = "Linjediagram. Antallet har økt fra 98 til 153."


def figure(periods: int = 3) -> FigureBlock:
    spec = FigureSpec(
        type=FigureType.LINE, language="nb", title="Søkte kliniske studier",
        periods=tuple(str(2020 + at) for at in range(periods)),
        series=(Series(name="Studier", values=tuple(Decimal(100 + at) for at in range(periods))),),
        measure="antall søkte studier", source="Kilde: DMP",
    )  # fmt: skip
    return FigureBlock(spec=spec, alt_text=ALT_TEXT, figure_url=FIGURE_URL)


KEY_FIGURES = KeyFiguresBlock(
    title="2021 i tall",
    items=(
        KeyFigureItem(label="Driftskostnader", value="4,7 mrd. kr", change="En økning på 8,0 % fra 2019"),
        KeyFigureItem(label="Årsverk", value="3 350", change="En økning på 3,7 % fra 2019"),
    ),
    source="Kilde: SSB",
)
EVERY_KIND: tuple[Block, ...] = (
    TextBlock(text="Nye **tall** fra [SSB](https://www.ssb.no/):\n\n- én\n- to"),
    figure(),
    KEY_FIGURES,
    TableBlock(caption="Verdiskaping", header=("Bransje", "2020"), rows=(("Digital helse", "1,7"),), source="Menon"),
    LinkBlock(url="https://example.no/mer", text="Les mer"),
    EventBlock(title="Seminar", starts_at=datetime(2027, 6, 3, 7, 0, tzinfo=UTC), place="Lysaker"),
    QuoteBlock(text="Flere studier", who="Hanne Berg"),
)


def rendered(*blocks: Block, language: Language = Language.BOKMAAL, **given: object) -> RenderedIssue:
    values: dict[str, object] = {"title": "Dagen for kliniske studier", "blocks": blocks} | given
    return Renderer(mail_environment()).render_issue(
        [Item(**values)], MASTHEAD, language=language, at=SLOT, slug="2027-05-20-dagen"  # type: ignore[arg-type]
    )  # fmt: skip


class _Outline(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", list(Language))
def test_it_says_its_language_and_has_one_heading_of_the_first_rank(language: Language) -> None:
    issue = rendered(*EVERY_KIND, language=language)
    outline = _Outline(issue.html)

    assert outline.all("html")[0]["lang"] == language.value
    assert len(outline.all("h1")) == 1
    assert issue.html.count(f"<title>{issue.subject}</title>") == 1


def test_tables_are_for_layout_unless_they_have_headings() -> None:
    html = rendered(*EVERY_KIND).html
    tables = re.findall(r"(<table[^>]*>)\s*(<\w+)", html)

    assert {("role=" in opening, first == "<caption") for opening, first in tables} == {(True, False), (False, True)}
    assert len(re.findall(r'<th scope="(col|row)"', html)) == html.count("<th ")


def test_the_picture_is_hosted_sized_and_told_in_words() -> None:
    image = ItemImage(sha256="ab" * 32, canvas="email", alt_text=ALT_TEXT)
    (img,) = _Outline(rendered(figure(), image=image).html).all("img")

    assert img["src"] == f"https://post.example.no/media/{'ab' * 32}.png"
    assert (img["width"], img["height"], img["alt"]) == ("536", "357", ALT_TEXT)


def test_without_its_picture_a_figure_still_says_what_it_shows() -> None:
    assert ALT_TEXT in rendered(figure()).html


def test_nothing_is_smaller_than_16_pixels_and_nothing_is_fetched_but_pictures() -> None:
    html = rendered(*EVERY_KIND, preheader="Tallene for i fjor er her.").html
    sizes = {int(size) for size in re.findall(r"font-size:(\d+)px", html)} - {0, 10}  # spacers

    assert min(sizes) >= 16
    assert not re.search(r"@import|<link|<script|<form|<iframe|data:", html)


def test_both_parts_let_the_reader_leave_and_choose() -> None:
    issue = rendered(TextBlock(text="Hei"))

    for part in (issue.html, issue.text):
        assert "Meld deg av" in part
        assert "Endre" in part
        assert part.count("{{unsubscribe_url}}") == 1
        assert part.count("{{preferences_url}}") == 1
    assert issue.html.index("{{unsubscribe_url}}") < 90_000
    assert "{{" not in issue.archive_html


def test_the_text_part_has_every_address_table_and_number() -> None:
    text = rendered(*EVERY_KIND).text

    for wanted in (
        "https://www.ssb.no/", FIGURE_URL, "https://example.no/mer", "https://post.example.no/arkiv/2027-05-20-dagen",
        "4,7 mrd. kr", "Digital helse", "1,7", ALT_TEXT[:20], "Lysaker", "torsdag 3. juni 2027 kl.\u00a009.00",
        "«Flere studier»", "– én",
    ):  # fmt: skip
        assert wanted in text.replace("\n", " ")
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 72


def test_english_has_its_own_quotation_marks_and_way_with_a_time() -> None:
    event = EventBlock(title="Breakfast", starts_at=SLOT, ends_at=SLOT.replace(hour=9), place="Oslo")
    item = Item(title="News", blocks=(event, QuoteBlock(text="More studies", who="Hanne Berg")))

    issue = Renderer(mail_environment()).render_issue([item], MASTHEAD, language=Language.ENGLISH, at=SLOT)

    for form in (issue.html, issue.text, issue.archive_html):
        assert "“More studies”" in form
        assert "Thursday 20 May 2027, 09:00–11:00" in form


def test_a_long_table_stays_on_the_figures_page() -> None:
    assert "<caption" in rendered(figure(10)).html
    assert "<caption" not in rendered(figure(11)).html


def test_a_link_to_the_figure_is_not_given_twice() -> None:
    html = rendered(figure(), LinkBlock(url=FIGURE_URL, text="Se figuren i monitoren")).html

    assert html.count(f'href="{FIGURE_URL}"') == 1


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        "</mj-text></mj-column><mj-raw><b>",
        "<mj-include path='/etc/passwd'>",
    ],
)
def test_what_an_editor_types_never_becomes_markup(attack: str) -> None:
    issue = rendered(
        TextBlock(text=attack), KeyFiguresBlock(items=(KeyFigureItem(label=attack, value=attack),)),
        QuoteBlock(text=attack, who=attack), title=attack[:100],
    )  # fmt: skip

    for html in (issue.html, issue.archive_html):
        outline = _Outline(html)
        assert not outline.all("script")
        assert not outline.all("img")
        assert not any("onerror" in attributes for _, attributes in outline.tags)
        assert not [link for link in outline.all("a") if (link.get("href") or "").startswith("javascript")]
        assert "root:" not in html


def test_it_refuses_text_that_would_be_taken_for_a_recipients_own_link() -> None:
    with pytest.raises(InvalidInput, match="forbeholdt"):
        rendered(TextBlock(text="Se {{unsubscribe_url}}"))


def test_it_warns_near_the_limit_and_refuses_beyond_it() -> None:
    block = TextBlock(text="ord " * 4_900)

    assert rendered(block).warnings == ()
    assert "kutter ved 100 kB" in rendered(*[block] * 4).warnings[0]
    with pytest.raises(IssueTooLarge):
        rendered(*[block] * 5)


def test_several_items_share_a_subject_and_the_first_leads() -> None:
    items = [Item(title=title, blocks=(TextBlock(text="Hei"),)) for title in ("Nye tall", "Seminar", "Merkedag")]
    issue = Renderer(mail_environment()).render_issue(items, MASTHEAD, language=Language.NYNORSK, at=SLOT)

    assert issue.subject == "Nye tall – og 2 til"
    assert len(_Outline(issue.html).all("h2")) == 2
    assert "Endre innstillingar" in issue.text


def test_each_item_says_which_language_it_is_in() -> None:
    event = EventBlock(title="Seminar", starts_at=SLOT, url="https://example.no/")
    items = [
        Item(title="Auka innsats", blocks=(event,), preheader="Meir forsking", language=Language.NYNORSK),
        Item(title="Nye tall", blocks=(event,), language=Language.BOKMAAL),
        Item(title="Fra redaksjonen", blocks=(TextBlock(text="Hei"),)),
    ]

    issue = Renderer(mail_environment()).render_issue(items, MASTHEAD, language=Language.BOKMAAL, at=SLOT)

    assert '<html lang="nb"' in issue.html
    assert re.findall(r'class="(\w+)" lang="(\w+)"', issue.html) == [("muted", "nn"), ("card", "nn")]
    assert re.findall(r'<section lang="(\w+)">', issue.archive_html) == ["nn", "nb", "nb"]
    for form in (issue.text, issue.archive_html):
        assert form.count("Les meir om arrangementet") == form.count("Les mer om arrangementet") == 1


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert rendered(*EVERY_KIND) == rendered(*EVERY_KIND)
