"""The export of IHME's Global Burden of Disease results (data-sources.md §9).

Every round estimates the whole series anew, so the round is a dimension with one code: figures of two rounds are
never taken for revisions of each other. The file does not say which round it is from; whoever follows it must.
"""

from campaigns.sources.columns import Columns, ColumnUse

ROUND = "round"
_CODED = ("population_group", "measure", "location", "sex", "age", "cause", "metric")
_NEWER = "population_group"


def gbd_columns(round_name: str) -> Columns:
    """How the columns of an export are used. The oldest lack the population group, which then was everybody."""
    uses: dict[str, tuple[ColumnUse, str]] = {}
    for name in _CODED:
        uses[f"{name}_id"] = (ColumnUse.DIMENSION, "")
        uses[f"{name}_name"] = (ColumnUse.LABEL, f"{name}_id")
    uses["year"] = (ColumnUse.TIME, "")
    uses |= dict.fromkeys(("val", "upper", "lower"), (ColumnUse.VALUE, ""))
    return Columns(
        uses,
        optional={f"{_NEWER}_id": "1", f"{_NEWER}_name": ""},
        constants={ROUND: round_name},
    )
