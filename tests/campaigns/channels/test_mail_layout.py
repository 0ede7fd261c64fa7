"""What stands in an attribute of a mail is what was written, sign for sign."""

from html.parser import HTMLParser

import pytest

from campaigns.channels.mail_layout import laid_out

SOURCE = (
    "<mjml><mj-body><mj-section><mj-column>"
    '<mj-text><img src="https://x.example.no/a.png" alt="{alt}">4,7\u00a0mrd. kr</mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


class _Alt(HTMLParser):
    found = ""

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = dict(attrs).get("alt") or self.found


@pytest.mark.parametrize(
    "alt",
    [
        "4,7\u00a0mrd.\u00a0kr i 2021, mot 4,4\u202f%",
        "Søylediagram: «økte» – fra 98 til 153",
        "sma\u0301 bokstavar",
        "a\u00adb\u2011c\u200dd",
        "C:\\figurer\\1",
        "𝒳 og 👍",
        "første\nandre\tlinje",
    ],
)
def test_an_alternative_text_comes_out_as_it_was_written(alt: str) -> None:
    reader = _Alt()
    reader.feed(laid_out(SOURCE.format(alt=alt)))

    assert reader.found == alt


def test_text_is_left_alone_and_no_font_is_asked_for() -> None:
    html = laid_out(SOURCE.format(alt=""))

    assert "4,7\u00a0mrd. kr" in html
    assert "fonts.googleapis" not in html
