"""RSS and Atom: every entry that can be read, whatever stands beside it."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.sources.feeds import MAX_ITEMS, SSB, Feed, read_feed
from campaigns.sources.pointing import same_table, speaks_of_figures, tables_of
from campaigns.sources.refusal import PayloadRefused

OSLO = ZoneInfo("Europe/Oslo")
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


def rss(items: str, *, root: str = "<rss>") -> Feed:
    return read_feed(f"{root}<channel><title>T</title>{items}</channel></rss>".encode(), zone=OSLO)


@pytest.fixture
def eurostat(samples: Path) -> Feed:
    return read_feed((samples / "sources/feeds/eurostat-statistics-update.rss").read_bytes(), zone=LUXEMBOURG)


@pytest.fixture
def statbank(samples: Path) -> Feed:
    return read_feed((samples / "sources/synthetic/ssb-statbank.rss").read_bytes(), zone=OSLO)


def test_eurostats_bad_item_does_not_stop_the_other_five(eurostat: Feed) -> None:
    assert [tables_of(item) for item in eurostat.items] == [
        ("LFSI_JHH_A",), ("LFST_HHACEDAY",), ("EI_ISEN_M",), ("Lfs_FAKE",), ("HLTH_DH010",),
    ]  # fmt: skip
    assert eurostat.dropped == 1
    assert "LFST_BROKEN" in eurostat.warnings[0]


def test_eurostats_time_is_one_of_luxembourg(eurostat: Feed) -> None:
    assert eurostat.items[0].at == datetime(2026, 4, 24, 21, 0, tzinfo=UTC)


def test_eurostats_items_are_told_apart_without_a_guid(eurostat: Feed) -> None:
    assert {item.id for item in eurostat.items} == {""}
    assert len({item.key for item in eurostat.items}) == 5


def test_an_item_without_a_category_may_be_about_figures(eurostat: Feed) -> None:
    assert eurostat.items[4].categories == ()
    assert all(speaks_of_figures(item) for item in eurostat.items)


def test_ssbs_table_gets_its_zero_back(statbank: Feed) -> None:
    assert statbank.items[0].extension("tableid") == "4859"
    assert [tables_of(item) for item in statbank.items] == [("04859",), ("99999",)]


def test_an_element_given_twice_is_kept_twice(statbank: Feed) -> None:
    contacts = [each for each in statbank.items[0].extensions if each.name == "contact"]

    assert [[part.name for part in each.parts] for each in contacts] == [["person", "phone", "email"]] * 2


def test_ssbs_times_are_those_of_their_zone(statbank: Feed) -> None:
    assert [item.at for item in statbank.items] == [
        datetime(2026, 11, 24, 7, 0, tzinfo=UTC), datetime(2026, 12, 10, 7, 0, tzinfo=UTC),
    ]  # fmt: skip


def test_the_same_entry_twice_is_one_entry() -> None:
    item = "<item><title>A</title><guid>1</guid><pubDate>Thu, 10 Dec 2026 08:00:00 +0100</pubDate></item>"

    assert len(rss(item * 3).items) == 1


def test_an_id_that_never_changes_is_another_entry_on_another_day() -> None:
    first = "<item><title>A</title><guid>07459</guid><pubDate>Thu, 10 Dec 2026 08:00:00 +0100</pubDate></item>"

    feed = rss(first + first.replace("10 Dec", "17 Dec"))

    assert len({item.key for item in feed.items}) == 2


def test_an_item_without_any_date_is_kept() -> None:
    assert rss("<item><title>A</title><link>https://a.no/1</link></item>").items[0].at is None


def test_atom_is_read_with_the_link_that_leads_to_the_page() -> None:
    feed = read_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Nytt</title>
        <entry><id>tag:a,2026-01-02</id><title type="html">&lt;b&gt;Hei&lt;/b&gt; &amp;amp; h\xc3\xa5</title>
        <link rel="self" href="https://a.no/1.atom"/><link href="https://a.no/1"/><category term="helse"/>
        <published>2026-01-01T00:00:00Z</published><updated>2026-01-02T03:04:05+01:00</updated></entry></feed>""",
        zone=OSLO,
    )

    item = feed.items[0]
    assert (feed.title, item.link, item.categories) == ("Nytt", "https://a.no/1", ("helse",))
    assert item.at == datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
    assert item.title == "<b>Hei</b> &amp; hå"  # text to be escaped, not markup


