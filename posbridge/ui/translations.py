"""Keep the translation files in step with the QML: `python -m posbridge.ui.translations`.

Reads every `qsTr`, brings the .ts files up to date and compiles the .qm files that the window loads.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from posbridge.ui.qt import QT_FOLDER
from posbridge.ui.theme import resource_root

LANGUAGES = ("en", "es", "fr")


def tool(name: str) -> str:
    """A program that ships inside PySide6 ("lupdate", "lrelease")."""
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(QT_FOLDER / f"{name}{suffix}")


def update(folder: Path) -> None:
    """Bring posbridge_*.ts under `folder`/i18n up to date with the sources under `folder`/qml."""
    sources = sorted(str(file.relative_to(folder)) for file in (folder / "qml").rglob("*.qml"))
    for language in LANGUAGES:
        file = f"i18n/posbridge_{language}.ts"
        only = ["-pluralonly"] if language == "en" else []
        command = [tool("lupdate"), "-silent", "-no-obsolete", "-locations", "none", "-target-language", language]
        subprocess.run([*command, *only, *sources, "-ts", file], cwd=folder, check=True)  # noqa: S603 - own tool


def release(folder: Path, out: Path) -> list[Path]:
    """Compile each .ts into `out`; gives the .qm files."""
    made = []
    for language in LANGUAGES:
        target = out / f"posbridge_{language}.qm"
        source = str(folder / "i18n" / f"posbridge_{language}.ts")
        command = [tool("lrelease"), "-silent", source, "-qm", str(target)]
        subprocess.run(command, check=True)  # noqa: S603 - own tool
        made.append(target)
    return made


if __name__ == "__main__":
    root = resource_root()
    update(root)
    release(root, root / "i18n")
