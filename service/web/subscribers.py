"""Subscribers as staff see them."""

from flask import Blueprint, render_template, request

from campaigns.editorial.editor import Role
from campaigns.subscribers.register import counts, register_page
from campaigns.subscribers.subscriber import SubscriberStatus
from campaigns.subscribers.throttle import last_alarm
from service.auth.access import signed_in
from service.request import current, db, signed_in_editor

blueprint = Blueprint("subscribers", __name__, url_prefix="/redaksjon/abonnenter")


@blueprint.get("")
@signed_in
def index() -> str:
    wanted = request.args.get("status", "")
    status = SubscriberStatus(wanted) if wanted in list(SubscriberStatus) else None
    search = request.args.get("q", "")
    page = register_page(db(), search=search, status=status, page=request.args.get("side", 1, int))
    in_clear = signed_in_editor().may(Role.ADMIN)
    return render_template(
        "web/subscribers/index.html",
        counts=counts(db()),
        page=page,
        search=search,
        status=status,
        in_clear=in_clear,
        alarm=last_alarm(db(), current().clock),
        limits=current().sign_up_limits,
    )
