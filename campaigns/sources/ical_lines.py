"""The lines of an iCalendar file: unfolded, told apart and put into the components they stand in (RFC 5545 §3.1).

Own, and not the icalendar package: that keeps the zones a file defines for every file read after it, so that one
publisher's «Eastern» would move another's releases, and it gives up the whole file for one event it cannot read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from campaigns.sources.plain_text import decoded
from campaigns.sources.refusal import PayloadRefused

MAX_CALENDAR_BYTES = 10 * 1024 * 1024
MAX_LINES = 400_000
MAX_LINE = 20_000
MAX_DEPTH = 6
_WORD = r"[A-Za-z0-9-]{1,64}"
_TOLD = r"(?:\"[^\"]*\"|[^\";:,]*)"
_NAME = re.compile(rf"({_WORD})((?:;{_WORD}={_TOLD}(?:,{_TOLD})*)*):")
_PARAMETER = re.compile(rf";({_WORD})=((?:\"[^\"]*\"|[^\";])*)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One property: ``DTSTART;TZID=US-Eastern:20250103T100000``."""

    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value as text, with what was escaped put back, on one line."""
        meant = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], self.value)
        return " ".join(meant.split())


@dataclass
class Component:
    """What stands between BEGIN and END of a name."""

    name: str
    properties: list[Line] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)

    def line(self, name: str) -> Line | None:
        return next((line for line in self.properties if line.name == name), None)

    def lines(self, name: str) -> list[Line]:
        return [line for line in self.properties if line.name == name]

    def text(self, name: str) -> str:
        found = self.line(name)
        return found.text if found is not None else ""


def read_components(body: bytes) -> tuple[Component, list[str]]:
    """The calendar with everything in it, and what was overlooked. Raises ``PayloadRefused`` for what is none."""
    if len(body) > MAX_CALENDAR_BYTES:
        raise PayloadRefused("TOO_LARGE", f"kalenderen er større enn {MAX_CALENDAR_BYTES} byte.")
    root, warnings = _components(decoded(body))
    calendars = [child for child in root.children if child.name == "VCALENDAR"]
    if not calendars:
        raise PayloadRefused("NOT_A_CALENDAR", "svaret er ingen kalender: det er ingen BEGIN:VCALENDAR i det.")
    whole = Component("VCALENDAR")
    for calendar in calendars:
        whole.properties += calendar.properties
        whole.children += calendar.children
    return whole, warnings


def _components(text: str) -> tuple[Component, list[str]]:
    """What the text holds, inside one another as it says."""
    warnings: list[str] = []
    root = Component("")
    open_ones = [root]
    for number, unfolded in _unfolded(text):
        line = _line(unfolded)
        if line is None:
            if len(warnings) < 20:
                warnings.append(f"LINE_UNREADABLE: linje {number} er ingen egenskap og er utelatt.")
        elif line.name == "BEGIN":
            if len(open_ones) > MAX_DEPTH:
                raise PayloadRefused("CALENDAR_TOO_DEEP", "kalenderen er dypere enn noe en kilde sender.")
            opened = Component(line.text.upper())
            open_ones[-1].children.append(opened)
            open_ones.append(opened)
        elif line.name == "END":
            _close(open_ones, line.text.upper(), number)
        else:
            open_ones[-1].properties.append(line)
    if len(open_ones) > 1:
        raise PayloadRefused("CALENDAR_CUT_OFF", f"kalenderen slutter midt i {open_ones[-1].name[:40]}.")
    return root, warnings


def _close(open_ones: list[Component], name: str, number: int) -> None:
    if len(open_ones) < 2 or open_ones[-1].name != name:
        raise PayloadRefused("CALENDAR_NESTING", f"linje {number} avslutter {name[:40]}, som ikke er det som er åpent.")
    open_ones.pop()


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """The logical lines with the number of their first; a line that begins with a blank goes on from the one before."""
    parts: list[str] = []
    started = length = 0
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if number > MAX_LINES:
            raise PayloadRefused("TOO_MANY_LINES", f"kalenderen har mer enn {MAX_LINES} linjer.")
        if line[:1] in {" ", "\t"} and parts:
            length += len(line)
            if length > MAX_LINE:
                raise PayloadRefused("LINE_TOO_LONG", f"linje {started} er lengre enn {MAX_LINE} tegn.")
            parts.append(line[1:])
            continue
        if parts:
            yield started, "".join(parts)
        parts, started, length = ([line], number, len(line)) if line.strip() else ([], number, 0)
        if length > MAX_LINE:
            raise PayloadRefused("LINE_TOO_LONG", f"linje {number} er lengre enn {MAX_LINE} tegn.")
    if parts:
        yield started, "".join(parts)


def _line(text: str) -> Line | None:
    found = _NAME.match(text)
    if found is None:
        return None
    parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])}
    return Line(found[1].upper(), text[found.end() :], parameters)
