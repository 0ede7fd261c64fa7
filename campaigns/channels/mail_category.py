"""Why a mail was refused or came back (email contract §10)."""

from enum import StrEnum


class Category(StrEnum):
    """One word for it, the same at hand-over and in what comes back later."""

    DEAD_ADDRESS = "dead-address"
    DEAD_DOMAIN = "dead-domain"
    INACTIVE = "inactive"
    MAILBOX_FULL = "mailbox-full"
    BLOCK = "block"  # reputation or policy: about us, never about the reader
    AUTH_FAULT = "auth-fault"  # SPF, DKIM, DMARC, reverse DNS: ours to mend
    CONTENT = "content"  # too large, virus, malformed
    TRANSIENT = "transient"
    NETWORK = "network"  # unreachable, or tried until it was too old
    CONFIG = "config"  # our relay does not know us, or lets us send no more
    AUTO_REPLY = "auto-reply"
    CHALLENGE = "challenge"  # "confirm that you are human"; never answered by a program
    COMPLAINT = "complaint"
    NOT_SPAM = "not-spam"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"

    @property
    def calls_for_suppression(self) -> bool:
        """Whether the address is said to be gone, or its owner wants no more of this.

        A dead address and a complaint count at once, a dead domain when it is repeated.
        """
        return self in _SUPPRESSING


_SUPPRESSING = frozenset({Category.DEAD_ADDRESS, Category.DEAD_DOMAIN, Category.COMPLAINT})
