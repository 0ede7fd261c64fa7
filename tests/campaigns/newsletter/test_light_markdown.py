"""Light Markdown, as HTML and as text."""

import pytest

from campaigns.newsletter.light_markdown import as_html, as_text


@pytest.mark.parametrize(
    ("written", "html", "text"),
    [
        ("Hei", "<p>Hei</p>", "Hei"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("*lys* og **tung**", "<p><em>lys</em> og <strong>tung</strong></p>", "lys og tung"),
        ("[SSB](https://ssb.no)", '<p><a href="https://ssb.no">SSB</a></p>', "SSB (https://ssb.no)"),
        ("<https://ssb.no>", '<p><a href="https://ssb.no">https://ssb.no</a></p>', "https://ssb.no"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>', "3. a\n4. b"),
        ("# ikke overskrift", "<p># ikke overskrift</p>", "# ikke overskrift"),
        (
            "![bilde](https://x.no/a.png)",
            '<p>!<a href="https://x.no/a.png">bilde</a></p>',
            "!bilde (https://x.no/a.png)",
        ),
        ("5 < 7 & 8", "<p>5 &lt; 7 &amp; 8</p>", "5 < 7 & 8"),
        ("`kode`", "<p>`kode`</p>", "`kode`"),
    ],
)
def test_it_knows_paragraphs_emphasis_lists_and_links_and_nothing_else(written: str, html: str, text: str) -> None:
    assert as_html(written) == html
    assert as_text(written) == text


def test_text_is_wrapped_but_numbers_keep_together() -> None:
    lines = as_text("ordene står her " * 10 + "4,7\u00a0mrd.\u00a0kr").splitlines()

    assert max(map(len, lines)) <= 72
    assert any(line.endswith("4,7\u00a0mrd.\u00a0kr") for line in lines)
