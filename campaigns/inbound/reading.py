"""Reads one incoming message: what it is, whom it is about, and whether it names something we sent.

The order of recognition is the contract's (E-76): token, complaint, delivery report, auto-reply, known wordings,
unknown. Nothing has an effect here, and nothing raises: what cannot be read is ``unknown`` with the reason.
"""

from dataclasses import replace

from campaigns.inbound.anatomy import MAX_BYTES, Anatomy, LimitExceeded, dissect, parse_head, split_head
from campaigns.inbound.auto_reply import read_auto_reply
from campaigns.inbound.delivery_status import Report, read_report
from campaigns.inbound.feedback import read_feedback_report, read_notice
from campaigns.inbound.inbound import Inbound, Kind, Token, TokenPurpose, TokenState
from campaigns.inbound.text_formats import explanation, failures, is_delay, looks_like_a_bounce, words_by_address
from campaigns.inbound.tokens import TokenReader, addressed_token, returned_link, returned_message, returned_token

_MAX_RETURNED = 16_000
_WORTH = (TokenState.VALID, TokenState.INVALID, TokenState.NONE)


def read_inbound(raw: bytes, tokens: TokenReader, *, envelope_recipient: str | None = None) -> Inbound:
    """``envelope_recipient`` is the address the message was handed in for (LMTP), where that is known."""
    try:
        found = dissect(raw)
    except LimitExceeded as limit:
        head, _ = split_head(raw[: MAX_BYTES // 10].replace(b"\r\n", b"\n"))
        token = addressed_token(tokens, head, envelope_recipient)
        return Inbound(
            kind=Kind.UNSUBSCRIBE if token.purpose is TokenPurpose.UNSUBSCRIBE else Kind.UNKNOWN,
            token=token,
            message_id=head.first("message-id"),
            problem=str(limit),
        )
    token = addressed_token(tokens, found.head, envelope_recipient)
    own_words, returned = explanation(found)
    # Read as one head, empty lines and all: between the rule above it and its first field there is often one.
    below = parse_head(returned[:_MAX_RETURNED].encode("utf-8", "replace"))
    report = read_report([*found.status_reports, *_reports_in_text(found)], words_by_address(own_words))
    if token.state is not TokenState.VALID:
        in_report = returned_token(tokens, found, below, report.envelope_id)
        token = _best(token, in_report, returned_message(tokens, found, below))
    read = _recognised(found, token, report, own_words)
    reader = returned_link(tokens, found, below) if read.kind is Kind.COMPLAINT else Token()
    return replace(read, token=_best(token, reader), reader=reader, message_id=found.head.first("message-id"))


def _best(*tokens: Token) -> Token:
    """The first that is ours, or else the first that pretends to be."""
    by_worth = sorted(tokens, key=lambda token: _WORTH.index(token.state))
    return by_worth[0]


def _recognised(found: Anatomy, token: Token, report: Report, own_words: str) -> Inbound:
    if token.purpose is TokenPurpose.UNSUBSCRIBE:
        return Inbound(kind=Kind.UNSUBSCRIBE)
    complaint = read_feedback_report(found) or read_notice(found)
    if complaint:
        return complaint
    if report.kind:
        return Inbound(kind=report.kind, recipients=report.recipients)
    is_bounce = looks_like_a_bounce(found, own_words)
    # Several mail servers mark their bounces as automatic answers, so these are looked for where no failure is told.
    answer = None if is_bounce else read_auto_reply(found, own_words)
    if answer:
        return answer
    if is_bounce:
        kind = Kind.DELAYED if is_delay(found, own_words) else Kind.BOUNCE
        return Inbound(kind=kind, recipients=failures(found, own_words))
    return Inbound(kind=Kind.UNKNOWN, problem="Meldingen er verken en feilmelding, en klage eller et automatisk svar.")


def _reports_in_text(found: Anatomy) -> list[str]:
    """Reports that a damaged or missing boundary left in the text; only asked when there is no proper one."""
    if any("recipient" in report.lower() for report in found.status_reports):
        return []
    marks = ("\nfinal-recipient:", "\noriginal-recipient:")
    return [text for text in found.texts if any(mark in text.lower() for mark in marks)]
