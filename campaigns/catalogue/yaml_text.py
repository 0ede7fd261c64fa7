"""YAML with the line of every key, and with every plain value kept as the text it is written in.

YAML would read the code ``00`` as the number 0, the language ``no`` as false and ``2027-05-20`` as a date. Codes
are codes, so nothing is guessed here; the entries' own types say what a value must be.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from campaigns.catalogue.refusal import CatalogueInvalid, Fault

Path = tuple[str | int, ...]
_MAX_CHARACTERS = 2_000_000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass
class Document:
    """What the text says. ``lines`` has the line, from 1, of every key and list item."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the nearest part of the path that is written down."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str, *, name: str) -> Document:
    """The document. Raises ``CatalogueInvalid`` for text that is no YAML, a key given twice, or an alias."""
    if len(text) > _MAX_CHARACTERS:
        raise CatalogueInvalid(name, [Fault(1, "", f"filen er større enn {_MAX_CHARACTERS} tegn.")])
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise _refusal(name, event.start_mark, "henvisninger (*navn) brukes ikke her; skriv verdien ut.")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _refusal(name, error.problem_mark, f"ikke gyldig YAML ({error.problem}).") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise CatalogueInvalid(name, [Fault(1, "", "filen er ikke tekst som kan leses som YAML.")]) from error
    document = Document()
    if root is not None:
        document.value = _value(root, (), document.lines, name)
    return document


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], name: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                raise _refusal(name, key_node.start_mark, "en nøkkel må være tekst.")
            if key in found:
                raise _refusal(name, key_node.start_mark, f"nøkkelen «{key}» står to ganger.")
            lines[*path, key] = key_node.start_mark.line + 1
            found[key] = _value(value_node, (*path, key), lines, name)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, place), lines, name) for place, item in enumerate(node.value)]
    plain = node.style is None if isinstance(node, yaml.ScalarNode) else False
    return None if plain and node.value in _NULLS else node.value


def _refusal(name: str, mark: Any, message: str) -> CatalogueInvalid:
    return CatalogueInvalid(name, [Fault(mark.line + 1 if mark else 1, "", message)])
