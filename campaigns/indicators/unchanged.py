"""Nothing new, which is what most answers say: written down without reading what we have.

A round of polls is mostly this, so it costs four statements. Everything else goes through
``campaigns.indicators.recording``.
"""

import sqlalchemy as sa
from sqlmodel import col

from campaigns.clock import Clock
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.schedule import next_poll
from campaigns.sources.adapters import adapter_for
from campaigns.sources.source import Fetch, FetchOutcome, Source
from campaigns.tables import SessionScope

# Put together once: that costs more than asking them does.
_FOLLOWED = (
    sa.select(col(Indicator.id), col(Indicator.provisional))
    .where(col(Indicator.dataset_id) == sa.bindparam("its_dataset"), col(Indicator.enabled))
    .order_by(col(Indicator.position), col(Indicator.id))
)
_FETCHED = sa.insert(Fetch)
_ASKED = (
    sa.update(Dataset)
    .where(col(Dataset.id) == sa.bindparam("its_dataset"))
    .values(next_poll_at=sa.bindparam("again"), settling_hash=None, settling_since=None, failed_attempts=0)
)
_ANSWERED = (
    sa.update(Source)
    .where(col(Source.id) == sa.bindparam("its_source"))
    .values(last_success_at=sa.bindparam("at"), failure=None, consecutive_failures=0)
)


def record_unchanged(
    scope: SessionScope, clock: Clock, source: Source, *, dataset_id: int, answer: Answer
) -> PollResult | None:
    """Write that the source has nothing new; None when time alone may have made a figure final.

    That nothing was new can be asked for again, so the disk is not waited for.
    """
    now = clock.now()
    with scope(durable=False) as session:
        connection = session.connection()
        indicators = connection.execute(_FOLLOWED, {"its_dataset": dataset_id}).all()
        if any(provisional for _, provisional in indicators):
            return None
        connection.execute(
            _FETCHED,
            {
                "source_id": source.id,
                "dataset_id": dataset_id,
                "at": now,
                "request": answer.request,
                "status": answer.status,
                "headers": dict(answer.headers),
                "body_sha256": answer.body_sha256,
                "body_bytes": answer.body_bytes,
                "parser": adapter_for(source.kind).parser,
                "outcome": FetchOutcome.UNCHANGED,
            },
        )
        connection.execute(_ASKED, {"its_dataset": dataset_id, "again": next_poll(source, dataset_id, now)})
        connection.execute(_ANSWERED, {"its_source": source.id, "at": now})
    return PollResult(
        dataset_id=dataset_id,
        source_id=source.id,
        indicator_ids=tuple(name for name, _ in indicators),
        outcome=FetchOutcome.UNCHANGED,
        classes=(ChangeClass.NONE.value,),
    )
