"""What an address that somebody has pasted points to: which kind of source, which table, and where it is described.

Judged by the form of the address alone; nothing is fetched here. What has no form we know is a document, and its
kind is seen when it has been fetched (``campaigns.sources.recognition``).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import ANY, JSON
from campaigns.sources.source import SourceKind

SSB_PXWEB2 = "https://data.ssb.no/api/pxwebapi/v2"
EUROSTAT = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0"
_LONGEST = 2000
_ENDINGS = {
    ".px": SourceKind.PX, ".csv": SourceKind.CSV, ".tsv": SourceKind.CSV, ".txt": SourceKind.CSV,
    ".xlsx": SourceKind.XLSX, ".json": SourceKind.JSONSTAT,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TablePlace:
    """A table at a source. ``url`` is the source's own address, ``query`` what is known of the question so far.

    ``kind`` is None for a document that must be looked at; ``described_at`` is where the table is described.
    """

    kind: SourceKind | None
    url: str
    described_at: str
    query: Mapping[str, Any] = field(default_factory=dict)
    accept: str = JSON

    @property
    def asks_for_a_selection(self) -> bool:
        """Whether categories are chosen before anything is fetched; a document comes as it is."""
        return self.kind in {
            SourceKind.PXWEB1, SourceKind.PXWEB2, SourceKind.FHI, SourceKind.EUROSTAT, SourceKind.GHO
        }  # fmt: skip


_Parts = re.Match[str]
_Maker = Callable[[str, _Parts, str], TablePlace]


def place_of(address: str, *, kind: SourceKind | None = None) -> TablePlace:
    """Where this address points. ``kind`` is what a person says it is. Raises ``InvalidInput`` for no address."""
    address = _checked(address)
    if kind is None or kind in _FORMS_OF:
        for form, wanted, make in _FORMS:
            found = form.fullmatch(address.split("#")[0].split("?")[0].rstrip("/"))
            if found is not None and kind in {None, wanted}:
                return make(address, found, _language(address, found))
    if kind is not None and kind in _FORMS_OF:
        raise InvalidInput(_FORMS_OF[kind], field="adresse")
    ending = re.search(r"\.[a-z]+$", urlsplit(address).path.lower())
    guessed = kind or (_ENDINGS.get(ending[0]) if ending else None)
    return TablePlace(kind=guessed, url=address, described_at=address, accept=ANY)


def _checked(address: str) -> str:
    address = address.strip()
    if not address:
        raise InvalidInput("Lim inn adressen til tabellen.", field="adresse")
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or len(address) > _LONGEST or re.search(r"[\s\x00-\x1f]", address):
        raise InvalidInput("Dette er ingen nettadresse. Kopier den fra nettleserens adressefelt.", field="adresse")
    return address


def _ssb_page(_address: str, found: _Parts, language: str) -> TablePlace:
    return _pxweb2(SSB_PXWEB2, found["table"], language)


def _pxweb2_table(_address: str, found: _Parts, language: str) -> TablePlace:
    return _pxweb2(found["base"], unquote(found["table"]), language)


def _pxweb2(base: str, table: str, language: str) -> TablePlace:
    return TablePlace(
        kind=SourceKind.PXWEB2,
        url=base,
        described_at=f"{base}/tables/{quote(table, safe='')}/metadata?lang={language}",
        query={"table": table, **({"language": language} if language != "no" else {})},
    )


def _pxweb1_table(_address: str, found: _Parts, language: str) -> TablePlace:
    base, table = found["base"], found["table"]
    return TablePlace(
        kind=SourceKind.PXWEB1,
        url=base,
        described_at=f"{base}/{language}/table/{table}",
        query={"table": table, **({"language": language} if language != "no" else {})},
    )


def _pxweb1_path(_address: str, found: _Parts, language: str) -> TablePlace:
    """Other installations put the whole path of folders in the address; then the table's own address is asked."""
    base = f"{found['base']}/{language}"
    url = f"{base}/{found['path']}"
    return TablePlace(kind=SourceKind.PXWEB1, url=found["base"], described_at=url, query={"url": url})


def _pxweb_page(_address: str, found: _Parts, language: str) -> TablePlace:
    """The page people read: ``/pxweb/nb/Base/Base__mappe/T1.px`` is ``/api/v1/nb/Base/mappe/T1.px``."""
    folders = found["folders"].split("__")
    path = "/".join([found["database"], *folders[1:], found["table"]])
    base = f"{found['root']}/pxweb/api/v1"
    url = f"{base}/{language}/{path}"
    return TablePlace(kind=SourceKind.PXWEB1, url=base, described_at=url, query={"url": url})


