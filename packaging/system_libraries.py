"""Prove that Qt loads in the environment, and on Linux name (or install) the system libraries it misses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


class SetupError(Exception):
    """Setting up cannot go on; the text says why and what to do."""


PROBE = """
from PySide6.QtGui import QGuiApplication
import PySide6.QtQml, PySide6.QtQuick, PySide6.QtQuickControls2, PySide6.QtSvg
QGuiApplication([])
"""
FOLDER = "import importlib.util; print(importlib.util.find_spec('PySide6').submodule_search_locations[0])"

# What the till opens: the bindings, the platform that draws without a display, pictures and themes.
ALWAYS = (
    "Qt[GNQS]*.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/imageformats/libq*.so",
    "Qt/plugins/iconengines/*.so",
    "Qt/qml/QtQuick/*.so",
    "Qt/qml/QtQuick/Controls/**/*.so",
)
# Only asked for where there is a display to open a window on.
WITH_DISPLAY = ("Qt/plugins/platforms/libqxcb.so", "Qt/plugins/xcbglintegrations/*.so")

# shared library → (Debian and Ubuntu, Fedora); names as the distributions' package lists give them.
PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libGLX.so.0": ("libglx0", "libglvnd-glx"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgobject-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgio-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgssapi_krb5.so.2": ("libgssapi-krb5-2", "krb5-libs"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libstdc++.so.6": ("libstdc++6", "libstdc++"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libSM.so.6": ("libsm6", "libSM"),
    "libICE.so.6": ("libice6", "libICE"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-glx.so.0": ("libxcb-glx0", "libxcb"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
}


def ensure_qt_loads(python: Path) -> None:
    """Return when Qt loads in that Python; install missing system libraries where we may, else raise SetupError.

    What only a window on a display needs is asked for, but its absence stops nothing: all else runs without it.
    """
    if sys.platform == "linux":
        provide(find_missing(python, ALWAYS))
        if has_display():
            provide_for_window(find_missing(python, WITH_DISPLAY))
    problem = probe(python)
    if problem:
        raise SetupError(f"Qt (the library that draws the window) does not load here:\n{problem}")


def has_display() -> bool:
    """Whether this system could show a window now."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def provide_for_window(missing: set[str]) -> None:
    """Bring what a window needs, or say how to and go on."""
    try:
        provide(missing)
    except SetupError as problem:
        print(f"note: without this the till cannot open a window on this display.\n{problem}", file=sys.stderr)


def probe(python: Path) -> str:
    """Load Qt and make an application with no display; what it said if that failed, else nothing."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run([str(python), "-c", PROBE], env=environment, capture_output=True, text=True, check=False)
    return (done.stderr.strip() or f"exit status {done.returncode}") if done.returncode else ""


def find_missing(python: Path, patterns: Iterable[str]) -> set[str]:
    """The system's shared libraries that these files of Qt ask for and the loader cannot find."""
    place = subprocess.run([str(python), "-c", FOLDER], capture_output=True, text=True, check=False)
    if place.returncode or not shutil.which("ldd"):
        return set()
    files = [str(file) for pattern in patterns for file in Path(place.stdout.strip()).glob(pattern)]
    listing = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    return read_missing(listing.stdout)


def read_missing(listing: str) -> set[str]:
    """The names ldd could not find in its listing; Qt's own libraries are never the system's to bring."""
    names = re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)
    return {name for name in names if not name.startswith(("libQt6", "libpyside6", "libshiboken6"))}


def packages_for(libraries: Iterable[str], family: int) -> list[str]:
    """Package names that bring the libraries; family 0 is Debian and Ubuntu, 1 is Fedora."""
    return sorted({PACKAGES[name][family] for name in libraries if name in PACKAGES})


def provide(missing: set[str]) -> None:
    """Install the libraries with apt when we are root; otherwise stop with the command that does it."""
    names = packages_for(missing, 0)
    if not missing:
        return
    if names and shutil.which("apt-get") and os.geteuid() == 0:
        install_with_apt(names)
        return
    raise SetupError(advice(missing))


def advice(missing: set[str]) -> str:
    """What is missing, and the command for this machine that brings it."""
    lines = ["Qt needs libraries of the operating system that are not here: " + ", ".join(sorted(missing)) + "."]
    if shutil.which("dnf"):
        lines.append("Run:  sudo dnf install " + " ".join(packages_for(missing, 1)))
    else:
        lines.append("Run:  sudo apt-get install " + " ".join(packages_for(missing, 0)))
    unknown = sorted(name for name in missing if name not in PACKAGES)
    if unknown:
        lines.append("Also install the packages that bring: " + ", ".join(unknown))
    return "\n".join([*lines, "then `make setup` again."])


def install_with_apt(names: list[str]) -> None:
    """Bring the packages with apt-get, without a question. Raises SetupError with the command when it fails."""
    print("installing system libraries Qt needs: " + " ".join(names), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *names]
    subprocess.run(["apt-get", "update", "--quiet"], env=environment, stdin=subprocess.DEVNULL, check=False)
    if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode:
        raise SetupError("apt-get could not do it; its words are above. Run yourself:  sudo " + " ".join(command))
