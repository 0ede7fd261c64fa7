"""The marks beside the cells of a JSON-stat dataset: one each, one for all, or by place."""

import re
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.json_parts import LeftToJson, LongPart, elements, pairs
from campaigns.sources.json_text import plain_text
from campaigns.sources.jsonstat_places import mark_seen, position
from campaigns.sources.limits import MAX_FLAG
from campaigns.sources.refusal import PayloadRefused

_KEYED_TEXT = re.compile(rb'(?:"(?:0|[1-9][0-9]{0,15}+)":"[^",:\\\x00-\x1f]*+",)*+')


def read_marks(status: Any, symbols: Mapping[int, str], size: int) -> CodedTexts | None:
    """The marks; ``symbols`` are what stood in place of figures. Raises ``PayloadRefused`` and ``LeftToJson``."""
    marks = _status(status, size)
    if symbols and marks is None:
        marks = CodedTexts.none(size)
    if marks is not None and symbols:
        bare = [place for place in symbols if not marks.codes[place]]
        marks.fill(bare, [symbols[place] for place in bare])
    return marks


def _status(status: Any, size: int) -> CodedTexts | None:
    if status is None or status in ("", []):
        return None
    if isinstance(status, str) or (isinstance(status, list) and len(status) == 1):
        flag = _flag(status if isinstance(status, str) else status[0])
        return CodedTexts(("", flag), array("I", [1]) * size) if flag else None
    if isinstance(status, LongPart):
        return _keyed_status(status, size) if status.keyed else _listed_status(status, size)
    if isinstance(status, list):
        if len(status) != size:
            raise PayloadRefused("STATUS_LEN_MISMATCH", f"svaret har {len(status)} merker til {size} celler.")
        places: Iterable[int] = range(size)
        flags: Iterable[Any] = status
    elif isinstance(status, dict):
        places = [position(key, size, "STATUS_KEY_OUT_OF_RANGE") for key in status]
        flags = status.values()
    else:
        raise PayloadRefused("STATUS_INVALID", "status er verken liste, objekt eller tekst.")
    marks = CodedTexts.none(size)
    marks.fill(places, map(_flag, flags))
    return marks


def _listed_status(part: LongPart, size: int) -> CodedTexts:
    numbers: dict[bytes, int] = {}
    names = [""]
    codes = array("I")
    for block in part.blocks():
        texts = block[:-1].split(b",")
        for text in set(texts) - numbers.keys():
            (flag,) = elements(text + b",", b"[", b"]")
            numbers[text] = len(names)
            names.append(_flag(flag))
        codes.extend(map(numbers.__getitem__, texts))
        if len(codes) > size:
            break
    if len(codes) == 1:  # one for all
        codes *= size
    if len(codes) != size:
        raise PayloadRefused("STATUS_LEN_MISMATCH", f"svaret har {len(codes)} merker til {size} celler.")
    return CodedTexts(names, codes).sorted()


def _keyed_status(part: LongPart, size: int) -> CodedTexts:
    marks = CodedTexts.none(size)
    seen = bytearray(size)
    for block in part.blocks():
        if _KEYED_TEXT.fullmatch(block):
            flat = block[:-1].replace(b'"', b"").replace(b":", b",").split(b",")
            places, texts = list(map(int, flat[0::2])), flat[1::2]
            if max(places) >= size:
                position(str(max(places)), size, "STATUS_KEY_OUT_OF_RANGE")
            flags = {text: _flag(_decoded(text)) for text in set(texts)}
            marks.fill(places, map(flags.__getitem__, texts))
        else:
            found = pairs(block)
            places = [position(key, size, "STATUS_KEY_OUT_OF_RANGE") for key, _ in found]
            marks.fill(places, [_flag(flag) for _, flag in found])
        mark_seen(seen, places)
    return marks


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise LeftToJson from error


def _flag(flag: Any) -> str:
    text = "" if flag is None else plain_text(flag if isinstance(flag, str) else str(flag), "et merke").strip()
    if len(text) > MAX_FLAG:
        raise PayloadRefused("FLAG_TOO_LONG", f"merket «{text[:MAX_FLAG]}…» er lengre enn {MAX_FLAG} tegn.")
    return text
