"""The queue: the desk's front page. What needs me now, what waits for others, what is coming, what went out."""

from flask import Blueprint, render_template

from campaigns.editorial.queue import queue
from campaigns.editorial.set_aside import set_aside
from service.auth.access import signed_in
from service.request import current, db, signed_in_editor
from service.web.draft_page import approval_mode

blueprint = Blueprint("queue", __name__, url_prefix="/redaksjon")


@blueprint.get("/")
@signed_in
def show() -> str:
    lists = queue(db(), signed_in_editor(), current().clock, mode=approval_mode())
    return render_template("web/queue/show.html", queue=lists, aside=set_aside(db()))
