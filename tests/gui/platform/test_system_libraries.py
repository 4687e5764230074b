"""Missing libraries for Qt on a fresh Linux; ldd and apt are small programs of the test: nothing is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui.platform import system_libraries
from gui.platform.system_libraries import explanation, package_of, platforms

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves Qt's libraries to its packages")

LDD = """#!/bin/sh
for file in "$@"; do case $file in *libqxcb.so) is_window=1;; esac; done
[ -e "$SYSTEM/libgl1" ] || echo "	libGL.so.1 => not found"
[ -e "$SYSTEM/libglib2.0-0t64" ] || echo "	libglib-2.0.so.0 => not found"
[ -z "$is_window" ] || [ -e "$SYSTEM/libxcb-cursor0" ] || echo "	libxcb-cursor.so.0 => not found"
echo "	libc.so.6 => /lib/libc.so.6 (0x0)"
"""
APT_GET = """#!/bin/sh
case $1 in install) shift 3; for package in "$@"; do : > "$SYSTEM/$package"; done;; esac
"""
APT_CACHE = """#!/bin/sh
case $2 in libglib2.0-0) echo libglib2.0-0t64;; *) echo "$2";; esac
"""


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a fresh Debian that holds a file for each package installed on it."""
    for name, text in (("ldd", LDD), ("apt-get", APT_GET), ("apt-cache", APT_CACHE)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
    installed = tmp_path / "installed"
    installed.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("SYSTEM", str(installed))
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return installed


def packages(system: Path) -> set[str]:
    return {file.name for file in system.iterdir()}


def test_that_the_user_gets_the_one_command_that_installs_what_is_missing(
    system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert system_libraries.main([]) == 1
    assert packages(system) == set()
    assert capsys.readouterr().err.splitlines() == [
        "This system lacks libGL.so.1, libglib-2.0.so.0, which the desk needs. Type this, then start the desk again:",
        "",
        "    sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1 libglib2.0-0t64",
        "",
    ]


def test_that_root_gets_the_packages_installed(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system_libraries.main([]) == 0
    assert packages(system) == {"libgl1", "libglib2.0-0t64"}


def test_that_a_window_on_a_screen_needs_more_than_one_without(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("DISPLAY", ":0")
    assert system_libraries.main([]) == 0
    assert "libxcb-cursor0" in packages(system)


def test_that_a_failed_import_of_qt_is_explained_by_the_libraries_it_lacks(system: Path) -> None:  # noqa: ARG001
    said = explanation(ImportError("libGL.so.1: cannot open shared object file"))
    assert "lacks libGL.so.1, libglib-2.0.so.0" in said
    assert "apt-get install" in said


def test_that_a_failed_import_for_another_reason_keeps_its_own_words() -> None:
    assert explanation(ImportError("no such symbol")) == "Qt cannot be loaded: no such symbol."


def test_that_the_desk_names_the_missing_libraries_when_qt_cannot_be_imported(
    system: Path,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    qt = tmp_path / "broken" / "PySide6" / "__init__.py"
    qt.parent.mkdir(parents=True)
    qt.write_text("raise ImportError('libGL.so.1: cannot open shared object file')", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "broken"), str(ROOT)])}
    command = [sys.executable, "-P", "-m", "gui.app", "--tour"]
    start = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (start.returncode, start.stdout) == (1, "")
    assert start.stderr.startswith("This system lacks libGL.so.1, libglib-2.0.so.0, which the desk needs.")


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libwayland-cursor.so.0", "libwayland-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ],
)
def test_that_debian_names_the_package_of_a_library_after_it(library: str, package: str) -> None:
    assert package_of(library) == package


@pytest.mark.parametrize(
    ("session", "screens"),
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland", "xcb"]),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "vnc:port=5900;minimal"}, ["vnc", "minimal"]),
    ],
)
def test_that_the_session_shows_which_screens_qt_may_meet(
    session: dict[str, str],
    screens: list[str],
    system: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in session.items():
        monkeypatch.setenv(name, value)
    assert platforms() == ["offscreen", *screens]
