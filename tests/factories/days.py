"""Commemorative days with honest defaults."""

from typing import Any

from campaigns.days.load import DayEntry


def day_entry(day_id: str, rule: str = "05-20", **given: Any) -> DayEntry:
    """A day in use; what is given replaces what it would otherwise be."""
    row = {"id": day_id, "kind": "day", "name": {"nb": day_id}, "rule": rule, "enabled": True} | given
    if "rules" in given:
        del row["rule"]
    return DayEntry.model_validate(row)
