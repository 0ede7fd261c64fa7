"""Which network carries what, from the settings: the networks' own adapters, and the sandbox beside each."""

from campaigns.channels.channel import PostChannel
from campaigns.channels.facebook import Facebook
from campaigns.channels.linkedin import LinkedIn
from campaigns.channels.sandbox_post import SandboxPosts
from campaigns.clock import Clock
from service.settings import Settings


def post_channels(settings: Settings, clock: Clock) -> dict[str, PostChannel]:
    """By ``ChannelAccount.carrier``. A network without an app of ours is there as its sandbox only."""
    linkedin = LinkedIn(api_url=settings.linkedin_api_url, version=settings.linkedin_version, clock=clock)
    facebook = Facebook(graph_url=settings.facebook_graph_url, version=settings.facebook_version, clock=clock)
    folder, site = settings.folders.sandbox_posts, settings.public_url
    channels: dict[str, PostChannel] = {
        f"sandbox:{network.name}": SandboxPosts(network, folder, site_url=site, clock=clock)
        for network in (linkedin, facebook)
    }
    if settings.linkedin_client_id:
        channels["linkedin"] = linkedin
    if settings.facebook_client_id:
        channels["facebook"] = facebook
    return channels
