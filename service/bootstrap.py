"""The composition root: settings in, working parts out. Nothing else in the project makes a part for itself.

Parts are made when first asked for, so that a command that needs only the database starts no browser. What is heavy
and not needed to send mail is imported in the part that makes it: the process that sends is started again after a
crash while people wait, and has little memory to itself.
"""

import threading
from functools import cached_property, partial
from typing import TYPE_CHECKING

from jinja2 import Environment

from campaigns.channels.channel import PostChannel
from campaigns.channels.sealing import PUSH_SECRETS, Sealing
from campaigns.channels.signing_process import SignsBeside
from campaigns.channels.taking_turns import sleep
from campaigns.clock import Clock, ShiftedClock, SystemClock
from campaigns.delivery.brake import Brake
from campaigns.delivery.dispatch import Dispatcher
from campaigns.delivery.lane import MailLane
from campaigns.delivery.mailroom import Mailroom
from campaigns.delivery.retention import Kept
from campaigns.drafting.plan import DraftingPlan
from campaigns.newsletter.assemble import Press
from campaigns.newsletter.digest import DigestTimes
from campaigns.newsletter.render import Renderer
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Links
from campaigns.subscribers.throttle import Limits
from chart_renderer.brand import load_look
from chart_renderer.store import ImageStore
from service import mail_signing, mailing, terms
from service.database import Database
from service.mail_templates import mail_environment
from service.master_key import derived, master_keys
from service.settings import Settings
from service.water_mark import Mark, WaterMark, ledger_of

if TYPE_CHECKING:
    from campaigns.channels.oauth_token import AccessTokens
    from campaigns.channels.sandbox_mail import SandboxMailServer
    from campaigns.sources.http import SourceClient
    from chart_renderer.renderer import ChartRenderer


