"""What a draft still lacks before anybody should be asked to approve it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from campaigns.channels.channel import Post
from campaigns.channels.network_rules import RULES
from campaigns.editorial.draft import ChannelName, Draft, Variant
from campaigns.editorial.snapshot import CHANNEL_LABELS
from campaigns.errors import InvalidInput


@dataclass(frozen=True)
class Lack:
    """One thing to put right, and the field it belongs to."""

    field: str
    sentence: str


class Incomplete(InvalidInput):
    """The draft is not ready for approval; ``lacks`` lists everything, the message says the first."""

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(" ".join(lack.sentence for lack in lacks), field=lacks[0].field)
        self.lacks = lacks


def post_of(variant: Variant) -> Post:
    """What goes out of it, but for the picture."""
    return Post(text=variant.text, hashtags=tuple(variant.hashtags), link=variant.link)


def lacks(draft: Draft, variants: list[Variant], now: datetime) -> list[Lack]:
    """Everything that is missing; empty when the draft may be submitted."""
    return list(_lacks(draft, variants, now))


def require_complete(draft: Draft, variants: list[Variant], now: datetime) -> None:
    """Raise ``Incomplete`` when something is missing."""
    if found := lacks(draft, variants, now):
        raise Incomplete(found)


def _lacks(draft: Draft, variants: list[Variant], now: datetime) -> Iterator[Lack]:
    if draft.slot_at is None:
        yield Lack("slot", "Velg når dette skal publiseres.")
    elif draft.slot_at <= now:
        yield Lack("slot", "Publiseringstidspunktet er passert. Velg et nytt.")
    enabled = [variant for variant in variants if variant.enabled]
    if not enabled:
        yield Lack("channels", "Slå på minst én kanal.")
    for variant in enabled:
        yield from _newsletter(draft, variant) if variant.channel is ChannelName.NEWSLETTER else _post(variant)


def _newsletter(draft: Draft, variant: Variant) -> Iterator[Lack]:
    if not variant.subject.strip():
        yield Lack("newsletter.subject", "Skriv et emne til nyhetsbrevet.")
    if not draft.blocks:
        yield Lack("blocks", "Nyhetsbrevet har ikke noe innhold ennå.")
    yield from _alt_text(variant)


def _post(variant: Variant) -> Iterator[Lack]:
    label, name = CHANNEL_LABELS[variant.channel], variant.channel.value
    if not variant.text.strip():
        yield Lack(f"{name}.text", f"Skriv teksten til {label}, eller slå av kanalen.")
    else:
        # The very rules the hand-over refuses by, so that nothing is approved that cannot go out.
        yield from (Lack(f"{name}.text", problem) for problem in RULES[name].problems(post_of(variant)))
    yield from _alt_text(variant)


def _alt_text(variant: Variant) -> Iterator[Lack]:
    if variant.image_sha256 and not variant.alt_text.strip():
        label = CHANNEL_LABELS[variant.channel]
        yield Lack(f"{variant.channel.value}.alt_text", f"Bildet til {label} mangler alternativtekst.")
