"""``/sandkasse/``: the mails and posts that would have gone out, looking like the real thing.

On a machine where it is tried out the pages are open, because the demo and its story send people here. In
production they are for staff, and they exist only while something is sandboxed: a mail here holds working links
to its recipient's own pages.
"""

import re

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlmodel import col, select
from werkzeug.exceptions import NotFound

from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import Image, Post
from campaigns.channels.network_rules import RULES
from campaigns.channels.preview import PostPreview, post_preview
from campaigns.channels.sandbox_letter import Letter, opened
from campaigns.channels.sandbox_mail import SandboxMailbox
from campaigns.channels.sandbox_post import SandboxedPost, SandboxFolder
from campaigns.delivery.delivery import Delivery
from campaigns.paging import Page
from service.auth.access import public
from service.headers import mail_preview_policy
from service.request import current, db, editor

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandkasse")

_MAILS_A_PAGE = 25
_POSTS_SHOWN = 12
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@blueprint.before_request
def _admit() -> None:
    if current().settings.production and (editor() is None or not _anything_is_sandboxed()):
        raise NotFound


@blueprint.get("/")
@public
def index() -> str:
    names = _mailbox().names()
    page = Page(asked=request.args.get("side", 1, int), total=len(names), length=_MAILS_A_PAGE)
    posts = list(_folder().posts())
    return render_template(
        "web/sandbox/index.html",
        mails=[_mail(name.removesuffix(".eml")) for name in page.of(names)],
        mail_count=len(names),
        page=page,
        posts=[(post, _preview(post)) for post in posts[:_POSTS_SHOWN]] if page.number == 1 else [],
        post_count=len(posts),
    )


@blueprint.get("/innlegg/<name>")
@public
def post(name: str) -> str:
    found = _found(_folder().post(name))
    draft_id = db().exec(select(Delivery.draft_id).where(Delivery.external_id == f"sandkasse:{name}")).first()
    return render_template("web/sandbox/post.html", post=found, preview=_preview(found), draft_id=draft_id)


@blueprint.get("/innlegg/<name>.png")
@public
def picture(name: str) -> Response:
    content = _folder().picture(name)
    if content is None:
        raise NotFound
    return Response(content, mimetype="image/png")


@blueprint.get("/mail/<name>")
@public
def mail(name: str) -> str:
    view = request.args.get("vis", "")
    return render_template("web/sandbox/mail.html", mail=_mail(name), view=view)


@blueprint.get("/mail/<name>/html")
@public
def mail_html(name: str) -> Response:
    """The HTML part alone, for the frame: its own address, because a frame given by ``srcdoc`` would inherit the
    page's policy, which rightly forbids the inline styles that mails are made of.
    """
    html = _HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', _mail(name).html, count=1)
    response = make_response(html)
    policy = mail_preview_policy(current().settings.public_url)
    response.headers["Content-Security-Policy"] = policy.replace(
        "sandbox;", "sandbox allow-popups allow-popups-to-escape-sandbox;", 1
    )
    return response


def _mailbox() -> SandboxMailbox:
    return SandboxMailbox(current().folders.sandbox_mail, current().clock)


def _folder() -> SandboxFolder:
    return SandboxFolder(current().folders.sandbox_posts)


def _mail(name: str) -> Letter:
    found = _mailbox().read(f"{name}.eml")
    if found is None:
        raise NotFound
    return opened(found)


def _found(post: SandboxedPost | None) -> SandboxedPost:
    if post is None:
        raise NotFound
    return post


def _preview(post: SandboxedPost) -> PostPreview:
    content = _folder().picture(post.name)
    image = Image.from_png(content, alt_text=post.alt_text) if content else None
    account = db().get(ChannelAccount, post.account_id)
    return post_preview(
        RULES[post.channel],
        Post(
            text=post.text, hashtags=post.hashtags, link=post.link, link_title=post.link_title,
            language=post.language, image=image,
        ),
        account_name=account.name if account else current().settings.monitor_name,
        image_url=url_for("sandbox.picture", name=post.name),
    )  # fmt: skip


def _anything_is_sandboxed() -> bool:
    if current().settings.smtp_url.startswith("sandbox:"):
        return True
    return db().exec(select(ChannelAccount.id).where(col(ChannelAccount.adapter) == "sandbox")).first() is not None
