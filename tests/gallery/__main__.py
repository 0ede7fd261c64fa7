"""`make gallery`: draw one figure of each type on each canvas, and lay out the whole grid, into var/gallery.

`index.html` shows them with their alt texts, `contact-plain.png` has them on one sheet, and `grid.txt` says for every
figure of the grid whether its texts found room.
"""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from PIL import Image

from chart_renderer.alt_text import alt_text
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureType
from chart_renderer.store import ImageStore
from tests.gallery.figures import Case, Entry, entries

_CELL = 340  # of the contact sheet, in pixels
_PAGE = """<!doctype html>
<html lang="nb"><meta charset="utf-8"><title>Figurer</title>
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2rem; background: #eff4f8; color: #0b1f33; }}
section {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-bottom: 2rem; }}
figure {{ margin: 0; width: 380px; }} img {{ width: 100%; }} figcaption {{ font-size: 0.8rem; }}
</style>
<h1>Figurer</h1>
{body}
</html>
"""


def main(folder: Path, shown: Case) -> None:
    """Draw, write the page and the list, and say what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    every = [entry for kind in FigureType for entry in entries(kind)]
    lines = [line for entry in every for line in _laid_out(entry)]
    (folder / "grid.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with ChartRenderer(ImageStore(folder / "store")) as charts:
        body = "\n".join(
            _section(charts, folder, entry) for entry in every if (entry.case, entry.language) == (shown, "nb")
        )
    (folder / "index.html").write_text(_PAGE.format(body=body), encoding="utf-8")
    _contact_sheet(folder, [entry for entry in every if (entry.case, entry.language) == (shown, "nb")])
    refused = sum(line.endswith("refused") for line in lines)
    print(f"{len(lines)} figures laid out, {refused} of them refused for want of room; {folder}/index.html")


def _contact_sheet(folder: Path, drawn: list[Entry]) -> None:
    """All pictures on one sheet, a row for each type and a column for each canvas."""
    sheet = Image.new("RGB", (_CELL * len(CANVASES), _CELL * len(drawn)), "#B9C4CF")
    for row, entry in enumerate(drawn):
        for column, canvas_id in enumerate(CANVASES):
            path = folder / f"{entry.name}-{canvas_id}.png"
            if path.is_file():
                picture = Image.open(path)
                picture.thumbnail((_CELL - 12, _CELL - 12))
                sheet.paste(picture, (column * _CELL + 6, row * _CELL + 6))
    sheet.save(folder / f"contact-{drawn[0].case.value}.png")


def _laid_out(entry: Entry) -> Iterator[str]:
    for canvas in CANVASES.values():
        try:
            texts = len(lay_out(entry.spec, canvas).texts)
        except SpecInvalid:
            yield f"{entry.name} {canvas.id} refused"
        else:
            yield f"{entry.name} {canvas.id} {texts} texts"


def _section(charts: ChartRenderer, folder: Path, entry: Entry) -> str:
    figures = []
    for canvas_id in CANVASES:
        name = f"{entry.name}-{canvas_id}.png"
        try:
            image = charts.render(entry.spec, canvas_id)
        except SpecInvalid as error:
            figures.append(f"<p>{canvas_id}: {escape(str(error))}</p>")
            continue
        (folder / name).write_bytes(image.content)
        alt = escape(image.alt_text)
        figures.append(f'<figure><img src="{name}" alt="{alt}"><figcaption>{canvas_id}</figcaption></figure>')
    said = escape(alt_text(entry.spec))
    return f"<h2>{entry.kind.value}</h2><p>{said}</p><section>{''.join(figures)}</section>"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Case(sys.argv[2]) if len(sys.argv) > 2 else Case.PLAIN)
