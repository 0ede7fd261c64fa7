"""Whether an indicator is connected to a table: it can be described before anybody knows where its figures are."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from campaigns.indicators.indicator import Dataset
from campaigns.indicators.question import query_sha256
from campaigns.sources.source import Source, SourceKind

# What has an address in common for many tables, so that a question without a table asks for nothing.
_OF_MANY_TABLES = (SourceKind.PXWEB1, SourceKind.PXWEB2, SourceKind.FHI, SourceKind.EUROSTAT, SourceKind.GHO)
_NOTHING = query_sha256({})


def lacks_table(source: Source, dataset: Dataset) -> bool:
    """Whether nobody has said yet which table the figures are in."""
    return asks_for_nothing(source, dataset.query)


def asks_for_nothing(source: Source, query: dict[str, Any]) -> bool:
    """The same for a query that is not kept yet."""
    return not query and source.kind in _OF_MANY_TABLES and not source.url.startswith("file:")


def has_table() -> sa.ColumnElement[bool]:
    """The datasets that are connected, for a query over ``Dataset`` and ``Source``."""
    return sa.or_(
        col(Dataset.query_sha256) != _NOTHING,
        col(Source.kind).not_in(_OF_MANY_TABLES),
        col(Source.url).startswith("file:"),
    )
