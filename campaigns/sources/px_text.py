"""The statements of a px file: ``KEYWORD[language]("subject")=values;`` up to ``DATA=`` (data-sources.md §8)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from campaigns.sources.json_text import plain_text
from campaigns.sources.refusal import PayloadRefused

MAX_STATEMENTS = 50_000
# A string (nothing escapes in one), a mark, or a bare word; linear whatever the text.
_TOKEN = re.compile(r'\s*+(?:"(?P<string>[^"]*+)"|(?P<mark>[,;=()\[\]])|(?P<word>[^\s",;=()\[\]]++))')
_DATUM = re.compile(r'\s*+(?:"(?P<symbol>[^"]*+)"|(?P<word>[^\s",;]++)|(?P<end>;))')
# Where rows begin with codes, commas stand between those.
_KEYED_DATUM = re.compile(r'[\s,]*+(?:"(?P<symbol>[^"]*+)"|(?P<word>[^\s",;]++)|(?P<end>;))')
_CODEPAGE = re.compile(rb'CODEPAGE\s*+=\s*+"([A-Za-z0-9_-]{1,40})"', re.IGNORECASE)
_CHARSET = re.compile(rb'CHARSET\s*+=\s*+"', re.IGNORECASE)

_BLOCK = 32_768
_SEPARATORS = str.maketrans('"\t\r\n', "    ")
# These are the same in quotes and out of them.
USUAL_SYMBOLS = frozenset({".", "..", "...", "....", ".....", "......", ".......", "-"})

Key = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class PxText:
    """The statements before the data, and where the data begins. Language "" is the file's own."""

    text: str
    statements: Mapping[Key, tuple[str, ...]]
    data: int

    def values(self, keyword: str, *subject: str, language: str = "") -> tuple[str, ...]:
        """What a statement says; empty when it is not there."""
        return self.statements.get((keyword, language, subject), ())

    def value(self, keyword: str, *subject: str, language: str = "") -> str:
        """The first word or string of it."""
        return next(iter(self.values(keyword, *subject, language=language)), "")

    def about(self, keyword: str, language: str = "") -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Every subject the keyword is used with, and what is said of it."""
        for (name, spoken, subject), values in self.statements.items():
            if name == keyword and spoken == language:
                yield subject, values

    def figures(self) -> Iterator[tuple[str, bool]]:
        """Each datum and whether it stood in quotes. Raises ``PayloadRefused`` unless they end with «;»."""
        position = self.data
        between = _KEYED_DATUM if self.keyed else _DATUM
        while found := between.match(self.text, position):
            position = found.end()
            if found["end"]:
                if self.text[position:].strip(" \t\r\n\x1a"):
                    break
                return
            yield (found["symbol"], True) if found["symbol"] is not None else (found["word"], False)
        raise PayloadRefused("DATA_CUT_SHORT", f"tallene slutter ikke som de skal, linje {self.line(position)}.")

    @property
    def keyed(self) -> bool:
        """Whether the data are rows that begin with the codes of the stub."""
        return any(True for _ in self.about("KEYS"))

    def blocks(self) -> Iterator[list[str] | list[tuple[str, bool]]]:
        """The data some thousands at a time: plain words where quotes make no difference, else as ``figures``.

        Raises ``PayloadRefused`` unless they end with «;».
        """
        end = self.text.rfind(";")
        start = self.data
        if end < start or self.text.find(";", start, end) >= 0 or self.text[end + 1 :].strip(" \t\r\n\x1a"):
            yield from _batches(self.figures())
            return
        while start < end:
            stop = _blank(self.text, start + _BLOCK, end)
            while (stop < end) and self.text.count('"', start, stop) % 2:
                stop = _blank(self.text, stop + 1, end)
            part = self.text[start:stop]
            if "," in part or part.count('"') % 2 or not USUAL_SYMBOLS.issuperset(part.split('"')[1::2]):
                yield from _batches(PxText(self.text[: end + 1], self.statements, start).figures())
                return
            yield part.translate(_SEPARATORS).split()
            start = stop

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def declared_encoding(body: bytes) -> str:
    """What the file says it is written in: its code page, Windows' when it only says ANSI, else that of DOS."""
    found = _CODEPAGE.search(body[:20_000])
    if found is not None:
        return found[1].decode("ascii")
    return "windows-1252" if _CHARSET.search(body[:20_000]) else "cp850"


def read_statements(text: str) -> PxText:
    """The statements. Raises ``PayloadRefused`` where the text is no px file."""
    tokens = _Tokens(text)
    statements: dict[Key, tuple[str, ...]] = {}
    while True:
        keyword = tokens.next("word", "et nøkkelord").upper()
        if len(statements) >= MAX_STATEMENTS:
            raise PayloadRefused("TOO_MANY_STATEMENTS", f"filen har mer enn {MAX_STATEMENTS} utsagn.")
        language = tokens.in_brackets("[", "]")
        subject = tuple(tokens.in_brackets("(", ")"))
        tokens.next("mark", "=")
        if keyword == "DATA":
            return PxText(text, statements, tokens.position)
        key = (keyword, language[0] if language else "", subject)
        statements.setdefault(key, tokens.values())  # the first one holds: some files repeat UNITS


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self.position = 0

    def next(self, kind: str, wanted: str) -> str:
        found = _TOKEN.match(self._text, self.position)
        if found is None or found.lastgroup != kind or (kind == "mark" and found[kind] != wanted):
            raise self._refused(f"ventet {wanted}")
        self.position = found.end()
        return found[kind]

    def in_brackets(self, opening: str, closing: str) -> list[str]:
        """The strings and words in brackets; none when there are no brackets."""
        found = _TOKEN.match(self._text, self.position)
        if found is None or found["mark"] != opening:
            return []
        self.position = found.end()
        return list(self._strings(closing))

    def values(self) -> tuple[str, ...]:
        return tuple(self._strings(";"))

    def _strings(self, end: str) -> Iterator[str]:
        """Values up to ``end``; strings that follow each other without a comma are one string."""
        whole: str | None = None
        while found := _TOKEN.match(self._text, self.position):
            self.position = found.end()
            if found["string"] is not None:
                whole = (whole or "") + plain_text(found["string"], "en verdi i px-filen")
                continue
            if whole is not None:
                yield whole
                whole = None
            if found["word"] is not None:
                yield found["word"]
            elif found["mark"] == end:
                return
            elif found["mark"] not in {",", "(", ")"}:
                raise self._refused(f"ventet «{end}», ikke «{found['mark']}»")
        raise self._refused(f"ventet «{end}»")

    def _refused(self, what: str) -> PayloadRefused:
        line = self._text.count("\n", 0, self.position) + 1
        return PayloadRefused("NOT_PX", f"{what}, linje {line}; det er ikke en px-fil, eller den er kuttet.")


def _blank(text: str, start: int, end: int) -> int:
    """The place of the first blank or line end from ``start`` on; ``end`` when there is none before it."""
    found = [place for mark in (" ", "\n") if (place := text.find(mark, start, end)) >= 0]
    return min(found, default=end)


def _batches(data: Iterator[tuple[str, bool]]) -> Iterator[list[tuple[str, bool]]]:
    while block := list(islice(data, 4_096)):
        yield block
