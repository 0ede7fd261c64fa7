"""What PxWebApi 1 sends that is no data: a table's description, a list of tables, its own old format (§4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaigns.sources.json_text import load_json, plain_text
from campaigns.sources.refusal import PayloadRefused


@dataclass(frozen=True)
class Variable:
    """A variable of a table. One that can be left out is then summed; one that cannot comes with all its values."""

    code: str
    label: str
    values: tuple[tuple[str, str], ...]  # code and label
    can_be_left_out: bool
    is_time: bool


def refuse_what_is_no_data(body: bytes) -> None:
    """Raises ``PayloadRefused`` when the answer is one of the other things this API sends."""
    found = load_json(body)
    if isinstance(found, list):
        raise PayloadRefused("NAVIGATION", "svaret er en liste over tabeller; adressen peker ikke på en tabell.")
    if isinstance(found, dict) and "variables" in found and "dimension" not in found:
        raise PayloadRefused(
            "METADATA_ONLY", "svaret beskriver tabellen, men har ingen tall i seg; spør med «selection»."
        )
    if isinstance(found, dict) and "columns" in found and "data" in found:
        raise PayloadRefused("PX_JSON", "svaret er i kildens eget format, ikke JSON-stat.")


def read_variables(body: bytes) -> tuple[str, tuple[Variable, ...]]:
    """A table's title and its variables. Raises ``PayloadRefused``."""
    found = load_json(body)
    if not isinstance(found, dict) or not isinstance(found.get("variables"), list):
        raise PayloadRefused("NOT_METADATA", "svaret beskriver ingen tabell.")
    return _text(found, "title"), tuple(_variable(each) for each in found["variables"])


def _variable(found: Any) -> Variable:
    if not isinstance(found, dict):
        raise PayloadRefused("NOT_METADATA", "en variabel er ikke beskrevet.")
    values, labels = found.get("values"), found.get("valueTexts")
    if not isinstance(values, list) or not isinstance(labels, list) or len(values) != len(labels):
        raise PayloadRefused("NOT_METADATA", "kodene og navnene til en variabel passer ikke sammen.")
    return Variable(
        _text(found, "code"),
        _text(found, "text"),
        tuple(
            (plain_text(code, "en kode"), plain_text(label, "et navn"))
            for code, label in zip(values, labels, strict=True)
        ),
        found.get("elimination") is True,
        found.get("time") is True,
    )


def _text(found: Mapping[str, Any], key: str) -> str:
    return plain_text(found.get(key, ""), key)
