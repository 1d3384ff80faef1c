"""Fonts and icon glyphs, from packages, so that each kiosk looks the same."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import font_manrope
import fonticon_mdi7

from posbridge.ui.qt import QColor, QFont, QFontDatabase, QGuiApplication, QIcon

TEXT_FONTS = ("Manrope", "ManropeMedium", "ManropeSemiBold", "ManropeBold")


def resource_root() -> Path:
    """The folder of qml, i18n and icons: inside the installed package, else beside it in a checkout."""
    packaged = Path(str(resources.files("posbridge"))) / "_resources"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "resources"


class Fonts:
    """The families as Qt named them; the system's font where a file cannot be read."""

    def __init__(self) -> None:
        files = [font_manrope.font_files[name] for name in TEXT_FONTS]
        self.text = _register(files) or QGuiApplication.font().family()
        glyphs = Path(fonticon_mdi7.__file__).parent / "fonts" / "materialdesignicons-webfont.ttf"
        self.icons = _register([str(glyphs)])

    def apply(self) -> None:
        font = QFont(self.text)
        font.setPixelSize(15)
        QGuiApplication.setFont(font)


def _register(files: list[str]) -> str:
    family = ""
    for file in files:
        number = QFontDatabase.addApplicationFont(file)
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        family = family or (families[0] if families else "")
    return family


def glyph(name: str) -> str:
    """The character of an icon by its Material Design name ("gift-outline"). Raises KeyError for none."""
    try:
        key: str = getattr(fonticon_mdi7.MDI7, name.replace("-", "_"))
    except AttributeError as error:
        raise KeyError(name) from error
    return key.rpartition(".")[2]


def app_icon() -> QIcon:
    icon = QIcon(str(resource_root() / "icons" / "posbridge.svg"))
    return icon if not icon.isNull() else QIcon()


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2 contrast ratio of two opaque colours: 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
