"""A post as it was approved, and the page it goes to."""

from collections.abc import Callable

from campaigns.channels.channel import Destination, Post, Receipt
from tests.fakes.pictures import picture

LINKEDIN_PAGE = Destination(account_id="linkedin-ho21", external_id="urn:li:organization:123", token="good-token")
POST = Post(
    text="Flere kliniske studier i 2025 (SSB)\n\nSøkte studier økte med 12 % [foreløpige tall].",
    hashtags=("helseforskning", "Forskningsråd"),
    link="https://monitor.example.no/figur/studier-2025",
    image=picture(),
)
SHOWN = (
    "Flere kliniske studier i 2025 (SSB)\n\nSøkte studier økte med 12 % [foreløpige tall].\n\n"
    "https://monitor.example.no/figur/studier-2025\n\n#helseforskning #Forskningsråd"
)
Publish = Callable[[], Receipt]
