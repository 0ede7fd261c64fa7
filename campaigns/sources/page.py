"""The adapter for a plain web page with a table on it; an ordinary dataset, read by declared columns."""

from collections.abc import Mapping
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources import html_page
from campaigns.sources.adapter import SourceAdapter, SourceRequest, plain_address
from campaigns.sources.columns import columns_of
from campaigns.sources.source import Source
from campaigns.sources.table import Table

HTML = "text/html, application/xhtml+xml;q=0.9"


class Page(SourceAdapter):
    """A web page. Query: ``columns``, and perhaps ``selector``, ``header``, ``decimal``, ``encoding``, ``url``."""

    parser = html_page.PARSER
    markup = True

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if not query.get("columns"):
            raise InvalidInput("Si hva hver kolonne i tabellen på siden er (i katalogen: «columns»).", field="query")
        if query.get("selector"):
            html_page.compiled(str(query["selector"]))
        columns_of(query["columns"], fill_down=bool(query.get("fill_down")))
        return SourceRequest(plain_address(source, query), accept=HTML)

    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        return html_page.read_html_table(
            body,
            columns_of(query.get("columns") or {}, fill_down=bool(query.get("fill_down"))),
            selector=query.get("selector"),
            decimal=query.get("decimal"),
            header=query.get("header"),
            encoding=query.get("encoding"),
            time_dimension=query.get("time") or source.options.get("time"),
        )
