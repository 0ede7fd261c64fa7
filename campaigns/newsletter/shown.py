"""Blocks as a medium needs them: text already HTML, figures with picture and table, dates in words.

The same values feed the mail, the text part and the archive page, so that they cannot tell different stories.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from campaigns.editorial.blocks import (
    EventBlock,
    FigureBlock,
    HearingBlock,
    KeyFigureItem,
    KeyFiguresBlock,
    LinkBlock,
    QuoteBlock,
    TableBlock,
    TextBlock,
)
from campaigns.language import LOCALES, Language
from campaigns.newsletter.item import Item, ItemImage
from campaigns.newsletter.light_markdown import as_html
from campaigns.newsletter.words import WORDS, Words
from chart_renderer.canvas import canvas_named
from chart_renderer.table import data_table

_MOST_ROWS = 10  # a longer table stands on the figure's page (email contract H-4)
_DATE = {
    Language.BOKMAAL: "EEEE d. MMMM y 'kl.'\u00a0HH.mm",
    Language.NYNORSK: "EEEE d. MMMM y 'kl.'\u00a0HH.mm",
    Language.ENGLISH: "EEEE d MMMM y, HH:mm",
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A hosted image with the size it is shown at."""

    url: str
    width: int
    height: int
    alt_text: str
    link: str | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Header and rows of finished text; ``numeric`` says which columns are numbers."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str = ""

    @property
    def numeric(self) -> tuple[bool, ...]:
        columns = zip(*self.rows, strict=False)
        return tuple(all(_looks_numeric(cell) for cell in column) for column in columns)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One block, ready. ``kind`` says which of the fields are set."""

    kind: str
    html: str = ""
    text: str = ""
    title: str = ""
    source: str = ""
    url: str | None = None
    who: str = ""
    when: str = ""
    place: str = ""
    picture: Picture | None = None
    table: Table | None = None
    pairs: tuple[tuple[KeyFigureItem, ...], ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where pictures are hosted, how wide they are shown, whose clock counts, and the language of what is shown."""

    public_url: str
    width: int
    zone: ZoneInfo
    language: Language


@dataclass(frozen=True, kw_only=True)
class Section:
    """One item as a reader meets it, in its own language: a digest has both bokmål and nynorsk in it."""

    title: str
    blocks: Sequence[Shown]
    language: Language

    @property
    def words(self) -> Words:
        return WORDS[self.language]


def section_of(item: Item, frame: Frame) -> Section:
    """The item, ready."""
    own = replace(frame, language=item.language or frame.language)
    return Section(title=item.title, blocks=shown_blocks(item, own), language=own.language)


def shown_blocks(item: Item, frame: Frame) -> list[Shown]:
    """The item's blocks in order. The variant's picture is the first figure's, or leads when there is none."""
    image = item.image
    shown = []
    if image is not None and not any(isinstance(block, FigureBlock) for block in item.blocks):
        picture = _picture(image, image.alt_text, item.link, frame)
        shown.append(Shown(kind="figure", picture=picture, url=item.link))
        image = None
    for block in item.blocks:
        match block:
            case FigureBlock():
                shown.append(_figure(block, image or _own(block), item, frame))
                image = None
            case TextBlock():
                shown.append(Shown(kind="text", text=block.text, html=as_html(block.text)))
            case KeyFiguresBlock():
                pairs = tuple(_by_two(block.items))
                shown.append(Shown(kind="key_figures", title=block.title, pairs=pairs, source=block.source))
            case TableBlock():
                table = Table(caption=block.caption, header=block.header, rows=block.rows, source=block.source)
                shown.append(Shown(kind="table", table=table))
            case _:
                shown.append(_around(block, frame))
    return shown


def _around(block: LinkBlock | EventBlock | HearingBlock | QuoteBlock, frame: Frame) -> Shown:
    """What stands around the figures."""
    match block:
        case LinkBlock():
            return Shown(kind="link", url=block.url, text=block.text)
        case EventBlock():
            when = _period(block.starts_at, block.ends_at, frame)
            return Shown(kind="event", title=block.title, when=when, place=block.place, url=block.url)
        case HearingBlock():
            return _hearing(block, frame)
        case QuoteBlock():
            return Shown(kind="quote", text=WORDS[frame.language].quote.format(text=block.text), who=block.who)


def _hearing(block: HearingBlock, frame: Frame) -> Shown:
    words = WORDS[frame.language]
    on = ""
    if block.sent_on is not None:
        pattern = "d MMMM y" if frame.language is Language.ENGLISH else "d. MMMM y"
        on = str(format_date(block.sent_on, pattern, locale=LOCALES[frame.language]))
    sentence = {
        (True, True): words.sent_to_on,
        (True, False): words.sent_to,
        (False, True): words.sent_on,
        (False, False): "",
    }[bool(block.recipient), bool(on)]
    return Shown(
        kind="hearing",
        title=block.title,
        when=sentence.format(recipient=block.recipient, date=on),
        text=block.summary,
        html=as_html(block.summary) if block.summary else "",
        url=block.url,
    )


def _figure(block: FigureBlock, image: ItemImage | None, item: Item, frame: Frame) -> Shown:
    url = block.figure_url or item.link
    linked = any(isinstance(other, LinkBlock) and other.url == url for other in item.blocks)
    full = data_table(block.spec)
    table = None
    if len(full.rows) <= _MOST_ROWS:
        table = Table(caption=block.spec.title, header=full.header, rows=full.rows, source=block.spec.source)
    return Shown(
        kind="figure",
        title=block.spec.title,
        text=block.alt_text,
        source=block.spec.source,
        url=None if linked else url,  # one way to the figure's page is enough
        table=table,
        picture=_picture(image, block.alt_text, url, frame) if image else None,
    )


def _own(block: FigureBlock) -> ItemImage | None:
    """The picture of a second or later figure."""
    picture = block.picture
    return ItemImage(sha256=picture.sha256, canvas=picture.canvas, alt_text=block.alt_text) if picture else None


def _picture(image: ItemImage, alt_text: str, link: str | None, frame: Frame) -> Picture:
    canvas = canvas_named(image.canvas)
    return Picture(
        url=f"{frame.public_url}/media/{image.sha256}.png",
        width=frame.width,
        height=round(frame.width * canvas.height / canvas.width),
        alt_text=image.alt_text or alt_text,
        link=link,
    )


def _period(start: datetime, end: datetime | None, frame: Frame) -> str:
    local = start.astimezone(frame.zone)
    written = str(format_datetime(local, _DATE[frame.language], locale=LOCALES[frame.language]))
    if end is None:
        return written
    until = end.astimezone(frame.zone)
    if until.date() == local.date():
        clock = "HH:mm" if frame.language is Language.ENGLISH else "HH.mm"
        return f"{written}–{format_time(until, clock, locale=LOCALES[frame.language])}"
    return f"{written} – {format_datetime(until, _DATE[frame.language], locale=LOCALES[frame.language])}"


def _by_two(items: Sequence[KeyFigureItem]) -> Iterator[tuple[KeyFigureItem, ...]]:
    for at in range(0, len(items), 2):
        yield tuple(items[at : at + 2])


def _looks_numeric(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "−-–+." or cell in {"…", ":"}
