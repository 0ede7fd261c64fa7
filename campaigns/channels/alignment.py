"""Whether two mail domains belong together in DMARC's eyes (RFC 9989, relaxed alignment), told without DNS.

DMARC finds the organisation by walking DNS up from a name. Here one name must lie under the other, which is what the
documentation asks for: then they have the same organisation wherever the walk ends.
"""

_LEAST_LABELS = 2  # "no" is under nobody's control but Norid's


def aligned(domain: str, other: str) -> bool:
    """Whether one of the two is the other, or lies under it."""
    first, second = _labels(domain), _labels(other)
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _LEAST_LABELS and longer[-len(shorter) :] == shorter


def domain_of(address: str) -> str:
    """What stands behind the ``@``."""
    return address.rpartition("@")[2]


def _labels(domain: str) -> list[str]:
    return domain.strip(".").lower().split(".")
