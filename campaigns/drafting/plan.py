"""What drafting must know about this monitor, as one value."""

from dataclasses import dataclass
from datetime import time

from campaigns.language import Language


@dataclass(frozen=True, kw_only=True)
class DraftingPlan:
    """``language`` None lets the balance between bokmål and nynorsk decide (språklova § 13)."""

    monitor_name: str
    monitor_url: str
    public_url: str
    lead_days: int = 14
    slot_hour: int = 9
    language: Language | None = None
    first_language: Language = Language.BOKMAAL
    days_per_week: int = 2
    monitor_hashtag: str = "HelseOmsorg21Monitor"

    @property
    def slot_time(self) -> time:
        return time(self.slot_hour)
