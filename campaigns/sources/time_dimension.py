"""Which dimension of a table is time: told, marked, named, or the only one whose codes are all periods."""

from collections.abc import Sequence

from campaigns.sources.periods import parse_period
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Dimension, Role

_TIME_NAMES = ("Tid", "TIME", "time", "AAR", "År", "år", "year")


def with_time(found: Sequence[Dimension], configured: str | None, warnings: list[str]) -> tuple[Dimension, ...]:
    """The dimensions with at most one in the role of time. Raises ``PayloadRefused`` when the told one is unknown."""
    name = _time_name(found, configured, warnings)
    return tuple(
        Dimension(dimension.id, dimension.label, _role_beside(dimension, name), dimension.categories)
        for dimension in found
    )


def _role_beside(dimension: Dimension, time: str | None) -> Role | None:
    if dimension.id == time:
        return Role.TIME
    return None if dimension.role is Role.TIME else dimension.role


def _time_name(found: Sequence[Dimension], configured: str | None, warnings: list[str]) -> str | None:
    ids = [dimension.id for dimension in found]
    if configured is not None:
        if configured not in ids:
            known = ", ".join(f"«{name}»" for name in sorted(ids)) or "ingen"
            raise PayloadRefused("TIME_UNKNOWN", f"tidsdimensjonen «{configured}» finnes ikke blant {known}.")
        return configured
    marked = [dimension.id for dimension in found if dimension.role is Role.TIME]
    named = [name for name in _TIME_NAMES if name in (marked or ids)]
    if len(marked) == 1 or named:
        return marked[0] if len(marked) == 1 else named[0]
    readable = [
        dimension.id
        for dimension in found
        if dimension.categories and all(parse_period(code).known for code in dimension.codes)
    ]
    if len(readable) == 1:
        warnings.append(f"TIME_GUESSED: «{readable[0]}» er brukt som tid, fordi alle kodene der er perioder.")
        return readable[0]
    return None
