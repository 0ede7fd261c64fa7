"""The hash of a body for its DKIM signature, when only a few lines of the body are the recipient's own.

What is the same for everybody is put in its relaxed form once, and what stands before the first hole is hashed once.
"""

import hashlib
from collections.abc import Sequence

from campaigns.channels.dkim_canonical import relaxed_lines
from campaigns.channels.quoted_printable import HoledBody


class BodyHash:
    """SHA-256 over the relaxed form of one body, as it comes out for each recipient.

    The body's pieces and what fills its holes are whole lines, so each can be put in its relaxed form by itself; and
    the last piece ends with the closing boundary, so there are no empty lines at the end to take away.
    """

    def __init__(self, body: HoledBody) -> None:
        first, *rest = (relaxed_lines(piece) for piece in body.pieces)
        self._opening = hashlib.sha256(first)
        self._rest = tuple(rest)

    def of(self, parts: Sequence[bytes]) -> bytes:
        """The hash of the body that ``HoledBody.parts`` gave."""
        digest = self._opening.copy()
        for own, piece in zip(parts[1::2], self._rest, strict=True):
            digest.update(relaxed_lines(own))
            digest.update(piece)
        return digest.digest()
