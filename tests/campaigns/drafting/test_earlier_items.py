"""A correction names what readers have already got from us with the old figure."""

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.plan import DraftingPlan
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from campaigns.indicators.indicator import Dataset
from campaigns.language import Language
from service.database import Database
from service.demo.figures import resource_use
from tests.factories.published_figures import publish, resource_use_followed
from tests.fakes.charts import FakeCharts

NAMED = {
    Language.BOKMAAL: "Det gamle tallet sto i «Driftskostnadene til forskning økte med 8,0\u00a0% fra 2019 til 2021» "
    "11. mai 2027.",
    Language.NYNORSK: "Det gamle talet stod i «Driftskostnadene til forsking auka med 8,0\u00a0% frå 2019 til 2021» "
    "11. mai 2027.",
    Language.ENGLISH: "The old figure appeared in “Operating expenditure on research rose by 8.0% from 2019 to 2021” "
    "on 11 May 2027.",
}


def drafted(database: Database, clock: FixedClock, language: Language) -> int:
    plan = DraftingPlan(
        monitor_name="HelseOmsorg21-monitoren",
        monitor_url="https://www.helseomsorg21monitor.no",
        public_url="http://127.0.0.1:8000",
        language=language,
    )
    (draft_id,) = draft_what_is_new(database.session_scope, clock, FakeCharts(), plan)
    return draft_id


def texts_of(session: Session, draft_id: int) -> list[str]:
    posts = session.exec(
        select(Variant.text).where(Variant.draft_id == draft_id, Variant.channel != ChannelName.NEWSLETTER)
    ).all()
    return [*posts, str(session.get_one(Draft, draft_id).blocks[0]["text"])]


@pytest.mark.parametrize("language", list(Language))
def test_it_names_the_item_and_the_day_it_came_out(
    sqlite_database: Database, clock: FixedClock, language: Language
) -> None:
    with sqlite_database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    first = drafted(sqlite_database, clock, language)
    with sqlite_database.session_scope() as session:
        draft = session.get_one(Draft, first)
        draft.content_sha256 = draft.approved_sha256 = "0" * 64
        draft.status, draft.published_at = DraftStatus.PUBLISHED, draft.slot_at
        publish(session, clock, session.exec(select(Dataset)).one(), resource_use("rettet").as_jsonstat())

    correction = drafted(sqlite_database, clock, language)

    with sqlite_database.session_scope(read_only=True) as session:
        assert [NAMED[language] in text for text in texts_of(session, correction)] == [True, True, True]


def test_an_item_that_never_came_out_is_not_named(sqlite_database: Database, clock: FixedClock) -> None:
    with sqlite_database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    drafted(sqlite_database, clock, Language.BOKMAAL)
    with sqlite_database.session_scope() as session:
        publish(session, clock, session.exec(select(Dataset)).one(), resource_use("rettet").as_jsonstat())

    correction = drafted(sqlite_database, clock, Language.BOKMAAL)

    with sqlite_database.session_scope(read_only=True) as session:
        texts = texts_of(session, correction)
    assert len(texts) == 3
    assert not [text for text in texts if "Det gamle tallet" in text]
