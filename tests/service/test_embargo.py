"""Nothing under embargo is anywhere before its moment: every page, feed, picture, search, log and mail is walked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.channels.account import ChannelAccount
from campaigns.drafting.embargo import embargo_dataset, embargo_release
from campaigns.editorial.draft import ApprovalMode, Draft, DraftStatus, Variant
from campaigns.editorial.workflow import approve, schedule, submit
from campaigns.errors import InvalidInput
from campaigns.indicators.comparison import compare
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.release import PlannedRelease, ReleaseState
from campaigns.indicators.state import state_of
from campaigns.indicators.taking_in import take_in
from campaigns.indicators.vintages import state_at
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from chart_renderer.renderer import RenderedImage
from chart_renderer.spec import FigureSpec
from service.bootstrap import Service
from service.delivering import deliver_once
from service.demo.figures import resource_use
from service.drafting import run_drafting
from tests.factories.published_figures import resource_use_followed
from tests.factories.release_plan import planned_release
from tests.factories.staff_desk import Browser, StaffDesk
from tests.fakes.charts import FakeCharts
from tests.fakes.pictures import png

MOMENT = datetime(2027, 5, 20, 6, 0, tzinfo=UTC)  # 08:00 in Oslo
JUST_BEFORE = MOMENT - timedelta(seconds=30)
RELEASE = "Ressursbruk som ingen vet om"
SECRETS = re.compile(RELEASE + r"|4,7\smrd|8,0\s%|3\s350|52\s000", re.IGNORECASE)
STRANGERS = [None, "Revisor", "Solveig"]


class StoredCharts(FakeCharts):
    """Pictures that are really there to be asked for."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._images = service.images

    def close(self) -> None:
        """There is no process to end."""

    def render(self, spec: FigureSpec, canvas_id: str) -> RenderedImage:
        drawn = super().render(spec, canvas_id)
        sha256 = self._images.put(png(f"#{drawn.sha256[:6]}", (1200, 627)))
        return RenderedImage(**{**drawn.__dict__, "sha256": sha256})


@dataclass(frozen=True)
class Kept:
    """What is under embargo, by the names it could be asked for."""

    draft_id: int
    slug: str
    images: tuple[str, ...]
    indicator_id: str
    dataset_id: int
    release_id: int


