"""A Windows Python under Wine, kept between runs in one folder, and the tree that is tested in it."""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

PROJECT: Final = Path(__file__).resolve().parents[1]
SET_UP: Final = PROJECT.parent / "shared" / "windows" / "setup.sh"
RECORDINGS: Final = PROJECT.parent / "shared" / "data"
_SET_UP_LIMIT_S: Final = 1800.0
_ANSWER_LIMIT_S: Final = 60.0
_LATE: Final = 124
_NO_DIALOG: Final = r"'HKCU\Software\Wine\WineDbg' /v ShowCrashDialog /t REG_DWORD /d 0 /f"
"""Crashes are written to standard error, without a dialog."""
_IDENTITY: Final = {f"GIT_{who}_{what}": "windows" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_DOWNLOAD_FAILED: Final = re.compile(
    r"Could not (fetch|resolve|connect|install packages due to an OSError|find a version)|No matching distribution"
    r"|timed out|Temporary failure|unreachable|cannot be reached|Failed to (fetch|establish)|Unable to (fetch|locate)"
    r"|Connection (refused|reset|aborted)|Remote(Disconnected| end closed)|IncompleteRead|Retrying \(|\b50[0-4] "
    r"|URLError|urlopen error|HTTP ?Error|SSLError|CERTIFICATE_VERIFY_FAILED"
)
_WINE_IS_BROKEN: Final = re.compile(
    r"^(wineserver: |wine client error|wine: could not |.*maybe the wineserver crashed)", re.MULTILINE
)
_CRASH: Final = re.compile(r"^(?=Unhandled exception: )", re.MULTILINE)
_FRAME: Final = re.compile(r"^ *(?:=>)? *\d+ 0x[0-9a-f]+ .*?\bin (\S+) \(", re.MULTILINE)
_WINE_MODULE: Final = re.compile(r"^PE-Wine .* (\S+)$", re.MULTILINE)


class NotRun(Exception):
    """What could not be looked at, for a reason that lies outside the desk; `said` is what was seen until then."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.said = said


class Failure(Exception):
    """The desk is at fault."""


class Outcome(NamedTuple):
    """How a program ended; `code` is 124 where it was ended because it took too long."""

    code: int
    output: str
    errors: str = ""

    @property
    def is_late(self) -> bool:
        return self.code == _LATE

    @property
    def said(self) -> str:
        return self.errors + self.output


def fault_of_wine(said: str) -> str | None:
    """The line that reports a fault of Wine itself; None where there is none, or a crash is in other code.

    A crash is Wine's own if it is in one of Wine's modules, and the desk did not call it there by ctypes.
    """
    if broken := _WINE_IS_BROKEN.search(said):
        return broken[0].strip()
    for report in _CRASH.split(said.expandtabs())[1:]:
        frames, of_wine = _FRAME.findall(report), set(_WINE_MODULE.findall(report))
        if frames and frames[0] in of_wine and not any(frame.startswith(("_ctypes", "libffi")) for frame in frames):
            return f"{report.splitlines()[0]} in {frames[0]}"
    return None


def missing_download(said: str) -> str | None:
    """The last line that reports a failed download, None where there is none."""
    lines = [line.strip() for line in said.splitlines() if _DOWNLOAD_FAILED.search(line)]
    return lines[-1][:300] if lines else None


def run(
    command: list[str], limit_s: float, *, environment: dict[str, str] | None = None, folder: Path = PROJECT
) -> Outcome:
    """Runs a program to its end, or ends it and all that it has started in its session."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=limit_s)
        return Outcome(process.returncode, output, errors)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        return Outcome(_LATE, output, errors)


class Windows:
    """The machine in `root`; `make` it before it is used, and use it while it is `held`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.drive = root / "system" / "w" / "prefix" / "drive_c"
        self.tree = self.drive / "desk" / "main"
        self.display = ""
        self.ends_at = math.inf
        self._stamp = root / "set-up"

    @classmethod
    def kept(cls) -> Windows:
        """The machine that is kept between runs: in the folder that WINDOWS_ROOT names, else in the user's cache."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return cls(Path(os.environ.get("WINDOWS_ROOT") or Path(cache, "microscalp-windows")).absolute())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Waits until no other run uses the machine."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        with self.root.with_name(self.root.name + ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("windows: another run uses the machine; waiting for it", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def show_nothing(self) -> None:
        """What runs from now on has no screen."""
        self.display = ""

    # -- programs -----------------------------------------------------------------------------------------------

    def run(self, command: str, limit_s: float, **environment: str) -> Outcome:
        """A shell's command in the desk's folder; $PY is the system's Python, $VPY the desk's.

        Raises `NotRun` where it is not done by `ends_at`, by the monotonic clock.
        """
        left_s = self.ends_at - time.monotonic()
        outcome = self._run(command, min(limit_s, left_s), environment) if left_s > 0 else Outcome(_LATE, "")
        if outcome.is_late and left_s < limit_s:
            raise NotRun("no time was left", outcome.said)
        return outcome

    def _run(self, command: str, limit_s: float, environment: dict[str, str]) -> Outcome:
        exports = "".join(f"export {name}='{value}'; " for name, value in {"CI": "1", **environment}.items())
        display = {"XDISPLAY": self.display} if self.display else None
        outcome = run([str(self.root / "in"), exports + command], limit_s, environment=display)
        if outcome.is_late:
            answers = self._answers()
            run([str(self.root / "in"), "wineserver -k; sleep 1"], _ANSWER_LIMIT_S)
            if not answers:
                return outcome._replace(errors=outcome.errors + "\nwineserver: no answer\n")
        return outcome

    def _answers(self) -> bool:
        """Whether Wine can start a program at all."""
        return run([str(self.root / "in"), 'wine "$PY" -c 1'], _ANSWER_LIMIT_S).code == 0

    # -- set-up -------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Sets up what is missing and puts the calling tree in place. Raises `NotRun` and `Failure`."""
        self._bring_tree()
        self._bring_recordings()
        for each in self.drive.glob("users/*/AppData/Local/microscalp"):  # what the desks of earlier runs left
            shutil.rmtree(each)
        wanted = self._wanted_stamp()
        if not (self._stamp.exists() and self._stamp.read_text() == wanted):
            self._set_up()
            self._bring_tree()
            self._bring_recordings()
        if self._set_up_desk().code != 0 and (again := self._set_up_desk()).code != 0:
            raise self._verdict_on_set_up(again)
        self.run(f"wine reg add {_NO_DIALOG}", _ANSWER_LIMIT_S)
        self._stamp.write_text(wanted)

    def _set_up_desk(self) -> Outcome:
        return self.run('wine "$PY" run.py test --version', _SET_UP_LIMIT_S)

    def _wanted_stamp(self) -> str:
        files = [SET_UP, *(PROJECT / name for name in ("run.py", "requirements.txt", "requirements-test.txt"))]
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def _set_up(self) -> None:
        if not self._is_whole:  # what an interrupted set-up left would stand in the way of the next
            shutil.rmtree(self.root / "system", ignore_errors=True)
        self.root.mkdir(parents=True, exist_ok=True)
        made = run(["bash", str(SET_UP), str(self.root), str(PROJECT)], _SET_UP_LIMIT_S)
        if made.code != 0 and not (self._is_whole and self.tree.is_dir()):
            lines = [line.strip() for line in made.said.splitlines() if line.strip()]
            reason = missing_download(made.said) or (lines[-1][:300] if lines else f"it ended with code {made.code}")
            raise NotRun("the set-up took too long" if made.is_late else reason)

    @property
    def _is_whole(self) -> bool:
        """Whether all is there that does not come from the desk."""
        parts = ("Python313/python.exe", "windows/system32/icuuc.dll")
        return (self.root / "in").exists() and all((self.drive / part).exists() for part in parts)

    @staticmethod
    def _verdict_on_set_up(outcome: Outcome) -> Exception:
        reason = missing_download(outcome.said) or fault_of_wine(outcome.said)
        return NotRun(reason) if reason else Failure(f"the desk does not set itself up:\n{outcome.said[-3000:]}")

    def _bring_tree(self) -> None:
        """Makes the machine's tree the calling one, with what is not committed yet."""
        if not self.tree.is_dir():
            return
        _git(PROJECT, "push", "--quiet", "--force", str(self.tree), f"{_commit_of_tree()}:refs/heads/tested")
        _git(self.tree, "checkout", "--quiet", "--force", "--detach", "refs/heads/tested")
        _git(self.tree, "clean", "--quiet", "--force", "-d")

    def _bring_recordings(self) -> None:
        there = self.drive / "desk" / "shared" / "data"
        if not (RECORDINGS.is_dir() and self.tree.is_dir()):
            return
        there.mkdir(parents=True, exist_ok=True)
        for file in RECORDINGS.iterdir():
            copy = there / file.name
            if file.is_file() and not (copy.exists() and copy.stat().st_size == file.stat().st_size):
                shutil.copyfile(file, copy)


def _commit_of_tree() -> str:
    """A commit of the calling tree as it is on the disk, of which no branch knows."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        _git(PROJECT, "read-tree", "HEAD", **index)
        _git(PROJECT, "add", "--all", **index)
        tree = _git(PROJECT, "write-tree", **index)
    if tree == _git(PROJECT, "rev-parse", "HEAD^{tree}"):
        return _git(PROJECT, "rev-parse", "HEAD")
    return _git(PROJECT, "commit-tree", tree, "-p", "HEAD", "-m", "The tree as it is", **_IDENTITY)


def _git(folder: Path, *arguments: str, **environment: str) -> str:
    outcome = run(["git", *arguments], 120.0, environment=environment, folder=folder)
    if outcome.code != 0:
        raise NotRun(f"git {arguments[0]}: {outcome.said.strip()[-300:]}")
    return outcome.output.strip()
