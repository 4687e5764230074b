"""Makes the packages of a release in `dist/`, and tries each as a user would: one line for each step.

A step whose download is missing, or that needs a system that is not there, is *not run*, with the reason; any other
that fails, fails the release.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from windows_machine import (
    PROJECT,
    RECORDINGS,
    SET_UP,
    Failure,
    NotRun,
    Outcome,
    Windows,
    fault_of_wine,
    missing_download,
    run,
)

DIST: Final = PROJECT / "dist"
BUILD: Final = PROJECT / "build"
TOOLS: Final = BUILD / "tools"
"""An environment with what users install, and with what makes packages of it."""
EXCEPTIONS: Final = PROJECT / ".ci" / "audit_exceptions.toml"
PINS: Final = ("requirements.txt", "requirements-notify.txt", "requirements-assistant.txt")
"""Of what the packed program brings along; the cluster is for installations from the wheel."""
_VERSION: Final = re.search(
    r'^VERSION: Final = "(.+)"$', (PROJECT / "config" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE
)
assert _VERSION is not None
VERSION: Final = _VERSION[1]
_GOLD: Final = RECORDINGS / "XAUUSD_M1_202602160207_202602272357.csv"
_LIMIT_S: Final = 3600.0
_STRANGERS: Final = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
"""Variables of the caller that a user's machine does not have."""


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
    return must(run([str(program), *command[1:]], _LIMIT_S, environment=environment))


def make_tools() -> None:
    """Sets up the environment with pinned packages, unless it stands."""
    pins = [PROJECT / name for name in (*PINS, "requirements-release.txt")]
    wanted, stamp = hashlib.sha256(b"".join(file.read_bytes() for file in pins)).hexdigest(), TOOLS / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    must(run([sys.executable, "-m", "venv", str(TOOLS)], _LIMIT_S))
    named = [f"--requirement={file}" for file in pins]
    tool("python", "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check", *named)
    stamp.write_text(wanted)


# -- wheel and sdist --------------------------------------------------------------------------------------------------


def wheel_and_sdist() -> str:
    """Of the tree as it is, and the versions that were tested as constraints for those who install them."""
    for old in (*DIST.glob("microscalp-*.whl"), *DIST.glob("microscalp-*.tar.gz")):
        old.unlink()
    at = must(run(["git", "log", "-1", "--format=%ct"], 60.0)).output.strip()
    tool("uv", "build", "--quiet", "--no-config", "--out-dir", str(DIST), str(PROJECT), SOURCE_DATE_EPOCH=at)
    (DIST / "constraints.txt").write_text(constraints(), encoding="utf-8")
    return ", ".join(sized(file) for file in (wheel(), *DIST.glob("microscalp-*.tar.gz")))


def wheel() -> Path:
    return next(DIST.glob(f"microscalp-{VERSION}-*.whl"))


def constraints() -> str:
    """The pinned versions without hashes, which pip does not take for constraints of a wheel."""
    pins = {
        line.removesuffix("\\").strip()
        for name in PINS
        for line in (PROJECT / name).read_text(encoding="utf-8").splitlines()
        if re.match(r"[a-z0-9.-]+==", line)
    }
    return "\n".join(sorted(pins)) + "\n"


def installed_by_uv() -> str:
    with tempfile.TemporaryDirectory() as home:
        place = {"UV_TOOL_DIR": f"{home}/tools", "UV_TOOL_BIN_DIR": f"{home}/bin"}
        begun = time.monotonic()
        tool("uv", "tool", "install", "--quiet", "--no-config", *constrained(), str(wheel()), **place)
        return f"installed in {time.monotonic() - begun:.0f} s, {tried(Path(home, 'bin', 'microscalp'))}"


def installed_by_pipx() -> str:
    with tempfile.TemporaryDirectory() as home:
        place = {"PIPX_HOME": f"{home}/tools", "PIPX_BIN_DIR": f"{home}/bin", "PIPX_MAN_DIR": f"{home}/man"}
        begun = time.monotonic()
        arguments = f"--constraint={DIST / 'constraints.txt'}"
        tool("pipx", "install", "--quiet", f"--pip-args={arguments}", str(wheel()), **place)
        return f"installed in {time.monotonic() - begun:.0f} s, {tried(Path(home, 'bin', 'microscalp'))}"


