"""Make `.venv` with the locked packages and posbridge itself, and prove that its window can be drawn.

Standard library only, for Linux, macOS and Windows:  python packaging/bootstrap.py [--force | --clean]
Does nothing, in well under a second, while the lock and pyproject.toml are those of the last run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from system_libraries import SetupError, ensure_qt_loads, has_display

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "packaging" / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
STAMP = VENV / "posbridge-setup.stamp"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

OLDEST = (3, 11)
CANDIDATES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python")
WINDOWS_LAUNCHER = ("-3.11", "-3.12", "-3.13", "-3")
LEFTOVERS = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "build", "dist")

PIP_ADVICE = """
Installing the packages failed; pip's own words are above. What usually helps:
  - no network or a proxy: set HTTPS_PROXY, or point PIP_INDEX_URL at the package mirror you use;
  - a certificate error: set PIP_CERT to your organisation's certificate file;
  - "hashes do not match": the download was altered or cut; try again, and if it stays, tell us;
  - "no matching distribution": this Python or processor has no ready wheel; use Python 3.11 to 3.13, 64 bit;
  - no space left: about 1 GB is needed.
Then run `make setup` again: it goes on where it stopped."""


def main() -> int:
    """Set up, or say in words why not; the exit status is 0 or 1."""
    parser = argparse.ArgumentParser(description="Set up posbridge in .venv")
    parser.add_argument("--force", action="store_true", help="install again although nothing has changed")
    parser.add_argument("--clean", action="store_true", help="remove .venv and every cache, then stop")
    options = parser.parse_args()
    try:
        if options.clean:
            clean()
        elif options.force or not is_fresh():
            set_up()
    except SetupError as problem:
        print(f"\nsetup stopped: {problem}", file=sys.stderr)
        return 1
    return 0


def is_fresh() -> bool:
    """Whether the last complete run installed exactly what the lock and pyproject.toml ask for now."""
    return VENV_PYTHON.exists() and STAMP.exists() and STAMP.read_text("utf-8").strip() == fingerprint()


def fingerprint() -> str:
    """A hash of all that decides what stands in the environment, and where."""
    # A window needs more of the system than the rest: the first set-up on a display looks again.
    shown = "window" if has_display() else "no window"
    digest = hashlib.sha256(f"{ROOT} {shown}".encode())
    for path in (LOCK, PYPROJECT):
        # Git may check text out with other line ends; that is no change.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def set_up() -> None:
    """Environment, packages, posbridge, proof; the stamp is written only when all of it stood."""
    is_new = make_environment()
    STAMP.unlink(missing_ok=True)
    install_packages(is_new)
    install_posbridge()
    ensure_qt_loads(VENV_PYTHON)
    STAMP.write_text(fingerprint() + "\n", encoding="utf-8")
    print(f"ready: {VENV_PYTHON.relative_to(ROOT)}   next: make demo")


def make_environment() -> bool:
    """Create `.venv` unless one with a fitting Python stands there; whether it is new."""
    if VENV_PYTHON.exists() and is_fitting([str(VENV_PYTHON)]):
        return False
    command = find_python()
    print(f"making .venv with {' '.join(command)}", flush=True)
    if subprocess.run([*command, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        raise SetupError(
            "Python could not make a virtual environment. On Debian and Ubuntu its part for this is a package "
            "of its own: install python3-venv (or python3.11-venv), then run `make setup` again."
        )
    return True


def find_python() -> list[str]:
    """The command of a Python that is new enough: this one if it is, else the first found on the PATH."""
    choices = [[sys.executable], *([name] for name in CANDIDATES)]
    if os.name == "nt":
        choices += [["py", version] for version in WINDOWS_LAUNCHER]
    for command in choices:
        if shutil.which(command[0]) and is_fitting(command):
            return command
    raise SetupError("posbridge needs Python 3.11 or newer, and none was found on the PATH. Install it and try again.")


def is_fitting(command: list[str]) -> bool:
    """Whether the command starts a Python that is new enough (a launcher may exist with nothing behind it)."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        answer = subprocess.run([*command, "-c", question], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def install_packages(is_new: bool) -> None:
    """Install the lock, each file checked against its hash; what already fits stays."""
    print("installing the locked packages (the first time some 250 MB; a few minutes)", flush=True)
    quiet = [] if is_new and sys.stdout.isatty() else ["--quiet"]
    pip(*quiet, "--require-hashes", "--requirement", str(LOCK))


def install_posbridge() -> None:
    """Install posbridge so that the files of this folder are what runs; nothing is downloaded for it."""
    pip("--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))


def pip(*arguments: str) -> None:
    """Run pip's install in `.venv`. Raises SetupError with advice."""
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments], check=False, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(PIP_ADVICE.strip())


def clean() -> None:
    """Remove what setting up and testing made; sources and data folders stay."""
    for name in (".venv", *LEFTOVERS):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("posbridge", "tests", "packaging"):
        for cache in (ROOT / folder).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
