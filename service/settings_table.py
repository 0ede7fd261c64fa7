"""The README's table of settings, made from the settings class.

python -m service.settings_table        writes it into README.md, between its two markers
"""

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from service.settings import PREFIX, Settings

START = "<!-- settings: made by python -m service.settings_table -->"
END = "<!-- /settings -->"


def settings_table() -> str:
    """Markdown: one row per setting, in the order of the class."""
    rows = [f"| `{name.upper()}` | {_default(field)} | {field.description} |" for name, field in _fields()]
    return "\n".join([f"| name (with `{PREFIX}` before it) | default | meaning |", "| --- | --- | --- |", *rows])


def with_table(readme: str) -> str:
    """The README with its table replaced by the present one."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{settings_table()}\n{END}{after}"


def _fields() -> list[tuple[str, FieldInfo]]:
    return list(Settings.model_fields.items())


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, SecretStr) or value in (None, "", (), {}):
        return "–"
    if isinstance(value, bool):
        return "`on`" if value else "off"
    return f"`{value}`"


if __name__ == "__main__":
    path = Path("README.md")
    path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
