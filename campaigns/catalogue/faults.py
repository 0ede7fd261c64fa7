"""What pydantic found wrong, as sentences for the person who wrote the catalogue."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from campaigns.catalogue.entries import CatalogueEntries
from campaigns.catalogue.refusal import Fault
from campaigns.catalogue.yaml_text import Document

_Context = Mapping[str, Any]
_SENTENCES: Mapping[str, Callable[[_Context], str]] = {
    "missing": lambda _context: "nøkkelen mangler.",
    "enum": lambda context: f"må være {context['expected'].replace(' or ', ' eller ')}.",
    "literal_error": lambda context: f"må være {context['expected'].replace(' or ', ' eller ')}.",
    "int_parsing": lambda _context: "må være et helt tall.",
    "int_type": lambda _context: "må være et helt tall.",
    "decimal_parsing": lambda _context: "må være et tall, med punktum for desimaler.",
    "datetime_from_date_parsing": lambda _context: "må være dato og klokkeslett, for eksempel 2027-05-20T08:00+02:00.",
    "datetime_parsing": lambda _context: "må være dato og klokkeslett, for eksempel 2027-05-20T08:00+02:00.",
    "timezone_aware": lambda _context: "må ha tidssone, for eksempel 2027-05-20T08:00+02:00.",
    "bool_parsing": lambda _context: "må være true eller false.",
    "bool_type": lambda _context: "må være true eller false.",
    "string_type": lambda _context: "må være en tekst.",
    "string_too_short": lambda _context: "kan ikke være tom.",
    "string_too_long": lambda context: f"kan ikke være lengre enn {context['max_length']} tegn.",
    "string_pattern_mismatch": lambda context: f"har ikke rett form ({context['pattern']}).",
    "greater_than_equal": lambda context: f"må være {context['ge']} eller mer.",
    "less_than_equal": lambda context: f"må være {context['le']} eller mindre.",
    "list_type": lambda _context: "må være en liste.",
    "dict_type": lambda _context: "må være et oppsett av nøkler og verdier.",
    "model_type": lambda _context: "må være et oppsett av nøkler og verdier.",
    "value_error": lambda context: str(context["error"]),
}


def faults_of(error: ValidationError, document: Document) -> list[Fault]:
    """One fault per thing that is wrong, in the order of the file."""
    found = []
    for detail in error.errors():
        path = tuple(part for part in detail["loc"] if isinstance(part, str | int))
        if detail["type"] == "extra_forbidden":
            message = f"ukjent nøkkel; kjente er {', '.join(_known_keys(path[:-1]))}."
        else:
            sentence = _SENTENCES.get(detail["type"])
            message = sentence(detail.get("ctx", {})) if sentence else f"{detail['msg']}."
        found.append(Fault(document.line(path), ".".join(str(part) for part in _named(path, document)), message))
    return sorted(found, key=lambda fault: fault.line)


def _named(path: tuple[str | int, ...], document: Document) -> list[str | int]:
    """The path with ids in place of numbers, where the entry has one."""
    named: list[str | int] = []
    part = document.value
    for step in path:
        try:
            part = part[step]
        except (KeyError, IndexError, TypeError):
            part = None
        own = part.get("id") if isinstance(step, int) and isinstance(part, dict) else None
        named.append(own if isinstance(own, str) else step)
    return named


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    """The keys of the entry at this path."""
    model: type[BaseModel] | None = CatalogueEntries
    for step in path:
        if isinstance(step, int) or model is None:
            continue
        field = model.model_fields.get(step)
        model = _model_in(field.annotation) if field is not None else None
    return list(model.model_fields) if model is not None else ["ingen"]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The entry type inside a list, a mapping or an optional."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _model_in(argument)) is not None:
            return found
    return None
