"""`make gallery`: draw and lay out the whole grid, every type on every canvas, into var/gallery.

`index.html` shows the plain figures with their alt texts and links to the contact sheets: all pictures of one case of
data in one language (`contact-long-nn.png`), and `contact-brand.png` in the look of a brand file, logo included.
`grid.txt` says for every figure whether its texts found room.
"""

import sys
from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from chart_renderer.alt_text import alt_text
from chart_renderer.brand import load_look
from chart_renderer.canvas import CANVASES
from chart_renderer.errors import SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureType
from chart_renderer.store import ImageStore
from tests.gallery.brand import written_brand
from tests.gallery.figures import LANGUAGES, Case, Entry, entries

_CELL = 340  # of a contact sheet, in pixels
_GAP = 6
_PAGE = """<!doctype html>
<html lang="nb"><meta charset="utf-8"><title>Figurer</title>
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2rem; background: #eff4f8; color: #0b1f33; }}
section {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-bottom: 2rem; }}
figure {{ margin: 0; width: 380px; }} img {{ width: 100%; }} figcaption {{ font-size: 0.8rem; }}
</style>
<h1>Figurer</h1>
<ul>{sheets}</ul>
{body}
</html>
"""


def main(folder: Path) -> None:
    """Draw, write the page and the list, and say what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    every = [entry for kind in FigureType for entry in entries(kind)]
    lines = [line for entry in every for line in _laid_out(entry)]
    (folder / "grid.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sheets = [
        (
            f"contact-{case.value}-{language}",
            [entry for entry in every if (entry.case, entry.language) == (case, language)],
        )
        for case in Case
        for language in LANGUAGES
    ]
    plain = sheets[0][1]
    with ChartRenderer(ImageStore(folder / "store")) as charts:
        for name, shown in sheets:
            _contact_sheet(charts, folder / f"{name}.png", shown)
        body = "\n".join(_section(charts, folder, entry) for entry in plain)
    with ChartRenderer(ImageStore(folder / "store"), look=load_look(written_brand(folder / "brand"))) as charts:
        _contact_sheet(charts, folder / "contact-brand.png", plain)
    links = [_link(name) for name in (*(name for name, _ in sheets), "contact-brand")]
    (folder / "index.html").write_text(_PAGE.format(body=body, sheets="".join(links)), encoding="utf-8")
    refused = sum(line.endswith("refused") for line in lines)
    print(f"{len(lines)} figures laid out, {refused} of them refused for want of room; {folder}/index.html")


def _contact_sheet(charts: ChartRenderer, path: Path, shown: Iterable[Entry]) -> None:
    """All pictures on one sheet, a row for each type and a column for each canvas; a refused one leaves a hole."""
    entries = list(shown)
    sheet = Image.new("RGB", (_CELL * len(CANVASES), _CELL * len(entries)), "#B9C4CF")
    for row, entry in enumerate(entries):
        for column, canvas_id in enumerate(CANVASES):
            try:
                drawn = charts.render(entry.spec, canvas_id).content
            except SpecInvalid:
                continue
            picture = Image.open(BytesIO(drawn))
            picture.thumbnail((_CELL - 2 * _GAP, _CELL - 2 * _GAP), Image.Resampling.LANCZOS)
            sheet.paste(picture, (column * _CELL + _GAP, row * _CELL + _GAP))
    sheet.save(path)


def _link(name: str) -> str:
    return f'<li><a href="{name}.png">{name}</a></li>'


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
        image = charts.render(entry.spec, canvas_id)
        (folder / name).write_bytes(image.content)
        alt = escape(image.alt_text)
        figures.append(f'<figure><img src="{name}" alt="{alt}"><figcaption>{canvas_id}</figcaption></figure>')
    said = escape(alt_text(entry.spec))
    return f"<h2>{entry.kind.value}</h2><p>{said}</p><section>{''.join(figures)}</section>"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
