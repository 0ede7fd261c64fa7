"""What the columns of a list stand for, and what a line of it says: address, language, topics, how often.

The words are those people use in spreadsheets, in Norwegian and English. A guess is shown to somebody before anything
is read by it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.subscribers.addresses import Address, parse_address
from campaigns.subscribers.formula_guard import unguarded
from campaigns.subscribers.list_file import ListLook
from campaigns.subscribers.subscriber import Frequency
from campaigns.subscribers.topics import SUBJECTS, known_topics

_PLAIN = re.compile(r"[A-Za-z0-9_+-]{1,60}(?:\.[A-Za-z0-9_+-]{1,60}){0,5}")
_LONGEST_LOCAL = 64
_PARTED = re.compile(r"[;,|]")
_TRIED = "tried"  # a local part that every domain takes


class ListColumn(StrEnum):
    """What one column stands for."""

    ADDRESS = "address"
    LANGUAGE = "language"
    TOPICS = "topics"
    FREQUENCY = "frequency"
    IGNORE = ""  # not read, and not kept


_NAMES: Mapping[ListColumn, frozenset[str]] = {
    ListColumn.ADDRESS: frozenset(
        {
            "address", "adresse", "epost", "epostadresse", "email", "emailaddress", "mail", "mailadresse",
            "emailadresse", "epostadr", "mottaker", "recipient", "emailaddresses",
        }
    ),
    ListColumn.LANGUAGE: frozenset({"language", "språk", "spraak", "sprak", "lang", "målform", "locale"}),
    ListColumn.TOPICS: frozenset(
        {"topics", "topic", "tema", "temaer", "emne", "emner", "interesser", "interests", "subjects"}
    ),
    ListColumn.FREQUENCY: frozenset({"frequency", "hyppighet", "frekvens", "hvorofte", "howoften"}),
}  # fmt: skip
HEADINGS: Mapping[str, str] = {
    ListColumn.ADDRESS: "e-post", ListColumn.LANGUAGE: "språk", ListColumn.TOPICS: "temaer",
    ListColumn.FREQUENCY: "hyppighet",
}  # fmt: skip
"""What a column is called in a list of ours that is to be brought again: words ``guessed_columns`` knows."""
_LANGUAGES: Mapping[str, Language] = {
    "": Language.BOKMAAL, "nb": Language.BOKMAAL, "bokmål": Language.BOKMAAL, "nb-no": Language.BOKMAAL,
    "nn": Language.NYNORSK, "nynorsk": Language.NYNORSK, "nn-no": Language.NYNORSK,
    "en": Language.ENGLISH, "engelsk": Language.ENGLISH, "english": Language.ENGLISH, "en-gb": Language.ENGLISH,
}  # fmt: skip
_FREQUENCIES: Mapping[str, Frequency] = {
    "": Frequency.EACH, "each": Frequency.EACH, "hver": Frequency.EACH, "hver gang": Frequency.EACH,
    "alle": Frequency.EACH, "every": Frequency.EACH,
    "weekly": Frequency.WEEKLY, "ukentlig": Frequency.WEEKLY, "hver uke": Frequency.WEEKLY, "uke": Frequency.WEEKLY,
    "vekentleg": Frequency.WEEKLY, "monthly": Frequency.MONTHLY, "månedlig": Frequency.MONTHLY,
    "hver måned": Frequency.MONTHLY, "måned": Frequency.MONTHLY, "månadleg": Frequency.MONTHLY,
}  # fmt: skip
_SUBJECTS: Mapping[str, str] = {
    name.casefold(): key for key, subject in SUBJECTS.items() for name in (key, *map(str, subject.names.values()))
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What one line says."""

    address: Address
    language: Language = Language.BOKMAAL
    topics: tuple[str, ...] = ()
    frequency: Frequency = Frequency.EACH


