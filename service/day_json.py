"""A commemorative day in one year, as the command line and the API tell it."""

from typing import Any

from campaigns.days.day import CommemorativeDay
from campaigns.days.hashtags import all_hashtags
from campaigns.days.occurrence import Occurrence
from campaigns.language import Language


def day_json(occurrence: Occurrence, day: CommemorativeDay) -> dict[str, Any]:
    """When it falls, when it is posted about, what it is called, and how it is treated."""
    return {
        "id": occurrence.day_id,
        "start": occurrence.start.isoformat(),
        "end": occurrence.end.isoformat(),
        "post_on": occurrence.post_on.isoformat(),
        "name": {language.value: occurrence.names.get(language.value) for language in Language},
        "post_policy": occurrence.post_policy.value,
        "hashtags": [f"#{tag}" for tag in all_hashtags(day, occurrence)],
    }
