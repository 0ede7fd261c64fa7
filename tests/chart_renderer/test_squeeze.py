"""The stream the page makes of pixels, unpacked by zlib: every pixel as it was, whatever the picture."""

import json
import random
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator

import pytest

from tests.factories.easel import Easel, opened

pytestmark = pytest.mark.browser

_SQUEEZED = (
    "((colours, width, height) => btoa(String.fromCharCode(...squeeze(new Uint32Array(colours), width, height))))"
)
# Many pictures at once, each told as runs of one colour; the streams, in the order of the pictures.
_ALL_SQUEEZED = """((pictures) => JSON.stringify(pictures.map(([runs, width, height]) => {
  const pixels = new Uint32Array(width * height);
  let at = 0;
  for (const [colour, run] of runs) pixels.fill(colour, at, (at += run));
  return btoa(squeeze(pixels, width, height).reduce((text, byte) => text + String.fromCharCode(byte), ""));
})))"""
_OPAQUE = 0xFF000000


@pytest.fixture(scope="module")
def easel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Easel]:
    with opened(tmp_path_factory.mktemp("squeeze")) as found:
        yield found


def _noise(dice: random.Random) -> int:
    return dice.randrange(1 << 24)


def _few(dice: random.Random) -> int:
    return dice.choice((0xFFFFFF, 0x9C5A00, 0x004FB8, 0x030201))


def _mostly_paper(dice: random.Random) -> int:
    return 0xFFFFFF if dice.random() < 0.97 else _few(dice)


@pytest.mark.parametrize("pixel", [_noise, _few, _mostly_paper])
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 90), (87, 3), (88, 40), (600, 30)])
def test_it_unpacks_to_the_same_pixels(
    easel: Easel, size: tuple[int, int], pixel: Callable[[random.Random], int]
) -> None:
    width, height = size
    dice = random.Random(width * height)
    colours = [pixel(dice) for _ in range(width * height)]

    stream = b64decode(easel.evaluate(_SQUEEZED, [_OPAQUE + colour for colour in colours], width, height))

    assert zlib.decompress(stream) == _rows(colours, width)


@pytest.mark.parametrize("width", [85, 86, 87, 171, 172, 173])
def test_it_parts_repetitions_of_every_length(easel: Easel, width: int) -> None:
    """258 bytes are the most a match may have, and what is left needs three."""
    colours = [0x123456] * (width * 3) + [0x654321] * width + [0x123456] * (width * 2)

    stream = b64decode(easel.evaluate(_SQUEEZED, [_OPAQUE + colour for colour in colours], width, 6))

    assert zlib.decompress(stream) == _rows(colours, width)


@pytest.mark.parametrize("last", [0xFFFFFF, 0x123456])
def test_it_keeps_all_of_a_repetition_over_many_rows(easel: Easel, last: int) -> None:
    """An empty picture is one repetition until its last pixel, and takes more room than any single row."""
    colours = [0xFFFFFF] * (100 * 2000 - 1) + [last]

    stream = b64decode(easel.evaluate(_SQUEEZED, [_OPAQUE + colour for colour in colours], 100, 2000))

    assert zlib.decompress(stream) == _rows(colours, 100)


@pytest.mark.parametrize("seed", range(4))
def test_it_loses_nothing_of_pictures_made_by_chance(easel: Easel, seed: int) -> None:
    """Busy and blank stretches of all lengths, on pictures of all widths and heights."""
    dice = random.Random(seed)
    sizes = [(dice.randrange(1, 90), dice.randrange(1, 90)) for _ in range(60)]
    sizes += [(dice.randrange(1, 300), dice.randrange(200, 3000)) for _ in range(6)] + [(1200, 627), (10_922, 5)]
    pictures = [(_stretches(dice, width * height), width, height) for width, height in sizes]

    streams = json.loads(easel.evaluate(_ALL_SQUEEZED, pictures))

    unpacked = [zlib.decompress(b64decode(stream)) for stream in streams]
    assert unpacked == [
        _rows([colour for colour, run in runs for _ in range(run)], width) for runs, width, _ in pictures
    ]


def _stretches(dice: random.Random, total: int) -> list[tuple[int, int]]:
    """A picture as runs of one colour, the longest of many rows."""
    runs: list[tuple[int, int]] = []
    while total > 0:
        blank = min(total, dice.choice((1, 7, 85, 86, 87, total // 4 + 1, total)))
        busy = [(_few(dice), 1) if dice.random() < 0.5 else (_noise(dice), 1) for _ in range(dice.randrange(90))]
        runs += [(0xFFFFFF, blank), *busy[: total - blank]]
        total -= blank + len(busy)
    return runs


def test_it_finds_again_what_was_drawn_before(easel: Easel) -> None:
    word = [_noise(random.Random(letter)) for letter in range(60)]
    colours = (word + [0xFFFFFF] * 7 + word + [0xFFFFFF] * 13) * 8

    stream = b64decode(easel.evaluate(_SQUEEZED, [_OPAQUE + colour for colour in colours], len(colours) // 8, 8))

    assert zlib.decompress(stream) == _rows(colours, len(colours) // 8)
    assert len(stream) < 2 * 3 * len(word)


def test_it_writes_codes_no_deeper_than_a_stream_allows(easel: Easel) -> None:
    """Codes are deepest for bytes as rare as Fibonacci's numbers: one more bit for each, below those of the noise."""
    dice = random.Random(21)
    rare = [byte for byte, times in enumerate((1, 1, 2, 3, 5, 8, 13, 21, 34, 55)) for _ in range(times)]
    content = rare + [dice.randrange(128, 256) for _ in range(3 * 150 * 120 - len(rare))]
    dice.shuffle(content)
    colours = [int.from_bytes(content[at : at + 3], "little") for at in range(0, len(content), 3)]

    stream = b64decode(easel.evaluate(_SQUEEZED, [_OPAQUE + colour for colour in colours], 150, 120))

    assert zlib.decompress(stream) == _rows(colours, 150)


def _rows(colours: list[int], width: int) -> bytes:
    """The bytes of the picture: no filter, then red, green and blue of each pixel of the row."""
    rows = (colours[at : at + width] for at in range(0, len(colours), width))
    return b"".join(b"\0" + b"".join(colour.to_bytes(3, "little") for colour in row) for row in rows)
