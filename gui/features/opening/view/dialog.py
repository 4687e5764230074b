"""Shows what was detected of recordings, and asks only for the rest."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QGridLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from config.words import capitalised
from gui.features.opening.model import FileFacts, OpeningModel
from gui.widgets.place import FittedDialog, fit_to_screen, largest_size
from gui.widgets.scrolling import leave_ground_to_frame
from gui.widgets.spin_margins import give_margins
from gui.zones import stamp_text

_CLOCKS = ("UTC", "UTC+2", "UTC+3", "Europe/Athens", "ny-close")
_PROGRESS_STEPS = 1000
_MIN_LIST_HEIGHT = 120


class OpeningDialog(FittedDialog):
    """Progress of reading first, then one group for each file."""

    def __init__(self, model: OpeningModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open recording")
        self.setMinimumWidth(560)
        self._model = model
        self._rows = QVBoxLayout(self)
        self.words, self.fault = QLabel(), QLabel(wordWrap=True)
        self.fault.setObjectName("openingFault")
        self.bar = QProgressBar(maximum=_PROGRESS_STEPS, textVisible=False)
        self.bar.setToolTip("How many of the files have been read")
        self._rows.addWidget(self.words)
        self._rows.addWidget(self.bar)
        self._groups: list[_FileGroup] = []
        self.files = QScrollArea(widgetResizable=True)
        self.files.setAccessibleName("Recordings")
        self.files.setFrameShape(QScrollArea.Shape.NoFrame)
        self.files.hide()
        leave_ground_to_frame(self.files)
        self._rows.addWidget(self.files)
        self._rows.addWidget(self.fault)
        self._rows.addWidget(self._make_buttons())
        self.beside.setDefault(True)  # counts only once the button stands in the dialog
        model.changed.connect(self.refresh)
        model.ended.connect(self._close_quietly)
        self.rejected.connect(model.cancelled)
        self.refresh()

    def _make_buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole.AcceptRole
        self.here = QPushButton("Open here")
        self.here.setToolTip("Closes the market of this window, and plays these recordings in its place")
        self.beside = QPushButton("Open in a new window")
        self.beside.setToolTip("Plays them in another window, with its own paper account")
        self.cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.cancel.setToolTip("Opens nothing")
        box.addButton(self.here, role)
        box.addButton(self.beside, role)
        self.cancel.setAutoDefault(False)
        self.beside.clicked.connect(lambda: self._ask_for(True))
        self.here.clicked.connect(lambda: self._ask_for(False))
        box.rejected.connect(self.reject)
        return box

    def _ask_for(self, is_new_window: bool) -> None:
        self._model.asked_for.emit(is_new_window)

    def _close_quietly(self) -> None:
        self.hide()
        self.deleteLater()

    def refresh(self) -> None:
        model = self._model
        self.words.setText(f"Reading {model.reading} …" if model.reading else self._summary())
        self.bar.setVisible(bool(model.reading))
        self.bar.setValue(round(model.progress * _PROGRESS_STEPS))
        self.here.setVisible(model.may_replace)
        for button in (self.here, self.beside):
            button.setEnabled(model.may_open)
        self.fault.setText(f"✗ {model.fault}")
        if self.fault.isHidden() == bool(model.fault):
            self.fault.setVisible(bool(model.fault))
            self._grow()
        if model.is_ready and not self._groups:
            self._show_facts()

    def _grow(self) -> None:
        """Shows as much of the list as the screen has room for."""
        content = self.files.widget()
        if content is None:
            return
        self._rows.activate()
        hint = self.sizeHint()
        height = hint.height() - self.files.sizeHint().height() + content.sizeHint().height()
        self.resize(QSize(max(self.width(), hint.width()), height).boundedTo(largest_size(self.screen())))
        fit_to_screen(self)

    def _summary(self) -> str:
        if any(facts.is_asking for facts in self._model.facts):
            return "Detected. Check what is assumed, and fill in what is missing:"
        return "Detected:"

    def _show_facts(self) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(0, 0, 0, 0)
        for row, facts in enumerate(self._model.facts):
            group = _FileGroup(self._model, row, facts)
            self._groups.append(group)
            rows.addWidget(group)
        self.files.setWidget(content)
        content.setAutoFillBackground(False)
        self.files.setMinimumHeight(min(content.sizeHint().height(), _MIN_LIST_HEIGHT))
        self.files.show()
        self._grow()
        asking = next((group for group in self._groups if group.first_field is not None), None)
        if asking is not None and asking.first_field is not None:
            asking.first_field.setFocus()
        else:
            self.beside.setFocus()


class _FileGroup(QGroupBox):
    """One file: its facts as a list, with a field where one is missing."""

    def __init__(self, model: OpeningModel, row: int, facts: FileFacts) -> None:
        super().__init__(facts.name)
        self._model, self._row = model, row
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        self.first_field: QWidget | None = None
        if facts.symbol is None:
            self._ask("Symbol", self._symbol_field())
            return
        self._add_fact("Symbol", facts.symbol)
        self._add_fact("Format", facts.format)
        if facts.is_clock_assumed:
            self._ask("Clock", self._clock_field(facts.clock))
        else:
            self._add_fact("Clock", facts.clock)
        self._add_fact("Candles", f"{facts.rows:,}")
        period = f"{_spelt(facts.first_at)} to {_spelt(facts.last_at)} UTC"
        self._add_fact("Period", f"{period}, if the assumed clock is right" if facts.is_clock_assumed else period)
        if facts.has_spread:
            self._add_fact("Spread", facts.spread)
        else:
            self._ask("Spread", self._spread_field())
        for note in facts.notes:
            self._add_fact("Note", capitalised(note))

    def _add_fact(self, name: str, words: str) -> None:
        label = QLabel(words)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        self._add(name, label)

    def _ask(self, name: str, field: QWidget) -> None:
        self.first_field = self.first_field or field
        self._add(name, field)

    def _add(self, name: str, widget: QWidget) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(QLabel(name), row, 0)
        self._grid.addWidget(widget, row, 1)

    def _symbol_field(self) -> QLineEdit:
        field = QLineEdit(placeholderText="such as XAUUSD")
        field.setToolTip("The file name does not contain the symbol")
        field.textChanged.connect(lambda text: self._model.set_options(self._row, symbol=text.strip() or None))
        return field

    def _clock_field(self, assumed: str) -> QComboBox:
        field = QComboBox(editable=True)
        field.setToolTip("Time zone of the file: the assumed one, a zone such as Europe/Athens, or UTC+3")
        field.addItem(f"assumed: {assumed.partition(' (')[0]}")
        field.addItems(list(_CLOCKS))
        assumption = field.itemText(0)
        field.currentTextChanged.connect(
            lambda text: self._model.set_options(self._row, clock=None if text == assumption else text.strip() or None)
        )
        return field

    def _spread_field(self) -> QDoubleSpinBox:
        field = QDoubleSpinBox(decimals=5, maximum=1e6, singleStep=0.01)
        field.setSpecialValueText("none: ask = bid")
        give_margins(field)
        field.setToolTip("The file has no spread: what to add to the bid, in price units")
        field.valueChanged.connect(lambda value: self._model.set_options(self._row, spread=value or None))
        return field


def _spelt(at: datetime | None) -> str:
    return "" if at is None else stamp_text(at, UTC)[:-3]
