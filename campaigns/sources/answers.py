"""What an answer means, judged by status and shape, never by the text of a message (data-sources.md §0)."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from campaigns.sources.http import Response
from campaigns.sources.refusal import PayloadRefused, RequestRefused, SourceUnavailable
from campaigns.sources.trouble import Trouble

_COME_BACK = {429: Trouble.TOO_OFTEN, 502: Trouble.BUSY, 503: Trouble.BUSY, 504: Trouble.BUSY}
_REFUSED = {
    401: Trouble.FORBIDDEN, 403: Trouble.FORBIDDEN, 404: Trouble.NOT_THERE, 410: Trouble.NOT_THERE,
    413: Trouble.TOO_LARGE, 414: Trouble.TOO_LARGE,
}  # fmt: skip
_LATER = "ASYNCHRONOUS_RESPONSE"  # Eurostat's code for an answer it is still making; a word, not a sentence
_LONGEST_WAIT = 24 * 3600.0
_MAX_ENVELOPE = 10_000


def check_answer(response: Response, *, now: datetime, markup: bool = False) -> None:
    """Nothing when the body is worth reading; ``markup`` says that a web page or XML is what was asked for.

    Raises ``SourceUnavailable`` (ask again), ``RequestRefused`` (change the question) or ``PayloadRefused``.
    """
    trouble = Trouble.BEING_MADE if _is_being_made(response) else _COME_BACK.get(response.status)
    if trouble is not None:
        raise SourceUnavailable(
            f"Kilden ber oss komme tilbake senere (status {response.status}).",
            retry_after_seconds=retry_after(response.headers, now),
            trouble=trouble,
        )
    if response.status != 200:
        trouble = _refused(response)
        raise RequestRefused(_refusal(response, trouble), status=response.status, trouble=trouble)
    if not markup and _is_page(response):
        raise PayloadRefused(
            "NOT_JSON", "svaret er en nettside, ikke tall; kilden er trolig under oppdatering.",
            trouble=Trouble.NOT_FIGURES,
        )  # fmt: skip


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


def _is_page(response: Response) -> bool:
    return "html" in response.headers.get("content-type", "").lower() or response.body.lstrip()[:1] == b"<"


def _is_being_made(response: Response) -> bool:
    if response.status not in {200, 413} or len(response.body) > _MAX_ENVELOPE:
        return False
    document = _json(response.body)
    told = document.get("error") or document.get("warning") if isinstance(document, dict) else None
    parts = told if isinstance(told, list) else [told]
    return any(isinstance(part, dict) and str(part.get("label", "")).startswith(_LATER) for part in parts)


def _refused(response: Response) -> Trouble:
    """By status, and by the envelope where one status means two things."""
    told = _envelope(response)
    if response.status == 403 and isinstance(told.get("error"), str):
        return Trouble.TOO_LARGE  # PxWebApi 1 says so of too many values, in an envelope of its own
    if response.status == 400 and {"type", "detail"} <= told.keys():
        return Trouble.TOO_LARGE  # of PxWebApi 2's refusals, the one for too many cells has a detail
    default = Trouble.SOURCE_FAULT if response.status >= 500 else Trouble.QUESTION
    return _REFUSED.get(response.status, default)


def _refusal(response: Response, trouble: Trouble) -> str:
    """A sentence for the editor, with the source's own words where it sent some."""
    what = {
        Trouble.FORBIDDEN: "Kilden gir oss ikke denne tabellen",
        Trouble.NOT_THERE: "Kilden har ikke denne tabellen, eller adressen er for lang",
        Trouble.TOO_LARGE: "Utvalget er for stort for kilden; velg færre koder",
        Trouble.SOURCE_FAULT: "Kilden feilet; ofte fordi samme kode er gitt to ganger i spørringen",
    }.get(trouble, "Kilden forstår ikke spørringen")
    if response.status == 405:
        what = "Kilden vil spørres på en annen måte"
    words = _own_words(response)
    return f"{what} (status {response.status}{': ' + words if words else ''}). Rett kilden i katalogen."


def _own_words(response: Response) -> str:
    document = _envelope(response)
    error = document.get("error")
    if isinstance(error, list) and error and isinstance(error[0], dict):
        error = error[0].get("label")
    words = document.get("title") or error or ""
    # Only what can be kept and shown: a strange answer must not cost us the memory of it.
    return "".join(each if each.isprintable() else " " for each in words[:200]) if isinstance(words, str) else ""


def _envelope(response: Response) -> dict[str, Any]:
    document = _json(response.body) if len(response.body) <= _MAX_ENVELOPE else None
    return document if isinstance(document, dict) else {}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
