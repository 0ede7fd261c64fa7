"""Signing in: the same answer to everything that is wrong, slower and slower, and a new session every time."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.errors import InvalidInput
from service.auth import passwords, throttle
from service.auth.credential import Credential, SignInFailure, StaffSession
from service.auth.sign_in import make_link
from service.auth.staff import set_password
from tests.factories.staff_desk import StaffDesk

PASSWORD = "riktig hest batteri stift"
ADDRESS = "astrid@monitor.example.no"


@pytest.fixture
def with_password(desk: StaffDesk) -> StaffDesk:
    with desk.service.database.session_scope() as session:
        set_password(session, desk.clock, desk.editor(session, "Astrid"), PASSWORD)
    return desk


def _try(desk: StaffDesk, email: str = ADDRESS, password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    response = desk.browser().post("/redaksjon/logg-inn", email=email, password=password, **more)
    return response.status_code, response.headers.get("Location", ""), response.headers.get("Set-Cookie", "")


def test_it_signs_in_with_the_right_password(with_password: StaffDesk) -> None:
    browser = with_password.browser()

    response = browser.post("/redaksjon/logg-inn", email=ADDRESS.upper(), password=PASSWORD)

    assert (response.status_code, response.headers["Location"]) == (303, "/redaksjon/")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert browser.get("/redaksjon/").status_code == 200


def test_it_keeps_only_the_hash_of_the_cookie(with_password: StaffDesk) -> None:
    _, _, cookie = _try(with_password)
    token = cookie.split(";")[0].partition("=")[2]

    with with_password.service.database.session_scope(read_only=True) as session:
        stored = session.exec(select(StaffSession.token_sha256)).all()

    assert token
    assert token not in stored


def test_it_gives_a_new_session_at_every_sign_in(with_password: StaffDesk) -> None:
    assert _try(with_password)[2] != _try(with_password)[2]


@pytest.mark.parametrize("wrong", ["no account", "wrong password", "closed account", "no password set"])
def test_it_answers_alike_whatever_is_wrong(with_password: StaffDesk, wrong: str) -> None:
    with with_password.service.database.session_scope() as session:
        with_password.editor(session, "Astrid").active = wrong != "closed account"
    email = {"no account": "nobody@example.no", "no password set": "gunnar@monitor.example.no"}.get(wrong, ADDRESS)
    given = PASSWORD if wrong != "wrong password" else PASSWORD + "x"

    response = with_password.browser().post("/redaksjon/logg-inn", email=email, password=given)

    assert response.status_code == 422
    assert "Innloggingen lyktes ikke. Sjekk adresse og passord." in response.text


def test_it_verifies_a_password_even_when_there_is_no_account() -> None:
    assert not passwords.verify("det finnes ingen konto med denne adressen", None)


def test_it_makes_people_wait_after_five_failures_and_forgives_in_time(with_password: StaffDesk) -> None:
    tries = [_try(with_password, password="feil passord her")[0] for _ in range(5)]
    while_waiting = _try(with_password)[0]
    with_password.clock.advance(minutes=15, seconds=1)

    assert tries == [422] * 5
    assert while_waiting == 422
    assert _try(with_password)[0] == 303


def test_it_never_locks_an_account_for_good(with_password: StaffDesk) -> None:
    for _ in range(200):
        with with_password.service.database.session_scope() as session:
            key = throttle.account_key(with_password.service.derived_key("sign-in"), ADDRESS)
            throttle.note_failure(session, key, "network:10.0.0.0/24", with_password.clock.now())
    with_password.clock.advance(hours=4, minutes=1)

    assert _try(with_password)[0] == 303


def test_it_holds_back_a_network_that_tries_many_accounts(with_password: StaffDesk) -> None:
    with with_password.service.database.session_scope() as session:
        for number in range(throttle.PER_NETWORK):
            throttle.note_failure(session, f"account:{number}", "network:127.0.0.0/24", with_password.clock.now())

    assert _try(with_password)[0] == 422
    with_password.clock.advance(minutes=16)
    assert _try(with_password)[0] == 303


def test_it_counts_failures_without_writing_addresses_down(with_password: StaffDesk) -> None:
    _try(with_password, password="feil passord her")

    with with_password.service.database.session_scope(read_only=True) as session:
        keys = session.exec(select(SignInFailure.key)).all()
        actions = session.exec(select(AuditEvent.action)).all()
    assert len(keys) == 2
    assert not any("astrid" in key for key in keys)
    assert "sign_in.refused" in actions


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.77", "network:192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "network:2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "network:192.0.2.0/24"),
        (None, "network:unknown"),
    ],
)
def test_it_counts_by_network(address: str | None, key: str) -> None:
    assert throttle.network_key(address) == key


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/redaksjon/kalender?maaned=2027-05", "/redaksjon/kalender?maaned=2027-05"),
        ("https://ond.example/redaksjon", "/redaksjon/"),
        ("//ond.example/redaksjon", "/redaksjon/"),
        ("/redaksjon\\@ond.example", "/redaksjon/"),
        ("/redaksjon@ond.example", "/redaksjon/"),
        ("/redaksjon/\r\nSet-Cookie: x=y", "/redaksjon/"),
        ("/abonner", "/redaksjon/"),
    ],
)
def test_it_goes_on_only_to_pages_of_the_desk(with_password: StaffDesk, wanted: str, landed: str) -> None:
    assert _try(with_password, next=wanted)[1] == landed


def test_it_hashes_anew_when_the_settings_have_become_stronger(with_password: StaffDesk) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with with_password.service.database.session_scope() as session:
        session.get_one(Credential, with_password.editor(session, "Astrid").id).password_hash = weak

    _try(with_password)

    with with_password.service.database.session_scope(read_only=True) as session:
        now = session.get_one(Credential, with_password.editor(session, "Astrid").id).password_hash
    assert now != weak
    assert not passwords.wants_rehash(now)


class TestLink:
    """A link that signs one person in once."""

    @pytest.fixture
    def path(self, desk: StaffDesk) -> str:
        with desk.service.database.session_scope() as session:
            return f"/redaksjon/lenke/{make_link(session, desk.clock, desk.editor(session, 'Solveig'))}"

    def test_it_asks_before_it_is_used_up(self, desk: StaffDesk, path: str) -> None:
        first, second = desk.browser().get(path), desk.browser().get(path)

        assert (first.status_code, second.status_code) == (200, 200)
        assert "Hei, Solveig" in first.text

    def test_it_works_once(self, desk: StaffDesk, path: str) -> None:
        first, second = desk.browser().post(path), desk.browser().post(path)

        assert (first.status_code, second.status_code) == (303, 422)
        assert "Lenken er brukt eller for gammel" in second.text

    def test_it_is_refused_when_too_old(self, desk: StaffDesk, path: str) -> None:
        desk.clock.advance(hours=24, seconds=1)

        assert desk.browser().get(path).status_code == 422
        assert desk.browser(None).post(path).status_code == 422

    def test_it_is_refused_for_a_closed_account(self, desk: StaffDesk, path: str) -> None:
        with desk.service.database.session_scope() as session:
            desk.editor(session, "Solveig").active = False

        assert desk.browser().post(path).status_code == 422


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("kort", "minst 15 tegn"),
        ("a" * 129, "høyst 128 tegn"),
        ("passord123456789", "for lett å gjette"),
        ("qwertyuiopasdfghjkl", "for lett å gjette"),
        ("astridastridastrid", "for lett å gjette"),
    ],
)
def test_it_refuses_passwords_that_are_easy_to_guess(desk: StaffDesk, password: str, said: str) -> None:
    with desk.service.database.session_scope() as session, pytest.raises(InvalidInput, match=said):
        set_password(session, desk.clock, desk.editor(session, "Astrid"), password)


def test_it_takes_a_long_sentence_as_a_password(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        set_password(session, desk.clock, desk.editor(session, "Astrid"), "vi drikker kaffe når det regner på onsdager")
        stored = session.get_one(Credential, desk.editor(session, "Astrid").id).password_hash

    assert stored.startswith("$argon2id$")


def test_it_waits_longer_for_each_round_of_failures(desk: StaffDesk) -> None:
    key, network, now = "account:x", "network:y", desk.clock.now()
    with desk.service.database.session_scope() as session:
        for _ in range(10):
            throttle.note_failure(session, key, network, now)

        assert throttle.must_wait_until(session, key, "network:z", now) == now + timedelta(minutes=30)
