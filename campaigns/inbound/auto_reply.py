"""Answers that no person wrote: vacation notices, and programs that ask whether the sender is human (RFC 3834).

They say nothing about the address, and are never answered.
"""

import re

from campaigns.channels.mail_category import Category
from campaigns.inbound.anatomy import Anatomy
from campaigns.inbound.inbound import Inbound, Kind, Recipient
from campaigns.inbound.text_formats import wordings

_ADDRESS = re.compile(r"([^\s<>:;,\"]{1,250}@[^\s<>;,]{1,250})")
_MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply", "x-vacation")


def read_auto_reply(found: Anatomy, own_words: str) -> Inbound | None:
    """The answer, as one recipient who gave it; None when it is nothing of the sort."""
    head, words = found.head, wordings()
    challenge = words.challenge.search(head.first("subject")[:300]) or words.challenge.search(own_words[:4_000])
    declared = head.first("auto-submitted").lower().startswith(("auto-replied", "auto-notified"))
    declared = declared or any(head.first(name) for name in _MARKS)
    declared = declared or head.first("precedence").lower() == "auto_reply"
    if not (challenge or declared or words.auto_reply.search(head.first("subject")[:300])):
        return None
    sender = _ADDRESS.search(head.first("from")[:1_000])
    return Inbound(
        kind=Kind.AUTO_REPLY,
        recipients=(
            Recipient(
                address=sender[1] if sender else "",
                category=Category.CHALLENGE if challenge else Category.AUTO_REPLY,
            ),
        ),
    )
