"""Crashes of the program: what is written beside the log, and what the next start offers."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from config.loader import changed_settings, shipped_settings
from engine.persistence.opening import DATABASE_FILE
from gui.features.crash.panel import CrashReports
from gui.features.crash.view.crash_bar import ReportDialog
from gui.platform.crash import MAX_REPORTS, NO_TRACE, CrashWatch, without_names, without_secrets


def run_that(folder: Path, act: str) -> None:
    """A process of its own that begins to run as a desk does, and then ends as `act` says."""
    program = textwrap.dedent(f"""
        import os, signal, sys
        from pathlib import Path
        from gui.platform.crash import CrashWatch
        watch = CrashWatch(Path(sys.argv[1]))
        watch.begin()
        {act}
    """)
    subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, check=False, timeout=60)


def reports(folder: Path, settings: dict[str, object] | None = None) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in CrashWatch(folder).reports_of_earlier_runs(settings or {})]


def test_that_a_crash_in_a_library_is_reported_with_the_place_where_python_was(tmp_path: Path) -> None:
    run_that(tmp_path, "os.abort()")
    (report,) = reports(tmp_path)
    assert "Fatal Python error: Aborted" in report
    assert 'File "<string>", line 7' in report


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_that_a_run_that_was_killed_is_reported_as_one_without_a_trace(tmp_path: Path) -> None:
    run_that(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    (report,) = reports(tmp_path)
    assert NO_TRACE in report


def test_that_an_error_that_ends_the_desk_is_in_the_report_and_one_crash_is_reported_once(tmp_path: Path) -> None:
    watch = CrashWatch(tmp_path)
    watch.begin()
    try:
        raise RuntimeError("the loop is gone")
    except RuntimeError as error:
        watch.fail(error)
    watch.end()
    (report,) = [file.read_text() for file in CrashWatchOfLaterRun(tmp_path).reports_of_earlier_runs({})]
    assert "RuntimeError: the loop is gone" in report
    assert CrashWatchOfLaterRun(tmp_path).reports_of_earlier_runs({}) == []
    assert not list(tmp_path.glob("run-*"))


class CrashWatchOfLaterRun(CrashWatch):
    """One of another process than this one."""

    @property
    def _path(self) -> Path:
        return self.folder / "run-0.trace"


def test_that_a_run_that_ends_as_it_should_leaves_nothing(tmp_path: Path) -> None:
    run_that(tmp_path, "watch.end()")
    assert list(tmp_path.iterdir()) == []


def test_that_a_desk_that_still_runs_has_not_crashed(tmp_path: Path) -> None:
    watch = CrashWatch(tmp_path)
    watch.begin()
    try:
        assert CrashWatchOfLaterRun(tmp_path).reports_of_earlier_runs({}) == []
    finally:
        watch.end()


def test_that_a_folder_that_cannot_be_written_keeps_no_desk_from_starting(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    watch = CrashWatch(tmp_path / "log")
    watch.begin()
    watch.note_store(tmp_path)
    watch.fail(RuntimeError("x"))
    watch.end()
    assert watch.reports_of_earlier_runs({}) == []


def test_that_a_report_has_the_end_of_the_log_and_the_last_entries_of_the_journal_by_kind(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    with closing(sqlite3.connect(store / DATABASE_FILE)) as sql:
        sql.execute("CREATE TABLE journal (seq INTEGER PRIMARY KEY, at, kind, symbol, payload)")
        sql.execute("INSERT INTO journal VALUES (1, '2026-03-02T10:00:00', 'position_closed', 'XAUUSD', 'profit 1234')")
        sql.commit()
    log = tmp_path / "log"
    run_that(log, f"watch.note_store(Path({str(store)!r})); os.abort()")
    (log / "desk.log").write_text("old\n" * 500 + "WARNING the feed of account 5012345678 is silent\n")
    (report,) = reports(log)
    assert "2026-03-02T10:00:00 position_closed XAUUSD" in report
    assert "1234" not in report
    assert "the feed of account (number) is silent" in report
    assert report.count("old") < 250


@pytest.mark.parametrize(
    "trace",
    [
        *("", "not json\n", "[1]\n", '{"store": 5}\n', '{"store": "/no/such"}\n\0\0', "[" * 100_000),
        *('{"version": "\\ud800"}\n', '{"store": "/a\\u0000b"}\n'),
    ],
)
def test_that_a_damaged_trace_still_gives_a_report(tmp_path: Path, trace: str) -> None:
    (tmp_path / "run-1.trace").write_text(trace)
    (report,) = reports(tmp_path)
    assert "What happened" in report


def test_that_a_trace_with_a_time_that_no_calendar_has_still_gives_a_report(tmp_path: Path) -> None:
    trace = tmp_path / "run-1.trace"
    trace.write_text("")
    try:
        os.utime(trace, (1e12, 1e12))
    except (OSError, OverflowError):
        pytest.skip("this file system has no such time")
    assert len(reports(tmp_path)) == 1


def test_that_a_log_without_a_blank_is_gone_through_at_once() -> None:
    began = time.perf_counter()
    assert without_names("x" * 200_000) == "x" * 200_000
    assert time.perf_counter() - began < 1.0


def test_that_old_reports_are_deleted(tmp_path: Path) -> None:
    for day in range(1, 29):
        (tmp_path / f"crash-2025-01-{day:02}-000000.txt").write_text("old")
    (tmp_path / "run-1.trace").write_text("")
    assert len(reports(tmp_path)) == 1
    assert len(list(tmp_path.glob("crash-*.txt"))) == MAX_REPORTS


def test_that_a_report_names_neither_account_nor_home_nor_address() -> None:
    text = (
        f"{Path.home()}/desk: account 70012345 by https://user:secret@broker.example/x?token=1, price 4321.25, 10:31:05"
    )
    assert without_names(text) == "~/desk: account (number) by (address), price 4321.25, 10:31:05"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The terminal is on demo account 70012345 at Broker-Demo7, which", "The terminal is on demo account, which"),
        ("Log in to 70012345.", "Log in to (number)."),
        ("login:70012345, ticket=70012345", "login:(number), ticket=(number)"),
        ("10:31:05.123456 price 12345.67 and 75,802.80", "10:31:05.123456 price 12345.67 and 75,802.80"),
    ],
)
def test_that_a_report_names_no_account_wherever_it_stands_in_a_sentence(text: str, shown: str) -> None:
    assert without_names(text) == shown


def test_that_of_settings_only_numbers_and_switches_are_in_a_report() -> None:
    settings = shipped_settings()
    changed = settings.model_copy(
        update={
            "metatrader": settings.metatrader.model_copy(update={"login": 70012345, "server": "Broker-Live"}),
            "risk_mitigation": settings.risk_mitigation.model_copy(update={"max_daily_loss_pct": 1.5}),
        }
    )
    assert without_secrets(changed_settings(changed) | {"phone": {"topic": "mine", "orders_user_id": 70012345}}) == {
        "metatrader": "(differs)",
        "risk_mitigation": {"max_daily_loss_pct": 1.5},
        "phone": {"topic": "(differs)", "orders_user_id": "(differs)"},
    }


def test_that_the_next_start_offers_the_report_and_shows_it(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "run-1.trace").write_text("{}\nFatal Python error: Segmentation fault\n")
    window = QMainWindow()
    qtbot.addWidget(window)
    offered = CrashReports(window, dict)
    window.addToolBar(offered.bar)
    window.show()
    assert not offered.bar.isVisible()
    offered.look(CrashWatch(tmp_path))
    qtbot.waitUntil(offered.bar.isVisible)
    assert "crashed in an earlier run" in offered.bar.words.text()
    offered.bar.show_report.click()
    (dialog,) = window.findChildren(ReportDialog)
    assert "Segmentation fault" in dialog.text.toPlainText()
    dialog.copy.click()
    assert "Segmentation fault" in QGuiApplication.clipboard().text()
    dialog.close()
    offered.bar.dismiss.click()
    assert not offered.bar.isVisible()
    offered.close()
