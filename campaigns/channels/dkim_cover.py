"""What a signature that somebody else made covers: for mail that the relay signs (email contract E-63).

One-click unsubscribing counts only when both list headers are under a DKIM signature of the sender's own domain
(RFC 8058 §4); many relays leave them out unless told.
"""

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.utils import parseaddr

from campaigns.channels.alignment import aligned, domain_of
from campaigns.errors import InvalidInput

ONE_CLICK = ("list-unsubscribe", "list-unsubscribe-post")


class SignatureTooNarrow(InvalidInput):
    """The relay's signature does not make one-click unsubscribing count."""


def require_cover(raw: bytes) -> str:
    """The domain whose signature covers both list headers of this mail. Raises ``SignatureTooNarrow``."""
    message = message_from_bytes(raw)
    lacking = [name for name in ONE_CLICK if name not in message]
    if lacking:
        raise _refused("den har ikke avmeldingshodene. Lagre et nyhetsbrev slik det kom fram, med alle hodelinjer.")
    sender = domain_of(parseaddr(str(message.get("From", "")))[1])
    signatures = [_tags(str(value)) for value in message.get_all("DKIM-Signature", [])]
    if not signatures:
        raise _refused("den er ikke signert. Slå på DKIM i e-posttjeneren, eller sett DKIM_KEY_FILE her.")
    own = [tags for tags in signatures if aligned(tags.get("d", ""), sender)]
    if not own:
        domains = ", ".join(tags.get("d", "?") for tags in signatures)
        raise _refused(f"den er signert av {domains}, ikke av avsenderens domene {sender}.")
    for tags in own:
        if set(ONE_CLICK) <= set(_names(tags)):
            return tags["d"]
    raise _refused(
        "signaturen dekker ikke både List-Unsubscribe og List-Unsubscribe-Post. Sett e-posttjeneren til å signere dem, "
        "eller la Monitorposten signere med DKIM_KEY_FILE."
    )


def _tags(header: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in re.sub(r"\s", "", header).split(";") if part.strip())
    return {name.lower(): value for name, _, value in pairs}


def _names(tags: dict[str, str]) -> Sequence[str]:
    return [name.lower() for name in tags.get("h", "").split(":")]


def _refused(why: str) -> SignatureTooNarrow:
    return SignatureTooNarrow(f"Prøven av det e-posttjeneren sender, holder ikke: {why}", field="dkim_relay_sample")
