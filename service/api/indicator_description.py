"""What the OpenAPI document says of indicators."""

from collections.abc import Mapping

from campaigns.indicators.expected_time import Precision
from campaigns.indicators.indicator import ChangeKind
from campaigns.indicators.key_figures import NoChange
from campaigns.indicators.release import ReleaseState
from campaigns.indicators.standing import Standing
from campaigns.sources.flags import Mark
from service.api.indicators import MAY_ASK, PollMessage
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
    page_of,
    paging,
    query,
    reference,
)

_INDICATORS, _ONE = "/api/v1/indicators", "/api/v1/indicators/{indicator_id}"
_ID = {"name": "indicator_id", "in": "path", "required": True, "schema": TEXT | {"maxLength": 80}}
_GONE = {404: "No such indicator, or vintage"}
_ASKED = {422: "An unknown or wrong parameter"}
_DECIMAL = TEXT | {"description": "A decimal number as text, unrounded"}
_BY_LANGUAGE: Schema = {"type": "object", "additionalProperties": TEXT, "description": "By language: nb, nn, en"}


def paths() -> Mapping[str, Schema]:
    """The addresses."""
    return {
        _INDICATORS: {"get": _listing()},
        _ONE: {"get": _showing()},
        f"{_ONE}/vintages": {"get": _vintages()},
        f"{_ONE}/poll": {"post": _polling()},
    }


def schemas() -> Mapping[str, Schema]:
    """What the addresses take and give."""
    return {
        **message_schemas(PollMessage),
        "IndicatorLine": exactly(_line()),
        "IndicatorPage": page_of("indicators", "IndicatorLine"),
        "Indicator": exactly({**_line(), **_rest()}),
        "IndicatorVintage": _vintage(),
        "IndicatorVintages": exactly({"vintages": listed(reference("IndicatorVintage"))}),
        "Polled": exactly(
            {"source": TEXT, "asked": {"type": "boolean", "description": "False when it waited to be asked already"}}
        ),
    }


def _listing() -> Schema:
    sought = [
        query("q", "Words, each of which stands somewhere in what is known of it", TEXT | {"maxLength": 200}),
        query("topic", "Only on this topic of the catalogue", TEXT),
    ]
    return operation(
        "listIndicators", "What is followed, with the newest figure of each", answer("One page", "IndicatorPage"),
        parameters=[*sought, *paging()], refusals=_ASKED,
    )  # fmt: skip


def _showing() -> Schema:
    vintage = query("vintage", "As of this vintage; the newest when left out", COUNT)
    return operation(
        "showIndicator", "One indicator with its series, and when it is expected", answer("The indicator", "Indicator"),
        parameters=[_ID, vintage], refusals={**_GONE, **_ASKED},
    )  # fmt: skip


def _vintages() -> Schema:
    return operation(
        "listVintages", "What was published when, the newest first", answer("All", "IndicatorVintages"),
        parameters=[_ID], refusals={**_GONE, **_ASKED},
    )  # fmt: skip


def _polling() -> Schema:
    return operation(
        "pollIndicator", "Put its source first in the queue; the figures come when it has answered",
        answer("It is asked soon", "Polled"), roles=MAY_ASK, parameters=[_ID], body="PollMessage", status=202,
        refusals={404: "No such indicator", 422: "A field is unknown, or the source is not asked at all"},
    )  # fmt: skip


def _line() -> dict[str, Schema]:
    figure = exactly(
        {
            "period": TEXT,
            "value": _DECIMAL,
            "base_period": or_null(TEXT),
            "base": or_null(_DECIMAL),
            "change": or_null(_DECIMAL),
            "change_kind": one_of(ChangeKind),
            "provisional": {"type": "boolean"},
            "no_change_reason": or_null(TEXT) | {"enum": [*NoChange, None]},
        }
    )
    return {
        "id": TEXT,
        "title": _BY_LANGUAGE,
        "unit": _BY_LANGUAGE,
        "decimals": WHOLE | {"description": "How many it is printed with"},
        "topics": listed(TEXT),
        "example_data": {"type": "boolean", "description": "Invented numbers"},
        "source": TEXT,
        "standing": one_of(Standing),
        "vintage": or_null(WHOLE),
        "seen_at": or_null(MOMENT),
        "key_figure": or_null(figure),
    }


def _rest() -> dict[str, Schema]:
    observation = exactly(
        {
            "period": TEXT,
            "value": or_null(_DECIMAL),
            "source_value": or_null(_DECIMAL),
            "flag": TEXT | {"description": "As the source writes it"},
            "marks": listed(one_of(Mark)),
        }
    )
    expected = exactly(
        {
            "state": one_of(ReleaseState),
            "precision": one_of(Precision),
            "starts_on": or_null(DATE),
            "ends_on": or_null(DATE),
            "at": or_null(MOMENT),
            "uncertain": {"type": "boolean"},
            "words": TEXT,
            "release": or_null(WHOLE) | {"description": "In the release plan; null when its rhythm says so"},
        }
    )
    return {
        "description": _BY_LANGUAGE,
        "slice": {"type": "object", "additionalProperties": TEXT, "description": "Which series of the table it is"},
        "attribution": _BY_LANGUAGE,
        "figure_url": or_null(TEXT),
        "reason": or_null(TEXT) | {"description": "Why it stands as it does, when something is wrong"},
        "observations": listed(observation),
        "expected": or_null(expected),
    }


def _vintage() -> Schema:
    return exactly(
        {
            "vintage": WHOLE,
            "seen_at": MOMENT,
            "source_updated_at": or_null(MOMENT),
            "classes": listed(TEXT) | {"description": "What kinds of change it brought"},
            "verdict": TEXT,
            "reason": or_null(TEXT),
            "own": COUNT | {"description": "How many of the indicator's own figures are new or different in it"},
            "sha256": TEXT | {"description": "Of the whole table, in canonical form"},
        }
    )
