"""How this service asks others for what they publish: guarded, and in its own name."""

from importlib.metadata import version
from typing import Any

from campaigns.sources.http import SourceClient
from service.settings import Settings


def source_client(settings: Settings, **limits: Any) -> SourceClient:
    """Says who asks and where to complain, and goes nowhere but where the settings let it."""
    contact = f"+{settings.public_url}; {settings.reply_to}"
    return SourceClient(
        user_agent=f"Monitorposten/{version('monitorposten')} ({contact})",
        allowed_hosts=settings.source_allowed_hosts,
        **limits,
    )
