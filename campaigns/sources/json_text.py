"""JSON as it may come from outside: numbers kept as decimals, and everything ambiguous refused (S-37).

Refused are duplicate keys, NaN and infinities, numbers beyond any statistic, deep nesting and broken text.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from campaigns.sources.refusal import PayloadRefused

MAX_DEPTH = 40
_MAX_NUMBER_CHARACTERS = 40
_MAX_MAGNITUDE = 30
# A whole string (closed or not), or one bracket: what is left when depth is counted.
_BRACKETS = re.compile(rb'"(?:\\.|[^"\\])*+"?|[\[\]{}]', re.DOTALL)


def load_json(body: bytes, *, constant: Callable[[str], Any] | None = None) -> Any:
    """The document, with every number with a fraction or exponent as ``Decimal``. Raises ``PayloadRefused``.

    ``constant`` says what stands for ``Infinity`` and ``NaN``, which are refused without it.
    """
    _check_depth(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PayloadRefused("NOT_UTF8", f"teksten er ikke UTF-8 (byte {error.start}).") from error
    try:
        return json.loads(
            text,
            parse_float=decimal_number,
            parse_int=whole_number,
            parse_constant=constant or _refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise PayloadRefused("NOT_JSON", _where(text, error)) from error


def decimal_number(text: str) -> Decimal:
    """The number as written. Raises ``PayloadRefused`` when it is longer or larger than any statistic."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise PayloadRefused("NUMBER_OUT_OF_RANGE", f"«{text[:20]}» er ikke et tall her.") from error
    if (
        len(text) > _MAX_NUMBER_CHARACTERS
        or not number.is_finite()
        or (number and abs(number.adjusted()) > _MAX_MAGNITUDE)
    ):
        raise PayloadRefused("NUMBER_OUT_OF_RANGE", f"tallet {text[:20]} … er større enn noen statistikk.")
    return number


def plain_text(value: object, what: str) -> str:
    """The string, or ``PayloadRefused`` when it is no string or holds what a database cannot keep."""
    if not isinstance(value, str):
        raise PayloadRefused("TEXT_EXPECTED", f"{what} er ikke en tekst.")
    if "\x00" in value or (not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)):
        raise PayloadRefused("CONTROL_CHARACTER", f"{what} inneholder tegn som ikke kan lagres.")
    return value


def decimal_text(number: Decimal) -> str:
    """The shortest plain spelling: ``4700.0`` and ``4700`` are the same text, and so are ``0`` and ``-0``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _check_depth(body: bytes) -> None:
    depth = 0
    for token in _BRACKETS.finditer(body):
        mark = token.group()
        if mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise PayloadRefused("TOO_DEEP", f"dokumentet er nøstet dypere enn {MAX_DEPTH} nivåer.")
        elif mark in b"]}":
            depth -= 1


def whole_number(text: str) -> int:
    """The number. Raises ``PayloadRefused`` when it is longer than any statistic."""
    if len(text) > _MAX_NUMBER_CHARACTERS:
        raise PayloadRefused("NUMBER_OUT_OF_RANGE", f"tallet {text[:20]} … er større enn noen statistikk.")
    return int(text)


def _refuse_constant(text: str) -> NoReturn:
    raise PayloadRefused("NOT_A_NUMBER", f"«{text}» er ikke JSON og ikke et tall.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise PayloadRefused("DUPLICATE_KEY", f"nøkkelen «{key[:60]}» står to ganger i samme objekt.")
            seen.add(key)
    return found


def _where(text: str, error: json.JSONDecodeError) -> str:
    beginning = text.lstrip()[:1]
    if beginning == "<":
        return "svaret er en nettside, ikke JSON; kilden er trolig under oppdatering."
    if not beginning:
        return "svaret er tomt."
    return f"ikke gyldig JSON, linje {error.lineno}, tegn {error.colno}."
