"""For machines that watch over this one: alive, and ready to work. No versions, no names (S-63)."""

import os

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from service.auth.access import public
from service.request import current

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers. Asks nothing of the database, so that a slow one gets nobody restarted."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Whether requests can be served: the database answers with our tables in it, and the data folder takes files."""
    checks = {"database": _database_answers(), "data_folder": os.access(current().settings.data_dir, os.W_OK)}
    return jsonify(ready=all(checks.values()), checks=checks), 200 if all(checks.values()) else 503


def _database_answers() -> bool:
    try:
        with current().database.session_scope(read_only=True) as session:
            session.execute(sa.text("SELECT id FROM subscriber LIMIT 1"))
    except SQLAlchemyError:
        return False
    return True
