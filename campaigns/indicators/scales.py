"""What the figures of a vintage are told in: unit and base year, by category."""

from collections.abc import Mapping

from campaigns.indicators.state import WHOLE_TABLE
from campaigns.indicators.vintage import Vintage
from campaigns.sources.scale import index_base, scale_of
from campaigns.sources.table import Category, Role


def scales_of(vintage: Vintage) -> dict[tuple[str, str], str]:
    """As ``State.units`` has it; nothing for a category nothing is said of."""
    found = {
        (dimension["id"], category["code"]): scale_of(
            Category(category["code"], category["label"], category.get("unit", ""))
        )
        for dimension in vintage.dimensions
        if dimension["role"] != Role.TIME
        for category in dimension["categories"]
    }
    found[WHOLE_TABLE] = index_base(vintage.label)
    return {key: scale for key, scale in found.items() if scale}


def series_scales(vintage: Vintage, codes: Mapping[str, str]) -> dict[str, str]:
    """What one series is told in, by dimension, whatever its codes were called."""
    scales = scales_of(vintage)
    return {
        dimension: scale
        for dimension, code in [WHOLE_TABLE, *codes.items()]
        if (scale := scales.get((dimension, code))) is not None
    }


def told_otherwise(before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str]) -> bool:
    """Whether any category that has a scale in both has another one."""
    return any(after.get(key, scale) != scale for key, scale in before.items())
