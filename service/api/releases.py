"""``POST /api/v1/releases``: a statistics site pushes its figures, or says that it has news to fetch."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.push import AlreadyTaken, take_push
from campaigns.indicators.push_keys import keys_of
from campaigns.sources.limits import MAX_BYTES
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.signature import SignatureRefused, check_head, check_signature
from service.api.problems import kind_of, problem
from service.auth.access import public, signed_message, takes_files
from service.request import current

blueprint = Blueprint("api_releases", __name__, url_prefix="/api/v1")

SOURCE, MESSAGE_ID, TIMESTAMP, SIGNATURE = (
    "Monitorposten-Source",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
)
_ENVELOPE = 64 * 1024  # what surrounds the dataset


@blueprint.post("/releases")
@public
@signed_message
@takes_files(MAX_BYTES + _ENVELOPE)
def receive_release() -> Response:
    service = current()
    source_id, message_id = request.headers.get(SOURCE, ""), request.headers.get(MESSAGE_ID, "")
    scope, clock = service.database.session_scope, service.clock
    body = _signed_body(source_id, message_id)
    if not request.is_json:
        raise UnsupportedMediaType
    taken = take_push(scope, clock, source_id, message_id=message_id, body=body, blobs=service.folders.source_blobs)
    if taken.woken:
        response = jsonify({"outcome": "scheduled", "tables": taken.woken})
        response.status_code = 202
        return response
    return jsonify({"outcome": "taken", "tables": [_result(result) for result in taken.results]})


@blueprint.errorhandler(SignatureRefused)
def not_signed(error: SignatureRefused) -> Response:
    answer = problem(401, kind_of(error), "Meldingen er ikke godtatt", str(error))
    answer.headers["WWW-Authenticate"] = f'Webhook-Signature headers="{SOURCE} {MESSAGE_ID} {TIMESTAMP} {SIGNATURE}"'
    return answer


@blueprint.errorhandler(AlreadyTaken)
def already_taken(error: AlreadyTaken) -> Response:
    return problem(409, kind_of(error), "Meldingen er mottatt før", str(error))


@blueprint.errorhandler(PayloadRefused)
def payload_refused(error: PayloadRefused) -> Response:
    return problem(422, kind_of(error), "Tallene kan ikke brukes", error.detail, reason=error.reason)


def _signed_body(source_id: str, message_id: str) -> bytes:
    """The body, once its signature is known to be good. A stranger is told nothing of which sources there are."""
    service = current()
    timestamp = request.headers.get(TIMESTAMP, "")
    check_head(message_id=message_id, timestamp=timestamp, now=service.clock.now())
    with service.database.session_scope(read_only=True) as session:
        keys = keys_of(session, source_id[:80], service.clock.now(), sealing=service.push_sealing)
    body = request.get_data(cache=False)
    given = request.headers.get(SIGNATURE, "")
    check_signature(keys, message_id=message_id, timestamp=timestamp, given=given, body=body)
    return body


def _result(result: PollResult) -> dict[str, Any]:
    return {
        "indicators": list(result.indicator_ids),
        "outcome": result.outcome.value if result.outcome else None,
        "classes": list(result.classes),
        "findings": result.findings,
        "detail": result.detail,
    }
