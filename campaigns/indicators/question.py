"""What a dataset asks of its source, as it is told from other questions."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from campaigns.canonical import canonical_json, sha256_of
from campaigns.indicators.indicator import Dataset

# How an answer is read, not what is asked for: another word for these is still a question for the same table.
READING = frozenset({
    "sheet", "header", "columns", "separator", "decimal", "encoding", "fill_down", "selector", "time", "language",
    "not_older_than",
})  # fmt: skip


def query_sha256(query: Mapping[str, Any]) -> str:
    """The same question has the same hash, whatever the order of its keys."""
    return sha256_of(canonical_json(query))


def asks_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two questions are for the same table, however its columns are read."""
    return {key: value for key, value in one.items() if key not in READING} == {
        key: value for key, value in other.items() if key not in READING
    }


def ask_anew(session: Session, dataset: Dataset, query: Mapping[str, Any], *, brought: bool) -> None:
    """Let the dataset ask this from now on, its history kept. What is known of its last answer was read otherwise."""
    dataset.query, dataset.query_sha256 = dict(query), query_sha256(query)
    dataset.next_poll_at = dataset.listed_as = dataset.settling_hash = dataset.settling_since = None
    if not brought:
        dataset.last_polled_at = None  # by this question it never was
    session.add(dataset)
    session.flush()
