"""The drafts of an ordinary week: the one for 20 May, the one for new figures, and one in every state."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.editorial.blocks import FigureBlock, KeyFigureItem, KeyFiguresBlock, LinkBlock, TextBlock
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftKind
from campaigns.editorial.editor import Editor
from campaigns.editorial.workflow import approve, reject, request_changes, submit, withdraw
from chart_renderer.spec import FigureSpec, FigureType, NumberStyle, Series
from tests.factories.newsroom import stored_draft

FIGURE_ADDRESS = "https://www.helseomsorg21monitor.no/figur/54?figurType=LINE"
TRIALS_TEXT = (
    "Gratulerer med den internasjonale dagen for kliniske studier!\n\n"
    "Dagen markerer det vi regner som det første kontrollerte kliniske studiet: James Linds demonstrasjon av at "
    "skjørbuk kan forebygges med sitrusfrukt (20. mai 1747).\n\n"
    "Du kan finne utviklingen i antall søkte kliniske studier og annen relevant statistikk i HelseOmsorg21-monitoren."
)
ALT_TEXT = "Linjediagram som viser antall søkte kliniske studier per år. Antallet har økt fra 98 i 2015 til 153 i 2026."
TRIALS = (98, 104, 110, 121, 117, 126, 134, 129, 138, 141, 147, 153)


def trials_figure() -> FigureBlock:
    spec = FigureSpec(
        type=FigureType.LINE,
        language="nb",
        title="Stadig flere kliniske studier søkes om",
        subtitle="Antall søkte studier per år (eksempeldata)",
        periods=tuple(str(year) for year in range(2015, 2027)),
        series=(Series(name="Søkte studier", values=tuple(Decimal(value) for value in TRIALS)),),
        style=NumberStyle(),
        measure="antall søkte kliniske studier",
        source="Kilde: DMP, hentet 10. mai 2027",
        source_owner="DMP",
    )
    return FigureBlock(
        spec=spec,
        alt_text=ALT_TEXT,
        description="Figuren viser antall søkte studier om klinisk utprøving til DMP fra 2015 og framover.",
        figure_url=FIGURE_ADDRESS,
    )


def trials_draft(
    session: Session, clock: Clock, *, image: str | None = None, key: str = "day:clinical-trials-day:2027", **given: Any
) -> Draft:
    """The draft for 20 May, with a chart and three channels."""
    picture: dict[str, Any] = {"image_sha256": image, "alt_text": ALT_TEXT} if image else {}
    variants: dict[ChannelName, dict[str, Any]] = {
        ChannelName.NEWSLETTER: {
            "subject": "20. mai er dagen for kliniske studier",
            "preheader": "153 studier ble det søkt om i fjor – flere enn noen gang.",
            "canvas": "email",
            **picture,
        },
        ChannelName.LINKEDIN: {
            "text": TRIALS_TEXT,
            "hashtags": ["kliniskestudier", "clinicaltrialsday2027", "forskning", "helseomsorg21monitor"],
            "link": FIGURE_ADDRESS,
            **picture,
        },
        ChannelName.FACEBOOK: {
            "text": "I dag er den internasjonale dagen for kliniske studier. HelseOmsorg21monitor gratulerer alle som"
            " jobber med og for klinisk forskning med dagen!",
            "link": FIGURE_ADDRESS,
            "canvas": "square",
            **picture,
        },
    }
    values: dict[str, Any] = {
        "title": "Den internasjonale dagen for kliniske studier",
        "blocks": (
            TextBlock(text=TRIALS_TEXT),
            trials_figure(),
            LinkBlock(url=FIGURE_ADDRESS, text="Se figuren «Søkte kliniske studier» i monitoren"),
        ),
        "variants": variants,
    } | given
    return stored_draft(session, clock, key=key, **values)


def figures_draft(session: Session, clock: Clock, **given: Any) -> Draft:
    """The draft for new figures on resource use."""
    items = (
        KeyFigureItem(label="Driftskostnader til forskning", value="4,7 mrd. kr", change="En økning på 8,0 % fra 2019"),
        KeyFigureItem(label="Utførte forskningsårsverk", value="3 350", change="En økning på 3,7 % fra 2019"),
        KeyFigureItem(
            label="Andel av totale driftskostnader", value="2,82 %", change="En nedgang på 0,1 prosentpoeng fra 2019"
        ),
    )
    values: dict[str, Any] = {
        "kind": DraftKind.NEW_PERIOD,
        "title": "Helseforetakene brukte 4,7 milliarder kroner på forskning",
        "blocks": (
            TextBlock(text="Nye tall viser at helseforetakene bruker **mer** på forskning enn før."),
            KeyFiguresBlock(title="2021 i tall", items=items, source="Kilde: SSB Ressurskartlegging"),
        ),
        "slot_at": datetime(2027, 5, 12, 7, 0, tzinfo=UTC),
    } | given
    return stored_draft(session, clock, key=str(values.pop("key", "finding:1:2:new_period")), **values)


def drafts_in_every_state(
    session: Session, clock: Clock, people: dict[str, Editor], image: str | None
) -> dict[str, Draft]:
    """One draft in each state a person meets."""
    astrid, gunnar = people["astrid"], people["gunnar"]

    def submitted(draft: Draft) -> Draft:
        return submit(session, draft.id or 0, astrid, clock=clock)

    made = {
        "draft": trials_draft(session, clock, image=image),
        "in_review": submitted(figures_draft(session, clock)),
        "changes_requested": submitted(
            figures_draft(session, clock, key="day:oks:2027", title="Verdensdagen for opphavsrett", kind=DraftKind.DAY)
        ),
        "scheduled": submitted(
            trials_draft(
                session, clock, image=image, key="news:1:a", title="Ny side om brukermedvirkning", kind=DraftKind.NEWS
            )
        ),
        "rejected": submitted(
            figures_draft(session, clock, key="day:avvist:2027", title="Kakens dag", kind=DraftKind.DAY)
        ),
        "withdrawn": figures_draft(session, clock, key="news:1:b", title="Seminar i juni", kind=DraftKind.NEWS),
    }
    request_changes(
        session,
        made["changes_requested"].id or 0,
        gunnar,
        comment="Kan vi si hva dagen betyr for helsedata? Og bruk gjerne nynorsk her.",
        clock=clock,
    )
    approve(
        session,
        made["scheduled"].id or 0,
        gunnar,
        sha256=made["scheduled"].content_sha256,
        mode=ApprovalMode.TWO_PERSON,
        clock=clock,
    )
    reject(session, made["rejected"].id or 0, gunnar, comment="Ikke vårt tema.", clock=clock)
    withdraw(session, made["withdrawn"].id or 0, astrid, clock=clock, comment="Avlyst.")
    return made
