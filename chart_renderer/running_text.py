"""How a title or a label begins when it stands inside a sentence: small, unless it is a name or an abbreviation."""

import re

_NAME = re.compile("[A-ZÆØÅ][a-zæøåáéö]+")  # Vest, but neither FoU nor RHF
_GENITIVE = re.compile("(?:’s|'s|s)$")
# The places that stand alone as labels in health figures: Norway, its counties and large towns, and whom it is
# compared with. The names of two words, such as Helse Vest and Nord-Norge, are known by their capitals.
_PLACES = frozenset(
    {
        "Norge", "Noreg", "Norway", "Norden", "Skandinavia", "Scandinavia", "Europa", "Europe", "Danmark",
        "Denmark", "Sverige", "Sweden", "Finland", "Island", "Iceland", "Færøyene", "Færøyane", "Grønland",
        "Greenland", "Storbritannia", "Tyskland", "Germany", "Frankrike", "France", "Nederland", "Netherlands",
        "Belgia", "Belgium", "Sveits", "Switzerland", "Østerrike", "Austria", "Spania", "Spain", "Portugal",
        "Italia", "Italy", "Irland", "Ireland", "Estland", "Estonia", "Canada", "Japan", "Kina", "China",
        "Agder", "Akershus", "Buskerud", "Finnmark", "Innlandet", "Nordland", "Oslo", "Rogaland", "Telemark",
        "Troms", "Trøndelag", "Vestfold", "Vestland", "Viken", "Østfold", "Svalbard", "Bergen", "Trondheim",
        "Stavanger", "Tromsø", "Drammen", "Kristiansand", "Bodø", "Ahus",
    }
)  # fmt: skip


def small_first(text: str) -> str:
    """With a small first letter, unless the first word is an abbreviation, such as SSB."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def lowered(text: str) -> str:
    """A title or a remark inside a sentence: «driftskostnader i Helse Vest», but «Helse Vests driftskostnader»."""
    words = text.split(" ", 2)
    return text if _begins_with_place(words[0]) or _is_name(words[:2]) else small_first(text)


def lowered_label(label: str) -> str:
    """A label in a list: «kvinner», but «Helse Sør-Øst», «Universitetet i Bergen» and «Oslo».

    A label names one thing, so a capital anywhere after its beginning makes all of it a name.
    """
    words = label.split(" ")
    return label if _begins_with_place(words[0]) or _is_name(words) else small_first(label)


def _begins_with_place(word: str) -> bool:
    return word in _PLACES or _GENITIVE.sub("", word) in _PLACES


def _is_name(words: list[str]) -> bool:
    """Whether a word, or a part of one after a hyphen, has a capital where only names have it."""
    parts = [part.strip("(),;:.«»“”") for word in words for part in word.split("-")]
    return any(_NAME.fullmatch(part) for part in parts[1:])
