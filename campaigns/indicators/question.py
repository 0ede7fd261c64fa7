"""What a dataset asks of its source, as it is told from other questions."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def query_sha256(query: Mapping[str, Any]) -> str:
    """The same question has the same hash, whatever the order of its keys."""
    canonical = json.dumps(query, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
