"""The hashes that lie in databases: written out here, for a byte that changes would void what people approved."""

from datetime import UTC, datetime

from sqlmodel import Session

from campaigns.audit import Actor, AuditEvent, record
from campaigns.canonical import canonical_json, sha256_of
from campaigns.clock import FixedClock
from campaigns.editorial.draft import ChannelName, Draft, DraftKind, Variant
from campaigns.editorial.snapshot import present_hash
from campaigns.indicators.question import query_sha256
from campaigns.language import Language
from campaigns.newsletter.frozen import edition_hash, issue_hash
from campaigns.newsletter.issue import Edition, Issue, IssueItem, IssueStatus
from campaigns.newsletter.issue_content import present_issue_hash

SLOT = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)
TEXT = {"kind": "text", "text": "Søkte studier øker med 8,0\u00a0%."}


def test_it_spells_a_value_in_one_way_only() -> None:
    value = {"tittel": "Søkte studier – «8,0 %»", "b": [1, 2.5, None, True], "a": {"z": "å", "y": "\u00a0"}}

    spelt = canonical_json(value)

    assert spelt == '{"a":{"y":"\u00a0","z":"å"},"b":[1,2.5,null,true],"tittel":"Søkte studier – «8,0 %»"}'
    assert sha256_of(spelt) == "0cab86748e5946e235279a64bd7566f120696911980442b4b9be17ee4613a6e5"


def test_it_knows_a_question_whatever_the_order_of_its_keys() -> None:
    known = "b600a03e6356da0a121fe94b59a6623714db4c65dd0d59919b6c2bed5fdc8ea3"
    assert query_sha256({"table": "07459", "codes": {"Kjønn": ["1", "2"]}}) == known
    assert query_sha256({"codes": {"Kjønn": ["1", "2"]}, "table": "07459"}) == known


def test_a_draft_that_was_approved_keeps_its_hash(session: Session, clock: FixedClock) -> None:
    draft = Draft(
        id=12, idempotency_key="k", kind=DraftKind.NEWS, title="Studier", blocks=[TEXT], topics=["forskning"],
        slot_at=SLOT, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    session.add(draft)
    session.flush()
    session.add(Variant(draft_id=12, channel=ChannelName.NEWSLETTER, subject="Emne", image_sha256="a" * 64))
    session.add(Variant(draft_id=12, channel=ChannelName.LINKEDIN, enabled=False, text="Av"))
    session.flush()

    assert present_hash(session, draft) == "3a1cd463b960c37f36473151f721d8932a31a5dae04a12621b62bc5da2c10480"


def test_an_issue_that_was_approved_keeps_its_hash(session: Session) -> None:
    issue = Issue(id=3, slug="s", status=IssueStatus.DRAFT, composed=True, subject="Emne", slot_at=SLOT)
    session.add(issue)
    session.flush()
    session.add(IssueItem(issue_id=3, position=0, title="Fra oss", block=TEXT, topics=["forskning"]))
    session.flush()

    assert present_issue_hash(session, issue) == "90dfef243fde12b414923ab8c5a36766b03d66f56f9bbfeea401567de97baee7"


def test_an_issue_that_was_closed_keeps_its_hash_and_that_of_its_editions() -> None:
    issue = Issue(
        slug="x", subject="Søknader øker", preheader="Tall fra 2027", html="<p>æøå</p>", text="æøå",
        archive_html="<p>å</p>", language=Language.NYNORSK, slot_at=SLOT,
    )  # fmt: skip
    edition = Edition(
        issue_id=1, language=Language.ENGLISH, topics_key="0.2", subject="Å", preheader="", html="<p>1</p>", text="1",
        sha256="",
    )  # fmt: skip

    assert (
        issue_hash(issue, ["a" * 64, "b" * 64], "monitor@eksempel.no")
        == "7de33a75456790040f51fc10b3422bb6800be8874e0b364c4dbb51d2d517971c"
    )
    assert edition_hash(edition, "c" * 64) == "c058b27de97d75e1c9bdfea9f5a3c255d7dd3ba36abcff7595e365ddc9e46342"


def test_the_trail_goes_on_from_where_it_was(session: Session) -> None:
    event: AuditEvent = record(session, FixedClock(SLOT), Actor.editor(1), "draft.approved", ("draft", 12), ø=1, a=[1])

    assert event.hash == "bfa22e8378a95cecce8a0cdf9f853863f669edc2803c00acad63f91949c54f51"
