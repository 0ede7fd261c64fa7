"""Tables of servers' wordings that stand beside the code, read with the quick reader where PyYAML has one."""

from importlib.resources import files
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick: the first message waits for it


def read_wordings(package: str, name: str) -> Any:
    """What a data file of this package holds."""
    return yaml.load((files(package) / name).read_text("utf-8"), _Loader)  # noqa: S506 - both are safe
