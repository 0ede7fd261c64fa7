"""What is wrong with a block somebody wrote, as a sentence for the one who wrote it."""

from typing import Any

from pydantic import ValidationError

_NAMES = {
    "text": "Teksten",
    "title": "Tittelen",
    "url": "Lenken",
    "who": "Navnet på den som siteres,",
    "place": "Stedet",
    "starts_at": "Tidspunktet det begynner",
    "ends_at": "Tidspunktet det slutter",
    "recipient": "Mottakeren",
    "sent_on": "Datoen",
    "summary": "Sammendraget",
    "caption": "Tabelltittelen",
    "source": "Kilden",
    "alt_text": "Alternativteksten",
    "description": "Beskrivelsen",
    "figure_url": "Lenken til figuren",
}


def fault_in_words(error: ValidationError) -> tuple[int, str]:
    """The place of the first block that will not do, counted from 1, and why."""
    first = error.errors()[0]
    number = int(first["loc"][0]) + 1 if first["loc"] and isinstance(first["loc"][0], int) else 1
    name = _NAMES.get(str(first["loc"][-1])) if len(first["loc"]) > 1 else None
    return number, _sentence(first["type"], name, first.get("ctx", {}))


def _sentence(kind: str, name: str | None, facts: dict[str, Any]) -> str:
    if kind == "value_error":  # a rule of our own, which says it in words
        return str(facts["error"])
    if name is None:
        return "Innholdet er av et slag som ikke finnes, eller er delvis borte. Last siden på nytt og skriv det igjen."
    if kind.startswith(("date", "time")):
        return f"{name} kan ikke leses. Velg dato og klokkeslett på nytt."
    wrong = {
        "missing": "mangler.",
        "string_too_short": "mangler.",
        "string_too_long": f"har for mange tegn; det er plass til {facts.get('max_length')}.",
        "string_pattern_mismatch": "må begynne med https:// eller http://.",
    }.get(kind, "kan ikke leses. Skriv det på nytt.")
    return f"{name} {wrong}"
