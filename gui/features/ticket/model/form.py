"""A form for size, stop and target, used on the order ticket and on the card of a proposal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from engine.domain.market import Side
from gui.features.ticket.model.fields import STOP_UNITS, TARGET_UNITS, Basis, LevelBy, Levels, OrderFields, SizeBy
from gui.features.trading.model.levels import DRAG_MARK, LevelKind, TradeLine
from gui.features.trading.model.words import lots_text, price_or_missing

SIZE_UNITS = tuple(SizeBy)
LINES_OF_FORM = (LevelKind.STOP, LevelKind.TARGET)


class OrderForm(QObject):
    """Fields and what they are measured by; no order is set up while `fields` is None.

    `edited` follows what the user changed, by form or by a line dragged on the chart; `moved` any change of prices.
    `fault` says why prices or volume are not known, empty where they are.
    """

    edited = Signal()
    moved = Signal()

    def __init__(self, owner: str, parent: QObject | None = None) -> None:
        """`owner` names it to the lines that it draws."""
        super().__init__(parent)
        self.owner = owner
        self.fields: OrderFields | None = None
        self.basis: Basis | None = None
        self.levels: Levels | None = None
        self.fault = ""

    def begin(self, fields: OrderFields, basis: Basis) -> None:
        """Sets up another order."""
        self.fields, self.basis = fields, basis
        self._reckon()

    def end(self) -> None:
        """Clears the form."""
        self.fields = self.basis = self.levels = None
        self.fault = ""
        self.moved.emit()

    def use_basis(self, basis: Basis) -> None:
        """Prices, ATR or equity have moved."""
        if self.fields is not None and basis != self.basis:
            self.basis = basis
            self._reckon()

    def _reckon(self) -> None:
        self.levels, self.fault = None, ""
        if self.fields is not None and self.basis is not None:
            try:
                self.levels = self.fields.levels(self.basis)
            except ValueError as error:
                self.fault = str(error)
        self.moved.emit()

    # -- what the user changes

    def change_size(self, size: float) -> None:
        """Another size, in the unit that it has."""
        self._convert(lambda fields, _: replace(fields, size=size))

    def change_stop(self, stop: float) -> None:
        """Another stop, in the unit that it has."""
        self._convert(lambda fields, _: replace(fields, stop=stop))

    def change_target(self, target: float) -> None:
        """Another target, in the unit that it has."""
        self._convert(lambda fields, _: replace(fields, target=target))

    def choose_size_unit(self, place: int) -> None:
        """The unit at that place of `SIZE_UNITS`."""
        self._convert(lambda fields, basis: fields.with_size_by(SIZE_UNITS[place], basis))

    def choose_stop_unit(self, place: int) -> None:
        """The unit at that place of `STOP_UNITS`."""
        self._convert(lambda fields, basis: fields.with_stop_by(STOP_UNITS[place], basis))

    def choose_target_unit(self, place: int) -> None:
        """The unit at that place of `TARGET_UNITS`."""
        self._convert(lambda fields, basis: fields.with_target_by(TARGET_UNITS[place], basis))

    def move_line(self, line: TradeLine, price: float) -> None:
        """A level was dragged on the chart."""
        if line.kind is LevelKind.STOP:
            self._convert(lambda fields, basis: fields.with_stop_at(price, basis))
        else:
            self._convert(lambda fields, basis: fields.with_target_at(price, basis))

    def turn(self, side: Side, basis: Basis) -> None:
        """The other side, at its own price."""
        was = self.basis
        if self.fields is not None and was is not None and side is not self.fields.side:
            self.basis = basis
            try:
                self._edit(self.fields.with_side(side, was, basis))
            except ValueError:
                self._edit(replace(self.fields, side=side))

    def _convert(self, change: Callable[[OrderFields, Basis], OrderFields]) -> None:
        """A value that cannot be converted to the unit stays as it is."""
        if self.fields is None or self.basis is None:
            return
        try:
            self._edit(change(self.fields, self.basis))
        except ValueError as error:
            self.fault = str(error)
            self.moved.emit()

    def _edit(self, fields: OrderFields) -> None:
        self.fields = fields
        self._reckon()
        self.edited.emit()

    # -- what the user sees

    @property
    def units(self) -> tuple[int, int, int]:
        """The places of the units of size, stop and target."""
        fields = self.fields
        if fields is None:
            return 0, 0, 0
        return (
            SIZE_UNITS.index(fields.size_by), STOP_UNITS.index(fields.stop_by), TARGET_UNITS.index(fields.target_by),
        )  # fmt: skip

    @property
    def numbers(self) -> tuple[float, float, float]:
        """Size, stop and target, each in its unit."""
        fields = self.fields
        return (0.0, 0.0, 0.0) if fields is None else (fields.size, fields.stop, fields.target)

    @property
    def decimals(self) -> tuple[int, int, int]:
        """Of size, stop and target in their units."""
        fields, basis = self.fields, self.basis
        if fields is None or basis is None:
            return 2, 2, 2
        digits = {by: basis.contract.digits if by in (LevelBy.PRICE, LevelBy.DISTANCE) else 2 for by in LevelBy}
        size = _lot_decimals(basis.contract.volume_step) if fields.size_by is SizeBy.LOTS else 2
        return size, digits[fields.stop_by], digits[fields.target_by]

    @property
    def steps(self) -> tuple[float, float, float]:
        """The steps of size, stop and target for one press of an arrow."""
        fields, basis = self.fields, self.basis
        if fields is None or basis is None:
            return 0.01, 0.1, 0.1
        price = 10.0 ** (1 - basis.contract.digits)
        size = {SizeBy.LOTS: basis.contract.volume_step, SizeBy.RISK: 0.1, SizeBy.MONEY: 1.0}[fields.size_by]
        by_unit = {LevelBy.PRICE: price, LevelBy.DISTANCE: price, LevelBy.R: 0.1, LevelBy.ATR: 0.1}
        return size, by_unit[fields.stop_by], by_unit[fields.target_by]

    @property
    def meanings(self) -> tuple[str, str, str]:
        """Volume and prices that the numbers mean now, and what they are away from the entry."""
        levels, basis = self.levels, self.basis
        if levels is None or basis is None:
            return "", "", ""
        digits, risk = basis.contract.digits, abs(levels.price - levels.stop)
        stop, target = (price_or_missing(price, digits) for price in (levels.stop, levels.target))
        reward = f", {abs(levels.target - levels.price) / risk:.2f} R" if risk else ""
        return lots_text(levels.lots), f"{stop}, {risk:.{digits}f} away", f"{target}{reward}"

    @property
    def lines(self) -> tuple[TradeLine, ...]:
        """Stop and target on the chart: each can be dragged."""
        fields, levels, basis = self.fields, self.levels, self.basis
        if fields is None or levels is None or basis is None:
            return ()
        return tuple(
            TradeLine(
                kind,
                price,
                f"{DRAG_MARK} {self.owner} {fields.side.value} {kind.value.lower()} "
                f"{price_or_missing(price, basis.contract.digits)}",
                is_draggable=True,
                is_draft=True,
                form=self.owner,
            )
            for kind, price in zip(LINES_OF_FORM, (levels.stop, levels.target), strict=True)
        )


def _lot_decimals(step: float) -> int:
    return len(f"{step:.8f}".rstrip("0").partition(".")[2])
