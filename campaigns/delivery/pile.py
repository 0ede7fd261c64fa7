"""The mails a lane has claimed, from which its connections take one at a time.

So that neighbours in the ledger leave at the same time: what several connections write in one commit then stands on
the same pages, and a commit of five mails costs little more than that of one.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from campaigns.delivery.claim import Claim


@dataclass(kw_only=True)
class Pile:
    """``claim`` gets the next mails, none when there are none for now; ``give_back`` lets others have them.

    For connections that take turns in one thread: neither of the two may let others go on.
    """

    claim: Callable[[], list[Claim]]
    give_back: Callable[[list[Claim]], None]
    _claims: deque[Claim] = field(default_factory=deque, init=False)
    _aside: list[Claim] = field(default_factory=list, init=False)
    was_used: bool = field(default=False, init=False)
    """Whether anything was ever on it."""

    def take(self) -> Claim | None:
        """The next mail, claimed now if need be; None when nothing may be sent."""
        claim = self.take_at_hand()
        if claim is not None:
            return claim
        self._let_go([])
        claims = self.claim()
        self.was_used = self.was_used or bool(claims)
        self._claims.extend(claims)
        return self.take_at_hand()

    def take_at_hand(self) -> Claim | None:
        """The next mail, if one is claimed already."""
        try:
            return self._claims.popleft()
        except IndexError:
            return None

    def put_aside(self, claim: Claim) -> None:
        """This one has to wait: it goes back when the others have gone."""
        self._aside.append(claim)

    def put_back(self, claim: Claim | None) -> None:
        """A connection ends, perhaps with a mail it has not sent: that one goes back, and all that nobody has taken."""
        self._let_go([claim] if claim else [])

    def _let_go(self, claims: list[Claim]) -> None:
        while (claim := self.take_at_hand()) is not None:
            claims.append(claim)
        claims += self._aside
        self._aside.clear()
        if claims:
            self.give_back(claims)
