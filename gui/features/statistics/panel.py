"""Saves a report about the trades in Statistics, and opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.features.statistics.model.statistics import StatisticsModel
from gui.widgets.actions import make_action


class Report(QObject):
    """`action` asks for a file; `announced` carries a message for the user."""

    announced = Signal(str)

    def __init__(self, window: QWidget, statistics: StatisticsModel) -> None:
        super().__init__(window)
        self._window, self._statistics = window, statistics
        self.open_page: Callable[[Path], bool] = _open_in_browser
        tip = "Writes a page about the trades in Statistics, and opens it"
        self.action = make_action(window, "file.report", "Report …", tip, self.ask)
        statistics.announced.connect(self.announced)
        statistics.written.connect(self._show_page)

    def ask(self) -> None:
        """Asks where to write the page."""
        dialog = QFileDialog(self._window, "Save report", str(Path.home() / "report.html"), "Web page (*.html)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._statistics.report(Path(name)))
        dialog.open()

    def _show_page(self, path: Path) -> None:
        self.announced.emit(
            f"{path} is saved" if self.open_page(path) else f"{path} is saved; no program here shows it"
        )


def _open_in_browser(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
