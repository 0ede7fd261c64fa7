"""The catalogue as it stands, as YAML that can be edited and applied again."""

from typing import Any

import yaml
from sqlmodel import Session, col, select

from campaigns.catalogue.reading_entry import reading_row
from campaigns.catalogue.release_entries import release_rows
from campaigns.catalogue.source_entries import every_of
from campaigns.days.day import CommemorativeDay
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Source

_HEADER = "# Katalogen slik den er nå. Endre og ta inn igjen med: monitorposten catalogue apply FIL\n"


def export_catalogue(session: Session) -> str:
    """All sources, indicators, days, and releases still expected. Applying the text changes nothing."""
    document = {
        "sources": [source_row(row) for row in session.exec(select(Source).order_by(col(Source.id)))],
        "indicators": [
            indicator_row(indicator, dataset)
            for indicator, dataset in session.exec(
                select(Indicator, Dataset)
                .join(Dataset, col(Dataset.id) == col(Indicator.dataset_id))
                .order_by(col(Indicator.position), col(Indicator.id))
            )
        ],
        "releases": [_without_empty(row) for row in release_rows(session)],
        "days": [_day(row) for row in session.exec(select(CommemorativeDay).order_by(col(CommemorativeDay.id)))],
    }
    return _HEADER + yaml_of(document)


def yaml_of(document: dict[str, Any]) -> str:
    """The document as text that ``apply_catalogue`` takes in."""
    return yaml.dump(document, Dumper=_EverythingWrittenOut, allow_unicode=True, sort_keys=False, width=120)


class _EverythingWrittenOut(yaml.SafeDumper):
    """Repeats what stands in two places instead of pointing from one to the other."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def source_row(source: Source) -> dict[str, Any]:
    """The source as the catalogue writes it."""
    return _without_empty(
        {
            "id": source.id,
            "kind": source.kind.value,
            "url": source.url or None,
            "timezone": source.timezone,
            "poll": every_of(source.poll_minutes),
            "attribution": source.attribution,
            "licence": source.licence,
            "options": source.options,
            "enabled": source.enabled,
        }
    )


def indicator_row(indicator: Indicator, dataset: Dataset) -> dict[str, Any]:
    """The indicator as the catalogue writes it."""
    return _without_empty(
        {
            "id": indicator.id,
            "source": dataset.source_id,
            "query": dataset.query,
            "slice": indicator.slice,
            "title": indicator.title,
            "description": indicator.description,
            "unit": indicator.unit,
            "factor": indicator.factor,
            "decimals": indicator.decimals,
            "change": indicator.change.value,
            "change_unit": indicator.change_unit,
            "change_factor": indicator.change_factor,
            "change_decimals": indicator.change_decimals,
            "reading": reading_row(indicator),
            "topics": indicator.topics,
            "update_period": f"{indicator.update_period_days}d" if indicator.update_period_days else None,
            "figure_url": indicator.figure_url,
            "chart": indicator.chart,
            "statements": indicator.statements,
            "revision_threshold": indicator.revision_threshold,
            "draft_on_request": indicator.draft_on_request,
            "example_data": indicator.example_data,
            "enabled": indicator.enabled,
        }
    )


def _day(day: CommemorativeDay) -> dict[str, Any]:
    return _without_empty(
        {
            "id": day.id,
            "kind": day.kind.value,
            "name": day.names,
            "name_confirmed": day.name_confirmed,
            "rules": day.rules,
            "hashtags": day.hashtags,
            "topics": day.topics,
            "post_policy": day.post_policy.value,
            "confidence": day.confidence,
            "first_observed": day.first_observed,
            "owner": day.owner,
            "source": day.source,
            "hook": day.hook,
            "notes": day.notes,
            "background": day.background,
            "indicators": day.indicator_ids,
            "enabled": day.enabled,
        }
    )


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None and value not in ({}, [])}
