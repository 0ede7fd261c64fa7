"""Who signs this service's mail: we ourselves with keys from files, or the relay, whose work is then looked at."""

from collections.abc import Callable

from campaigns.channels.dkim import DkimKey, DkimSigner
from campaigns.channels.dkim_cover import SignatureTooNarrow, require_cover
from campaigns.channels.dkim_key import read_key, require_trusted
from campaigns.channels.mail_message import Signer, unsigned
from service.settings import Settings


def dkim_keys(settings: Settings) -> tuple[DkimKey, ...]:
    """The keys mail is signed with, none when the relay signs.

    Raises ``DkimKeyRefused``, and ``SignatureTooNarrow`` when what the relay signs was captured and does not hold.
    """
    if settings.dkim_key_file is None:
        require_relay_signs(settings)
        return ()
    keys = [read_key(settings.dkim_key_file, domain=settings.dkim_domain, selector=settings.dkim_selector)]
    if settings.dkim_second_key_file is not None:
        second, selector = settings.dkim_second_key_file, settings.dkim_second_selector
        keys.append(read_key(second, domain=settings.dkim_domain, selector=selector))
    return require_trusted(tuple(keys))


def signer(keys: tuple[DkimKey, ...], sign: Callable[[DkimKey, bytes], bytes] = DkimKey.sign) -> Signer:
    """What puts the signatures on; ``sign`` makes each of them."""
    return DkimSigner(keys, sign) if keys else unsigned


def require_relay_signs(settings: Settings) -> str | None:
    """The domain that the relay signs for, read from the captured mail; None when none was captured (E-63)."""
    sample = settings.dkim_relay_sample
    if sample is None:
        return None
    try:
        return require_cover(sample.read_bytes())
    except OSError as error:
        raise SignatureTooNarrow(f"{sample} kan ikke leses: {error.strerror}.", field="dkim_relay_sample") from error