def constrained() -> tuple[str, str]:
    return "--constraints", str(DIST / "constraints.txt")


def tried(program: Path) -> str:
    """Runs what a user runs first, in an empty home; returns how long it took. Raises `Failure`."""
    with tempfile.TemporaryDirectory() as home:
        said = ""
        for name, arguments in first_commands(_GOLD):
            begun = time.monotonic()
            outcome = as_user([str(program), *arguments], Path(home))
            if outcome.code != 0:
                raise Failure(
                    f"microscalp {' '.join(arguments)} ended with code {outcome.code}: {outcome.said[-3000:]}"
                )
            said += f", {name} {time.monotonic() - begun:.1f} s"
            if name == "version" and outcome.output.strip() != f"microscalp {VERSION}":
                raise Failure(f"--version says {outcome.output!r}")
        if not list(Path(home, "tour").glob("*.png")):
            raise Failure("the tour left no pictures")
        return said.removeprefix(", ")


def first_commands(recording: Path) -> list[tuple[str, list[str]]]:
    """Each with its name: the window in pictures, a replay, and processes that the program starts by itself."""
    commands = [
        ("version", ["--version"]),
        ("tour", ["--tour"]),
        ("workers", ["lab", "null", "--days", "5", "--paths", "1", "--every-candle", "--workers", "2"]),
    ]
    if recording.is_file():
        commands.append(("replay", ["replay", str(recording), "--auto"]))
    return commands


def as_user(command: list[str], home: Path, **environment: str) -> Outcome:
    """Runs a program with a home of its own and without what only developers set."""
    plain = {name: value for name, value in os.environ.items() if name not in _STRANGERS and "XDG" not in name}
    process = subprocess.run(
        command,
        cwd=home,
        env=plain | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_LIMIT_S,
        check=False,
    )
    return Outcome(process.returncode, process.stdout, process.stderr)


# -- the program with its Python --------------------------------------------------------------------------------------


def bundle() -> str:
    """One folder for this system, and an archive of it."""
    make_icon(BUILD / "microscalp.png")
    folders = ("--distpath", str(BUILD / "bundle"), "--workpath", str(BUILD / "pyinstaller"))
    spec = str(PROJECT / "packaging" / "microscalp.spec")
    tool("python", "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", *folders, spec)
    folder = BUILD / "bundle" / "microscalp"
    verdict = tried(folder / "microscalp")
    name = f"microscalp-{VERSION}-{sys.platform}-{os.uname().machine}"
    packed = shutil.make_archive(str(DIST / name), "gztar", folder.parent, folder.name)
    return f"{megabytes(folder):.0f} MB, as {sized(Path(packed))}; {verdict}"


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
    outcome = machine.run(" && ".join(f"{{ {command}; }}" for command in commands), _LIMIT_S)
    if outcome.code != 0 and (fault := fault_of_wine(outcome.said)):
        raise NotRun(f"Wine's own fault: {fault}")
    return must(outcome)


def installer(folder: Path) -> Path:
    """The setup program, from the folder that PyInstaller made."""
    setup = DIST / f"microscalp-{VERSION}-setup.exe"
    defined = {"VERSION": VERSION, "FOLDER": str(folder), "OUTPUT": str(setup), "PROJECT": str(PROJECT)}
    script = PROJECT / "packaging" / "microscalp.nsi"
    must(run(["makensis", "-V2", *(f"-D{name}={value}" for name, value in defined.items()), str(script)], _LIMIT_S))
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
    inside(machine, rf'wine "{there}\microscalp.exe" lab null --days 5 --paths 1 --every-candle --workers 2')
    data.mkdir(parents=True, exist_ok=True)
    (data / "kept.txt").write_text("what the user has written", encoding="utf-8")
    inside(machine, rf'wine "{there}\uninstall.exe" /S _?={there}')
    if (program / "microscalp.exe").exists() or not (data / "kept.txt").exists():
        raise Failure("uninstalling left the program, or took the user's data")
    return took


