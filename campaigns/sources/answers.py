"""What an answer means, judged by status and shape, never by the text of a message (data-sources.md §0)."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from campaigns.sources.http import Response
from campaigns.sources.refusal import PayloadRefused, RequestRefused, SourceUnavailable

_COME_BACK = frozenset({429, 502, 503, 504})
_LATER = "ASYNCHRONOUS_RESPONSE"  # Eurostat's code for an answer it is still making; a word, not a sentence
_LONGEST_WAIT = 24 * 3600.0


def check_answer(response: Response, *, now: datetime) -> None:
    """Nothing when the body is worth reading.

    Raises ``SourceUnavailable`` (ask again), ``RequestRefused`` (change the question) or ``PayloadRefused``.
    """
    if response.status in _COME_BACK or _is_being_made(response):
        raise SourceUnavailable(
            f"Kilden ber oss komme tilbake senere (status {response.status}).",
            retry_after_seconds=retry_after(response.headers, now),
        )
    if response.status != 200:
        raise RequestRefused(_refusal(response), status=response.status)
    if "html" in response.headers.get("content-type", "").lower() or response.body.lstrip()[:1] == b"<":
        raise PayloadRefused("NOT_JSON", "svaret er en nettside, ikke tall; kilden er trolig under oppdatering.")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait, from ``Retry-After`` as a number or a date; None when it says nothing readable."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _is_being_made(response: Response) -> bool:
    if response.status not in {200, 413} or len(response.body) > 10_000:
        return False
    document = _json(response.body)
    told = document.get("error") or document.get("warning") if isinstance(document, dict) else None
    parts = told if isinstance(told, list) else [told]
    return any(isinstance(part, dict) and str(part.get("label", "")).startswith(_LATER) for part in parts)


def _refusal(response: Response) -> str:
    """A sentence for the editor, with the source's own words where it sent some."""
    what = {
        400: "Kilden forstår ikke spørringen",
        403: "Kilden gir ikke ut dette utvalget; det kan være for stort",
        404: "Kilden har ikke denne tabellen, eller adressen er for lang",
        405: "Kilden vil spørres på en annen måte",
        413: "Utvalget er for stort for kilden",
        500: "Kilden feilet; ofte fordi samme kode er gitt to ganger i spørringen",
    }.get(response.status, "Kilden avslo spørringen")
    words = _own_words(response)
    return f"{what} (status {response.status}{': ' + words if words else ''}). Rett kilden i katalogen."


def _own_words(response: Response) -> str:
    document = _json(response.body)
    if not isinstance(document, dict):
        return ""
    error = document.get("error")
    if isinstance(error, list) and error and isinstance(error[0], dict):
        error = error[0].get("label")
    words = document.get("title") or error or ""
    return str(words)[:200] if isinstance(words, str) else ""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
