"""How much of anything one answer may hold (S-37); beyond it, the answer is refused before it is understood."""

from campaigns.sources.refusal import PayloadRefused

MAX_BYTES = 50 * 1024 * 1024
MAX_CELLS = 800_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_FLAG = 20


def check_bytes(body: bytes) -> None:
    """Raises ``PayloadRefused`` for nothing at all, and for more than anybody publishes."""
    if not body:
        raise PayloadRefused("EMPTY", "svaret er tomt.")
    if len(body) > MAX_BYTES:
        raise PayloadRefused("TOO_LARGE", f"svaret er større enn {MAX_BYTES} byte.")


def check_cells(count: int) -> None:
    """Raises ``PayloadRefused`` when a table is larger than one is ever asked for."""
    if count > MAX_CELLS:
        raise PayloadRefused("TOO_MANY_CELLS", f"tabellen har {count} celler; grensen er {MAX_CELLS}.")
