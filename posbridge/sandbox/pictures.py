"""Product pictures drawn by us: a soft ground, one flat shape, no library and no file."""

from __future__ import annotations

from colorsys import hls_to_rgb

_SHAPES = {
    "bowl": "<path d='M40 96h120a60 56 0 0 1-40 56H80a60 56 0 0 1-40-56z'/>"
    "<rect x='82' y='152' width='36' height='8'/>",
    "bean": "<ellipse cx='100' cy='104' rx='42' ry='58' transform='rotate(28 100 104)'/>"
    "<path class='c' d='M78 60c34 22 2 52 42 88' fill='none' stroke-width='7'/>",
    "cup": "<path d='M56 66h76v56a28 28 0 0 1-28 28H84a28 28 0 0 1-28-28z'/>"
    "<path class='l' d='M132 80h12a18 18 0 0 1 0 36h-12' fill='none' stroke-width='9'/>",
    "book": "<rect x='58' y='48' width='86' height='110' rx='7'/><rect class='p' x='72' y='48' width='5' height='110'/>"
    "<rect class='p' x='90' y='72' width='38' height='7' rx='3'/>",
    "shirt": "<path d='M76 50l-38 24 14 28 16-8v64h64V94l16 8 14-28-38-24a24 20 0 0 1-48 0z'/>",
    "pan": "<circle cx='88' cy='104' r='48'/><circle class='p' cx='88' cy='104' r='36'/>"
    "<rect x='130' y='98' width='50' height='12' rx='6'/>",
    "candle": "<rect x='72' y='86' width='56' height='72' rx='8'/>"
    "<path class='p' d='M100 42c16 20 12 36 0 36s-16-16 0-36z'/>",
    "leaf": "<path d='M52 148c-8-66 34-100 98-100 4 62-30 108-98 100z'/>"
    "<path class='c' d='M56 150c20-40 44-60 70-78' fill='none' stroke-width='6'/>",
    "jar": "<rect x='66' y='72' width='68' height='86' rx='14'/><rect x='72' y='50' width='56' height='16' rx='5'/>"
    "<rect class='p' x='78' y='96' width='44' height='32' rx='4'/>",
    "bag": "<path d='M54 80h92l10 76H44z'/><path class='l' d='M78 84c0-46 44-46 44 0' fill='none' stroke-width='8'/>",
    "box": "<path d='M50 76l50-24 50 24v60l-50 24-50-24z'/>"
    "<path class='c' d='M50 76l50 24 50-24M100 100v60' fill='none' stroke-width='5'/>",
}  # fmt: skip


def draw(picture: str) -> str:
    """An SVG of 400x400 for a seed's picture text ("cup:200"); an unknown shape is drawn as a box.

    Colours stand as attributes in hexadecimal, which every drawer reads (Qt's knows neither hsl() nor much CSS).
    """
    shape, _, hue_text = picture.partition(":")
    hue = int(hue_text) % 360 if hue_text.lstrip("-").isdigit() else 210
    ground, deep, pale, shade = (
        _colour(hue, *tone) for tone in ((0.34, 0.92), (0.36, 0.44), (0.48, 0.80), (0.30, 0.85))
    )
    drawn = _SHAPES.get(shape, _SHAPES["box"])
    for mark, colour in (
        ("class='p'", f"fill='{pale}'"),
        ("class='c'", f"stroke='{ground}'"),
        ("class='l'", f"stroke='{deep}'"),
    ):
        drawn = drawn.replace(mark, colour)
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 200' width='400' height='400'>"
        f"<rect width='200' height='200' fill='{ground}'/>"
        f"<circle cx='100' cy='104' r='78' fill='{shade}'/>"
        f"<ellipse cx='100' cy='168' rx='60' ry='6' fill='{pale}'/>"
        f"<g fill='{deep}' stroke-linecap='round'>{drawn}</g></svg>"
    )


def _colour(hue: int, saturation: float, lightness: float) -> str:
    parts = hls_to_rgb(hue / 360, lightness, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
