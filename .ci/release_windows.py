"""The program for Windows and its setup program, made and tried in a Windows Python under Wine."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from release_tools import BUILD, DIST, LIMIT_S, PINS, VERSION, make_icon, megabytes, must, sized
from release_trials import GOLD, STOPWATCH
from windows_machine import PROJECT, SET_UP, Failure, NotRun, Outcome, Windows, fault_of_wine, run


def windows() -> str:
    """The program for Windows and its installer, made and tried in a Windows Python under Wine."""
    if not SET_UP.is_file() or os.geteuid() != 0:
        raise NotRun("it needs ../shared/windows/setup.sh, and root")
    if shutil.which("makensis") is None:
        must(run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nsis"], 600.0))
    make_icon(BUILD / "microscalp.png")
    machine = Windows.kept()
    with machine.held():
        machine.make()
        folder = bundle_for_windows(machine)
        setup = installer(folder)
        return f"{megabytes(folder):.0f} MB, as {sized(setup)}; {installed(machine, setup)}"


def bundle_for_windows(machine: Windows) -> Path:
    shutil.copyfile(BUILD / "microscalp.png", machine.drive / "microscalp.png")
    named = " ".join(f"-r {name}" for name in (*PINS, "requirements-release.txt"))
    inside(
        machine,
        r'[ -e /w/prefix/drive_c/tools/Scripts/python.exe ] || wine "$PY" -m venv "C:\tools"',
        rf'wine "C:\tools\Scripts\python.exe" -m pip install -q --disable-pip-version-check --require-hashes {named}',
        r'MICROSCALP_ICON="C:\microscalp.png" wine "C:\tools\Scripts\python.exe" -m PyInstaller --noconfirm'
        r' --log-level=WARN --distpath "C:\bundle" --workpath "C:\build" packaging/microscalp.spec',
    )
    return machine.drive / "bundle" / "microscalp"


def inside(machine: Windows, *commands: str) -> Outcome:
    """Runs commands in the machine, each only if the one before ended well; raises as `must` does."""
    outcome = machine.run(" && ".join(f"{{ {command}; }}" for command in commands), LIMIT_S)
    if outcome.code != 0 and (fault := fault_of_wine(outcome.said)):
        raise NotRun(f"Wine's own fault: {fault}")
    return must(outcome)


def installer(folder: Path) -> Path:
    """The setup program, from the folder that PyInstaller made."""
    setup = DIST / f"microscalp-{VERSION}-setup.exe"
    defined = {"VERSION": VERSION, "FOLDER": str(folder), "OUTPUT": str(setup), "PROJECT": str(PROJECT)}
    script = PROJECT / "packaging" / "microscalp.nsi"
    must(run(["makensis", "-V2", *(f"-D{name}={value}" for name, value in defined.items()), str(script)], LIMIT_S))
    return setup


def installed(machine: Windows, setup: Path) -> str:
    """Installs as a user without asking, starts, and uninstalls: what the user has written stays."""
    shutil.copyfile(setup, machine.drive / "setup.exe")
    home = next(each for each in (machine.drive / "users").iterdir() if each.name != "Public")
    program = home / "AppData" / "Local" / "Programs" / "Microscalp"
    data = home / "AppData" / "Local" / "microscalp"
    begun = time.monotonic()
    inside(machine, r'wine "C:\setup.exe" /S')
    if not (program / "microscalp-desk.exe").is_file():
        raise Failure("the setup program installed nothing")
    took = f"installed in {time.monotonic() - begun:.0f} s"
    there = rf"C:\users\{home.name}\AppData\Local\Programs\Microscalp"
    began = time.monotonic()
    said = inside(machine, rf'wine "{there}\microscalp.exe" --version').output.strip()
    if said != f"microscalp {VERSION}":
        raise Failure(f"--version says {said!r}")
    inside(
        machine,
        "mkdir -p /w/prefix/drive_c/tried",
        "cd /w/prefix/drive_c/tried",
        rf'wine "{there}\microscalp.exe" --tour',
    )
    took += f", tour {time.monotonic() - began:.0f} s"
    if not list((machine.drive / "tried" / "tour").glob("*.png")):
        raise Failure("the tour left no pictures")
    started = inside(machine, rf'wine "$PY" .ci/{STOPWATCH.name} "{there}\microscalp.exe"').output.strip()
    if GOLD.is_file():
        inside(machine, rf'wine "{there}\microscalp.exe" replay "C:\desk\shared\data\{GOLD.name}" --auto')
    inside(machine, rf'wine "{there}\microscalp.exe" lab null --days 5 --paths 1 --every-candle --workers 2')
    data.mkdir(parents=True, exist_ok=True)
    (data / "kept.txt").write_text("what the user has written", encoding="utf-8")
    inside(machine, rf'wine "{there}\uninstall.exe" /S "_?={there}"')
    if (program / "microscalp.exe").exists() or not (data / "kept.txt").exists():
        raise Failure("uninstalling left the program, or took the user's data")
    return f"{took}, {started}"