def _fhi(_address: str, found: _Parts, _language: str) -> TablePlace:
    base, table = found["base"], found["table"]
    return TablePlace(
        kind=SourceKind.FHI, url=base, described_at=f"{base}/table/{table}/dimension", query={"table": table}
    )


def _eurostat(_address: str, found: _Parts, _language: str) -> TablePlace:
    base = found.groupdict().get("base") or EUROSTAT
    table = found["table"].upper()
    return TablePlace(
        kind=SourceKind.EUROSTAT,
        url=base,
        described_at=f"{base}/data/{quote(table, safe='')}?format=JSON&lang=EN&lastTimePeriod=1",
        query={"table": table},
    )


def _gho(_address: str, found: _Parts, _language: str) -> TablePlace:
    base, table = found["base"], found["table"]
    return TablePlace(kind=SourceKind.GHO, url=base, described_at=f"{base}/{table}", query={"table": table})


def _language(address: str, found: _Parts) -> str:
    """As the address says it; ``nb`` on a page is ``no`` in SSB's API."""
    told = found.groupdict().get("language") or parse_qs(urlsplit(address).query).get("lang", ["no"])[0]
    return told if re.fullmatch(r"[a-z]{2}", told) else "no"


_FORMS: tuple[tuple[re.Pattern[str], SourceKind, _Maker], ...] = (
    (
        re.compile(
            r"https://(?:www\.)?ssb\.no/(?:(?P<language>en)/)?statbank/(?:sq|table)/(?P<table>[0-9]{5})(?:/.*)?"
        ),
        SourceKind.PXWEB2,
        _ssb_page,
    ),
    (
        re.compile(r"(?P<base>https?://.+)/tables/(?P<table>[^/]+)(?:/(?:data|metadata|defaultselection))?"),
        SourceKind.PXWEB2,
        _pxweb2_table,
    ),
    (
        re.compile(r"(?P<base>https?://.+/api/open/v[0-9]+/[^/]+)/[Tt]able/(?P<table>[0-9]+)(?:/[a-z]+)?"),
        SourceKind.FHI,
        _fhi,
    ),
    (
        re.compile(r"(?P<base>https?://.+/api/v[01])/(?P<language>[a-z]{2})/table/(?P<table>[0-9A-Za-z_.-]+)"),
        SourceKind.PXWEB1,
        _pxweb1_table,
    ),
    (
        re.compile(r"(?P<base>https?://.+/api/v[01])/(?P<language>[a-z]{2})/(?P<path>.+)"),
        SourceKind.PXWEB1,
        _pxweb1_path,
    ),
    (
        re.compile(
            r"(?P<root>https?://[^/]+)/pxweb/(?P<language>[a-z]{2})/(?P<database>[^/]+)/(?P<folders>[^/]+)/"
            r"(?P<table>[^/]+\.px)(?:/.*)?"
        ),
        SourceKind.PXWEB1,
        _pxweb_page,
    ),
    (
        re.compile(r"(?P<base>https?://.+/statistics/1\.0)/data/(?P<table>[A-Za-z0-9_$@]+)"),
        SourceKind.EUROSTAT,
        _eurostat,
    ),
    (
        re.compile(
            r"https://ec\.europa\.eu/eurostat/(?:.+/)?(?:view|product/page|product/view)/(?P<table>\w+)(?:/.*)?"
        ),
        SourceKind.EUROSTAT,
        _eurostat,
    ),
    (
        re.compile(r"(?P<base>https://ghoapi\.azureedge\.net/api)/(?P<table>[A-Za-z0-9_]+)"),
        SourceKind.GHO,
        _gho,
    ),
)
# What to look for when somebody says the kind and the address is of another form.
_FORMS_OF: Mapping[SourceKind, str] = {
    SourceKind.PXWEB2: (
        "Adressen er ikke til en PxWeb-tabell. Den slutter på «/tables/» og tabellens nummer,"
        " eller den er siden hos SSB: https://www.ssb.no/statbank/table/…"
    ),
    SourceKind.PXWEB1: "Adressen er ikke til en PxWeb-tabell. Den har «/api/v0/no/table/» eller «/api/v1/» i seg.",
    SourceKind.FHI: "Adressen er ikke til en tabell hos FHI. Den slutter på «/Table/» og tabellens nummer.",
    SourceKind.EUROSTAT: "Adressen er ikke til en tabell hos Eurostat. Kopier den fra databrowser.",
    SourceKind.GHO: "Adressen er ikke til en indikator hos WHO. Den er https://ghoapi.azureedge.net/api/ og en kode.",
}
