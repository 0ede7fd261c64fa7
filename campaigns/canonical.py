"""One spelling for a value, and the hash it is known by: the same content has the same name, today and after a restore.

What people approved, what the trail is chained by and what a source was asked are kept under such hashes in databases
that outlive every version of this code, so the bytes never change: keys sorted, no spaces, letters as they are.
"""

import hashlib
import json


def canonical_json(value: object) -> str:
    """The value as JSON that is spelt in one way only."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """The hash of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
