"""LinkedIn's side of little text: what is kept of a commentary, written without looking at our encoder.

At the first reserved character that is neither escaped nor the start of an element, the rest is silently lost.
"""

import re
from dataclasses import dataclass

_RESERVED = set("\\|{}@[]()<>#*_~")
_TEMPLATE = re.compile(r"\{hashtag\\?\|\\?[#＃]\\?\|([^\\{}|\s]+)\}")
_BARE = re.compile(r"[#＃]((?:[^\W\d_])\w*)")
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])+)\]\((urn:li:(?:organization|person):\w+)\)")


@dataclass(frozen=True)
class Kept:
    """What a member sees, and what the API hands back for it."""

    shown: str
    commentary: str
    cut: bool


def keep(commentary: str) -> Kept:
    shown, stored, at = "", "", 0
    while at < len(commentary):
        character = commentary[at]
        template, bare = _TEMPLATE.match(commentary, at), _BARE.match(commentary, at)
        mention = _MENTION.match(commentary, at)
        if character == "\\" and commentary[at + 1 : at + 2] in _RESERVED:
            shown, stored, at = shown + commentary[at + 1], stored + commentary[at : at + 2], at + 2
        elif template or bare:
            tag = template or bare
            assert tag is not None
            shown, stored, at = shown + "#" + tag[1], stored + r"{hashtag|\#|" + tag[1] + "}", tag.end()
        elif mention:
            shown, stored, at = shown + mention[1], stored + mention[0], mention.end()
        elif character in _RESERVED:
            return Kept(shown, stored, cut=True)
        else:
            shown, stored, at = shown + character, stored + character, at + 1
    return Kept(shown, stored, cut=False)
