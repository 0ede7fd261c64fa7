"""What the OpenAPI document says of findings, days and the calendar."""

from collections.abc import Mapping

from campaigns.days.day import PostPolicy
from campaigns.drafting.inbox import Heap
from campaigns.editorial.draft import ChannelName, DraftKind, DraftStatus
from campaigns.indicators.finding import FindingKind, FindingState
from campaigns.language import Language
from service.api.openapi import (
    COUNT,
    DATE,
    MOMENT,
    TEXT,
    WHOLE,
    Schema,
    answer,
    exactly,
    listed,
    one_of,
    operation,
    or_null,
    page_of,
    query,
    reference,
)

_WRONG = {422: "An unknown or wrong parameter"}
_KEY_FIGURE: Schema = {"type": "object", "description": "Level and change of one period; decimals as text"}


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        "/api/v1/findings": {"get": _findings()},
        "/api/v1/days": {"get": _days()},
        "/api/v1/calendar": {"get": _calendar()},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses give."""
    return {
        "Finding": _finding(),
        "FindingPage": page_of("findings", "Finding"),
        "Day": _day(),
        "DayList": exactly({"days": listed(reference("Day"))}),
        "PlannedDraft": _planned_draft(),
        "Calendar": _whole_calendar(),
    }


def _findings() -> Schema:
    parameters = [
        query("heap", "Where they lie", one_of(Heap) | {"default": Heap.OPEN.value}),
        query("kind", "Only of this kind", one_of(FindingKind)),
        query("indicator", "Only of this indicator", TEXT),
        query("language", "Of the sentences; the office's own when left out", one_of(Language)),
        query("cursor", "Where the page before ended", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
    ]
    return operation(
        "listFindings", "What the figures give reason to say, in words", answer("One page", "FindingPage"),
        parameters=parameters, refusals=_WRONG,
    )  # fmt: skip


def _days() -> Schema:
    return operation(
        "listDays", "The commemorative days in use between two dates", answer("All", "DayList"),
        parameters=_span(), refusals=_WRONG,
    )  # fmt: skip


def _calendar() -> Schema:
    return operation(
        "readCalendar", "What stands on the desk's calendar between two dates", answer("All", "Calendar"),
        description="A draft under embargo is there for those who prepare it alone.",
        parameters=_span(), refusals=_WRONG,
    )  # fmt: skip


def _span() -> list[Schema]:
    return [
        query("from", "The first date", DATE) | {"required": True},
        query("to", "The last date, at most two years later", DATE) | {"required": True},
    ]


def _finding() -> Schema:
    return exactly(
        {
            "id": WHOLE,
            "indicator": TEXT,
            "kind": one_of(FindingKind),
            "state": one_of(FindingState),
            "found_at": MOMENT,
            "snoozed_until": or_null(MOMENT),
            "news_value": COUNT,
            "title": TEXT,
            "sentences": listed(TEXT) | {"description": "The first says level and change"},
            "minor": listed(TEXT) | {"description": "True, but not worth a sentence in a draft"},
            "provisional": {"type": "boolean"},
            "overtaken": {"type": "boolean", "description": "The source has come with other figures since"},
            "key_figure": _KEY_FIGURE,
            "earlier": or_null(_KEY_FIGURE) | {"description": "What a revision replaced"},
            "draft": or_null(WHOLE),
            "decided_by": or_null(TEXT),
        }
    )


def _day() -> Schema:
    return exactly(
        {
            "id": TEXT,
            "start": DATE,
            "end": DATE,
            "post_on": DATE,
            "name": exactly({language.value: or_null(TEXT) for language in Language}),
            "post_policy": one_of(PostPolicy),
            "hashtags": listed(TEXT),
        }
    )


def _planned_draft() -> Schema:
    return exactly(
        {
            "id": WHOLE,
            "title": TEXT,
            "kind": one_of(DraftKind),
            "state": one_of(DraftStatus),
            "on": DATE | {"description": "The office's date of its slot, or of its day while it has no slot"},
            "slot_at": or_null(MOMENT),
            "channels": listed(one_of(ChannelName)),
        }
    )


def _whole_calendar() -> Schema:
    return exactly(
        {
            "days": listed(reference("Day")) | {"description": "Those that may be marked, also what lasts weeks"},
            "drafts": listed(reference("PlannedDraft")) | {"description": "None that were rejected or withdrawn"},
            "holidays": listed(exactly({"on": DATE, "name": TEXT})),
        }
    )