@pytest.fixture
def kept(desk: StaffDesk) -> Kept:
    """New figures came under an embargo, a draft was made of them, and it was approved."""
    service, clock = desk.service, desk.clock
    service.__dict__["charts"] = StoredCharts(service)
    with service.database.session_scope() as session:
        session.add(ChannelAccount(id="linkedin-monitor", channel="linkedin", name="Monitoren"))
        session.add(
            Subscriber(
                raw="ola@eksempel.no", normalized="ola@eksempel.no", ascii_email="ola@eksempel.no",
                canonical_key="ola@eksempel.no", status=SubscriberStatus.CONFIRMED, created_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )  # fmt: skip
        dataset = resource_use_followed(session)
        _publish(desk, dataset, "2019")
        release = planned_release(
            session, clock, "2027-05-20T08:00", indicator_ids=["driftskostnader"], title={"nb": RELEASE},
            embargo_until=MOMENT,
        )  # fmt: skip
        _publish(desk, dataset, "2021")
        assert release.state is ReleaseState.OBSERVED
        dataset_id, release_id = dataset.id, release.id
    (draft_id,) = run_drafting(service).made
    with service.database.session_scope() as session:
        submit(session, draft_id, desk.editor(session, "Astrid"), clock=clock)
        draft = session.get_one(Draft, draft_id)
        gunnar = desk.editor(session, "Gunnar")
        approve(session, draft_id, gunnar, sha256=draft.content_sha256, mode=ApprovalMode.TWO_PERSON, clock=clock)
        images = session.exec(select(Variant.image_sha256).where(Variant.draft_id == draft_id)).all()
        return Kept(
            draft_id, draft.slug or "", tuple({image for image in images if image}), "driftskostnader",
            dataset_id or 0, release_id or 0,
        )  # fmt: skip


def _publish(desk: StaffDesk, dataset: Dataset, step: str) -> None:
    """The source's answer goes the way of every answer, in the session the dataset belongs to."""
    session = Session.object_session(dataset)
    assert isinstance(session, Session)
    table = read_jsonstat(resource_use(step).as_jsonstat())
    state, previous = state_of(table), latest_vintage(session, dataset.id or 0)
    comparison = compare(state_at(session, previous) if previous else None, state, now=desk.clock.now())
    take_in(
        session, desk.clock, dataset, table, state, previous=previous, comparison=comparison, fetch_id=None
    )  # fmt: skip


def _addresses(desk: StaffDesk, kept: Kept) -> Iterator[str]:
    """Every address that can be read, with the names of what is kept back in it."""
    with desk.service.database.session_scope(read_only=True) as session:
        source_id = session.get_one(Dataset, kept.dataset_id).source_id
    named = {
        "draft_id": kept.draft_id, "slug": kept.slug, "sha256": kept.images[0], "indicator_id": kept.indicator_id,
        "release_id": kept.release_id, "source_id": source_id, "seq": 2, "filename": "css/base.css",
    }  # fmt: skip
    for rule in desk.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            built = rule.build({name: named.get(name, 1) for name in rule.arguments})
            assert built is not None
            yield built[1]
    yield from (
        "/redaksjon/kalender?maaned=2027-05",
        "/redaksjon/indikatorer?q=driftskostnader",
        "/kalender.ics?sprak=en",
    )
    yield from (f"/media/{image}.png" for image in kept.images)


def _leaks(browser: Browser, addresses: Iterator[str], kept: Kept) -> list[str]:
    """The addresses whose answers tell of it; that there is nothing at an address may be said of any."""
    return [address for address in addresses if _tells(browser, address, kept)]


def _tells(browser: Browser, address: str, kept: Kept) -> bool:
    answer = browser.get(address)
    if answer.mimetype == "image/png" and "/media/" in address:
        return True
    text = answer.get_data().decode("utf-8", "replace") + str(answer.headers)
    names = (name for name in (kept.slug, *kept.images) if name not in address)
    return SECRETS.search(text) is not None or any(name in text for name in names)


@pytest.mark.parametrize("name", STRANGERS)
def test_no_page_feed_picture_or_search_tells_of_it_before_the_moment(
    desk: StaffDesk, kept: Kept, name: str | None
) -> None:
    desk.clock.move_to(JUST_BEFORE)
    deliver_once(desk.service)

    assert _leaks(desk.browser(name), _addresses(desk, kept), kept) == []


def test_those_who_prepare_it_see_it_before_the_moment(desk: StaffDesk, kept: Kept) -> None:
    """Else the walk above would find nothing wherever it looked."""
    desk.clock.move_to(JUST_BEFORE)

    seen = _leaks(desk.browser("Astrid"), _addresses(desk, kept), kept)

    expected = {
        "/redaksjon/", f"/redaksjon/utkast/{kept.draft_id}", f"/redaksjon/utgivelsesplan/{kept.release_id}",
        "/redaksjon/utgivelsesplan", f"/redaksjon/indikatorer/{kept.indicator_id}",
        "/redaksjon/kalender?maaned=2027-05", f"/media/{kept.images[0]}.png",
    }  # fmt: skip
    assert expected - set(seen) == set()
    picture = desk.browser("Astrid").get(f"/media/{kept.images[0]}.png")
    assert "no-store" in picture.headers["Cache-Control"]


def test_at_the_moment_it_is_everywhere(desk: StaffDesk, kept: Kept) -> None:
    desk.clock.move_to(MOMENT + timedelta(seconds=5))
    delivered = deliver_once(desk.service)

    stranger, auditor = desk.browser(), desk.browser("Revisor")
    told = set(_leaks(stranger, _addresses(desk, kept), kept))
    assert (delivered.mails, delivered.posts) == (1, 1)
    assert {"/arkiv.atom", f"/figur/{kept.slug}", "/kalender.ics", f"/media/{kept.images[0]}.png"} <= told
    assert stranger.get(f"/figur/{kept.slug}.csv").status_code == 200
    assert stranger.get("/sandkasse/").text.count("/sandkasse/mail/") > 0
    assert auditor.get(f"/redaksjon/utkast/{kept.draft_id}").status_code == 200
    assert "no-store" not in stranger.get(f"/media/{kept.images[0]}.png").headers["Cache-Control"]


def test_nothing_is_sent_and_nothing_is_logged_before_the_moment(
    desk: StaffDesk, kept: Kept, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    desk.clock.move_to(JUST_BEFORE)

    delivered = deliver_once(desk.service)
    run_drafting(desk.service)
    list(_leaks(desk.browser(), _addresses(desk, kept), kept))

    written = capfd.readouterr()
    assert not delivered.anything
    assert SECRETS.search(written.out + written.err + caplog.text) is None
    assert not list((desk.service.settings.data_dir / "sandkasse").rglob("*.eml"))


def test_the_slot_is_never_before_the_embargo(desk: StaffDesk, kept: Kept) -> None:
    with desk.service.database.session_scope() as session:
        assert session.get_one(Draft, kept.draft_id).slot_at == MOMENT
        gunnar = desk.editor(session, "Gunnar")
        with pytest.raises(InvalidInput, match=r"sperret til 20\. mai 2027 kl\. 08\.00"):
            schedule(session, kept.draft_id, gunnar, MOMENT - timedelta(hours=1), clock=desk.clock)


def test_an_embargo_made_longer_holds_back_what_was_approved(desk: StaffDesk, kept: Kept) -> None:
    later = MOMENT + timedelta(days=1)
    with desk.service.database.session_scope() as session:
        embargo_release(session, desk.clock, kept.release_id, later, reason="", actor=Actor.editor(2))

    desk.clock.move_to(MOMENT + timedelta(hours=8))  # past the slot, and past its grace
    waiting = deliver_once(desk.service)
    desk.clock.move_to(later + timedelta(seconds=5))
    sent = deliver_once(desk.service)

    assert (waiting.anything, sent.mails) == (False, 1)
    with desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Draft, kept.draft_id).status is not DraftStatus.MISSED


def test_an_embargo_made_shorter_needs_a_reason_and_opens_at_once(desk: StaffDesk, kept: Kept) -> None:
    with desk.service.database.session_scope() as session:
        with pytest.raises(InvalidInput, match="Skriv hvorfor sperrefristen gjøres kortere"):
            embargo_release(session, desk.clock, kept.release_id, None, reason=" ", actor=Actor.editor(2))
        embargo_release(session, desk.clock, kept.release_id, None, reason="Publisert tidlig", actor=Actor.editor(2))

    auditor = desk.browser("Revisor")
    assert auditor.get(f"/redaksjon/utkast/{kept.draft_id}").status_code == 200
    assert auditor.get(f"/redaksjon/utgivelsesplan/{kept.release_id}").status_code == 200


def test_a_table_may_be_under_embargo_without_any_planned_release(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        dataset = resource_use_followed(session)
        _publish(desk, dataset, "2019")
        embargo_dataset(session, desk.clock, dataset.id or 0, MOMENT, reason="", actor=Actor.editor(1))
        _publish(desk, dataset, "2021")

    page = "/redaksjon/indikatorer/driftskostnader"
    assert SECRETS.search(desk.browser("Astrid").get(page).text)
    assert SECRETS.search(desk.browser("Revisor").get(page).text) is None
    desk.clock.move_to(MOMENT)
    assert SECRETS.search(desk.browser("Revisor").get(page).text)


def test_a_planned_release_without_embargo_is_in_peoples_calendars(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        planned_release(session, desk.clock, "2027-06-15T08:00", title={"nb": "Døde"}, period="uke 23")
        planned_release(session, desk.clock, "høst 2027?", title={"nb": "Innovasjon"})
        planned_release(session, desk.clock, "?", title={"nb": "Uten tid"})
        gone = planned_release(session, desk.clock, "2027-07-01", title={"nb": "Utgår"})
        gone.state = ReleaseState.CANCELLED

    text = desk.browser().get("/kalender.ics").text.replace("\r\n ", "")

    assert "DTSTART:20270615T060000Z" in text
    assert "SUMMARY:Nye tall fra SSB: Døde (uke 23)" in text
    assert "Ventet: høst 2027?" in text
    assert text.count("STATUS:TENTATIVE") == 1
    assert text.count("STATUS:CANCELLED") == 1
    assert "Uten tid" not in text


def test_the_plan_counts_only_what_may_be_seen(desk: StaffDesk, kept: Kept) -> None:
    with desk.service.database.session_scope(read_only=True) as session:
        assert session.get(PlannedRelease, kept.release_id) is not None

    assert desk.browser("Revisor").get(f"/redaksjon/utgivelsesplan/{kept.release_id}").status_code == 404
