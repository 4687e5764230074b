"""The economic calendar: a filter, the table, and what was read of the last file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QMessageBox, QPushButton, QWidget

from gui.features.calendar.model.calendar import ALL_CURRENCIES, IMPACTS, MY_CURRENCIES, NOTHING, PERIODS, CalendarModel
from gui.features.layout.columns import TABLE_NAME_PROPERTY
from gui.features.opening.view.file_drop import FileDrop
from gui.features.trading.view.table import SHOWS_ON_CHART, TradeTable
from gui.theme import Theme
from gui.widgets.dock import HeadedPanel
from gui.widgets.restyle import restyle
from gui.widgets.short_label import ShortLabel

FORMS = "Economic calendars (*.csv *.ics *.txt);;All files (*)"
SILENCE = "No events here. Choose a longer period, all impacts or all currencies."


class CalendarPanel(HeadedPanel):
    """Reports to the model when it is shown and hidden; takes files that are dropped on it."""

    def __init__(self, calendar: CalendarModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendarPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._calendar = calendar
        self.period = self._choice(PERIODS, calendar.period, "Days shown, from today")
        self.impact = self._choice(IMPACTS, calendar.impact, "Lowest impact shown")
        currencies = MY_CURRENCIES if calendar.is_of_symbols else ALL_CURRENCIES
        tip = "Events of the currencies of your symbols, or all"
        self.currencies = self._choice((MY_CURRENCIES, ALL_CURRENCIES), currencies, tip)
        self.table = TradeTable(calendar.table, theme, SILENCE, name="Economic calendar", shows=SHOWS_ON_CHART)
        self.table.setProperty(TABLE_NAME_PROPERTY, "calendar")
        self.note = ShortLabel()
        self.note.setObjectName("calendarNote")
        self.import_button = QPushButton("Import …")
        self.import_button.setToolTip("Reads events from a CSV or iCalendar file; you can also drop one on this panel")
        self.clear_button = QPushButton("Clear …")
        self.clear_button.setToolTip("Removes all events")
        self._lay_out()
        self._connect()
        self._show_state()

    def _choice(self, names: Iterable[str], chosen: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(names))
        box.setCurrentText(chosen)
        box.setToolTip(tip)
        return box

    def _lay_out(self) -> None:
        self.controls.setSpacing(6)
        parts: tuple[QWidget, ...] = (self.period, self.impact, self.currencies, self.note)
        for part in (*parts, self.import_button, self.clear_button):
            self.controls.addWidget(part)
        self.controls.setStretch(3, 1)
        self.lay_out(self.table)

    def _connect(self) -> None:
        for box in (self.period, self.impact, self.currencies):
            box.currentTextChanged.connect(self._choose)
        self.table.acted.connect(lambda row, _: self._calendar.click(row))
        self.import_button.clicked.connect(self.ask_file)
        self.clear_button.clicked.connect(self.ask_clear)
        self._calendar.changed.connect(self._show_state)
        self._calendar.table.modelReset.connect(lambda: QTimer.singleShot(0, self, self._scroll_to_next))
        drop = FileDrop(self)
        drop.dropped.connect(lambda paths: self._calendar.import_files(str(path) for path in paths))

    def set_theme(self, theme: Theme) -> None:
        self.table.set_theme(theme)

    def minimumSizeHint(self) -> QSize:
        """The table scrolls: it must not keep the chart low."""
        return QSize(super().minimumSizeHint().width(), 60)

    def _choose(self) -> None:
        self._calendar.choose(
            period=self.period.currentText(),
            impact=self.impact.currentText(),
            is_of_symbols=self.currencies.currentText() == MY_CURRENCIES,
        )

    def _show_state(self) -> None:
        calendar = self._calendar
        has_events = bool(calendar.calendar.events)
        self.table.set_silence(SILENCE if has_events else NOTHING)
        self.clear_button.setEnabled(has_events)
        self.note.setText(calendar.note or (calendar.summary if has_events else ""))
        self.note.setToolTip(calendar.summary if has_events else "")
        restyle(self.note, "isRefused", calendar.is_refused)

    def _scroll_to_next(self) -> None:
        """The next news stand on top: what is over is a scroll away."""
        row = self._calendar.table.next_row
        if row is not None:
            self.table.scrollTo(self._calendar.table.index(row, 0), TradeTable.ScrollHint.PositionAtTop)

    # -- what the user asks for

    def ask_file(self) -> None:
        """Lets the user choose files to import."""
        dialog = QFileDialog(self, "Import an economic calendar", str(Path.home()), FORMS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._calendar.import_files)
        dialog.open()

    def ask_clear(self) -> None:
        """Removes all events once the user has confirmed it."""
        count = len(self._calendar.calendar.events)
        words = f"Remove all {count:,} events? Files can be imported again."
        box = QMessageBox(QMessageBox.Icon.Question, "Clear the economic calendar", words, parent=self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        remove.clicked.connect(self._calendar.clear)
        box.open()

    # -- in sight or not

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._calendar.set_visible(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._calendar.set_visible(False)
        super().hideEvent(event)
