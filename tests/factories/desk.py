"""A desk in the middle of an ordinary week: people, drafts in every state, days, figures, subscribers, deliveries."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from campaigns.channels.account import ChannelAccount
from campaigns.clock import Clock
from campaigns.days.day import CommemorativeDay, DayKind, PostPolicy
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.editorial.blocks import EventBlock, LinkBlock
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor, Role
from campaigns.indicators.indicator import ChangeKind, Dataset, Indicator
from campaigns.indicators.release import ReleaseState
from campaigns.indicators.release_watch import attend_releases
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.language import Language
from campaigns.newsletter.compose_issue import FreeBlock
from campaigns.newsletter.issue_workflow import submit_issue
from campaigns.sources.source import Source, SourceKind
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.composing import composed
from tests.factories.newsroom import SLOT, editor
from tests.factories.release_plan import planned_release
from tests.factories.week_of_drafts import FIGURE_ADDRESS, TRIALS, drafts_in_every_state


def staff(session: Session) -> dict[str, Editor]:
    """Astrid writes, Gunnar approves, Solveig runs the place, Revisor only reads."""
    return {
        "astrid": editor(session, "Astrid", Role.AUTHOR),
        "gunnar": editor(session, "Gunnar", Role.APPROVER, Role.AUTHOR),
        "solveig": editor(session, "Solveig", Role.ADMIN),
        "revisor": editor(session, "Revisor", Role.AUDITOR),
    }


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


def expected_releases(session: Session, clock: Clock) -> None:
    """One of each: late, coming on a day, in a season that is uncertain, at no known time, and one that has come."""
    planned_release(session, clock, "mars 2027", title={"nb": "Årsrapport fra RHF-ene"}, publisher="RHF")
    planned_release(session, clock, "2027-06-15T08:00", indicator_ids=["indikator-1"], period="2026")
    planned_release(session, clock, "høst 2027?", title={"nb": "Forskningsindikatorer"}, note="Avklares i juni.")
    planned_release(session, clock, "?", title={"nb": "Innovasjonsbarometeret"}, publisher="KS")
    come = planned_release(session, clock, "2027-04-20", title={"nb": "Sykdomsbyrdedata"}, publisher="FHI")
    come.state, come.observed_at = ReleaseState.OBSERVED, clock.now()
    attend_releases(session, clock)


def issues(session: Session, clock: Clock, people: dict[str, Editor]) -> None:
    """One that is being composed, and one that waits for approval."""
    event = EventBlock(title="Lansering av barometeret", starts_at=SLOT + timedelta(days=5), place="Lysaker")
    own = (
        FreeBlock(block=event),
        FreeBlock(block=LinkBlock(url="https://example.no/rapport", text="Les rapporten"), subjects=("kreft",)),
    )
    composed(session, clock, people["astrid"], add_blocks=own, subject="Mai i tall")
    waiting = composed(session, clock, people["astrid"], subject="Invitasjon til seminar")
    submit_issue(session, waiting.id or 0, people["astrid"], clock=clock)


def busy_desk(session: Session, clock: Clock, *, image: str | None = None) -> dict[str, Editor]:
    """Everything above at once."""
    people = staff(session)
    made = drafts_in_every_state(session, clock, people, image)
    days(session)
    followed_figures(session, clock)
    expected_releases(session, clock)
    deliveries(session, clock, made["scheduled"], subscribers(session, clock))
    issues(session, clock, people)
    return people
