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

from release_tools import (
    BUILD,
    DIST,
    LIMIT_S,
    PINS,
    TOOLS,
    VERSION,
    make_icon,
    make_tools,
    megabytes,
    must,
    sized,
    tool,
)
from release_trials import tried
from release_windows import windows
from windows_machine import PROJECT, Failure, NotRun, run

EXCEPTIONS: Final = PROJECT / ".ci" / "audit_exceptions.toml"


def wheel_and_sdist() -> str:
    """Of the tree as it is, and the versions that were tested as constraints for those who install them."""
    for old in (*DIST.glob("microscalp-*.whl"), *DIST.glob("microscalp-*[0-9].tar.gz")):
        old.unlink()
    at = must(run(["git", "log", "-1", "--format=%ct"], 60.0)).output.strip()
    tool("uv", "build", "--quiet", "--no-config", "--out-dir", str(DIST), str(PROJECT), SOURCE_DATE_EPOCH=at)
    (DIST / "constraints.txt").write_text(constraints(), encoding="utf-8")
    return ", ".join(sized(file) for file in (wheel(), *DIST.glob("microscalp-*[0-9].tar.gz")))


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
    outcome = run([*program, *named, *ignored], LIMIT_S)
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
    must(run([str(zensical), "build", "--clean", "--strict"], LIMIT_S))
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
