"""Mail from strangers who mean ill: nothing raises, nothing takes long (email contract E-74)."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.inbound.anatomy import MAX_BYTES
from campaigns.inbound.inbound import Kind, TokenState
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import DOMAIN, RETURN_KEY, TOKEN, abuse_report, delivery_report, failed, message

READER = TokenReader(return_key=RETURN_KEY, subscriber_of=lambda _token: None)
REPORT = delivery_report(failed("kari@example.org", "550 5.1.1 user unknown"), to=f"b+{TOKEN}@{DOMAIN}")
WHOLE = (REPORT, abuse_report("Feedback-Type: abuse\n"), message("<kari@example.org>: 550 no such user"))
LINES = st.sampled_from(
    [b"--x", b"--x--", b"", b"Content-Type: multipart/mixed; boundary=x", b"Content-Type: message/rfc822",
     b"Content-Type: message/delivery-status", b"Content-Transfer-Encoding: base64", b"Final-Recipient: rfc822;",
     b"Status: 5.1.1", b"Action: failed", b"From: mailer-daemon", b"Subject: =?utf-7?B?+?=", b" \xff\x00",
     b"Content-Type: text/html; charset=idna", b"Original-Envelope-Id: ====", b"<@>: 550", b"To: b+aaaaaaaaaaaaaaaa@"]
)  # fmt: skip


@given(st.binary(max_size=3_000))
def test_it_survives_any_bytes(raw: bytes) -> None:
    read_inbound(raw, READER)


@given(st.lists(st.one_of(LINES, st.binary(max_size=60)), max_size=60))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_it_survives_any_shape(lines: list[bytes]) -> None:
    read_inbound(b"\n".join(lines), READER)


@given(st.sampled_from(WHOLE), st.integers(0, 700), st.binary(max_size=40))
def test_it_survives_any_change_to_a_real_one(raw: bytes, place: int, put_in: bytes) -> None:
    read_inbound(raw[:place] + put_in + raw[place + len(put_in) // 2 :], READER)


def _filled(piece: bytes, head: bytes = b"From: mailer-daemon@a.no\nSubject: Undelivered mail\n\n") -> bytes:
    return (head + piece * (MAX_BYTES // len(piece)))[: MAX_BYTES - 10]


@pytest.mark.parametrize(
    "raw",
    [
        _filled(b"<"),
        _filled(b"<a@b.no>: 550 "),
        _filled(b"a@b.no>\n"),
        _filled(b"<a@b.no>:\n"),
        _filled(b"user " * 100 + b"\n"),
        _filled(b"user mailbox account "),
        _filled(b"\n \n"),
        _filled(b"550-5.1.1 "),
        _filled(b"Final-Recipient: rfc822; a@b.no\nAction: failed\nDiagnostic-Code: smtp; 550 user\n\n"),
        _filled(b"<style", b"Content-Type: text/html\n\n"),
        _filled(b"=?utf-8?q?a?= ", b"Subject: "),
        _filled(b"b+aaaaaaaaaaaaaaaaaaaaaaaa@b.no, ", b"To: "),
        _filled(b" ; boundary=", b"Content-Type: multipart/mixed"),
        _filled(b"To: a@b.no\n", b""),
        _filled(b'{"mail":[', b"\n"),
        _filled(b"b+" * 10, b"Delivered-To: "),
        _filled(b"> > > >>> ", b"From: postmaster@a.no\nSubject: undeliverable\n\n"),
    ],
    ids=range(17),
)  # fmt: skip
def test_it_reads_the_worst_megabyte_in_under_two_seconds(raw: bytes) -> None:
    started = time.thread_time()

    read_inbound(raw, READER)

    assert time.thread_time() - started < 2


def test_it_leaves_what_is_too_large_to_people_but_says_whose_it_is() -> None:
    read = read_inbound(REPORT + b"x" * MAX_BYTES, READER)

    assert (read.kind, read.recipients, read.token.state) == (Kind.UNKNOWN, (), TokenState.VALID)
    assert "byte" in (read.problem or "")


def test_it_stops_at_fifty_parts() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhei\n" * 60

    assert "deler" in (read_inbound(raw, READER).problem or "")


def test_it_stops_at_ten_levels() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(30))

    assert "dypere" in (read_inbound(nested, READER).problem or "")
