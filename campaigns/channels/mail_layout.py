r"""A mail's HTML from its MJML.

The renderer writes attributes the way its language shows text to programmers: a no-break space in a picture's
alternative text comes out as ``\u{a0}``, for those to read who see no picture. Such signs go in as character
references, which it leaves alone.
"""

import re
import unicodedata

from mjml import mjml2html

_ATTRIBUTE = re.compile(r'="[^"]*"')


def laid_out(mjml: str) -> str:
    """The HTML. It asks nobody for a font."""
    return mjml2html(_ATTRIBUTE.sub(_with_references, mjml), fonts={})


def _with_references(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(sign)};" if _is_rewritten(sign) else sign for sign in match[0])


def _is_rewritten(sign: str) -> bool:
    return sign == "\\" or not sign.isprintable() or unicodedata.category(sign).startswith("M")
