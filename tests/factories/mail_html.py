"""The HTML of every kind of mail we send, with every kind of block in it."""

from datetime import UTC, datetime
from decimal import Decimal

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
from campaigns.language import Language
from campaigns.newsletter.item import Item, ItemImage, RenderedIssue
from campaigns.newsletter.render import Masthead, Renderer
from campaigns.subscribers.account_mail import account_mail
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Links
from campaigns.subscribers.subscriber import Subscriber
from chart_renderer.spec import FigureSpec, FigureType, Series
from service.mail_templates import mail_environment

AT = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)
HOST = "https://post.example.no"
PICTURE = "ab" * 32
_FIGURE = FigureBlock(
    spec=FigureSpec(
        type=FigureType.LINE, language="nb", title="Søkte kliniske studier", periods=("2020", "2021", "2022"),
        series=(Series(name="Studier", values=(Decimal(98), Decimal(120), Decimal(153))),),
        measure="antall søkte studier", source="Kilde: DMP",
    ),
    alt_text="Linjediagram: antallet søkte kliniske studier økte fra 98 i 2020 til 153 i 2022.",
    figure_url="https://www.helseomsorg21monitor.no/figur/54",
)  # fmt: skip
_BLOCKS: tuple[Block, ...] = (
    TextBlock(
        text="Nye **tall** fra [Direktoratet for medisinske produkter](https://www.dmp.no/) viser at det ble søkt om "
        "153 kliniske studier i fjor, en økning på 27,5 % fra året før.\n\n- flest innen kreft\n- færrest i primærhelse"
    ),
    _FIGURE,
    KeyFiguresBlock(
        title="2021 i tall",
        items=(
            KeyFigureItem(label="Driftskostnader", value="4,7 mrd. kr", change="En økning på 8,0 % fra 2019"),
            KeyFigureItem(label="Årsverk", value="3 350", change="En økning på 3,7 % fra 2019"),
        ),
        source="Kilde: SSB",
    ),
    TableBlock(
        caption="Verdiskaping i helsenæringen", header=("Bransje", "2020"), rows=(("Digital helse", "1,7"),),
        source="Kilde: Menon",
    ),
    QuoteBlock(text="Flere studier gir pasientene flere muligheter", who="Hanne Berg, forskningsdirektør"),
    EventBlock(title="Seminar om kliniske studier", starts_at=datetime(2027, 6, 3, 7, 0, tzinfo=UTC), place="Lysaker"),
    LinkBlock(url="https://example.no/mer", text="Les rapporten om kliniske studier"),
)  # fmt: skip


def newsletter(language: Language = Language.BOKMAAL) -> RenderedIssue:
    """Two items, the first with every kind of block and a picture at ``/media/<PICTURE>.png``."""
    first = Item(
        title="Flere søkte om kliniske studier",
        blocks=_BLOCKS,
        preheader="153 studier i fjor, det høyeste tallet siden 2015, og et seminar i juni",
        image=ItemImage(sha256=PICTURE, canvas="email", alt_text=_FIGURE.alt_text),
    )
    second = Item(title="Mer til digital helse", blocks=_BLOCKS[:1])
    masthead = Masthead(
        monitor_name="HelseOmsorg21-monitoren",
        monitor_url="https://www.helseomsorg21monitor.no",
        public_url=HOST,
        zone=OSLO,
    )
    return Renderer(mail_environment()).render_issue([first, second], masthead, language=language, at=AT, slug="mai")


def account(purpose: str, language: Language = Language.BOKMAAL) -> str:
    """The HTML of a confirmation (``confirm``), a settings link (``settings``) or a ``welcome``."""
    subscriber = Subscriber(
        id=7, raw="ola@eksempel.no", normalized="ola@eksempel.no", canonical_key="ola@eksempel.no", language=language,
        created_at=AT,
    )  # fmt: skip
    links = Links(Keyring((b"a master secret for these tests.",)), public_url=HOST, list_id="liste")
    written = account_mail(
        subscriber, purpose, environment=mail_environment(), links=links,
        monitor_name="HelseOmsorg21-monitoren", issued_at=AT,
    )  # fmt: skip
    return written.html
