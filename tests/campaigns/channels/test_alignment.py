"""Which mail domains belong together (email contract E-64)."""

import pytest

from campaigns.channels.alignment import aligned, domain_of


@pytest.mark.parametrize(
    ("domain", "other", "together"),
    [
        ("example.no", "example.no", True),
        ("example.no", "Nytt.Example.NO.", True),
        ("bounce.nytt.example.no", "example.no", True),
        ("example.no", "notexample.no", False),
        ("nytt.example.no", "post.example.no", False),
        ("no", "example.no", False),
        ("", "example.no", False),
    ],
)
def test_one_lies_under_the_other(domain: str, other: str, together: bool) -> None:
    assert aligned(domain, other) is together
    assert aligned(other, domain) is together


def test_the_domain_stands_behind_the_at() -> None:
    assert domain_of("kari@nytt.example.no") == "nytt.example.no"
