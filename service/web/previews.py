"""What goes out, as it will look: posts as the networks show them, the newsletter in a frame of its own (S-05, S-24).

The same renderer makes the preview and the mail. A POST shows what is typed and not saved; it changes nothing.
"""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from campaigns.channels.account import account_names
from campaigns.channels.network_rules import RULES
from campaigns.channels.preview import PostPreview, post_preview
from campaigns.days.quiet import Notice, NoticeLevel, quiet_on
from campaigns.delivery.approved_post import NotAsApproved, from_variant
from campaigns.editorial.blocks import Blocks
from campaigns.editorial.changes import clean_blocks
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import ChannelName, Draft
from campaigns.editorial.timeliness import out_of_time
from campaigns.errors import InvalidInput, Refused
from campaigns.newsletter.item import Item, ItemImage
from service.auth.access import reads_only, signed_in
from service.headers import mail_preview_policy
from service.request import current, db
from service.web.block_fields import without_empty
from service.web.draft_form import DraftForm, VariantFields

blueprint = Blueprint("previews", __name__, url_prefix="/redaksjon/utkast/<int:draft_id>")


@blueprint.get("/nyhetsbrev")
@signed_in
def newsletter(draft_id: int) -> Response:
    found = dossier(db(), draft_id)
    return _framed(DraftForm.of(found.draft, found.variants, current().clock.zone), found.draft)


@blueprint.post("/nyhetsbrev")
@signed_in
@reads_only
def unsaved_newsletter(draft_id: int) -> Response:
    found = dossier(db(), draft_id)
    form = DraftForm.typed(found.draft, found.variants, request.form, current().clock.zone)
    return _framed(form, found.draft)


@blueprint.post("/visning")
@signed_in
@reads_only
def live(draft_id: int) -> str:
    found = dossier(db(), draft_id)
    form = DraftForm.typed(found.draft, found.variants, request.form, current().clock.zone)
    return render_template(
        "web/drafts/_live.html",
        form=form,
        posts=post_previews(form),
        slot=picked(form),
        notices=slot_notices(form, found.draft),
    )


def post_previews(form: DraftForm) -> dict[str, PostPreview]:
    """Channel → the post as its network will show it, made from what the delivery would be made from."""
    names = account_names(db())
    return {
        fields.channel.value: _post_preview(
            fields, form, names.get(fields.channel.value, current().settings.monitor_name)
        )
        for fields in form.variants
        if fields.channel.value in RULES
    }


def slot_notices(form: DraftForm, draft: Draft) -> list[Notice]:
    """What speaks against the chosen date; nothing while there is no date to speak of."""
    slot, zone = picked(form), current().clock.zone
    if slot is None:
        return []
    texts = [fields.text for fields in form.variants if fields.enabled]
    texts += [str(block.get("text")) for block in form.blocks]
    dated = out_of_time(texts, slot_at=slot, occurs_on=draft.occurs_on, zone=zone)
    return [*quiet_on(db(), slot.astimezone(zone).date()), *(Notice(NoticeLevel.WARN, sentence) for sentence in dated)]


def picked(form: DraftForm) -> datetime | None:
    """The time as it stands in the form; None while it is no time yet."""
    try:
        return form.slot_at(current().clock.zone)
    except InvalidInput:
        return None


def item_of_form(form: DraftForm) -> Item:
    """What the newsletter would say of the draft as it stands in the form. Raises ``InvalidInput``."""
    mail = next(fields for fields in form.variants if fields.channel is ChannelName.NEWSLETTER)
    image = None
    if mail.image_sha256:
        image = ItemImage(sha256=mail.image_sha256, canvas=mail.canvas, alt_text=mail.alt_text)
    return Item(
        title=form.title,
        blocks=Blocks.validate_python(clean_blocks(tuple(without_empty(form.blocks)))),
        subject=mail.subject,
        preheader=mail.preheader,
        link=mail.link or None,
        image=image,
    )


def _post_preview(fields: VariantFields, form: DraftForm, account_name: str) -> PostPreview:
    frozen = from_variant(
        {
            "text": fields.text,
            "hashtags": fields.tags(),
            "link": fields.link,
            "image_sha256": fields.image_sha256,
            "alt_text": fields.alt_text,
        },
        title=form.title,
        language=form.language.value,
    )
    rules = RULES[fields.channel.value]
    try:
        post = frozen.complete(current().image_of)
    except NotAsApproved as gone:
        shown = post_preview(rules, frozen.post, account_name=account_name)
        return replace(shown, problems=(str(gone), *shown.problems))
    address = url_for("figures.image", sha256=fields.image_sha256) if fields.image_sha256 else None
    return post_preview(rules, post, account_name=account_name, image_url=address)


def _framed(form: DraftForm, draft: Draft) -> Response:
    service = current()
    try:
        rendered = service.press.renderer.render_issue(
            [item_of_form(form)],
            service.press.masthead,
            language=form.language,
            at=draft.slot_at or service.clock.now(),
        )
        html = rendered.html
    except Refused as refusal:
        html = render_template("web/drafts/mail_refused.html", reason=str(refusal))
    response = make_response(html)
    response.headers["Content-Security-Policy"] = mail_preview_policy(service.settings.public_url)
    return response
