"""Size, stop and target, each a number with its unit and what it means now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QWidget

from gui.features.ticket.model.fields import STOP_UNITS, TARGET_UNITS, SizeBy
from gui.features.ticket.model.form import SIZE_UNITS, OrderForm
from gui.widgets.controls import make_words
from gui.widgets.fields import leave_wheel_to_page, show_number
from gui.widgets.short_label import ShortLabel
from gui.widgets.spin_margins import give_margins

MAX_NUMBER = 10_000_000.0
NUMBER_WIDTH, UNIT_WIDTH = 88, 92


class OrderFormView(QWidget):
    """Shows a form and changes it; a number counts once it is finished with Return, an arrow, or by leaving it."""

    def __init__(self, form: OrderForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderForm")
        self._form = form
        self.size_number = self._number("Size of the order, in the unit beside it", form.change_size)
        self.stop_number = self._number("Stop loss, in the unit beside it", form.change_stop)
        self.target_number = self._number("Take profit, in the unit beside it", form.change_target)
        self.size_unit = self._unit(SIZE_UNITS, "Lots, or what the stop would lose", form.choose_size_unit)
        self.stop_unit = self._unit(STOP_UNITS, "A price, or a distance from the entry", form.choose_stop_unit)
        self.target_unit = self._unit(TARGET_UNITS, "A price, or a distance from the entry", form.choose_target_unit)
        self.meanings = [self._meaning() for _ in range(3)]
        self._numbers = (self.size_number, self.stop_number, self.target_number)
        self._units = (self.size_unit, self.stop_unit, self.target_unit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(3, 1)
        for row, title in enumerate(("Size", "Stop", "Target")):
            self._numbers[row].setAccessibleName(title)
            self._units[row].setAccessibleName(f"Unit of {title.lower()}")
            parts = (make_words("formTitle", title, wraps=False), self._numbers[row], self._units[row])
            for column, part in enumerate((*parts, self.meanings[row])):
                grid.addWidget(part, row, column)
        form.moved.connect(self.refresh)
        self.refresh()

    def _number(self, tip: str, change: Callable[[float], None]) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0.0, MAX_NUMBER)
        box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        box.setKeyboardTracking(False)
        box.setFixedWidth(NUMBER_WIDTH)
        give_margins(box)
        leave_wheel_to_page(box)
        box.setToolTip(tip)
        box.valueChanged.connect(change)
        return box

    def _meaning(self) -> ShortLabel:
        """Cut where a price is long, with all of it in its tip: else it would push the buttons out of the panel."""
        label = ShortLabel()
        label.setObjectName("formMeaning")
        return label

    def _unit(self, units: tuple[object, ...], tip: str, choose: Callable[[int], None]) -> QComboBox:
        box = QComboBox()
        box.addItems([str(getattr(unit, "value", unit)) for unit in units])
        box.setFixedWidth(UNIT_WIDTH)
        leave_wheel_to_page(box)
        box.setToolTip(tip)
        box.activated.connect(choose)
        return box

    def refresh(self) -> None:
        """Shows the form as it is; a number that is being typed stays."""
        form = self._form
        shown = zip(self._numbers, form.numbers, form.decimals, form.steps, strict=True)
        for box, number, decimals, step in shown:
            show_number(box, number, decimals, step)
        currency = "" if form.basis is None else form.basis.contract.currency
        self.size_unit.setItemText(SIZE_UNITS.index(SizeBy.MONEY), f"{currency} {SizeBy.MONEY.value}".strip())
        for unit, place in zip(self._units, form.units, strict=True):
            unit.setCurrentIndex(place)
        for label, words in zip(self.meanings, form.meanings, strict=True):
            label.setText(words)
        self.setEnabled(form.fields is not None)
