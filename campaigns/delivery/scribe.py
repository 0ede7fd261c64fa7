"""One writer for the ledger: what several connections have to write at the same time goes into one commit.

Each connection waits until its own line is committed before it goes on, so nothing is entered that is not written;
they only share the commit. That makes a commit per stage affordable, and on SQLite it keeps the connections from
waiting for each other's lock.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlmodel import Session

from campaigns.errors import CampaignError
from campaigns.tables import SessionScope

Result = TypeVar("Result")
_MOST = 64


@dataclass(frozen=True)
class _Line:
    """One thing to write, and who waits for it."""

    work: Callable[[Session], Any]
    answer: Future[Any]
    durable: bool


class Scribe:
    """Writes from ``with`` on, in a thread of its own, until the block ends."""

    def __init__(self, scope: SessionScope) -> None:
        self._scope = scope
        self._requests: queue.SimpleQueue[_Line | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._requests.put(None)
        self._thread.join()

    @property
    def waiting(self) -> int:
        """How many lines wait for the next commit."""
        return self._requests.qsize()

    def write(self, work: Callable[[Session], Result], *, durable: bool = True) -> Result:
        """Run ``work`` in the next commit; comes back when it is committed.

        ``durable`` waits until the disk has it; without, it survives the end of the process but perhaps not that of
        the machine, unless something durable was written after it.

        ``work`` may refuse with a ``CampaignError`` before it has written anything: then it alone is left out. Any
        other error takes the whole commit back, and everybody in it gets that error.
        """
        answer: Future[Result] = Future()
        self._requests.put(_Line(work, answer, durable))
        return answer.result()

    def _run(self) -> None:
        while (first := self._requests.get()) is not None:
            together = [first]
            ended = False
            while len(together) < _MOST and not self._requests.empty():
                following = self._requests.get()
                if following is None:
                    ended = True
                    break
                together.append(following)
            self._commit(together)
            if ended:
                return

    def _commit(self, together: list[_Line]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        refused: list[tuple[Future[Any], CampaignError]] = []
        try:
            with self._scope(durable=any(line.durable for line in together)) as session:
                for line in together:
                    try:
                        done.append((line.answer, line.work(session)))
                    except CampaignError as error:
                        refused.append((line.answer, error))
        except BaseException as error:  # noqa: BLE001 - handed to those who wait, who raise it
            for line in together:
                line.answer.set_exception(error)
            return
        for answer, result in done:
            answer.set_result(result)
        for answer, refusal in refused:
            answer.set_exception(refusal)
