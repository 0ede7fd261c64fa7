"""Mail in a folder on this machine: a Maildir that a mail server delivers to, or a plain folder of messages."""

import stat
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from campaigns.channels.mailbox import MAX_BYTES, Arrived, MailboxUnavailable

_AT_A_TIME = 500


class MailFolder:
    """Reads ``new`` and ``cur`` of a Maildir, or else the files of the folder itself. Follows no links."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def messages(self) -> Iterator[Arrived]:
        """The oldest names first. A file that is being written (hidden, or in a Maildir's ``tmp``) is left alone.

        One that cannot be read keeps none of the others waiting; it is told of when they have been taken.
        """
        taken, unreadable = 0, list[str]()
        for path in self._files():
            try:
                raw = _content(path)
            except OSError as error:
                unreadable.append(f"{path} kan ikke leses: {error.strerror}.")
                continue
            if raw is not None:
                yield Arrived(raw=raw, remove=partial(path.unlink, missing_ok=True))
                taken += 1
                if taken == _AT_A_TIME:
                    break
        if unreadable:
            others = f" Det samme gjelder {len(unreadable) - 1} til." if len(unreadable) > 1 else ""
            raise MailboxUnavailable(unreadable[0] + others)

    def _files(self) -> list[Path]:
        is_maildir = (self._folder / "new").is_dir()
        folders = [self._folder / "new", self._folder / "cur"] if is_maildir else [self._folder]
        try:
            found = [path for folder in folders if folder.is_dir() for path in islice(folder.iterdir(), 100_000)]
        except OSError as error:
            raise MailboxUnavailable(f"Mappen {self._folder} kan ikke leses: {error.strerror}.") from error
        if not self._folder.is_dir():
            raise MailboxUnavailable(f"Mappen {self._folder} finnes ikke.")
        return sorted(path for path in found if not path.name.startswith("."))


def _content(path: Path) -> bytes | None:
    """The message; None for what is no plain file, or is gone. Raises ``OSError``."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES)
    except FileNotFoundError:
        return None
