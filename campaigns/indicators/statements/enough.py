"""How much must lie behind a statement before it is made. Fewer figures than this make a coincidence, not news."""

# Figures that were passed (for a record), or went the other way (for a first fall), by frequency. With the one that
# is spoken of they make four years, two years of quarters, one year of months, half a year of weeks.
_PASSED = {"half": 4, "quarter": 7, "month": 12, "week": 26, "day": 30}
_PASSED_YEARS = 3
# Of a series' whole length: nobody says «the highest of all» of four figures.
_WHOLE = 4

STEPS_OF_A_TREND = 3


def enough_passed(frequency: str, passed: int, *, everything: bool) -> bool:
    """Whether ``passed`` earlier figures are enough; ``everything`` when there was none that was not passed."""
    least = _PASSED.get(frequency, _PASSED_YEARS)
    return passed >= (max(least, _WHOLE) if everything else least)
