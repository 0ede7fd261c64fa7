"""Settings: refused by name when wrong, and described by the README exactly as they are."""

from datetime import datetime
from pathlib import Path

import pytest

from service.settings import SettingsInvalid, load_settings
from service.settings_table import settings_table, with_table

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture(autouse=True)
def _no_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_readme_lists_every_setting_as_the_class_has_it() -> None:
    readme = README.read_text(encoding="utf-8")

    assert with_table(readme) == readme


def test_the_table_has_a_meaning_for_each_setting() -> None:
    assert "None" not in settings_table()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("APPROVAL", "nobody", "MONITORPOSTEN_APPROVAL: Input should be 'two_person' or 'one_person'."),
        ("TIMEZONE", "Oslo", "MONITORPOSTEN_TIMEZONE: expected an IANA name such as Europe/Oslo."),
        ("TIMEZONE", "Europe", "MONITORPOSTEN_TIMEZONE: expected an IANA name such as Europe/Oslo."),
        ("PUBLIC_URL", "monitor.no", "MONITORPOSTEN_PUBLIC_URL: expected an address that starts with"),
        ("SECRET_KEY", "short", "MONITORPOSTEN_SECRET_KEY: expected at least 32 characters."),
        ("PRODUCTION", "true", "MONITORPOSTEN_SECRET_KEY: required in production"),
        ("DEMO_NOW", "2027-05-12T08:00:00", "MONITORPOSTEN_DEMO_NOW: expected an offset"),
        ("MAIL_CONNECTIONS", "0", "MONITORPOSTEN_MAIL_CONNECTIONS: Input should be greater than or equal to 1."),
        ("DKIM_DOMAIN", "example.no", "DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE: expected all three, or none."),
        (
            "DKIM_SECOND_SELECTOR",
            "mp2",
            "DKIM_SECOND_SELECTOR and DKIM_SECOND_KEY_FILE: expected both, and a first",
        ),
        ("DKIM_SELECTOR", "a;b", "MONITORPOSTEN_DKIM_SELECTOR: expected letters, digits and hyphens"),
        ("MAIL_RECEIVER_RATES", "google", "MONITORPOSTEN_MAIL_RECEIVER_RATES: expected pairs such as google=10"),
        ("MAIL_GIVE_UP_HOURS", "121", "MONITORPOSTEN_MAIL_GIVE_UP_HOURS: Input should be less than or equal to 120."),
        ("INBOUND_LMTP", "2424", "MONITORPOSTEN_INBOUND_LMTP: expected 127.0.0.1:2424 or unix:"),
        ("INBOUND_OAUTH_TOKEN_URL", "https://a.no/token", "INBOUND_OAUTH_CLIENT_SECRET and INBOUND_IMAP_URL: expected"),
        ("INBOUND_IMAP_URL", "imaps://retur@post.no", "INBOUND_IMAP_URL: expected a password, or INBOUND_OAUTH"),
        ("INBOUND_IMAP_URL", "imaps://host", "MONITORPOSTEN_INBOUND_IMAP_URL: expected imaps://user:pass@host:993"),
        ("COLOUR", "blue", "Unknown setting MONITORPOSTEN_COLOUR"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"MONITORPOSTEN_{name}", value)

    with pytest.raises(SettingsInvalid) as refusal:
        load_settings()

    assert expected in str(refusal.value)


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITORPOSTEN_DEMO_NOW", "2027-05-12T08:00:00+02:00")
    monkeypatch.setenv("MONITORPOSTEN_SOURCE_ALLOWED_HOSTS", "localhost, 127.0.0.1")

    settings = load_settings()

    assert settings.demo_now == datetime.fromisoformat("2027-05-12T06:00:00Z")
    assert settings.source_allowed_hosts == ("localhost", "127.0.0.1")


def test_the_key_never_shows_when_settings_are_printed() -> None:
    settings = load_settings(secret_key="k" * 40)

    assert "kkkk" not in repr(settings)


@pytest.mark.parametrize(
    ("public_url", "taken"),
    [
        ("https://monitor.example.no", True),
        ("http://monitor.example.no", False),
        ("http://localhost.example.no", False),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
    ],
)
def test_production_needs_https_but_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, public_url: str, taken: bool
) -> None:
    """Mail programs take a one-click address only when it is https (email contract E-40)."""
    monkeypatch.setenv("MONITORPOSTEN_PRODUCTION", "true")
    monkeypatch.setenv("MONITORPOSTEN_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("MONITORPOSTEN_PUBLIC_URL", public_url)

    if taken:
        assert load_settings().public_url == public_url
        return
    with pytest.raises(SettingsInvalid, match="PUBLIC_URL: production needs https"):
        load_settings()
