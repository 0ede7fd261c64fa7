"""The catalogues that come with Monitorposten: this monitor's sources and indicators, and the commemorative days."""

from importlib import resources

_PARTS = (("campaigns.catalogue", "monitor.yaml"), ("campaigns.days", "days.yaml"))


def default_catalogues() -> list[tuple[str, str]]:
    """(name, text) of each, in the order they are applied."""
    return [(name, resources.files(package).joinpath(name).read_text(encoding="utf-8")) for package, name in _PARTS]
