"""Broken answers without end: seeds are bent at random, and a reader must read them or refuse them in words.

Each example is given some seconds of the processor, which may be shared, and a share of memory. What breaks a reader
is shown as bytes to put into a test.
"""

import io
import json
import random
import signal
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

from campaigns.errors import CampaignError

SECONDS_EACH = 20.0
MEMORY_EACH = 96 * 1024 * 1024
_LARGEST = 200_000

Bend = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True)
class Fuzzing:
    """What came of it: how many examples, and how many of them were read to the end."""

    examples: int
    read: int


class TooSlow(BaseException):
    """Not to be caught by what is tried."""


def fuzz(
    read: Callable[[bytes], object],
    seeds: Sequence[bytes],
    bend: Bend,
    *,
    start: int,
    seconds: float = float("inf"),
    examples: int | None = None,
) -> Fuzzing:
    """Bend the seeds until the time or the examples are used up. Raises ``AssertionError`` with what broke."""
    chance = random.Random(start)
    ends = time.monotonic() + seconds
    pool = list(seeds)
    tried = understood = 0
    tracemalloc.start()
    try:
        while time.monotonic() < ends and (examples is None or tried < examples):
            body = chance.choice(pool)
            for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
                body = bend(chance, body)[:_LARGEST]
            tried += 1
            if _try(read, body, f"start {start}, example {tried}"):
                understood += 1
                if len(pool) < 300:
                    pool.append(body)  # what is still read leads further in
                else:
                    pool[chance.randrange(len(seeds), 300)] = body
    finally:
        tracemalloc.stop()
    return Fuzzing(tried, understood)


def _try(read: Callable[[bytes], object], body: bytes, where: str) -> bool:
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        with _within(SECONDS_EACH):
            read(body)
        understood = True
    except CampaignError:
        understood = False
    except TooSlow:
        raise AssertionError(f"{where}: longer than {SECONDS_EACH} s on {body!r}") from None
    except Exception as error:
        raise AssertionError(f"{where}: {type(error).__name__}: {error} on {body!r}") from error
    used = tracemalloc.get_traced_memory()[1] - before
    assert used < MEMORY_EACH, f"{where}: {used} bytes of memory on {body!r}"
    return understood


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Stop what works longer, wherever it is."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def bytes_bent(words: Sequence[bytes]) -> Bend:
    """Bytes turned, left out, doubled, moved; ``words`` of the format put where they do not belong."""

    def bend(chance: random.Random, body: bytes) -> bytes:
        begin = chance.randint(0, len(body))
        end = min(len(body), begin + chance.choice((1, 1, 2, 4, 16, 200, len(body))))
        part = body[begin:end]
        new = chance.choice(
            (
                b"",
                part + part,
                part[::-1],
                part * chance.choice((2, 9, 50)),
                bytes(chance.randrange(256) for _ in range(chance.choice((1, 1, 3)))),
                chance.choice(words),
                chance.choice(words) + part,
                chance.choice(words) * chance.choice((2, 1000)),
            )
        )
        return body[:begin] + new + body[end:]

    return bend


def json_bent(words: Sequence[bytes]) -> Bend:
    """The tree of the document bent: values of other types, keys gone or doubled; sometimes the bytes instead."""
    plain = bytes_bent(words)

    def bend(chance: random.Random, body: bytes) -> bytes:
        if chance.random() < 0.3:
            return plain(chance, body)
        try:
            root = json.loads(body)
        except (ValueError, RecursionError):
            return plain(chance, body)
        holders = list(_holders(root))
        if holders:
            _bend_one(chance, chance.choice(holders))
        indent = chance.choice((None, None, None, 1))
        separators = chance.choice(((",", ":"), (", ", ": ")))
        return json.dumps(root, ensure_ascii=chance.random() < 0.5, indent=indent, separators=separators).encode(
            "utf-8", "replace"
        )

    return bend


def archive_bent(words: Sequence[bytes]) -> Bend:
    """The parts of a zip archive bent, and the archive made anew; sometimes the bytes of the archive instead."""
    plain = bytes_bent(words)

    def bend(chance: random.Random, body: bytes) -> bytes:
        if chance.random() < 0.15:
            return plain(chance, body)
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
        except Exception:  # noqa: BLE001 - a broken archive is bent as bytes
            return plain(chance, body)
        if not parts:
            return plain(chance, body)
        name = chance.choice(sorted(parts))
        if chance.random() < 0.1:
            del parts[name]
        else:
            parts[name] = plain(chance, parts[name])
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for each, part in parts.items():
                archive.writestr(each, part)
        return made.getvalue()

    return bend


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 10**9, 10**39, 10**45, 0.1, -0.0, 1e-30, 1e300, "", " ", "0", "-1", "x", "..", ":",
    "æøå", "\x00", "\ud800", "2024", "2024M13", "9999", "1e5", "007", [], {}, [[]], [None], {"0": 1}, {"": ""},
)  # fmt: skip


def _holders(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list) and node:
        yield node
        for child in node.values() if isinstance(node, dict) else node[:50]:
            yield from _holders(child)


def _bend_one(chance: random.Random, holder: Any) -> None:
    key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
    way = chance.randrange(6)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, list):
        holder[key:key] = holder[: chance.choice((1, 3, len(holder)))]
    elif way == 1:
        holder[chance.choice(("id", "size", "value", "status", "role", "0", "1", "x", "Tid"))] = holder[key]
    elif way == 2 and isinstance(holder, list):
        chance.shuffle(holder)
    elif way == 3 and isinstance(holder[key], list):
        holder[key] = {str(place): each for place, each in enumerate(holder[key])}
    elif way == 3 and isinstance(holder[key], dict):
        holder[key] = list(holder[key].values())
    elif way == 4 and isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
        holder[key] = chance.choice((holder[key] + 1, -holder[key], str(holder[key]), holder[key] * 1000))
    else:
        holder[key] = chance.choice(_VALUES)
