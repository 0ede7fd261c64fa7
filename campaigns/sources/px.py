"""The px reader: PC-Axis files, in the language that is asked for (data-sources.md §8).

Ids and codes are the file's own whatever the language, so that two languages of one table are the same figures.
Contacts are people and are not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import prod
from zoneinfo import ZoneInfo

from campaigns.clock import OSLO
from campaigns.sources.limits import check_bytes, check_cells
from campaigns.sources.periods import parse_period
from campaigns.sources.plain_text import decoded
from campaigns.sources.px_cells import read_figures
from campaigns.sources.px_text import PxText, declared_encoding, read_statements
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Category, Dimension, Note, Role, Table
from campaigns.sources.time_dimension import with_time
from campaigns.sources.timeval import period_codes

PARSER = "px/1"
_INSTANT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\s+([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")


def read_px(
    body: bytes,
    *,
    zone: ZoneInfo = OSLO,
    language: str | None = None,
    time_dimension: str | None = None,
    encoding: str | None = None,
) -> Table:
    """The table in the file. Raises ``PayloadRefused``. ``encoding`` overrides what the file says of itself."""
    check_bytes(body)
    px = read_statements(decoded(body, declared=declared_encoding(body), told=encoding))
    words = _Words(px, _spoken(px, language))
    warnings: list[str] = []
    described = [_dimension(words, variable) for variable in _variables(px)]
    ids = [dimension.id for dimension in described]
    if not ids or len(set(ids)) != len(ids):
        raise PayloadRefused("ID_DUPLICATE", "filen har ingen variabler, eller en av dem to ganger.")
    size = prod(len(dimension.categories) for dimension in described)
    check_cells(size)
    dimensions = with_time(described, time_dimension, warnings)
    return Table(
        label=words.text("CONTENTS") or words.text("TITLE"),
        source=words.text("SOURCE"),
        updated=_updated(px, zone, warnings),
        dimensions=dimensions,
        cells=read_figures(px, dimensions, size),
        notes=tuple(_notes(words, described)),
        warnings=tuple(warnings),
        extension=_extension(px),
    )


@dataclass(frozen=True)
class _Words:
    """The file in one language. What is not translated is said in the file's own."""

    px: PxText
    language: str  # "" is the file's own

    def text(self, keyword: str, *subject: str) -> str:
        return self.px.value(keyword, *subject, language=self.language) or self.px.value(keyword, *subject)

    def translated(self, keyword: str, own: str) -> str:
        """The name of a variable: the one in the same place of the same list."""
        mine, others = self.px.values(keyword), self.px.values(keyword, language=self.language)
        return others[mine.index(own)] if len(mine) == len(others) and own in mine else own


def _spoken(px: PxText, language: str | None) -> str:
    own, known = px.value("LANGUAGE"), px.values("LANGUAGES")
    if language is None or language == own:
        return ""
    if language not in known:
        listed = ", ".join(known or (own,))
        raise PayloadRefused("LANGUAGE_MISSING", f"filen er ikke på «{language}», bare {listed or 'ett språk'}.")
    return language


def _variables(px: PxText) -> list[str]:
    return [*px.values("STUB"), *px.values("HEADING")]


def _dimension(words: _Words, own: str) -> Dimension:
    """One variable. ``own`` is its name in the file's own language."""
    px = words.px
    keyword = "STUB" if own in px.values("STUB") else "HEADING"
    name = words.translated(keyword, own)
    values = px.values("VALUES", own)
    labels = px.values("VALUES", name, language=words.language) or values
    codes = px.values("CODES", own) or values
    periods = period_codes(px.values("TIMEVAL", own))
    if periods and len(periods) == len(codes) and not all(parse_period(code).known for code in codes):
        codes = periods
    if not codes or len(labels) != len(codes) or len(set(codes)) != len(codes):
        raise PayloadRefused("VALUES_CODES_MISMATCH", f"kodene og navnene i «{own}» passer ikke sammen.")
    role = _role(px, own)
    units = [_unit(words, value) if role is Role.METRIC else "" for value in values or codes]
    categories = tuple(
        Category(code, label or code, unit) for code, label, unit in zip(codes, labels, units, strict=True)
    )
    return Dimension(px.value("VARIABLECODE", own) or own, name, role, categories)


def _role(px: PxText, own: str) -> Role | None:
    if px.value("CONTVARIABLE") == own:
        return Role.METRIC
    kind = px.value("VARIABLE-TYPE", own).upper()
    if px.values("TIMEVAL", own) or kind in {"T", "TIME"}:
        return Role.TIME
    return Role.GEO if kind in {"G", "GEOGRAPHICAL"} or px.value("MAP", own) else None


def _unit(words: _Words, value: str) -> str:
    """As for other sources: the unit and, for an index, its base period. Read in the file's own language."""
    parts = [words.px.value("UNITS", value) or words.px.value("UNITS"), words.px.value("BASEPERIOD", value)]
    return " · ".join(part for part in parts if part)


def _updated(px: PxText, zone: ZoneInfo, warnings: list[str]) -> datetime | None:
    """The newest of the contents' times, whatever the language it is told in."""
    found = []
    for (keyword, _, _), values in px.statements.items():
        for text in values if keyword == "LAST-UPDATED" else ():
            moment = _instant(text, zone)
            if moment is None:
                warnings.append(f"UPDATED_UNREADABLE: tidspunktet «{text[:40]}» lar seg ikke lese.")
            else:
                found.append(moment)
    return max(found, default=None)


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    parts = _INSTANT.fullmatch(text.strip())
    try:
        numbers = [int(part or 0) for part in parts.groups()] if parts else []
        return datetime(*numbers, tzinfo=zone).astimezone(UTC) if numbers else None  # type: ignore[arg-type,misc]
    except (ValueError, OverflowError):
        return None


def _notes(words: _Words, dimensions: list[Dimension]) -> Iterator[Note]:
    """Notes to the table, a variable or a value; ``#`` is a line break, and NOTEX must be printed."""
    ids = {dimension.label: dimension for dimension in dimensions}
    for keyword, mandatory in (("NOTE", False), ("NOTEX", True), ("VALUENOTE", False), ("VALUENOTEX", True)):
        for subject, values in words.px.about(keyword, words.language):
            text = " ".join(values).replace("#", "\n").strip()
            about = ids.get(subject[0]) if subject else None
            code = (
                next((found.code for found in about.categories if found.label == subject[-1]), None) if about else None
            )
            if text and (about or not subject):
                yield Note(text, mandatory, about.id if about else None, code if len(subject) > 1 else None)


def _extension(px: PxText) -> dict[str, object]:
    """What the file says of itself that a reader of the catalogue may want."""
    keys = (
        "MATRIX",
        "TABLEID",
        "NEXT-UPDATE",
        "UPDATE-FREQUENCY",
        "DECIMALS",
        "SHOWDECIMALS",
        "UNITS",
        "AGGREGALLOWED",
    )
    found: dict[str, object] = {key.lower(): px.value(key) for key in keys if px.value(key)}
    frequencies = [values[1] for _, values in px.about("TIMEVAL") if len(values) > 1]
    return found | ({"frequency": frequencies[0]} if frequencies else {})
