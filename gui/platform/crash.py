"""Reports of crashes: what led to one, without account data, in a file beside the log.

Each desk has two files in the log folder while it runs: a lock, by which later starts know whether it lives, and a
trace, into which Python writes where a process was that the system ends by force. An earlier run whose lock is free but
whose trace is still there has crashed.
"""

from __future__ import annotations

import faulthandler
import json
import os
import platform
import re
import sqlite3
import sys
import traceback
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from config import VERSION
from config.plain_file import open_plain
from config.private_files import make_private_directory, make_private_file
from engine.domain.account import without_account_names
from engine.domain.well_formed import well_formed_text
from engine.errors import DeskError
from engine.persistence.desks.lock import DeskLock

REPORT_NAME: Final = "crash-{:%Y-%m-%d-%H%M%S}.txt"
MAX_REPORTS: Final = 20
LOG_LINES: Final = 200
EVENTS: Final = 50
_TAIL_BYTES: Final = 200_000
_TRACE: Final = re.compile(r"run-(\d+)\.trace")
_ADDRESS: Final = re.compile(r"\b\w++://[^\s'\"<>),]+")
_NUMBERS: Final = re.compile(r"(?<!\d)(?<!\d[.,:-])\d{5,}(?!\d|[.,:-]\d)")
"""Such as the number of an account, or of an order; no price or time of a log has five digits alone."""
_PRIVATE: Final = frozenset({"metatrader", "orders_user_id"})
"""Settings that name accounts and users, by numbers as well."""

HEADING: Final = "Crash report of the micro-scalp desk, without account data. It was not sent anywhere."
NO_TRACE: Final = (
    "The process ended without an error: the system or another program ended it, memory ran out, or the power failed."
)


