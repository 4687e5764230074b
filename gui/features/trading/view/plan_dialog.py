"""The form of a new plan or of a saved one, non-modal: switches and chart levels stay usable."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from gui.features.trading.model.draft import SIDES, PlanDraft
from gui.features.trading.model.plan_changes import waits_words
from gui.widgets.fields import leave_wheel_to_page, show_number
from gui.widgets.place import FittedDialog
from gui.widgets.spin_margins import give_margins

WIDTH = 380
MAX_PRICE = 10_000_000.0
MAX_MINUTES = 1_440
MAX_NOTES_LENGTH = 2_000


class PlanDialog(FittedDialog):
    """Shows a draft and changes it; it closes when the plan exists."""

    def __init__(self, draft: PlanDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(WIDTH)
        self._draft = draft
        self.symbol = self._choice(draft.symbols, "symbol", "Symbol to trade")
        self.side = self._choice(SIDES, "side", "BUY profits when price rises; changing the side mirrors the levels")
        self.entry = self._price("entry", "Price near which a setup triggers the plan")
        self.stop = self._price("stop", "Stop loss")
        self.target = self._price("target", "Take profit")
        self.lots = self._number("lots", "Volume", decimals=2, step=0.01)
        self.minutes = QSpinBox()
        self.minutes.setRange(1, MAX_MINUTES)
        self.minutes.setSuffix(" min")
        self.minutes.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        give_margins(self.minutes)
        leave_wheel_to_page(self.minutes)
        self.minutes.setToolTip("The plan expires if no setup has triggered it by then")
        self.minutes.valueChanged.connect(lambda value: draft.change(minutes=value))
        self.notes = QLineEdit(maxLength=MAX_NOTES_LENGTH)
        self.notes.setToolTip("Your notes on the plan")
        self.notes.textEdited.connect(lambda text: draft.change(notes=text))
        self.waits, self.summary, self.faults = QLabel(), QLabel(), QLabel()
        self._lay_out()
        draft.changed.connect(self.refresh)
        draft.ended.connect(self.close)
        self.finished.connect(draft.end)
        self.refresh()

    def _choice(self, items: tuple[str, ...], field: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(items))
        box.setToolTip(tip)
        box.textActivated.connect(lambda text: self._draft.change(**{field: text}))
        leave_wheel_to_page(box)
        return box

    def _price(self, field: str, tip: str) -> QDoubleSpinBox:
        digits = self._draft.digits
        return self._number(field, tip, decimals=digits, step=10.0 ** (1 - digits))

    def _number(self, field: str, tip: str, *, decimals: int, step: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setDecimals(decimals)
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        box.setRange(0.0, MAX_PRICE)
        box.setSingleStep(step)
        box.setKeyboardTracking(False)
        give_margins(box)
        leave_wheel_to_page(box)
        box.setToolTip(tip)
        box.valueChanged.connect(lambda value: self._draft.change(**{field: value}))
        return box

    def _lay_out(self) -> None:
        named_labels = ((self.waits, "planSummary"), (self.summary, "planSummary"), (self.faults, "planFaults"))
        for label, name in named_labels:
            label.setObjectName(name)
            label.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setToolTip("Closes this without creating a plan")
        cancel.setAutoDefault(False)  # else Enter would throw the plan away
        self.add = self._button("Add plan", "Create the plan; it waits for a setup of its side", self._draft.send)
        self.from_setup = self._button(
            "From the setup", "Use the levels of the current setup", self._draft.fill_from_setup
        )
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        named = {"Symbol": self.symbol, "Side": self.side, "Entry": self.entry, "Stop": self.stop}
        for title, field in (named | {"Target": self.target, "Lots": self.lots}).items():
            form.addRow(title, field)
        form.addRow("Expires in", self.minutes)
        form.addRow("Notes", self.notes)
        for row in (self.waits, self.summary, self.faults, self.buttons):
            form.addRow(row)
        self.add.setDefault(True)  # counts only once the button stands in the dialog

    def _button(self, words: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = self.buttons.addButton(words, QDialogButtonBox.ButtonRole.ActionRole)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def refresh(self) -> None:
        draft, fields = self._draft, self._draft.fields
        if fields is None:
            return
        for box, text in ((self.symbol, fields.symbol), (self.side, fields.side)):
            box.setCurrentText(text)
        prices = ((self.entry, fields.entry), (self.stop, fields.stop), (self.target, fields.target))
        for number, value in (*prices, (self.lots, fields.lots)):
            show_number(number, value, 2 if number is self.lots else draft.digits)
        with QSignalBlocker(self.minutes):
            self.minutes.setValue(fields.minutes)
        self.setWindowTitle("Change plan" if draft.is_change else "New plan")
        self.symbol.setEnabled(not draft.is_change)
        if self.notes.text() != fields.notes:
            self.notes.setText(fields.notes)
        self.waits.setText(waits_words(fields.side))
        self.summary.setText(draft.summary)
        faults = (draft.refusal,) if draft.refusal else draft.faults
        self.faults.setText("\n".join(f"✗ {fault}" for fault in faults))
        self.faults.setVisible(bool(faults))
        self.add.setText("sent" if draft.is_sent else "Save changes" if draft.is_change else "Add plan")
        self.add.setEnabled(not draft.is_sent and not draft.faults)
        self.from_setup.setEnabled(draft.has_setup and not draft.is_sent and not draft.is_change)
