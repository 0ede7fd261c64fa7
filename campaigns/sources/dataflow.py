"""What an SDMX dataflow tells of a dataset without its figures: when data and structure changed (data-sources.md §6).

Eurostat annotates every dataflow so. It is the cheapest way to ask whether a dataset is worth fetching, and the only
one that tells a change of figures from a change of structure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.sources.eurostat import EurostatRelease, release_told
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.xml_text import Element, GuardedXml, local_name, words

PARSER = "dataflow/1"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DATAFLOW = ("Structure", "Structures", "Dataflows", "Dataflow")


@dataclass(frozen=True)
class Dataflow:
    """One dataset as its publisher describes it."""

    id: str
    names: Mapping[str, str]  # by language
    release: EurostatRelease


def read_dataflow(body: bytes) -> Dataflow:
    """The first dataflow in the document. Raises ``PayloadRefused`` when there is none, as in a SOAP fault."""
    annotations: dict[str, str] = {}
    names: dict[str, str] = {}
    for element, above in GuardedXml(body).ended():
        name = local_name(element)
        if above == _DATAFLOW and name == "Name":
            names.setdefault(element.get(_LANGUAGE, ""), words(element)[:500])
        elif above == (*_DATAFLOW, "Annotations") and name == "Annotation":
            kind, title = _annotation(element)
            annotations.setdefault(kind, title)
        elif above == _DATAFLOW[:-1] and name == "Dataflow":
            return Dataflow(element.get("id", "")[:80], names, release_told(annotations))
    raise PayloadRefused("NOT_A_DATAFLOW", "svaret har ingen dataflow i seg.")


def _annotation(element: Element) -> tuple[str, str]:
    """Its type and its title; texts in several languages are not needed here."""
    parts = {local_name(child): words(child) for child in element}
    return parts.get("AnnotationType", "")[:80], parts.get("AnnotationTitle", "")[:200]
