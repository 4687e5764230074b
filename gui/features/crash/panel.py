"""Offers the reports of earlier runs that crashed, once the window stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from config.atomic_file import reason_of
from gui.features.crash.view.crash_bar import CrashBar, ReportDialog
from gui.platform.background import Background
from gui.platform.crash import CrashWatch


class CrashReports:
    """`changed_settings` returns those that differ from the shipped ones, as JSON."""

    def __init__(self, window: QMainWindow, changed_settings: Callable[[], Mapping[str, Any]]) -> None:
        self._window, self._changed_settings = window, changed_settings
        self.bar = CrashBar()
        self.bar.report_asked.connect(self._show)
        self._background = Background(window)
        self._report: Path | None = None

    def look(self, watch: CrashWatch) -> None:
        """Looks for crashes on a separate thread; answers when the loop has its turn."""
        settings = self._changed_settings()
        self._background.run(lambda: watch.reports_of_earlier_runs(settings), self._announce)

    def close(self) -> None:
        """The window closes."""
        self._background.close()

    def _announce(self, reports: list[Path]) -> None:
        if reports:
            self._report = reports[-1]
            others = f" {len(reports) - 1} earlier crashes have reports beside it." if len(reports) > 1 else ""
            self.bar.announce(f"The desk crashed in an earlier run. {self._report} says what led to it.{others}")

    def _show(self) -> None:
        assert self._report is not None
        try:
            text = self._report.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            text = f"{self._report} cannot be read: {reason_of(error)}."
        dialog = ReportDialog(f"Crash report: {self._report.name}", text, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
