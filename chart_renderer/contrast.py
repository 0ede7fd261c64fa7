"""Whether a colour can be read on another, and the nearest one that can: the same hue, darker (WCAG 2.1)."""

from colorsys import hls_to_rgb, rgb_to_hls

TEXT = 4.5
LINES = 3.0
_STEP = 0.002


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio of two ``#rrggbb`` colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darkened(colour: str, least: float, *grounds: str) -> str:
    """The colour, or the first darker one of its hue that has that contrast to all the grounds."""
    hue, light, saturation = _hls(colour)
    found = colour
    while light > 0 and min(contrast(found, ground) for ground in grounds) < least:
        light = max(0.0, light - _STEP)
        found = _hex(hue, light, saturation)
    return found


def tinted(colour: str, least: float, ground: str) -> str:
    """As little of the colour on a ground as still has that contrast to it; itself if it has not even that."""
    found = colour
    for part in range(99, 0, -1):
        paler = mixed(colour, part / 100, ground)
        if contrast(paler, ground) < least:
            break
        found = paler
    return found


def mixed(colour: str, share: float, ground: str) -> str:
    """So much of a colour on a ground."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round((one * share + other * (1 - share)) * 255):02X}" for one, other in pairs)


def hue_apart(one: str, other: str) -> float:
    """How far two hues are apart, of half a circle."""
    apart = abs(_hls(one)[0] - _hls(other)[0])
    return min(apart, 1 - apart) * 2


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hls(colour: str) -> tuple[float, float, float]:
    return rgb_to_hls(*_channels(colour))


def _hex(hue: float, light: float, saturation: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in hls_to_rgb(hue, light, saturation))
