"""The dataset behind each indicator of a catalogue: the one it had, another that asks the same, or a new one.

An indicator whose columns are said anew keeps its dataset, and with it its history. One that asks for another table
has none yet.
"""

from collections.abc import Iterable

from sqlmodel import Session, select

from campaigns.catalogue.entries import IndicatorEntry
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.question import ask_anew, asks_the_same, query_sha256
from campaigns.sources.source import Source


class Questions:
    """Those of one catalogue. ``rewritten`` are the datasets that ask otherwise than before."""

    def __init__(self, session: Session, entries: Iterable[IndicatorEntry]) -> None:
        self._session = session
        self._said = {entry.id: (entry.source, query_sha256(entry.query.asked())) for entry in entries}
        self.rewritten: set[int] = set()

    def dataset_of(self, entry: IndicatorEntry) -> int:
        """Its id. The dataset is made when nobody has asked this before."""
        query = entry.query.asked()
        dataset = self._session.exec(
            select(Dataset).where(Dataset.source_id == entry.source, Dataset.query_sha256 == query_sha256(query))
        ).first()
        if dataset is None:
            dataset = self._read_otherwise(entry)
        if dataset is None:
            dataset = Dataset(source_id=entry.source, query=query, query_sha256=query_sha256(query))
            self._session.add(dataset)
            self._session.flush()
        assert dataset.id is not None
        return dataset.id

    def _read_otherwise(self, entry: IndicatorEntry) -> Dataset | None:
        """The indicator's own dataset, when all who share it ask for the same table and now read it this way."""
        row = self._session.get(Indicator, entry.id)
        dataset = self._session.get_one(Dataset, row.dataset_id) if row is not None else None
        if dataset is None or dataset.source_id != entry.source:
            return None
        if not asks_the_same(dataset.query, entry.query.asked()):
            return None
        sharing = self._session.exec(select(Indicator.id).where(Indicator.dataset_id == dataset.id)).all()
        if any(self._said.get(each) != self._said[entry.id] for each in sharing):
            return None
        source = self._session.get_one(Source, entry.source)
        ask_anew(self._session, dataset, entry.query.asked(), brought=source.is_brought)
        assert dataset.id is not None
        self.rewritten.add(dataset.id)
        return dataset
