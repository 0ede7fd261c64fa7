"""The plain-text part, from the same blocks as the HTML: every link's address, every chart in words, every table."""

from collections.abc import Iterator, Sequence

from campaigns.channels.mail_message import PREFERENCES, UNSUBSCRIBE
from campaigns.newsletter.light_markdown import as_text, wrapped
from campaigns.newsletter.shown import Section, Shown, Table
from campaigns.newsletter.words import Words
from chart_renderer.running_text import lowered

_RULE = "* * *"
_COLUMN_GAP = "  "


def text_of(sections: Sequence[Section]) -> str:
    """The items one after the other, without greeting or footer."""
    parts = []
    for section in sections:
        title, words = section.title, section.words
        head = ["\n".join([*wrapped(title), "-" * min(len(title), 72)])] if title else []
        blocks = (part for block in section.blocks if (part := "\n".join(_lines(block, words))))
        parts.append("\n\n".join([*head, *blocks]))
    return f"\n\n\n{_RULE}\n\n".join(parts)


def footer(monitor: str, monitor_url: str, words: Words) -> str:
    """Why the mail came and how to leave; holds the recipient's placeholders."""
    return "\n".join(
        [
            _RULE,
            *wrapped(words.why.format(monitor=monitor)),
            "",
            f"{words.unsubscribe}: {UNSUBSCRIBE}",
            f"{words.preferences}: {PREFERENCES}",
            f"{monitor}: {monitor_url}",
        ]
    )


def _lines(block: Shown, words: Words) -> Iterator[str]:
    match block.kind:
        case "text":
            yield as_text(block.text)
        case "figure":
            yield from _figure(block, words)
        case "key_figures":
            yield from _key_figures(block)
        case "table" if block.table:
            yield from _table(block.table)
        case "link":
            yield from wrapped(f"{block.text}:")
            yield block.url or ""
        case "event":
            yield from _event(block, words)
        case "hearing":
            yield from _hearing(block, words)
        case "quote":
            yield from wrapped(block.text, first="  ", rest="  ")
            if block.who:
                yield from wrapped(f"– {block.who}", first="  ", rest="  ")


def _event(block: Shown, words: Words) -> Iterator[str]:
    yield from wrapped(block.title)
    yield from wrapped(f"{words.when}: {block.when}")
    if block.place:
        yield from wrapped(f"{words.where}: {block.place}")
    if block.url:
        yield f"{words.more_about}: {block.url}"


def _hearing(block: Shown, words: Words) -> Iterator[str]:
    yield from wrapped(f"{words.hearing}: {block.title}")
    if block.when:
        yield from wrapped(block.when)
    if block.text:
        yield ""
        yield as_text(block.text)
        yield ""
    if block.url:
        yield f"{words.read_statement}: {block.url}"


def _figure(block: Shown, words: Words) -> Iterator[str]:
    alt_text = block.picture.alt_text if block.picture else block.text
    yield from wrapped(f"[{alt_text}]")
    if block.table:
        yield ""
        yield from _table(block.table)
    if block.url:
        yield ""
        yield f"{words.see_figure}:"
        yield block.url


def _key_figures(block: Shown) -> Iterator[str]:
    if block.title:
        yield from wrapped(block.title)
        yield ""
    for item in (item for pair in block.pairs for item in pair):
        change = f" ({lowered(item.change)})" if item.change else ""
        yield from wrapped(f"{item.label}: {item.value}{change}", first="– ", rest="  ")
    if block.source:
        yield ""
        yield from wrapped(block.source)


def _table(table: Table) -> Iterator[str]:
    rows = [table.header, *table.rows]
    columns = max(len(row) for row in rows)
    cells = [[*row, *([""] * (columns - len(row)))] for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(columns)]
    numeric = table.numeric
    yield from wrapped(table.caption)
    yield ""
    if sum(widths) + len(_COLUMN_GAP) * (columns - 1) > 72:
        for row in cells[1:]:  # too wide for a mail: one line per value
            pairs = "; ".join(f"{head}: {cell}" for head, cell in zip(cells[0][1:], row[1:], strict=True))
            yield from wrapped(f"{row[0]}: {pairs}", rest="  ")
    else:
        for row in cells:
            yield _COLUMN_GAP.join(
                cell.rjust(width) if at < len(numeric) and numeric[at] and at else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
    if table.source:
        yield ""
        yield from wrapped(table.source)
