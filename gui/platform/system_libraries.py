"""Qt's system libraries on Linux: which of them are missing, and how to install them.

A fresh Debian or Ubuntu lacks some, and Qt then fails with an ImportError about the first or ends the process with a
message that names the wrong one. This file reports the right one, so it imports only the standard library.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

# Debian names a library's package after its soname; these are the exceptions among those that Qt links.
ODD_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}
TRIAL = "from PySide6 import QtCore, QtGui, QtSvg, QtTest, QtWidgets; QtWidgets.QApplication([])"


class Unusable(Exception):
    """Qt or a system package cannot be had here; the text says why and what to type."""


def main(packages: Sequence[str]) -> int:
    """Make sure of Qt, or of the Debian packages named; 0 when all is there, 1 after saying what the user must do."""
    try:
        if packages:
            require(packages)
        elif sys.platform == "linux":
            require_qt()
    except Unusable as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def explanation(error: ImportError) -> str:
    """What the user can do about Qt not being importable, in place of `error`'s own words."""
    missing = missing_libraries() if sys.platform == "linux" else []
    if not missing:
        return f"Qt cannot be loaded: {error}."
    return shortage(missing, [package_of(library) for library in missing])


def require_qt() -> None:
    """Try Qt, install what it lacks where that is allowed, and try again; raises Unusable."""
    missing = missing_libraries()
    if missing:
        require([package_of(library) for library in missing], missing)
        still_missing = missing_libraries()
        if still_missing:
            raise Unusable(f"Qt still lacks {', '.join(still_missing)}; the packages of this system do not bring them.")
    trial = tried()
    if trial.returncode != 0:
        raise Unusable(f"Qt does not start here. It said:\n{trial.stderr.strip()}")


def tried() -> subprocess.CompletedProcess[str]:
    """Qt imported and started without a screen, in a separate process since a failure there ends the process."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-P", "-c", TRIAL], env=environment, capture_output=True, text=True, check=False
    )


def missing_libraries() -> list[str]:
    """Sonames that Qt's modules, and its plugins for the screens of this session, link and the system lacks."""
    spec = find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations or shutil.which("ldd") is None:
        return []
    qt = Path(spec.submodule_search_locations[0])
    modules = [qt / f"Qt{name}.abi3.so" for name in ("Core", "Gui", "Svg", "Test", "Widgets")]
    plugins = [file for name in platforms() for file in (qt / "Qt/plugins/platforms").glob(f"libq{name}*.so")]
    listing = subprocess.run(["ldd", *modules, *plugins], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)))


def platforms() -> list[str]:
    """Qt's names of the screens that a window may meet in this session; the one without a screen always."""
    named = [choice.partition(":")[0] for choice in os.environ.get("QT_QPA_PLATFORM", "").split(";") if choice]
    screens = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "xcb"}
    return ["offscreen", *(named or [name for variable, name in screens.items() if os.environ.get(variable)])]


def package_of(library: str) -> str:
    """Debian's package for a soname: its name and version, lower case, a dash where two digits would meet.

    Source: Debian Policy 8.1. Ubuntu 24.04 and Debian 13 gave some of them the suffix t64.
    """
    if library in ODD_PACKAGES:
        return ODD_PACKAGES[library]
    name, _, version = library.lower().replace("_", "-").partition(".so.")
    return f"{name}-{version}" if name[-1:].isdigit() else f"{name}{version}"


def require(packages: Sequence[str], missing: Sequence[str] = ()) -> None:
    """Install Debian packages if this is root and there is apt; otherwise raise Unusable with the command to type."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Unusable(shortage(missing or packages, packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=2, check=False)
    command = install_command(packages)
    sys.stderr.write(f"Installing system packages: {shlex.join(command)}\n")
    if subprocess.run(command, env=environment, stdout=2, check=False).returncode != 0:
        raise Unusable(f"apt-get could not install them; what it said is above. {shortage(missing, packages)}")


def install_command(packages: Iterable[str]) -> list[str]:
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted({renamed(name) for name in packages})]


def renamed(package: str) -> str:
    """The name under which this system has the package, as far as its lists are there to ask."""
    answer = subprocess.run(["apt-cache", "pkgnames", package], capture_output=True, text=True, check=False)
    return f"{package}t64" if f"{package}t64" in answer.stdout.split() else package


def shortage(missing: Sequence[str], packages: Sequence[str]) -> str:
    """The sentence for the user who must act: what is missing and the one command that brings it."""
    lacking = f"This system lacks {', '.join(missing or packages)}, which the desk needs."
    if shutil.which("apt-get") is None:
        return f"{lacking} Install it with the system's package manager, then start the desk again."
    command = f"sudo apt-get update && sudo {shlex.join(install_command(packages))}"
    return f"{lacking} Type this, then start the desk again:\n\n    {command}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
