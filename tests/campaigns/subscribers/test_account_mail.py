"""The mails about a subscription: plain, in the reader's language, with nothing but what was asked for."""

import re
from typing import Any

import pytest

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers.account_mail import MailText, account_mail
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Links, Purpose
from campaigns.subscribers.subscriber import Frequency, Subscriber
from service.mail_templates import mail_environment

LINKS = Links(
    Keyring((b"a master secret for these tests.",)), public_url="https://nyhetsbrev.example.no", list_id="liste"
)


def mail(purpose: str, clock: FixedClock, language: Language = Language.BOKMAAL, **wants: Any) -> MailText:
    subscriber = Subscriber(
        id=7,
        raw="ola@eksempel.no",
        normalized="ola@eksempel.no",
        canonical_key="ola@eksempel.no",
        language=language,
        created_at=clock.now(),
        **wants,
    )
    return account_mail(
        subscriber,
        purpose,
        environment=mail_environment(),
        links=LINKS,
        monitor_name="Helse & Omsorg-monitoren",
        issued_at=clock.now(),
    )


def links_in(text: str, path: str) -> list[str]:
    return re.findall(rf"https://nyhetsbrev\.example\.no/{path}/([a-z2-7]+)", text)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("purpose", ["confirm", "settings", "welcome"])
def test_it_says_the_language_it_is_in(purpose: str, language: Language, clock: FixedClock) -> None:
    assert f'<html lang="{language.value}" dir="ltr"' in mail(purpose, clock, language).html


@pytest.mark.parametrize("purpose", ["confirm", "settings"])
def test_it_is_written_in_each_language(purpose: str, clock: FixedClock) -> None:
    mails = [mail(purpose, clock, language) for language in Language]

    assert len({each.subject for each in mails}) == 3
    assert len({each.text for each in mails}) == 3
    assert ["Hei!" in each.text for each in mails] == [True, True, False]


@pytest.mark.parametrize(
    ("purpose", "path", "kind"),
    [("confirm", "bekreft", Purpose.CONFIRM), ("settings", "innstillinger", Purpose.SETTINGS)],
)
def test_it_carries_one_link_that_works_in_both_parts(
    purpose: str, path: str, kind: Purpose, clock: FixedClock
) -> None:
    written = mail(purpose, clock)

    (token,) = links_in(written.text, path)

    assert LINKS.read(token, kind, now=clock.now()).subscriber_id == 7
    assert set(links_in(written.html, path)) == {token}


@pytest.mark.parametrize("purpose", ["confirm", "settings"])
def test_it_tells_one_who_did_not_ask_to_leave_it_at_that(purpose: str, clock: FixedClock) -> None:
    written = mail(purpose, clock)

    assert "Har du ikke bedt om dette, trenger du ikke gjøre noe." in written.text
    assert "Har du ikke bedt om dette, trenger du ikke gjøre noe." in written.html


@pytest.mark.parametrize("purpose", ["confirm", "settings"])
def test_it_shows_no_image_and_fetches_nothing(purpose: str, clock: FixedClock) -> None:
    tags = set(re.findall(r"<([a-z]+)[ />]", mail(purpose, clock).html))

    assert "body" in tags
    assert tags.isdisjoint({"img", "script", "link", "form", "iframe"})
    assert "@import" not in mail(purpose, clock).html


@pytest.mark.parametrize("purpose", ["confirm", "settings"])
def test_it_names_no_address(purpose: str, clock: FixedClock) -> None:
    written = mail(purpose, clock)

    assert "ola@" not in written.subject + written.text + written.html


def test_it_escapes_the_monitors_name_in_html_alone(clock: FixedClock) -> None:
    written = mail("confirm", clock)

    assert "Helse & Omsorg-monitoren" in written.subject
    assert "Helse & Omsorg-monitoren" in written.text
    assert "Helse &amp; Omsorg-monitoren" in written.html
    assert "Helse & Omsorg" not in written.html


def test_it_is_the_same_to_the_byte_when_it_is_made_again(clock: FixedClock) -> None:
    assert mail("confirm", clock) == mail("confirm", clock)


@pytest.mark.parametrize("language", Language)
def test_the_welcome_is_written_in_each_language(clock: FixedClock, language: Language) -> None:
    heading = {Language.BOKMAAL: "Velkommen!", Language.NYNORSK: "Velkomen!", Language.ENGLISH: "Welcome!"}[language]

    welcome = mail("welcome", clock, language)

    assert heading in welcome.text
    assert heading in welcome.html
    assert language is Language.BOKMAAL or "Én e-post" not in welcome.text


@pytest.mark.parametrize(
    ("frequency", "words"),
    [
        (Frequency.EACH, "Noen uker blir det ingen."),
        (Frequency.WEEKLY, "Én e-post i uka"),
        (Frequency.MONTHLY, "Én e-post i måneden"),
    ],
)
def test_the_welcome_says_how_often_and_what_about(clock: FixedClock, frequency: Frequency, words: str) -> None:
    chosen = mail("welcome", clock, frequency=frequency, topics=["kreft", "forskning"])

    assert words in chosen.text
    assert words in chosen.html
    assert "Temaene du valgte: Kreft, Forskning og innovasjon." in chosen.text
    assert "Alle temaer" in mail("welcome", clock).text


def test_the_welcome_opens_no_more_than_a_newsletter_and_lets_one_leave(clock: FixedClock) -> None:
    text = mail("welcome", clock).text

    (preferences,), (leave,) = links_in(text, "innstillinger"), links_in(text, "u")
    assert LINKS.read(preferences, Purpose.PREFERENCES, now=clock.now()).subscriber_id == 7
    assert LINKS.read(leave, Purpose.UNSUBSCRIBE, now=clock.now()).subscriber_id == 7
