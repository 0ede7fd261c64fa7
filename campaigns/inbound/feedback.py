"""Complaints: abuse reports (ARF, RFC 5965) and a provider's notices as JSON.

Providers often take the reader's address out; then the report names nobody, and only our token says whom it is about.
"""

import json
import re
from typing import Any

from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import classify
from campaigns.inbound.anatomy import Anatomy, parse_head
from campaigns.inbound.inbound import Inbound, Kind, Recipient

_ADDRESS = re.compile(r"([^\s<>:;,]{1,250}@[^\s<>;,]{1,250})")
_REDACTED = re.compile(r"redact|removed|hidden|xxxx@|^<?>?$", re.IGNORECASE)
_COMPLAINTS = frozenset({"abuse", "opt-out", "opt-out-list", "fraud", "virus", "other", "miscategorized"})
_MAX_RECIPIENTS = 100
_MAX_BRACKETS = 800


def read_feedback_report(found: Anatomy) -> Inbound | None:
    """The complaint that an ARF report makes; None when it is no such report."""
    if not found.feedback_reports:
        return None
    fields = parse_head(found.feedback_reports[0].lstrip().encode("utf-8", "replace"))
    sort = fields.first("feedback-type").strip().lower()
    if sort == "not-spam":
        category, kind = Category.NOT_SPAM, Kind.UNKNOWN
    elif sort in _COMPLAINTS:
        category, kind = Category.COMPLAINT, Kind.COMPLAINT
    else:
        return None  # a report about authentication (RFC 6591), not about a reader
    named = fields.all("original-rcpt-to") or fields.all("removal-recipient") or _to_of_returned(found)
    addresses = [address for value in named[:_MAX_RECIPIENTS] if (address := _address(value))]
    return Inbound(kind=kind, recipients=tuple(Recipient(address=one, category=category) for one in addresses or [""]))


def read_notice(found: Anatomy) -> Inbound | None:
    """What a provider's notice as JSON says (Amazon SES over SNS); None for anything else."""
    notice = _json_object(found.texts[0].lstrip()) if found.texts else {}
    match notice.get("notificationType", notice.get("eventType")):
        case "Complaint":
            return _complaint(_part(notice, "complaint"))
        case "Bounce":
            return _bounce(_part(notice, "bounce"))
        case "Delivery":
            gone = _part(notice, "delivery").get("recipients")
            people = gone if isinstance(gone, list) else []
            return Inbound(
                kind=Kind.DELIVERED,
                recipients=tuple(
                    Recipient(address=str(one)[:250], category=Category.DELIVERED) for one in people[:_MAX_RECIPIENTS]
                ),
            )
        case _:
            return None


def _json_object(text: str) -> dict[str, Any]:
    if not text.startswith("{") or '"mail"' not in text or text.count("{") + text.count("[") > _MAX_BRACKETS:
        return {}
    try:
        # Not strict: a relay may have wrapped its long line, within a word.
        notice, _ = json.JSONDecoder(strict=False).raw_decode(text.replace("\n ", ""))
    except (ValueError, RecursionError):
        return {}
    return notice if isinstance(notice, dict) else {}


def _complaint(part: dict[str, Any]) -> Inbound:
    return Inbound(
        kind=Kind.COMPLAINT,
        recipients=tuple(
            Recipient(address=_text(one, "emailAddress"), category=Category.COMPLAINT)
            for one in _people(part, "complainedRecipients")
        ),
    )


def _bounce(part: dict[str, Any]) -> Inbound:
    recipients = []
    for one in _people(part, "bouncedRecipients"):
        said = _text(one, "diagnosticCode").removeprefix("smtp; ").removeprefix("smtp;")
        verdict = classify(said, status=_text(one, "status") or None)
        recipients.append(
            Recipient(
                address=_text(one, "emailAddress"),
                category=verdict.category,
                status=verdict.status,
                code=verdict.code,
                diagnostic=said[:500],
            )
        )
    return Inbound(kind=Kind.BOUNCE, recipients=tuple(recipients))


def _part(notice: dict[str, Any], name: str) -> dict[str, Any]:
    part = notice.get(name)
    return part if isinstance(part, dict) else {}


def _people(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    people = part.get(name)
    listed = people if isinstance(people, list) else []
    return [one for one in listed[:_MAX_RECIPIENTS] if isinstance(one, dict)]


def _text(person: dict[str, Any], name: str) -> str:
    value = person.get(name)
    return value.strip()[:2_000] if isinstance(value, str) else ""


def _to_of_returned(found: Anatomy) -> list[str]:
    return [value for head in found.returned[:1] for value in head.all("to")]


def _address(value: str) -> str:
    match = _ADDRESS.search(value[:1_000])
    return match[1] if match and not _REDACTED.search(match[1]) else ""
