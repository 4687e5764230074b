"""The form of a price alert, non-modal: charts and switches stay usable."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gui.features.price_alerts.model.form import (
    CONDITIONS,
    DIRECTIONS,
    FIRES,
    INDICATOR,
    INDICATORS,
    LEVEL,
    MAX_NOTE,
    MISSING_LIMIT,
    PRICES,
    SIDES,
    AlertFields,
    AlertForm,
)
from gui.widgets.controls import make_words
from gui.widgets.fields import leave_wheel_to_page, show_number
from gui.widgets.place import FittedDialog
from gui.widgets.spin_margins import give_margins

WIDTH = 400
MAX_PRICE = 10_000_000.0


class PriceAlertDialog(FittedDialog):
    """Shows the form and changes it; it closes when the engine keeps the alert."""

    def __init__(self, form: AlertForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self._form = form
        self.symbol = self._choice("symbol", form.symbols, "Symbol whose price the alert watches")
        self.cause = self._choice("cause", form.causes, "What the alert waits for; lines are chosen on the chart")
        self.level = self._level()
        self.indicator = self._choice("indicator", INDICATORS, "Its value after the last closed candle")
        self.side = self._choice("side", SIDES, "Side whose conditions are counted when a candle closes")
        self.missing = self._missing()
        self.price_of = self._choice("price_of", PRICES, "The price that is compared; candles show the bid")
        self.direction = self._choice("direction", DIRECTIONS, "Direction in which the price has to cross")
        self.fires = self._choice("fires", FIRES, "One that fires every time waits again once the price has left")
        self.expiry = self._choice("expiry", form.expiries, "How long the alert stays active, in market time")
        self.note = QLineEdit(maxLength=MAX_NOTE)
        self.note.setToolTip("Shown when the alert fires, on the phone as well")
        self.note.textEdited.connect(lambda text: form.change(note=text))
        self._lay_out()
        form.changed.connect(self.refresh)
        form.ended.connect(self.close)
        self.finished.connect(form.end)
        self.refresh()

    def _choice(self, field: str, items: Iterable[str], tip: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(items))
        box.setToolTip(tip)
        box.textActivated.connect(lambda text: self._form.change(**{field: text}))
        leave_wheel_to_page(box)
        return box

    def _level(self) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        box.setRange(0.0, MAX_PRICE)
        box.setKeyboardTracking(False)
        give_margins(box)
        leave_wheel_to_page(box)
        box.setToolTip("The price that has to be reached")
        box.valueChanged.connect(lambda value: self._form.change(level=value))
        return box

    def _missing(self) -> QSpinBox:
        box = QSpinBox()
        box.setRange(0, MISSING_LIMIT)
        box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        give_margins(box)
        leave_wheel_to_page(box)
        box.setToolTip("Fires when a candle closes with at most this many conditions missing")
        box.valueChanged.connect(lambda value: self._form.change(max_missing=value))
        return box

    def _lay_out(self) -> None:
        self.summary, self.faults = make_words("planSummary"), make_words("planFaults")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setToolTip("Closes this dialog without changes")
        self.buttons.rejected.connect(self.reject)
        self.save = QPushButton("Add alert")
        self.save.setToolTip("Saves the alert; it fires whether or not a chart is open")
        self.save.setDefault(True)
        self.save.clicked.connect(lambda: self._form.send())
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        self.rows = form = QFormLayout(self)
        for title, field in (
            ("Symbol", self.symbol),
            ("Alert on", self.cause),
            ("Level", self.level),
            ("Indicator", self.indicator),
            ("Side", self.side),
            ("Max missing", self.missing),
            ("Price", self.price_of),
            ("Crosses", self.direction),
            ("Fires", self.fires),
            ("Expires after", self.expiry),
            ("Note", self.note),
        ):
            form.addRow(title, field)
        for row in (self.summary, self.faults, self.buttons):
            form.addRow(row)

    def focus_first(self) -> None:
        """The keyboard begins where most is written: in the level, or in what the alert waits for."""
        if self.level.isVisibleTo(self):
            self.level.setFocus()
            self.level.selectAll()
        else:
            self.cause.setFocus()

    def refresh(self) -> None:
        """Shows the form as it is, with the fields that its cause has."""
        form, fields = self._form, self._form.fields
        if fields is None:
            return
        self.setWindowTitle("Change price alert" if form.is_change else "New price alert")
        self._show_choices(fields)
        show_number(self.level, fields.level, form.digits, 10.0 ** (1 - form.digits))
        with QSignalBlocker(self.missing):
            self.missing.setValue(fields.max_missing)
        if self.note.text() != fields.note:
            self.note.setText(fields.note)
        is_of_prices = fields.cause != CONDITIONS
        for widget, is_shown in (
            (self.level, fields.cause == LEVEL),
            (self.indicator, fields.cause == INDICATOR),
            (self.side, not is_of_prices),
            (self.missing, not is_of_prices),
            (self.price_of, is_of_prices),
            (self.direction, is_of_prices),
        ):
            self.rows.setRowVisible(widget, is_shown)
        self.summary.setText(form.summary)
        faults = (form.refusal,) if form.refusal else form.faults
        self.faults.setText("\n".join(f"✗ {fault}" for fault in faults))
        self.faults.setVisible(bool(faults))
        self.save.setText("sent" if form.is_sent else "Save changes" if form.is_change else "Add alert")
        self.save.setEnabled(not form.is_sent and not form.faults)
        self.adjustSize()

    def _show_choices(self, fields: AlertFields) -> None:
        for box, items in ((self.cause, self._form.causes), (self.expiry, self._form.expiries)):
            if [box.itemText(place) for place in range(box.count())] != list(items):
                box.clear()
                box.addItems(list(items))
        self.symbol.setEnabled(not self._form.is_change)
        for box, text in (
            (self.symbol, fields.symbol),
            (self.cause, fields.cause),
            (self.indicator, fields.indicator),
            (self.side, fields.side),
            (self.price_of, fields.price_of),
            (self.direction, fields.direction),
            (self.fires, fields.fires),
            (self.expiry, fields.expiry),
        ):
            box.setCurrentText(text)
