"""Files at an address: px, CSV and Excel. For the last two, somebody has declared what each column is."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.errors import InvalidInput
from campaigns.sources import csv_file, px, xlsx
from campaigns.sources.adapter import ANY, SourceAdapter, SourceRequest, plain_address
from campaigns.sources.columns import Columns, columns_of
from campaigns.sources.gbd import gbd_columns
from campaigns.sources.source import Source
from campaigns.sources.table import Table


class Px(SourceAdapter):
    """A px file. Query: nothing, or ``url``, ``language``, ``encoding``, ``time``."""

    parser = px.PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        return SourceRequest(plain_address(source, query), accept=ANY)

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        return px.read_px(
            body,
            zone=ZoneInfo(source.timezone),
            language=query.get("language"),
            time_dimension=query.get("time") or source.options.get("time"),
            encoding=query.get("encoding"),
        )


class Csv(SourceAdapter):
    """A CSV file. Query: ``columns`` or ``round``, and perhaps ``separator``, ``decimal``, ``encoding``, ``header``."""

    parser = csv_file.PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        _columns(query)
        return SourceRequest(plain_address(source, query), accept=ANY)

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        return csv_file.read_csv(
            body,
            _columns(query),
            separator="\t" if query.get("separator") == "tab" else query.get("separator"),
            decimal=query.get("decimal"),
            encoding=query.get("encoding"),
            header=query.get("header"),
            time_dimension=query.get("time") or source.options.get("time"),
        )


class Xlsx(SourceAdapter):
    """An Excel workbook. Query: ``columns`` or ``round``, and perhaps ``sheet``, ``header``, ``decimal``."""

    parser = xlsx.PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        _columns(query)
        return SourceRequest(plain_address(source, query), accept=ANY)

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        return xlsx.read_xlsx(
            body,
            _columns(query),
            sheet=query.get("sheet"),
            header=query.get("header"),
            decimal=query.get("decimal"),
            time_dimension=query.get("time") or source.options.get("time"),
        )


def _columns(query: Mapping[str, Any]) -> Columns:
    declared, gbd_round = query.get("columns"), query.get("round")
    if bool(declared) == bool(gbd_round):
        raise InvalidInput(
            "Si hva hver kolonne i filen er (i katalogen: «columns», eller «round» for GBD).", field="query"
        )
    if gbd_round:
        return gbd_columns(str(gbd_round))
    return columns_of(declared or {}, fill_down=bool(query.get("fill_down")))
