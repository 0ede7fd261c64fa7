"""One writer for the ledger: what several connections have to write at the same time goes into one commit.

Each connection waits until its own line is committed before it goes on, so nothing is entered that is not written;
they only share the commit. That makes a commit per stage affordable, and on SQLite it keeps the connections from
waiting for each other's lock.

There is no thread of its own, because handing a line over and waking up again costs more than the commit. Whoever
has a line first lets the others of its thread go on until they wait as well (``taking_turns``), and then writes for all
who have queued up by then; they find their lines written.

Lines that every mail needs are ``Line`` values and go over a connection that is kept open (``pen``). Everything else
is work on a ``Session``, as anywhere.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlmodel import Session

from campaigns.channels.taking_turns import alone, give_way
from campaigns.delivery.kept_connection import KeepConnection, KeptConnection
from campaigns.delivery.pen import Line, Pen
from campaigns.errors import CampaignError
from campaigns.tables import SessionScope

Result = TypeVar("Result")
_MOST = 64


class _Request:
    """Something to write, and what came of it."""

    def __init__(self, *, durable: bool) -> None:
        self.durable = durable
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def end(self, result: Any = None, error: BaseException | None = None) -> None:
        self.result, self.error, self.done = result, error, True


class _Work(_Request):
    def __init__(self, work: Callable[[Session], Any], *, durable: bool) -> None:
        super().__init__(durable=durable)
        self.work = work


class _Lines(_Request):
    def __init__(self, lines: Sequence[Line], *, durable: bool) -> None:
        super().__init__(durable=durable)
        self.lines = lines


class Scribe:
    """Writes from ``with`` on until the block ends. Any thread may ask."""

    def __init__(self, scope: SessionScope, keep: KeepConnection) -> None:
        self._scope = scope
        self._keep = keep
        self._kept: AbstractContextManager[KeptConnection] | None = None
        self._pen: Pen | None = None
        self._queue: deque[_Request] = deque()
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._turn:
            self._put_pen_down()

    @property
    def waiting(self) -> int:
        """How many requests wait for the next commit."""
        return len(self._queue)

    def write(self, work: Callable[[Session], Result], *, durable: bool = True) -> Result:
        """Run ``work`` in the next commit; comes back when it is committed.

        ``durable`` waits until the disk has it; without, it survives the end of the process but perhaps not that of
        the machine, unless something durable was written after it.

        ``work`` may refuse with a ``CampaignError`` before it has written anything: then it alone is left out. Any
        other error takes the whole commit back, and everybody in it gets that error. While it runs no other
        conversation of this thread has a turn.
        """
        result: Result = self._ask(_Work(work, durable=durable))
        return result

    def write_lines(self, *lines: Line, durable: bool = True) -> list[bool]:
        """Write these in the next commit, all or, on an error, none; which of them were still theirs to write."""
        written: list[bool] = self._ask(_Lines(lines, durable=durable))
        return written

    def _ask(self, request: _Request) -> Any:
        self._queue.append(request)
        if isinstance(request, _Lines):
            give_way()  # so that others come to write too
        with self._turn, alone():
            while not request.done:
                self._commit_next()
        if request.error is not None:
            raise request.error
        return request.result

    def _commit_next(self) -> None:
        """One commit of what stands first in the queue, and of what follows it and is of the same kind."""
        together = [self._queue.popleft()]
        while self._queue and len(together) < _MOST and type(self._queue[0]) is type(together[0]):
            together.append(self._queue.popleft())
        durable = any(request.durable for request in together)
        try:
            if isinstance(together[0], _Lines):
                self._commit_lines([request for request in together if isinstance(request, _Lines)], durable=durable)
            else:
                self._commit_works([request for request in together if isinstance(request, _Work)], durable=durable)
        except BaseException as error:  # noqa: BLE001 - handed to those who wait, who raise it
            for request in together:
                request.end(error=error)

    def _commit_lines(self, together: list[_Lines], *, durable: bool) -> None:
        try:
            pen = self._pen_in_hand()
            written = pen.write([line for request in together for line in request.lines], durable=durable)
        except BaseException as error:
            self._put_pen_down(error)  # the next one gets a connection that works, if there is one
            raise
        start = 0
        for request in together:
            end = start + len(request.lines)
            request.end(written[start:end])
            start = end

    def _commit_works(self, together: list[_Work], *, durable: bool) -> None:
        results: list[Any] = []
        with self._scope(durable=durable) as session:
            for request in together:
                try:
                    results.append((request.work(session), None))
                except CampaignError as refusal:
                    results.append((None, refusal))
        for request, (result, refused) in zip(together, results, strict=True):
            request.end(result, refused)

    def _pen_in_hand(self) -> Pen:
        if self._pen is None:
            self._kept = self._keep()
            self._pen = Pen(self._kept.__enter__())
        return self._pen

    def _put_pen_down(self, error: BaseException | None = None) -> None:
        if self._kept is not None:
            kept, self._kept, self._pen = self._kept, None, None
            kept.__exit__(type(error) if error else None, error, None)