class Service:
    """Everything one process works with. ``close`` lets go of what was opened.

    Raises ``BrandInvalid`` or ``FontMissing`` at once when figures cannot look as ``brand_file`` says, and
    ``InvalidInput`` when mail cannot be signed as the settings say.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.folders = settings.folders
        self.look = load_look(settings.brand_file)
        self.dkim_keys = mail_signing.dkim_keys(settings)
        self._given_clock = clock
        self.ending = threading.Event()  # set = nothing more is begun

    @cached_property
    def clock(self) -> Clock:
        if self._given_clock is not None:
            return self._given_clock
        if self.settings.demo_now is not None:
            return ShiftedClock.starting_at(self.settings.demo_now, self.settings.zone)
        return SystemClock(self.settings.zone)

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def master_keys(self) -> tuple[bytes, ...]:
        """Those that are believed, the present one first; work with ``derived_key`` instead."""
        return master_keys(self.settings)

    def derived_key(self, purpose: str) -> bytes:
        """A key of its own for each purpose."""
        return derived(self.master_keys[0], purpose)

    def derived_keys(self, purpose: str) -> tuple[bytes, ...]:
        """The same of every master that is believed."""
        return tuple(derived(master, purpose) for master in self.master_keys)

    @cached_property
    def keyring(self) -> Keyring:
        """Keys for what subscribers are sent and counted by."""
        return Keyring(self.master_keys)

    @cached_property
    def sign_up_limits(self) -> Limits:
        """How much the sign-up form takes."""
        return terms.sign_up_limits(self.settings)

    @property
    def digest_times(self) -> DigestTimes:
        """When the week's and the month's digest go."""
        return terms.digest_times(self.settings)

    @cached_property
    def kept(self) -> Kept:
        """How long each thing about readers is kept."""
        return terms.kept(self.settings)

    @cached_property
    def links(self) -> Links:
        return Links(self.keyring, public_url=self.settings.public_url, list_id=self.settings.list_id)

    @cached_property
    def mail_templates(self) -> Environment:
        return mail_environment()

    @cached_property
    def newsletter_renderer(self) -> Renderer:
        """Makes the preview, the mail and the archive page alike."""
        return Renderer(self.mail_templates)

    @cached_property
    def images(self) -> ImageStore:
        """Every chart that was drawn, by its hash."""
        return ImageStore(self.folders.images)

    @cached_property
    def charts(self) -> "ChartRenderer":
        """Draws figures; starts its own process when the first one is asked for."""
        from chart_renderer.renderer import ChartRenderer  # noqa: PLC0415 - Plotly

        return ChartRenderer(self.images, self.settings.browser_path, look=self.look)

    @cached_property
    def sandbox_mail(self) -> "SandboxMailServer":
        """Where mails land while no relay is set."""
        from campaigns.channels.sandbox_mail import (  # noqa: PLC0415 - aiosmtpd
            SandboxMailbox,
            SandboxMailServer,
        )

        return SandboxMailServer(SandboxMailbox(self.folders.sandbox_mail, self.clock))

    @cached_property
    def mailbox_tokens(self) -> "AccessTokens | None":
        """What opens the mailbox of returned mail where no password does."""
        from campaigns.channels.oauth_token import AccessTokens  # noqa: PLC0415 - requests

        credentials = self.settings.mailbox_credentials
        return AccessTokens(credentials, self.clock) if credentials else None

    @cached_property
    def mail_lanes(self) -> tuple[MailLane, ...]:
        sandbox = lambda: self.sandbox_mail.start()  # noqa: E731, PLW0108 - not made before a lane leads there
        return mailing.mail_lanes(self.settings, sandbox, wait=partial(sleep, unless=self.ending))

    @cached_property
    def press(self) -> Press:
        """What newsletter issues are made with, in previews as at their slot."""
        return Press(
            renderer=self.newsletter_renderer,
            masthead=terms.masthead(self.settings),
            mail_from=self.settings.mail_from,
            has_image=lambda sha256: self.images.get(sha256) is not None,
            counts_links=self.settings.count_links,
        )

    @cached_property
    def signing(self) -> SignsBeside:
        """Makes DKIM signatures; while there are many, beside what sends."""
        return SignsBeside(self.dkim_keys)

    @cached_property
    def water_mark(self) -> WaterMark:
        """How far sending has come, kept outside the database."""
        return WaterMark(self.settings.data_dir)

    def note_claims(self, claims: int) -> None:
        """Write down how far sending has come, before what was claimed leaves."""
        self.water_mark.note(Mark(claims, ledger_of(self.database)))

    @cached_property
    def mailroom(self) -> Mailroom:
        return mailing.mailroom(
            self.settings,
            links=self.links,
            return_key=self.derived_key("return-path"),
            templates=self.mail_templates,
            sign=mail_signing.signer(self.dkim_keys, self.signing),
        )

    @cached_property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            scope=self.database.session_scope,
            keep=self.database.keep_connection,
            clock=self.clock,
            mailroom=self.mailroom,
            policy=mailing.retry_policy(self.settings),
            note_claims=self.note_claims,
            stop=Brake(self.database.session_scope, self.ending),
        )

    @cached_property
    def post_channels(self) -> dict[str, PostChannel]:
        """Who carries the posts of which account (``ChannelAccount.carrier``)."""
        from service.post_channels import post_channels  # noqa: PLC0415 - Requests, and the networks' adapters

        return post_channels(self.settings, self.clock)

    @cached_property
    def sealing(self) -> Sealing:
        """Opens and closes the networks' tokens."""
        return Sealing(self.master_keys)

    @cached_property
    def push_sealing(self) -> Sealing:
        """Opens and closes the secrets that sources sign with."""
        return Sealing(self.master_keys, purpose=PUSH_SECRETS)

    def image_of(self, sha256: str) -> bytes:
        """The picture of that name. Raises ``LookupError`` when it is not there."""
        content = self.images.get(sha256)
        if content is None:
            raise LookupError(sha256)
        return content

    @cached_property
    def source_client(self) -> "SourceClient":
        """Fetches from sources; files only in the demo."""
        from service.fetching import source_client  # noqa: PLC0415 - Requests

        return source_client(self.settings, allow_files=self.settings.demo_now is not None)

    @cached_property
    def link_client(self) -> "SourceClient":
        """Asks whether what an issue links to is there; guarded as the one for sources, and less patient."""
        from service.fetching import source_client  # noqa: PLC0415 - Requests

        return source_client(self.settings, max_bytes=2 * 1024 * 1024, total_seconds=8)

    @property
    def drafting_plan(self) -> DraftingPlan:
        """What drafting must know about this monitor."""
        return terms.drafting_plan(self.settings)

    def close(self) -> None:
        self.ending.set()
        for part in ("charts", "signing", "sandbox_mail", "database"):
            if part in self.__dict__:  # it was asked for, so it was made
                getattr(self, part).close()
