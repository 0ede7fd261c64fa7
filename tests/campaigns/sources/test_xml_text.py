"""XML from strangers: no document types, no entities, nothing without end."""

import pytest

from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.xml_text import MAX_XML_BYTES, GuardedXml, local_name, words

BOMB = (
    b'<?xml version="1.0"?><!-- a --><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (str(n - 1).encode() if n > 1 else b"") * 10) for n in range(1, 10)
    )
    + b"]><rss><channel><title>&lol9;</title></channel></rss>"
)
OUTSIDE = b'<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]><rss><title>&file;</title></rss>'


def texts(body: bytes, *, lenient: bool = False) -> list[tuple[str, str]]:
    return [(local_name(element), words(element)) for element, _ in GuardedXml(body, lenient=lenient).ended()]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOMB, "XML_DOCTYPE"),
        (OUTSIDE, "XML_DOCTYPE"),
        (BOMB.decode().encode("utf-16"), "XML_DOCTYPE"),
        (b"\xef\xbb\xbf" + OUTSIDE, "XML_DOCTYPE"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "ENCODING_UNKNOWN"),
        (b"<a>" * 41, "XML_TOO_DEEP"),
        (b"<a>" + b"<b/>" * 500_001 + b"</a>", "XML_TOO_DEEP"),
        (b" " * (MAX_XML_BYTES + 1), "EMPTY"),
        (b"<a>" + b" " * MAX_XML_BYTES + b"</a>", "TOO_LARGE"),
        (b"", "EMPTY"),
        (b'{"error": "nei"}', "NOT_XML"),
        (b"<a><b></a>", "NOT_XML"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_what_it_does_not_read(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        texts(body)

    assert refusal.value.reason == reason


@pytest.mark.parametrize("body", [BOMB, OUTSIDE, b"<a>" * 41])
def test_a_lenient_reading_refuses_the_same_dangers(body: bytes) -> None:
    with pytest.raises(PayloadRefused):
        texts(body, lenient=True)


def test_it_hands_over_each_element_with_what_it_stands_in() -> None:
    found = [(local_name(element), above) for element, above in GuardedXml(b"<a><b><c/></b></a>").ended()]

    assert found == [("c", ("a", "b")), ("b", ("a",)), ("a", ())]


def test_a_document_type_in_the_text_of_an_item_is_text() -> None:
    assert texts(b"<a><b><![CDATA[<!DOCTYPE html><p>R&D</p>]]></b></a>")[0] == ("b", "<!DOCTYPE html><p>R&D</p>")


def test_a_lenient_reading_takes_signs_for_what_they_were_meant_to_be() -> None:
    body = b"<a><b>R&D &amp; &aelig;&nbsp;&#248; &unknown; &lt;x</b></a>"

    assert texts(body, lenient=True)[0] == ("b", "R&D & æ ø &unknown; <x")


def test_a_stray_control_character_is_a_blank() -> None:
    assert texts(b"<a><b>x\x0by</b></a>")[0] == ("b", "x y")


def test_the_declared_encoding_counts_when_the_bytes_are_not_utf8() -> None:
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><a><b>blåbær</b></a>'.encode("latin-1")

    assert texts(body)[0] == ("b", "blåbær")


def test_what_was_read_before_the_end_is_kept_when_the_document_is_cut_off() -> None:
    document = GuardedXml(b"<rss><item>1</item><item>2", lenient=True)

    assert [words(element) for element, _ in document.ended()][:2] == ["1", "2"]
    assert document.faults
    assert document.cut_off_within("item")
