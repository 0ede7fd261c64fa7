r"""LinkedIn's *little text*: the small markup that ``commentary`` is written in (social-apis.md §1.9).

Fifteen characters are reserved. One that is meant literally must have a backslash before it; otherwise LinkedIn
answers 201 and silently cuts the post there. So every reserved character of an editor's text is escaped, always,
and the only elements we ever write are hashtags, from a list of tags and never from the text.

Tags go out as templates, ``{hashtag|\#|helseforskning}``, not in the bare form ``#helseforskning``. Both are seen
to work, but the template is what LinkedIn itself hands back, and it says where the tag ends, so that æøå at its
end or a word right after it cannot be read differently by the other side.
"""

import re
from collections.abc import Iterable

_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_ELEMENT = re.compile(
    r"""
      \\(?P<literal>.)
    | \{hashtag \\?\| \\?[#＃] \\?\| (?P<tag>(?:\\.|[^\\{}|])*) \}
    | @\[ (?P<name>(?:\\.|[^\\\]])*) \] \( (?:\\.|[^\\)])* \)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def escape(text: str) -> str:
    """``text`` so that all of it is shown as it stands. Raises ``ValueError`` when it is no valid Unicode."""
    _require_unicode(text)
    return _RESERVED.sub(r"\\\1", text)


def hashtag(tag: str) -> str:
    """The wire form of one tag, given without its sign. Raises ``ValueError`` for what cannot be a tag."""
    if not is_hashtag(tag):
        raise ValueError(f"{tag!r} is no hashtag: letters and digits only, starting with a letter")
    return rf"{{hashtag|\#|{tag}}}"


def is_hashtag(tag: str) -> bool:
    """Letters (æøå too) and digits, starting with a letter; what every network makes a link of."""
    return tag.isalnum() and tag[0].isalpha()


def encode(text: str, hashtags: Iterable[str] = ()) -> str:
    """The commentary for a text and its tags; the tags follow the text as a paragraph of their own."""
    line = " ".join(hashtag(tag) for tag in hashtags)
    return "\n\n".join(part for part in (escape(text), line) if part)


def decode(wire: str) -> str:
    """What a reader sees of a commentary: in one pass from left to right, so that an escaped brace stays one."""
    return _ELEMENT.sub(_shown, wire)


def wire_length(wire: str) -> int:
    """Its length as LinkedIn may count it. The unit is not documented, so the larger one: UTF-16 code units."""
    return len(wire.encode("utf-16-le")) // 2


def _shown(element: re.Match[str]) -> str:
    if element["literal"] is not None:
        return element["literal"]
    if element["tag"] is not None:
        return "#" + _ESCAPED.sub(r"\1", element["tag"])
    return _ESCAPED.sub(r"\1", element["name"])


def _require_unicode(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("the text holds a lone surrogate, which is not Unicode") from error