# -- what is inside ---------------------------------------------------------------------------------------------------


def parts() -> str:
    """The list of parts in CycloneDX's form, and their licenses."""
    tool("python", ".ci/licenses.py", "--texts", str(DIST / "THIRD_PARTY.md"))
    pinned = BUILD / "parts.txt"
    pinned.write_text(constraints(), encoding="utf-8")
    made = DIST / f"microscalp-{VERSION}.cdx.json"
    tool("cyclonedx-py", "requirements", "--pyproject", "pyproject.toml", "-o", str(made), str(pinned))
    count = len(json.loads(made.read_text(encoding="utf-8"))["components"])
    return f"{made.name} names {count} parts, THIRD_PARTY.md has their licenses"


def audit() -> str:
    """Known vulnerabilities of the pinned packages, except those that `audit_exceptions.toml` excuses until a day."""
    excused = exceptions(EXCEPTIONS.read_text(encoding="utf-8"), datetime.now(UTC).date())
    ignored = [argument for name in excused for argument in ("--ignore-vuln", name)]
    named = [argument for name in PINS for argument in ("--requirement", name)]
    program = [str(TOOLS / "bin" / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner=off"]
    outcome = run([*program, *named, *ignored], _LIMIT_S)
    if outcome.code != 0 and re.search(
        r"ConnectionError|ServiceError|Max retries|HTTPError|50[0-9] Server", outcome.said
    ):
        raise NotRun("the database of vulnerabilities cannot be reached")
    must(outcome)
    return f"no known vulnerability, {len(excused)} excused"


def exceptions(text: str, today: date) -> Mapping[str, str]:
    """The reason of each excused vulnerability. Raises `Failure` for one that has expired or states no reason."""
    found: dict[str, str] = {}
    for name, entry in tomllib.loads(text).items():
        if not entry.get("reason") or not isinstance(entry.get("until"), date):
            raise Failure(f"{EXCEPTIONS.name}: {name} needs a reason and a date until which it is excused")
        if entry["until"] < today:
            raise Failure(f"{EXCEPTIONS.name}: {name} was excused until {entry['until']}")
        found[name] = entry["reason"]
    return found


def pages() -> str:
    """The documentation, built without a warning."""
    zensical = PROJECT / ".venv" / "bin" / "zensical"
    must(run([str(zensical), "build", "--clean", "--strict"], _LIMIT_S))
    packed = shutil.make_archive(str(DIST / f"microscalp-{VERSION}-docs"), "zip", PROJECT / ".site")
    return sized(Path(packed))


def checksums() -> str:
    """Of every file of the release."""
    files = sorted(file for file in DIST.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    return f"{len(files)} files"


STEPS: Final[Mapping[str, Callable[[], str]]] = {
    "wheel": wheel_and_sdist,
    "uv": installed_by_uv,
    "pipx": installed_by_pipx,
    "bundle": bundle,
    "windows": windows,
    "parts": parts,
    "audit": audit,
    "pages": pages,
    "checksums": checksums,
}


def main(wanted: list[str]) -> int:
    """Returns 0 if no step failed."""
    if unknown := sorted(set(wanted) - set(STEPS)):
        print(f"release: no step is called {', '.join(unknown)}; there are {', '.join(STEPS)}")
        return 2
    DIST.mkdir(exist_ok=True)
    has_failed = False
    try:
        make_tools()
    except (Failure, NotRun) as problem:
        print(f"release: tools: FAILED: {problem}")
        return 1
    for name in wanted or STEPS:
        begun = time.monotonic()
        try:
            verdict = STEPS[name]()
        except NotRun as reason:
            verdict = f"not run: {reason}"
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            verdict, has_failed = f"FAILED: {failure}", True
        print(f"release: {name}: {verdict} ({time.monotonic() - begun:.0f} s)", flush=True)
    return 1 if has_failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
