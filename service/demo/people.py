"""The people of the demo: two members of staff and twenty-five readers. All invented; the addresses lead nowhere."""

from typing import NamedTuple

from campaigns.editorial.editor import Role


class Colleague(NamedTuple):
    """A member of staff."""

    name: str
    email: str
    roles: tuple[Role, ...]


AUTHOR = Colleague("Kari Nordmann", "kari@monitor.example.no", (Role.AUTHOR, Role.APPROVER))
APPROVER = Colleague("Ola Hansen", "ola@monitor.example.no", (Role.APPROVER, Role.ADMIN))

_FIRST_NAMES = (
    *("anne", "arne", "astrid", "bjorn", "eirik", "else", "eva", "gunnar", "hanne", "helge", "ida", "ingrid"),
    *("jan", "jon", "karin", "kjell", "lars", "lise", "marit", "nils", "per", "randi", "sigrid", "tor"),
)
SUBSCRIBERS = tuple(f"{name}@leser{number:02d}.example.no" for number, name in enumerate(_FIRST_NAMES, start=1))
"""Twenty-four who are on the list already …"""

NEWCOMER = "ase+nyhetsbrev@leser25.example.no"
"""… and one who signs up through the page and confirms by the link in the mail."""
