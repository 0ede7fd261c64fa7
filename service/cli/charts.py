"""Commands about charts: draw one before trusting it, or a folder full of them."""

import hashlib
import json
import time
from pathlib import Path

import click
from pydantic import ValidationError
from rich.console import Console

from chart_renderer.alt_text import alt_text, description
from chart_renderer.canvas import CANVASES, canvas_named
from chart_renderer.documents import Format
from chart_renderer.errors import RenderingFailed, SpecInvalid
from chart_renderer.renderer import ChartRenderer, RenderedImage
from chart_renderer.spec import FigureSpec
from service.bootstrap import Service
from service.cli.context import with_service
from service.cli.patient_bar import PatientBar


@click.command(
    "render",
    epilog="Example: monitorposten render figur.json --canvas li_link --lang nb --out figur.png --json",
)
@click.argument(
    "spec_files",
    metavar="SPEC.json...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--canvas", "canvas_ids", type=click.Choice(list(CANVASES)), multiple=True,
    help="Size and use; may be repeated. Left out with a folder: all of them.",
)  # fmt: skip
@click.option("--lang", "language", type=click.Choice(["nb", "nn", "en"]), help="Default: the spec's own language.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True,
    help="A file (.png, .svg or .pdf), or a folder for several.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice([form.value for form in Format]), help="What a folder is filled with: png."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was drawn as one JSON document.")
@with_service
def render(
    service: Service,
    spec_files: tuple[Path, ...],
    *,
    canvas_ids: tuple[str, ...],
    language: str | None,
    out: Path,
    form: str | None,
    as_json: bool,
) -> None:
    """Draw the figures described in SPEC.json (docs/figure-spec.md) and tell their text alternatives.

    One figure on one canvas goes into the file --out, drawn as its ending says. Several go into the folder --out as
    <name>-<canvas>.png (render figurer/*.json --canvas square --canvas email --out bilder); one that is refused is
    named, and the others are drawn.
    """
    if len(spec_files) > 1 or len(canvas_ids) > 1 or out.is_dir():
        _check_names(spec_files)
        wanted = [(path, canvas) for path in spec_files for canvas in canvas_ids or CANVASES]
        _render_all(service.charts, wanted, language, (out, Format(form or Format.PNG)), as_json=as_json)
        return
    if not canvas_ids:
        raise click.UsageError("Oppgi --canvas, eller en mappe i --out for å få figuren på alle.")
    image = _drawn(service.charts, _read_spec(spec_files[0], language), canvas_ids[0], _form_of(out, form))
    _write_whole(out, image.content)
    if as_json:
        click.echo(json.dumps(_facts(image), ensure_ascii=False))
        return
    click.echo(f"{out}: {image.width} × {image.height} piksler, {len(image.content)} byte")
    click.echo(image.alt_text)


def _render_all(
    charts: ChartRenderer,
    wanted: list[tuple[Path, str]],
    language: str | None,
    into: tuple[Path, Format],
    *,
    as_json: bool,
) -> None:
    """Draw each into the folder; say which were refused as they come, and at the end that some were."""
    folder, form = into
    told: list[dict[str, object]] = []
    with PatientBar("Tegner", len(wanted), Console(stderr=True)) as bar:
        for path, canvas in wanted:
            about: dict[str, object] = {"spec": str(path), "canvas": canvas}
            try:
                image = _drawn(charts, _read_spec(path, language), canvas, form)
                file = folder / f"{path.stem}-{canvas}.{form}"
                _write_whole(file, image.content)
                told.append(about | {"file": str(file)} | _facts(image))
            except (SpecInvalid, RenderingFailed) as error:
                told.append(about | {"error": str(error)})
                bar.say(f"{path}, {canvas}: {error}")
            bar.advance()
    refused = sum("error" in one for one in told)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        drawn = len(told) - refused
        click.echo(f"{'1 figur' if drawn == 1 else f'{drawn} figurer'} er tegnet i {folder}.")
    if refused:
        raise click.ClickException(f"{refused} av {len(told)} figurer ble ikke tegnet. Grunnene står ovenfor.")


def _drawn(charts: ChartRenderer, spec: FigureSpec, canvas_id: str, form: Format) -> RenderedImage:
    if form is Format.PNG:
        return charts.render(spec, canvas_id)
    started = time.monotonic()
    content = charts.document(spec, canvas_id, form)
    width, height = canvas_named(canvas_id).pixels
    return RenderedImage(
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        content=content,
        alt_text=alt_text(spec),
        description=description(spec),
        milliseconds=round((time.monotonic() - started) * 1000, 1),
        cached=False,
    )


def _form_of(out: Path, form: str | None) -> Format:
    """What the file's ending says; PNG for any other."""
    ending = out.suffix.removeprefix(".").lower()
    found = Format(ending) if ending in list(Format) else Format.PNG
    if form is not None and form != found:
        raise click.UsageError(f"--out ender på .{ending}, men --format er {form}. Oppgi bare én av dem.")
    return found


def _check_names(paths: tuple[Path, ...]) -> None:
    """Two figures must not be written over each other."""
    names = [path.stem for path in paths]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise click.UsageError(
            f"Flere av figurene heter «{twice}.json» og ville fått samme navn. Tegn dem hver for seg."
        )


def _read_spec(path: Path, language: str | None) -> FigureSpec:
    """The spec, in the language asked for. Raises ``SpecInvalid`` with the first field that is wrong."""
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        if language is not None and isinstance(described, dict):
            described["language"] = language
        return FigureSpec.model_validate_json(json.dumps(described))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "hele figuren"
        raise SpecInvalid(f"{path}: {field}: {first['msg']}. Skjemaet står i docs/figure-spec.md.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SpecInvalid(f"{path} er ikke gyldig JSON: {error}.") from error


def _write_whole(path: Path, content: bytes) -> None:
    """The whole picture or none: written beside its place and then moved there."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise click.ClickException(f"{path} kunne ikke skrives: {error.strerror}.") from error


def _facts(image: RenderedImage) -> dict[str, object]:
    return {
        "width": image.width,
        "height": image.height,
        "bytes": len(image.content),
        "sha256": image.sha256,
        "alt_text": image.alt_text,
        "description": image.description,
        "milliseconds": image.milliseconds,
        "cached": image.cached,
    }


COMMANDS: tuple[click.Command, ...] = (render,)
