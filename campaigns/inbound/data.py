"""The package's own data files, read with the quick reader where PyYAML has one."""

from importlib.resources import files
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick: the first message waits for it


def read_data(name: str) -> Any:
    """What a file of this package holds."""
    return yaml.load((files("campaigns.inbound") / name).read_text("utf-8"), _Loader)  # noqa: S506 - both are safe
