"""What the OpenAPI document says of series."""

from collections.abc import Mapping

from campaigns.editorial.editor import Role
from campaigns.language import Language
from campaigns.newsletter.rhythm import Every
from campaigns.newsletter.series import SeriesStatus, TakesIn, TurnOutcome
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
    message_schemas,
    one_of,
    operation,
    or_null,
    path_number,
    query,
    reference,
    sent_once,
)
from service.api.series_messages import NewSeries, SeriesPatch

_SERIES, _ONE = "/api/v1/series", "/api/v1/series/{series_id}"
_WRONG = {422: "A field is missing, unknown or wrong"}
_STEP = {404: "No such series", 409: "Changed since that version, or not now", **_WRONG}
_STEERS = (Role.AUTHOR, Role.APPROVER)


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        _SERIES: {"get": _listing(), "post": _beginning()},
        _ONE: {"get": _showing(), "patch": _changing()},
        f"{_ONE}/pause": {"post": _step("pauseSeries", "Fill no more issues for now")},
        f"{_ONE}/resumption": {"post": _step("resumeSeries", "Go on; what came meanwhile is not made up for")},
        f"{_ONE}/ending": {"post": _step("endSeries", "Stop for good; its history stays")},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    return {
        **message_schemas(NewSeries, SeriesPatch),
        "IssueSeriesLine": exactly(_line()),
        "IssueSeriesList": exactly({"series": listed(reference("IssueSeriesLine"))}),
        "IssueSeries": exactly({**_line(), **_rest()}),
    }


def _listing() -> Schema:
    return operation(
        "listSeries", "Issues that come round by themselves, those going first", answer("All", "IssueSeriesList"),
        parameters=[query("state", "Only in this state", one_of(SeriesStatus))],
        refusals={422: "An unknown or wrong parameter"},
    )  # fmt: skip


def _beginning() -> Schema:
    return operation(
        "beginSeries", "Begin a series; it is active at once", answer("The series", "IssueSeries"),
        roles=(Role.AUTHOR,), parameters=[sent_once()], body="NewSeries", status=201, refusals=_WRONG,
    )  # fmt: skip


def _showing() -> Schema:
    return operation(
        "showSeries", "One series, with what comes and what has been", answer("The series", "IssueSeries"),
        parameters=[path_number("series_id")], refusals={404: "No such series"},
    )  # fmt: skip


def _changing() -> Schema:
    return operation(
        "changeSeries", "Other choices for the issues that come", answer("The series as it is now", "IssueSeries"),
        roles=(Role.AUTHOR,), parameters=[path_number("series_id")], body="SeriesPatch", refusals=_STEP,
    )  # fmt: skip


def _step(name: str, summary: str) -> Schema:
    return operation(
        name, summary, answer("The series as it is now", "IssueSeries"),
        roles=_STEERS, parameters=[path_number("series_id")], body="Step", refusals=_STEP,
    )  # fmt: skip


def _line() -> dict[str, Schema]:
    rhythm = exactly({"every": one_of(Every)}) | {
        "properties": {"every": one_of(Every), "day": WHOLE, "nth": WHOLE, "weekday": WHOLE}
    }
    return {
        "id": WHOLE,
        "version": WHOLE | {"description": "Counts saved changes; changes and steps carry the one they saw"},
        "state": one_of(SeriesStatus),
        "name": TEXT,
        "rhythm": rhythm,
        "at": TEXT | {"description": "On the office's clock: 08:00"},
        "lead_days": COUNT,
        "begins_on": DATE,
        "language": one_of(Language),
        "subject": TEXT | {"description": "With its places, such as {måned}"},
        "next_slot_at": or_null(MOMENT) | {"description": "When the next one goes; null while it is not going"},
        "begun_at": MOMENT,
        "updated_at": MOMENT,
    }


def _rest() -> dict[str, Schema]:
    issue = or_null(WHOLE) | {"description": "The issue it became"}
    coming = exactly({"due_on": DATE, "slot_at": MOMENT, "fill_at": MOMENT, "subject": TEXT, "issue": issue})
    past = exactly(
        {"due_on": DATE, "slot_at": MOMENT, "outcome": one_of(TurnOutcome), "issue": issue, "left_out": COUNT}
    )
    return {
        "preheader": TEXT,
        "opening": TEXT,
        "takes_in": one_of(TakesIn),
        "most_items": COUNT,
        "subjects": listed(TEXT),
        "reader_languages": listed(one_of(Language)),
        "segment": or_null(exactly({"id": WHOLE, "name": TEXT})),
        "last_editor": or_null(TEXT),
        "coming": listed(coming) | {"description": "The next four, the soonest first"},
        "past": listed(past) | {"description": "The newest first"},
    }
