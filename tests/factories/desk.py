"""A desk in the middle of an ordinary week: people, drafts in every state, days, figures, subscribers, deliveries."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from campaigns.channels.account import ChannelAccount
from campaigns.clock import Clock
from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.editorial.blocks import FigureBlock, KeyFigureItem, KeyFiguresBlock, LinkBlock, TextBlock
from campaigns.editorial.draft import ApprovalMode, ChannelName, Draft, DraftKind
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.workflow import approve, reject, request_changes, submit, withdraw
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.language import Language
from campaigns.sources.source import Source, SourceKind
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from chart_renderer.spec import FigureSpec, FigureType, NumberStyle, Series
from tests.factories.newsroom import editor, stored_draft

FIGURE_ADDRESS = "https://www.helseomsorg21monitor.no/figur/54?figurType=LINE"
TRIALS_TEXT = (
    "Gratulerer med den internasjonale dagen for kliniske studier!\n\n"
    "Dagen markerer det vi regner som det første kontrollerte kliniske studiet: James Linds demonstrasjon av at "
    "skjørbuk kan forebygges med sitrusfrukt (20. mai 1747).\n\n"
    "Du kan finne utviklingen i antall søkte kliniske studier og annen relevant statistikk i HelseOmsorg21-monitoren."
)
ALT_TEXT = "Linjediagram som viser antall søkte kliniske studier per år. Antallet har økt fra 98 i 2015 til 153 i 2026."
TRIALS = (98, 104, 110, 121, 117, 126, 134, 129, 138, 141, 147, 153)


def staff(session: Session) -> dict[str, Editor]:
    """Astrid writes, Gunnar approves, Solveig runs the place, Revisor only reads."""
    return {
        "astrid": editor(session, "Astrid", Role.AUTHOR),
        "gunnar": editor(session, "Gunnar", Role.APPROVER, Role.AUTHOR),
        "solveig": editor(session, "Solveig", Role.ADMIN),
        "revisor": editor(session, "Revisor", Role.AUDITOR),
    }


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


def days(session: Session) -> None:
    """Four days of May, three of them in use, and the one nothing is posted on."""
    rows = (
        ("clinical-trials-day", "Den internasjonale dagen for kliniske studier", "05-20", PostPolicy.POST, True),
        ("nurses-day", "Den internasjonale sykepleierdagen", "05-12", PostPolicy.POST, True),
        ("constitution-day", "Grunnlovsdagen (17. mai)", "05-17", PostPolicy.AVOID, True),
        ("no-tobacco-day", "Verdens tobakksfrie dag", "05-31", PostPolicy.OPTIONAL, False),
    )
    for key, name, rule, policy, enabled in rows:
        session.add(
            CommemorativeDay(
                id=key,
                kind=DayKind.DAY,
                names={"nb": name},
                rules=[{"rule": rule}],
                post_policy=policy,
                enabled=enabled,
                owner="WHO" if "tobacco" in key else None,
            )
        )
    session.flush()


def followed_figures(session: Session, clock: Clock) -> None:
    """Two indicators with figures, one of them from a source that has stopped answering, and one still without."""
    now = clock.now()
    for key, failing in (("ssb", False), ("dmp", True)):
        session.add(
            Source(
                id=key,
                kind=SourceKind.JSONSTAT,
                url=f"https://{key}.example.no/tabell",
                attribution={"nb": f"{key.upper()}, offisiell statistikk"},
                last_success_at=now - timedelta(days=2 if failing else 0, hours=3),
                consecutive_failures=4 if failing else 0,
                failure="Tidsavbrudd etter 30 sekunder." if failing else None,
            )
        )
    session.flush()
    costs = ("3298", "3481", "3690", "4352", "4700")
    trials = tuple(str(value) for value in TRIALS)
    rows: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
        (
            {
                "title": {"nb": "Driftskostnader til forskning"},
                "unit": {"nb": "mrd. kr"},
                "factor": "0.001",
                "decimals": 1,
            },
            costs,
        ),
        ({"title": {"nb": "Søkte kliniske studier"}, "example_data": True}, trials),
        ({"title": {"nb": "Forskningsårsverk"}, "unit": {"nb": "årsverk"}}, ()),
    )
    for number, (described, values) in enumerate(rows, start=1):
        dataset_id = _dataset(session, number, values, now)
        session.add(
            Indicator(
                id=f"indikator-{number}",
                dataset_id=dataset_id,
                description={"nb": "Slik kilden publiserer tallene."},
                change=ChangeKind.RELATIVE,
                figure_url=FIGURE_ADDRESS,
                position=number,
                **described,
            )
        )
    session.flush()


def _dataset(session: Session, number: int, values: tuple[str, ...], now: datetime) -> int:
    dataset = Dataset(
        source_id="dmp" if number == 2 else "ssb",
        query={"n": number},
        query_sha256=f"{number:064d}",
        last_polled_at=now - timedelta(hours=3),
    )
    session.add(dataset)
    session.flush()
    assert dataset.id is not None
    years = [str(year) for year in range(2027 - len(values), 2027)]
    time = {"id": "Tid", "label": "år", "role": "time", "categories": [{"code": year, "label": year} for year in years]}
    if values:
        session.add(
            Vintage(
                dataset_id=dataset.id,
                seq=1,
                first_seen_at=now,
                canonical_hash="a" * 64,
                metadata_hash="b" * 64,
                dimensions=[time],
            )
        )
    session.add_all(
        ObservationVersion(dataset_id=dataset.id, series="{}", period=year, value=value, from_seq=1)
        for year, value in zip(years, values, strict=True)
    )
    return dataset.id


def subscribers(session: Session, clock: Clock, number: int = 60) -> list[Subscriber]:
    """Readers in every status, enough for two pages."""
    made = []
    for place in range(number):
        status = (SubscriberStatus.CONFIRMED,) * 8 + (SubscriberStatus.PENDING, SubscriberStatus.UNSUBSCRIBED)
        address = f"leser{place:02d}@eksempel.no"
        made.append(
            Subscriber(
                raw=address,
                normalized=address,
                ascii_email=address,
                canonical_key=address,
                language=(Language.BOKMAAL, Language.NYNORSK)[place % 4 == 3],
                status=status[place % 10],
                topics=["kliniske-studier", "helsedata"] if place % 5 == 0 else [],
                created_at=clock.now() - timedelta(days=place),
                confirmed_at=clock.now() - timedelta(days=place)
                if status[place % 10] is SubscriberStatus.CONFIRMED
                else None,
            )
        )
    session.add_all(made)
    session.flush()
    return made


def deliveries(session: Session, clock: Clock, draft: Draft, readers: list[Subscriber]) -> None:
    """A handful in each state that people ask about, one of them uncertain."""
    session.add(ChannelAccount(id="linkedin-monitor", channel="linkedin", name="HelseOmsorg21-monitoren på LinkedIn"))
    session.flush()
    session.add(
        Delivery(
            kind=DeliveryKind.POST,
            state=DeliveryState.UNKNOWN,
            draft_id=draft.id,
            account_id="linkedin-monitor",
            channel="linkedin",
            content_sha256=draft.content_sha256,
            reply="Forbindelsen brøt etter at innlegget var sendt.",
            created_at=clock.now(),
        )
    )
    states = (
        DeliveryState.ACCEPTED,
        DeliveryState.QUEUED,
        DeliveryState.DEFERRED,
        DeliveryState.FAILED,
        DeliveryState.SUPPRESSED,
    )
    for place, reader in enumerate(readers[:10]):
        session.add(
            Delivery(
                kind=DeliveryKind.ACCOUNT_MAIL,
                state=states[place % 5],
                subscriber_id=reader.id,
                purpose="confirm:0",
                channel="email",
                content_sha256="c" * 64,
                reply="250 2.0.0 Ok: queued as 4XyZ" if place % 5 == 0 else None,
                created_at=clock.now() - timedelta(minutes=place),
            )
        )
    session.flush()


def busy_desk(session: Session, clock: Clock, *, image: str | None = None) -> dict[str, Editor]:
    """Everything above at once."""
    people = staff(session)
    made = drafts_in_every_state(session, clock, people, image)
    days(session)
    followed_figures(session, clock)
    deliveries(session, clock, made["scheduled"], subscribers(session, clock))
    return people
