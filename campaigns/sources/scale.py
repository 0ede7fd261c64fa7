"""What figures are told in: their unit and, for an index, the year that is 100.

Another unit or base year makes every figure another one without anything having been revised (data-sources.md §1.3).
"""

import re

from campaigns.sources.table import Category

_BASE = re.compile(r"(?<![0-9])((?:1[89]|20)[0-9]{2}(?:[MKQ][0-9]{1,2})?)\s*=\s*100(?![0-9])")


def index_base(text: str) -> str:
    """``2015=100`` where a text says so; nothing else is guessed."""
    found = _BASE.search(text)
    return f"{found[1]}=100" if found else ""


def scale_of(category: Category) -> str:
    """The unit in the source's words, with the base year when only the category's name tells it."""
    base = "" if index_base(category.unit) else index_base(category.label)
    return " · ".join(part for part in (category.unit, base) if part)
