"""What lies where in the data folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """The folders below ``root``; whoever writes to one makes it."""

    root: Path

    @property
    def images(self) -> Path:
        """Every chart that was drawn, by its hash."""
        return self.root / "bilder"

    @property
    def source_blobs(self) -> Path:
        """The bytes that sources sent."""
        return self.root / "kilder"

    @property
    def inbox(self) -> Path:
        """Where people drop files, one folder for each source."""
        return self.root / "innboks"

    @property
    def brought_lists(self) -> Path:
        """Lists of subscribers, until their lines have been looked at."""
        return self.root / "lister"

    @property
    def sandbox_mail(self) -> Path:
        """Where mails land while no relay is set."""
        return self.root / "sandkasse" / "mail"

    @property
    def sandbox_posts(self) -> Path:
        """Where posts land while no network is connected."""
        return self.root / "sandkasse" / "innlegg"