def test_rss_1_is_read_with_its_dublin_core_date() -> None:
    feed = read_feed(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>
        <item><title>A</title><link>https://a.no/1</link><dc:date>2026-12-10</dc:date></item></rdf:RDF>""",
        zone=OSLO,
    )

    assert (feed.items[0].title, feed.items[0].at) == ("A", date(2026, 12, 10))


def test_a_title_of_another_namespace_is_not_the_title() -> None:
    item = '<item><m:title xmlns:m="http://search.yahoo.com/mrss/">bilde</m:title><title>Tall</title></item>'

    assert rss(item).items[0].title == "Tall"


def test_a_link_that_is_no_address_is_no_link() -> None:
    assert rss("<item><title>A</title><link>javascript:alert(1)</link></item>").items[0].link is None


def test_what_comes_after_a_fault_is_still_read() -> None:
    feed = rss("<item><title>R&D</title><guid>1</guid></item><item><title>B</i></title><guid>2</guid></item>")

    assert feed.items[0].title == "R&D"
    assert "FEED_MALFORMED" in feed.warnings[0]


def test_the_item_a_feed_is_cut_off_in_is_left_out() -> None:
    feed = read_feed(b"<rss><channel><item><title>A</title></item><item><title>Ressursbr", zone=OSLO)

    assert [item.title for item in feed.items] == ["A"]
    assert feed.dropped == 1


def test_a_page_is_no_feed() -> None:
    with pytest.raises(PayloadRefused, match="NOT_A_FEED"):
        read_feed(b"<html><body>Vedlikehold</body></html>", zone=OSLO)


def test_a_feed_without_items_is_an_empty_feed() -> None:
    assert rss("").items == ()


def test_a_feed_without_end_is_refused() -> None:
    with pytest.raises(PayloadRefused, match="TOO_MANY_ITEMS"):
        rss("".join(f"<item><guid>{n}</guid></item>" for n in range(MAX_ITEMS + 1)))


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("UPDATED_DATASET_DATA", True),
        ("UPDATED_DATASET_STRUCTURE_DATA", True),
        ("NEW_DATASET", True),
        ("UPDATED_DATASET_STRUCTURE", False),
        ("NEW_CODE_LIST", False),
        ("DELETED_DATASET", False),
        ("Befolkning", True),
    ],
)
def test_only_what_has_figures_in_it_is_worth_a_fetch(category: str, expected: bool) -> None:
    assert speaks_of_figures(rss(f"<item><title>A</title><category>{category}</category></item>").items[0]) is expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("4859", "04859", True), ("lfsa_egan", "LFSA_EGAN", True), ("4859", "14859", False), ("1404", "1404", True)],
)
def test_a_table_is_the_same_however_it_is_spelt(one: str, other: str, same: bool) -> None:
    assert same_table(one, other) is same


@pytest.mark.parametrize("title", ["A &#xD800; B", "A &#1114112; B"])
def test_a_character_that_does_not_exist_is_a_blank(title: str) -> None:
    assert rss(f"<item><title>{title}</title></item>").items[0].title == "A B"


def test_half_a_character_hidden_from_us_is_refused() -> None:
    with pytest.raises(PayloadRefused, match="CONTROL_CHARACTER"):
        rss("<!-- <![CDATA[ --><item><title>A &#xD800; ]]&gt;]]> B</title></item>")


def test_a_prefix_nobody_declared_costs_nothing() -> None:
    assert rss("<item><title>A</title><media:title>B</media:title></item>").items[0].title == "A"


def test_an_entry_may_tell_of_several_tables() -> None:
    told = "<s:tableid>7459</s:tableid><s:tableid>4859</s:tableid><s:tableid>07459</s:tableid>"
    body = f'<rss xmlns:s="{SSB}"><channel><item><title>To tabeller</title>{told}</item></channel></rss>'

    (item,) = read_feed(body.encode(), zone=OSLO).items

    assert tables_of(item) == ("07459", "04859")