def guessed_columns(look: ListLook) -> list[ListColumn]:
    """A guess for each column: by its heading, and for the address by what stands below it if no heading tells."""
    found: list[ListColumn] = []
    for heading in look.headings:
        name = re.sub(r"[\s_.:-]", "", heading.casefold())
        use = next((use for use, names in _NAMES.items() if name in names), ListColumn.IGNORE)
        found.append(use if use not in found else ListColumn.IGNORE)
    if ListColumn.ADDRESS not in found:
        for place, use in enumerate(found):
            below = [row[place] for row in look.rows if place < len(row)]
            if use is ListColumn.IGNORE and below and all("@" in cell for cell in below):
                found[place] = ListColumn.ADDRESS
                break
    return found


def check_columns(columns: Sequence[str]) -> list[ListColumn]:
    """The columns as said. Raises ``InvalidInput`` unless exactly one is the address and none is said twice."""
    chosen = [ListColumn(use) for use in columns if use in list(ListColumn)]
    if len(chosen) != len(columns) or chosen.count(ListColumn.ADDRESS) != 1:
        raise InvalidInput(
            "Velg hvilken kolonne som er e-postadressen. Har filen ingen kolonnenavn, må den få det i første linje.",
            field="kolonner",
        )
    twice = [use for use in set(chosen) - {ListColumn.IGNORE} if chosen.count(use) > 1]
    if twice:
        raise InvalidInput("To kolonner er satt til det samme. Velg bare én av dem.", field="kolonner")
    return chosen


def wish_of(cells: Sequence[str], places: Mapping[ListColumn, int]) -> Wish:
    """What the line says. Raises ``InvalidInput`` with a sentence about the first thing that is wrong."""
    given = {use: cells[place] for use, place in places.items()}
    if not given[ListColumn.ADDRESS]:
        raise InvalidInput("Linjen har ingen e-postadresse.")
    language = given.get(ListColumn.LANGUAGE, "")
    frequency = given.get(ListColumn.FREQUENCY, "")
    if (tongue := _LANGUAGES.get(language.casefold())) is None:
        raise InvalidInput(f"Språket «{language[:40]}» finnes ikke. Bruk nb, nn eller en.")
    if (often := _FREQUENCIES.get(frequency.casefold())) is None:
        raise InvalidInput(f"Hyppigheten «{frequency[:40]}» finnes ikke. Bruk each, weekly eller monthly.")
    return Wish(
        address=quick_address(unguarded(given[ListColumn.ADDRESS])),
        language=tongue,
        topics=_topics(given.get(ListColumn.TOPICS, "")),
        frequency=often,
    )


def quick_address(typed: str) -> Address:
    """``parse_address``, many times faster for the addresses most people have, whose domain has been seen before."""
    local, _, domain = typed.rpartition("@")
    if len(local) > _LONGEST_LOCAL or not _PLAIN.fullmatch(local) or local.lower() in _ROLES:
        return parse_address(typed)
    if (known := _domain(domain)) is None or len(local) + 1 + len(known) > _LONGEST:
        return parse_address(typed)
    address = f"{local}@{known}"
    return Address(raw=typed, normalized=address, ascii_email=address, canonical_key=f"{local.casefold()}@{known}")


_LONGEST = 254
# The validator writes these in lower case, whatever was typed.
_ROLES = frozenset(
    {
        "info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster", "usenet",
        "news", "webmaster", "www", "uucp", "ftp",
    }
)  # fmt: skip


@lru_cache(maxsize=20_000)
def _domain(domain: str) -> str | None:
    """The domain as on the wire; None when it is one to look at with more care."""
    try:
        address = parse_address(f"{_TRIED}@{domain}")
    except InvalidInput:
        return None
    shown = address.normalized.rpartition("@")[2]
    return shown if shown == address.domain and address.ascii_email == f"{_TRIED}@{shown}" else None


@lru_cache(maxsize=5_000)
def _topics(said: str) -> tuple[str, ...]:
    keys = []
    for name in filter(None, (part.strip() for part in _PARTED.split(said))):
        if (key := _SUBJECTS.get(name.casefold())) is None:
            raise InvalidInput(f"Temaet «{name[:60]}» finnes ikke. Temaene som finnes, står på påmeldingssiden.")
        keys.append(key)
    return known_topics(keys)
