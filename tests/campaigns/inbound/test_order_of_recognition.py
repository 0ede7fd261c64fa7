"""Token, complaint, report, automatic answer, wordings, unknown: what is surer is recognised first (E-76)."""

import pytest

from campaigns.inbound.inbound import Kind
from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import DOMAIN, SUBSCRIBER_TOKEN, failed, message

ARF = "--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
FAILED = failed("a@b.no", "550 5.1.1 no such user")
DSN = f"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.no\n\n{FAILED}\n\n"
WORDS = "--x\nContent-Type: text/plain\n\n<a@b.no>: 550 user unknown\n"
AUTOMATIC = {"auto_submitted": "auto-replied", "subject": "Ute av kontoret", "from": "a@b.no"}


@pytest.mark.parametrize(
    ("parts", "head", "kind"),
    [
        (ARF + DSN + WORDS, {"to": f"u+{SUBSCRIBER_TOKEN}@{DOMAIN}"}, Kind.UNSUBSCRIBE),
        (ARF + DSN + WORDS, AUTOMATIC, Kind.COMPLAINT),
        (DSN + WORDS, AUTOMATIC, Kind.BOUNCE),
        ("--x\n\nTilbake mandag.\n", AUTOMATIC, Kind.AUTO_REPLY),
        (WORDS, {}, Kind.BOUNCE),
        ("--x\n\nHei!\n", {"from": "a@b.no", "subject": "Hei"}, Kind.UNKNOWN),
    ],
)
def test_what_is_surer_is_recognised_first(parts: str, head: dict[str, str], kind: Kind, tokens: TokenReader) -> None:
    raw = message(f"{parts}--x--\n", content_type='multipart/mixed; boundary="x"', **head)

    assert read_inbound(raw, tokens).kind is kind
