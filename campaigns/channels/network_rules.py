"""What each network takes, as values: its limits, and the text that goes over its wire. No network needed.

Adapters refuse by these rules, previews show by them, and a draft is held against them before anybody approves.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from campaigns.channels.channel import Post
from campaigns.channels.little_text import encode, wire_length
from campaigns.channels.post_text import (
    body,
    image_problems,
    problems_anywhere,
    shown_text,
    tags_left_in_text,
    too_long,
)


@dataclass(frozen=True, kw_only=True)
class NetworkRules:
    """One network. ``fold`` is where its feed hides the rest behind «…mer»: about so many characters or lines."""

    name: str
    label: str
    max_length: int
    wire: Callable[[Post], str]
    links_tags_in_text: bool
    most_image_bytes: int
    most_pixels: int | None
    longest_alt_text: int
    fold_characters: int
    fold_lines: int

    def wire_text(self, post: Post) -> str:
        """The exact text that goes over the wire. ``ValueError`` for a tag that is none, or broken Unicode."""
        return self.wire(post)

    def problems(self, post: Post) -> list[str]:
        """What would be refused or look wrong, as sentences for the editor."""
        found = list(problems_anywhere(post))
        if not self.links_tags_in_text:
            found += tags_left_in_text(post)
        with suppress(ValueError):  # said already
            found += too_long(wire_length(self.wire_text(post)), self.max_length, self.label)
        if post.image is None:
            return found
        found += image_problems(post.image, most_bytes=self.most_image_bytes, longest_alt_text=self.longest_alt_text)
        if self.most_pixels is not None and post.image.width * post.image.height >= self.most_pixels:
            found.append(f"Bildet har for mange bildepunkter for {self.label}. Tegn det i mindre format.")
        return found


def _little_text(post: Post) -> str:
    return encode(body(post), post.hashtags)


LINKEDIN = NetworkRules(
    name="linkedin",
    label="LinkedIn",
    max_length=3_000,  # UTF-16 units of the escaped text: the strictest reading of what is documented
    wire=_little_text,
    links_tags_in_text=False,
    most_image_bytes=5_000_000,
    most_pixels=36_152_320,
    longest_alt_text=4_086,
    fold_characters=210,
    fold_lines=3,
)
FACEBOOK = NetworkRules(
    name="facebook",
    label="Facebook",
    max_length=63_206,
    wire=shown_text,
    links_tags_in_text=True,
    most_image_bytes=4_000_000,
    most_pixels=None,
    longest_alt_text=2_000,
    fold_characters=477,
    fold_lines=5,
)
RULES: Mapping[str, NetworkRules] = {rules.name: rules for rules in (LINKEDIN, FACEBOOK)}
"""By the channel's name in a draft's variants."""
