"""What a breakdown shows: which part moved most, that two parted, and how much of the whole one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.indicators.statements.line import Line, Point, Step
from campaigns.indicators.statements.statement import Apart, Cell, Mover, Share
from chart_renderer.numbers import rounded

_HUNDRED = 100
_TOLERANCE = 2  # per cent: published parts are rounded each by itself


@dataclass(frozen=True)
class Part:
    """One code of the breakdown, with its line up to the same period as the whole. ``line`` None: no figure there."""

    code: str
    label: str
    line: Line | None


def largest_mover(whole: Line, parts: Sequence[Part]) -> Mover | None:
    """The part that changed most, in the unit of the level; None unless every part can be told and one leads."""
    steps = _steps(whole, parts)
    if len(steps) < 2:
        return None
    sizes = {code: abs(step.after.printed - step.before.printed) for code, step in steps.items()}
    code = max(sizes, key=lambda one: sizes[one])
    step = steps[code]
    alike = [one for one in steps.values() if one.direction == step.direction]
    if not step.direction or len(alike) < 2 or list(sizes.values()).count(sizes[code]) > 1:
        return None
    part = _named(parts, code)
    direction = whole.steps[-1].direction if whole.steps else 0
    return Mover(
        period=whole.current.period.code,
        provisional=step.before.provisional or step.after.provisional,
        evidence=_cells(part, step.before, step.after),
        rising=step.direction > 0,
        code=code,
        label=part.label,
        base_period=step.before.period.code,
        before=step.before.value,
        after=step.after.value,
        against=direction == -step.direction,
    )


def apart(whole: Line, parts: Sequence[Part]) -> Apart | None:
    """Two parts that went each their way."""
    steps = _steps(whole, parts)
    risen = next((code for code, step in steps.items() if step.direction > 0), None)
    fallen = next((code for code, step in steps.items() if step.direction < 0), None)
    if len(steps) != 2 or risen is None or fallen is None:
        return None
    up, down = steps[risen], steps[fallen]
    return Apart(
        period=whole.current.period.code,
        provisional=any(point.provisional for step in (up, down) for point in (step.before, step.after)),
        evidence=(
            *_cells(_named(parts, risen), up.before, up.after),
            *_cells(_named(parts, fallen), down.before, down.after),
        ),
        risen=risen,
        risen_label=_named(parts, risen).label,
        risen_before=up.before.value,
        risen_after=up.after.value,
        fallen=fallen,
        fallen_label=_named(parts, fallen).label,
        fallen_before=down.before.value,
        fallen_after=down.after.value,
        base_period=up.before.period.code,
    )


def largest_share(whole: Line, parts: Sequence[Part]) -> Share | None:
    """The largest part's share of the whole; None unless the parts add up to it, as published figures do."""
    lines = [(part, part.line) for part in parts if part.line is not None]
    if len(lines) < 2 or len(lines) != len(parts) or any(line.current.value < 0 for _, line in lines):
        return None
    total = sum(line.current.value for _, line in lines)
    if whole.current.value <= 0 or abs(total / whole.current.value - 1) * _HUNDRED > _TOLERANCE:
        return None
    part, line = max(lines, key=lambda found: found[1].current.printed)
    if [found.current.printed for _, found in lines].count(line.current.printed) > 1:
        return None
    return share_of(line, whole, code=part.code, label=part.label)


def share_of(part: Line, whole: Line, *, code: str | None = None, label: str = "") -> Share | None:
    """How many per cent of the whole the part is, and was; never of a whole that is nothing or less."""
    now = whole.at(part.current.period.code)
    if now is None or now.value <= 0 or not 0 <= part.current.value <= now.value:
        return None
    before, base = _before(part, whole)
    points = [point for point in (before, part.current) if point]
    return Share(
        period=part.current.period.code,
        provisional=any(point.provisional for point in (*points, now)),
        evidence=(*part.cells(*points), *whole.cells(*([base] if base else []), now)),
        code=code,
        label=label,
        share=part.current.value / now.value * _HUNDRED,
        base_period=before.period.code if before else None,
        before=before.value / base.value * _HUNDRED if before and base else None,
    )


def _before(part: Line, whole: Line) -> tuple[Point, Point] | tuple[None, None]:
    before = part.earlier[-1] if part.earlier else None
    base = whole.at(before.period.code) if before else None
    if before is None or base is None or before.period.overlaps(part.current.period):
        return None, None
    return (before, base) if base.value > 0 and 0 <= before.value <= base.value else (None, None)


def _steps(whole: Line, parts: Sequence[Part]) -> Mapping[str, Step]:
    """Each part's last step, when all have one over the same time as the whole; else nothing: who knows the rest?"""
    found = {part.code: part.line.steps[-1] for part in parts if part.line is not None and part.line.steps}
    if len(found) != len(parts) or not whole.steps:
        return {}
    base = whole.steps[-1].before.period.code
    return found if all(step.before.period.code == base for step in found.values()) else {}


def _named(parts: Sequence[Part], code: str) -> Part:
    return next(part for part in parts if part.code == code)


def _cells(part: Part, *points: Point) -> tuple[Cell, ...]:
    assert part.line is not None
    return part.line.cells(*points)


def worth_as_change(share: Share, decimals: int) -> bool:
    """Whether the share has moved by two points or more, as printed."""
    return share.before is not None and abs(rounded(share.share, decimals) - rounded(share.before, decimals)) >= 2
