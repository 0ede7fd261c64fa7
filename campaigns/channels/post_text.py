"""What a post says as its reader sees it, and what is wrong with it on any network."""

import re
from collections.abc import Iterator

from campaigns.channels.channel import Image, Post
from campaigns.channels.little_text import is_hashtag

_TAG_IN_TEXT = re.compile(r"(?<![\w/#&])#[^\W\d]\w*")


def body(post: Post) -> str:
    """The text, then its link as a paragraph of its own unless the text has it already. No hashtags."""
    text = post.text.replace("\r\n", "\n").strip()
    if post.link and post.link not in text:
        return f"{text}\n\n{post.link}" if text else post.link
    return text


def shown_text(post: Post) -> str:
    """All a reader sees: the body, then the hashtags on a line of their own."""
    tags = " ".join(f"#{tag}" for tag in post.hashtags)
    return "\n\n".join(part for part in (body(post), tags) if part)


def problems_anywhere(post: Post) -> Iterator[str]:
    """What no network would take, or would show wrongly."""
    if not body(post) and post.image is None:
        yield "Innlegget er tomt. Skriv en tekst eller velg et bilde."
    if not _is_unicode(shown_text(post)):
        yield "Teksten inneholder et ødelagt tegn. Lim den inn på nytt uten formatering."
    for tag in post.hashtags:
        if not is_hashtag(tag):
            yield f"Emneknaggen «{tag}» kan bare ha bokstaver og tall, og må begynne med en bokstav."


def tags_left_in_text(post: Post) -> Iterator[str]:
    """On a network where only the list of tags becomes links."""
    for tag in _TAG_IN_TEXT.findall(post.text):
        yield f"«{tag}» i teksten blir ikke en lenke. Flytt den til feltet for emneknagger."


def image_problems(image: Image, *, most_bytes: int, longest_alt_text: int) -> Iterator[str]:
    """What is wrong with the picture, measured by this network's limits."""
    if not image.alt_text.strip():
        yield "Bildet mangler alternativ tekst. Skriv hva bildet viser."
    if len(image.alt_text) > longest_alt_text:
        yield f"Den alternative teksten er på {len(image.alt_text)} tegn; grensen er {longest_alt_text}."
    if len(image.content) > most_bytes:
        size, limit = (f"{value / 1_000_000:.1f}".replace(".", ",") for value in (len(image.content), most_bytes))
        yield f"Bildet er på {size} MB; grensen er {limit} MB. Tegn det på nytt i mindre format."


def too_long(length: int, limit: int, network: str) -> Iterator[str]:
    if length > limit:
        yield (
            f"Teksten er på {length} tegn slik {network} teller; grensen er {limit}. Kort den ned med {length - limit}."
        )


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
