"""Commands about charts: draw one before trusting it."""

import json
from pathlib import Path

import click
from pydantic import ValidationError

from chart_renderer.canvas import CANVASES
from chart_renderer.errors import SpecInvalid
from chart_renderer.renderer import RenderedImage
from chart_renderer.spec import FigureSpec
from service.bootstrap import Service
from service.cli.context import with_service


@click.command(
    "render", epilog="Example: monitorposten render figur.json --canvas li_link --lang nb --out figur.png --json"
)
@click.argument("spec_file", metavar="SPEC.json", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--canvas", "canvas_id", type=click.Choice(list(CANVASES)), required=True, help="Size and use.")
@click.option("--lang", "language", type=click.Choice(["nb", "nn", "en"]), help="Default: the spec's own language.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the PNG is put.")
@click.option("--json", "as_json", is_flag=True, help="Print what was drawn as one JSON document.")
@with_service
def render(
    service: Service, spec_file: Path, canvas_id: str, language: str | None, out: Path, *, as_json: bool
) -> None:
    """Draw the figure described in SPEC.json (docs/figure-spec.md) and tell its text alternatives."""
    spec = _read_spec(spec_file, language)
    image = service.charts.render(spec, canvas_id)
    _write_whole(out, image.content)
    if as_json:
        click.echo(json.dumps(_facts(image), ensure_ascii=False))
        return
    click.echo(f"{out}: {image.width} × {image.height} piksler, {len(image.content)} byte")
    click.echo(image.alt_text)


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
