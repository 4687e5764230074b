"""Where the packages of a release are made, and the programs that make them."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path
from typing import Final

from windows_machine import PROJECT, Failure, NotRun, Outcome, missing_download, run

DIST: Final = PROJECT / "dist"
BUILD: Final = PROJECT / "build"
TOOLS: Final = BUILD / "tools"
"""An environment with what users install, and with what makes packages of it."""
PINS: Final = ("requirements.txt", "requirements-notify.txt", "requirements-assistant.txt")
"""Of what the packed program brings along; the cluster is for installations from the wheel."""
_VERSION: Final = re.search(
    r'^VERSION: Final = "(.+)"$', (PROJECT / "config" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE
)
assert _VERSION is not None
VERSION: Final = _VERSION[1]
LIMIT_S: Final = 3600.0


def must(outcome: Outcome) -> Outcome:
    """Passes what ended well. Raises `NotRun` where a download is missing, else `Failure`."""
    if outcome.code == 0:
        return outcome
    if reason := missing_download(outcome.said):
        raise NotRun(reason)
    raise Failure(f"{outcome.said[-4000:]}\nit ended with code {outcome.code}")


def tool(*command: str, **environment: str) -> Outcome:
    """Runs a program of the environment that makes packages; raises as `must` does."""
    program = TOOLS / "bin" / command[0]
    return must(run([str(program), *command[1:]], LIMIT_S, environment=environment))


def make_tools() -> None:
    """Sets up the environment with pinned packages, unless it stands."""
    pins = [PROJECT / name for name in (*PINS, "requirements-release.txt")]
    wanted, stamp = hashlib.sha256(b"".join(file.read_bytes() for file in pins)).hexdigest(), TOOLS / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    must(run([sys.executable, "-m", "venv", str(TOOLS)], LIMIT_S))
    named = [f"--requirement={file}" for file in pins]
    tool("python", "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check", *named)
    stamp.write_text(wanted)


# -- wheel and sdist --------------------------------------------------------------------------------------------------


def make_icon(file: Path) -> None:
    """The desk's icon as a picture, from which PyInstaller makes those of the systems."""
    file.parent.mkdir(parents=True, exist_ok=True)
    paint = (
        "import sys\nfrom PySide6.QtGui import QGuiApplication\napplication = QGuiApplication([])\n"
        "from gui.theme.icons import application_icon\n"
        "sys.exit(not application_icon().pixmap(256).save(sys.argv[1]))"
    )
    tool("python", "-c", paint, str(file), QT_QPA_PLATFORM="offscreen")


def megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


def sized(file: Path) -> str:
    return f"{file.name} ({file.stat().st_size / 1e6:.1f} MB)"
