"""The pictures of a draft's second and later figures: for the mail and the archive, where all of them are shown.

The channels' own picture is of the first figure. Those of the others stand in their blocks, and so in what an approval
binds to. One that cannot be drawn is told by its words and table, as a figure always can be.
"""

from collections.abc import Sequence

from campaigns.drafting.prepared import Charts
from campaigns.editorial.blocks import Block, FigureBlock, FigurePicture
from chart_renderer.errors import ChartError

CANVAS = "email"


def with_further_pictures(charts: Charts, blocks: Sequence[Block], *, anew: bool = False) -> tuple[Block, ...]:
    """The blocks, each figure after the first with its picture; ``anew`` when the figures are not what they were."""
    first = next((block for block in blocks if isinstance(block, FigureBlock)), None)
    return tuple(
        _with_picture(charts, block, is_first=block is first, anew=anew) if isinstance(block, FigureBlock) else block
        for block in blocks
    )


def _with_picture(charts: Charts, block: FigureBlock, *, is_first: bool, anew: bool) -> FigureBlock:
    if is_first:
        return without_picture(block)
    if block.picture is not None and not anew:
        return block
    try:
        drawn = charts.render(block.spec, CANVAS)
    except ChartError:
        return without_picture(block)
    return block.model_copy(update={"picture": FigurePicture(sha256=drawn.sha256, canvas=CANVAS)})


def without_picture(block: FigureBlock) -> FigureBlock:
    """The figure before it is drawn."""
    return block.model_copy(update={"picture": None}) if block.picture is not None else block