class CrashWatch:
    """Notices crashes of this process from `begin` to `end`, and of earlier ones in `reports_of_earlier_runs`.

    A folder that cannot be written is no reason not to start: then nothing is noticed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: DeskLock | None = None
        self._trace: IO[str] | None = None
        self._head: dict[str, Any] = {"version": VERSION, "began_at": _now().isoformat(), "store": ""}

    @property
    def _path(self) -> Path:
        return self.folder / f"run-{os.getpid()}.trace"

    def begin(self) -> None:
        with suppress(OSError, DeskError):
            make_private_directory(self.folder)
            make_private_file(self._path)
            trace = self._path.open("w", encoding="utf-8")
            self._lock = DeskLock(self.folder, f"run-{os.getpid()}.lock")
            self._trace = trace
            self._write_head()
            faulthandler.enable(self._trace)

    def note_store(self, store: Path | None) -> None:
        """Where the journal is, whose last entries are part of a report; None if it is kept in memory."""
        self._head["store"] = str(store or "")
        if self._trace is not None:
            with suppress(OSError):
                self._trace.seek(0)
                self._trace.truncate()
                self._write_head()

    def _write_head(self) -> None:
        assert self._trace is not None
        self._trace.write(json.dumps(self._head) + "\n")
        self._trace.flush()

    def end(self) -> None:
        """The program ends as it should; after `fail` it does not."""
        if self._let_go():
            for ending in (".trace", ".lock"):
                with suppress(OSError):
                    self._path.with_suffix(ending).unlink(missing_ok=True)

    def fail(self, error: BaseException) -> None:
        """Writes down what ends this process; the next start reports it."""
        if self._trace is not None:
            with suppress(OSError):
                self._trace.write("".join(traceback.format_exception(error)))
            self._let_go()

    def _let_go(self) -> bool:
        """Returns False if nothing was held."""
        if self._trace is None or self._lock is None:
            return False
        faulthandler.disable()
        with suppress(OSError):
            self._trace.close()
        self._lock.release()
        self._trace = self._lock = None
        return True

    def reports_of_earlier_runs(self, settings: Mapping[str, Any]) -> list[Path]:
        """Writes a report on each run that has crashed, and returns them. Not for the event loop.

        `settings` are those that differ from the shipped ones, as JSON.
        """
        with suppress(OSError):
            traces = [each for each in sorted(self.folder.glob("run-*.trace")) if _TRACE.fullmatch(each.name)]
            reports = [self._of(trace, settings) for trace in traces if trace != self._path]
            for old in sorted(self.folder.glob("crash-*.txt"))[:-MAX_REPORTS]:
                old.unlink()
            return [report for report in reports if report is not None]
        return []

    def _of(self, trace: Path, settings: Mapping[str, Any]) -> Path | None:
        """None if that desk still runs, or its report cannot be written: then the trace stays."""
        lock = trace.with_suffix(".lock")
        try:
            held = DeskLock(self.folder, lock.name)
        except (DeskError, OSError):
            return None
        try:
            ended_at = _ended_at(trace)
            head, _, said = _tail(trace, whole=True).partition("\n")
            path = self.folder / REPORT_NAME.format(ended_at)
            make_private_file(path)
            report = well_formed_text(report_on(_head_of(head), said, self._log(), settings))
            path.write_text(report, encoding="utf-8")
            trace.unlink()
        except OSError:
            return None
        finally:
            held.release()
            with suppress(OSError):
                if not trace.exists():
                    lock.unlink()
        return path

    def _log(self) -> str:
        with suppress(OSError):
            return "\n".join(_tail(self.folder / "desk.log").splitlines()[-LOG_LINES:])
        return ""


def report_on(head: Mapping[str, Any], said: str, log: str, settings: Mapping[str, Any]) -> str:
    """The text of a report: the trace, versions, the last entries of the journal by kind alone, settings that differ
    from the shipped ones, and the end of the log, without addresses, account numbers and the names of home folders."""
    store = head.get("store")
    sections = {
        "What happened": said.strip() or NO_TRACE,
        "Versions": "\n".join(
            (
                f"microscalp {head.get('version', 'unknown')}, started at {head.get('began_at', 'an unknown time')}",
                f"Python {platform.python_version()}, {platform.platform()}",
                f"PySide {_version_of('PySide6')}, numpy {_version_of('numpy')}, pandas {_version_of('pandas')}",
            )
        ),
        "Last events": "\n".join(_last_events(Path(store))) if isinstance(store, str) and store else "",
        "Settings that differ from the shipped ones": json.dumps(without_secrets(settings), indent=2),
        "End of the log": log,
    }
    text = "\n\n".join(f"== {title} ==\n{body or 'nothing'}" for title, body in sections.items())
    return f"{HEADING}\n\n{without_names(text)}\n"


def without_names(text: str) -> str:
    """The text without the home folder, addresses, servers of accounts, and the numbers of accounts and orders."""
    home = str(Path.home())
    plain = text.replace(home, "~").replace(json.dumps(home)[1:-1], "~") if len(home) > 1 else text
    return _NUMBERS.sub("(number)", _ADDRESS.sub("(address)", without_account_names(plain)))


def without_secrets(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and switches as they are; of texts, and of all about the account and the phone, only that they differ."""
    return {name: "(differs)" if name in _PRIVATE else _plain(value) for name, value in settings.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return without_secrets(value)
    return value if isinstance(value, bool | int | float) or value is None else "(differs)"


def _last_events(store: Path) -> Iterable[str]:
    """Time, kind and symbol of the last entries of a journal, the oldest first; read as another program would."""
    from engine.persistence.opening import DATABASE_FILE

    with suppress(sqlite3.Error, OSError, ValueError):
        address = f"{(store / DATABASE_FILE).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=1.0)) as sql:
            rows = sql.execute("SELECT at, kind, symbol FROM journal ORDER BY seq DESC LIMIT ?", (EVENTS,)).fetchall()
        return [" ".join(str(part)[:40] for part in row if part) for row in reversed(rows)]
    return []


def _ended_at(trace: Path) -> datetime:
    """When a trace was written last; now where the file names a time that no calendar has."""
    try:
        return datetime.fromtimestamp(trace.stat().st_mtime, UTC)
    except (ValueError, OverflowError):
        return _now()


def _head_of(line: str) -> Mapping[str, Any]:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}


def _tail(path: Path, *, whole: bool = False) -> str:
    """The end of a file, or its beginning where it must be `whole`; never more than a screenful of pages."""
    with open(path, "rb", opener=open_plain) as file:
        if not whole:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read(_TAIL_BYTES).decode(errors="replace")


def _version_of(package: str) -> str:
    return str(getattr(sys.modules.get(package), "__version__", "unknown"))


def _now() -> datetime:
    return datetime.now(UTC)
