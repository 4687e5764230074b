"""The fields of an order as the user sets them, and the prices and the volume that they mean now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from config.trading import ExecutionSettings
from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.orders import signed
from engine.trading.risk.sizing import lots_at_risk
from gui.features.trading.model.draft_templates import DraftFields


class SizeBy(Enum):
    """The unit of the size."""

    LOTS = "lots"
    RISK = "% equity"
    MONEY = "at risk"


class LevelBy(Enum):
    """The unit of a level: a price, or a distance from the entry in price units, R or ATR(14)."""

    PRICE = "price"
    DISTANCE = "distance"
    R = "R"
    ATR = "ATR"


STOP_UNITS = (LevelBy.PRICE, LevelBy.DISTANCE, LevelBy.ATR)
TARGET_UNITS = tuple(LevelBy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the fields are measured by: terms, the price to enter, ATR(14) and equity, None where not known.

    `costs_per_lot` is the commission there and back, in the account's currency.
    """

    contract: Contract
    price: float
    atr14: float | None = None
    equity: float | None = None
    max_lots: float = 1.0
    costs_per_lot: float = 0.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Prices on the tick grid, and a volume in lots."""

    price: float
    stop: float
    target: float
    lots: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFields:
    """What stands in the form, each number in the unit beside it."""

    side: Side
    size: float
    stop: float
    target: float
    size_by: SizeBy = SizeBy.LOTS
    stop_by: LevelBy = LevelBy.PRICE
    target_by: LevelBy = LevelBy.PRICE

    # -- what it means now

    def levels(self, basis: Basis) -> Levels:
        """Prices and volume at this basis; raises ValueError, with a sentence, where they are not known."""
        contract = basis.contract
        stop = contract.round_price(self._price_of(self.stop_by, self.stop, basis, is_stop=True))
        risk = abs(basis.price - stop)
        target = contract.round_price(self._price_of(self.target_by, self.target, basis, is_stop=False, risk=risk))
        return Levels(basis.price, stop, target, self._lots(basis, stop))

    def _price_of(self, by: LevelBy, number: float, basis: Basis, *, is_stop: bool, risk: float = 0.0) -> float:
        if by is LevelBy.PRICE:
            return number
        away = signed(self.side, number * _unit(by, basis, risk))
        return basis.price - away if is_stop else basis.price + away

    def _lots(self, basis: Basis, stop: float) -> float:
        if self.size_by is SizeBy.LOTS:
            return self.size
        contract = basis.contract
        if not contract.is_money_known:
            raise ValueError(f"the tick value of {contract.symbol} is not known yet: give the size in lots")
        money = self.size
        if self.size_by is SizeBy.RISK:
            if basis.equity is None:
                raise ValueError("the equity of the account is not known yet: give the size in lots")
            money = self.size / 100.0 * basis.equity
        loss_per_lot = contract.risk(basis.price, stop, 1.0) + basis.costs_per_lot
        return contract.round_volume_down(min(lots_at_risk(money, loss_per_lot), basis.max_lots))

    # -- the same in another way

    def with_stop_at(self, price: float, basis: Basis) -> OrderFields:
        """The stop at that price, in the unit that it has."""
        return replace(self, stop=_number(self.stop_by, price, basis, 0.0))

    def with_target_at(self, price: float, basis: Basis) -> OrderFields:
        """The target at that price, in the unit that it has."""
        risk = abs(basis.price - self.levels(basis).stop)
        return replace(self, target=_number(self.target_by, price, basis, risk))

    def with_stop_by(self, by: LevelBy, basis: Basis) -> OrderFields:
        """The same stop in another unit."""
        return replace(self, stop_by=by).with_stop_at(self.levels(basis).stop, basis)

    def with_target_by(self, by: LevelBy, basis: Basis) -> OrderFields:
        """The same target in another unit."""
        return replace(self, target_by=by).with_target_at(self.levels(basis).target, basis)

    def with_size_by(self, by: SizeBy, basis: Basis) -> OrderFields:
        """About the same volume in another unit; what it costs at the stop, where it becomes money."""
        levels, contract = self.levels(basis), basis.contract
        money = levels.lots * (contract.risk(basis.price, levels.stop, 1.0) + basis.costs_per_lot)
        if by is SizeBy.LOTS:
            return replace(self, size_by=by, size=levels.lots)
        if by is SizeBy.MONEY:
            return replace(self, size_by=by, size=round(money, 2))
        if not basis.equity:
            raise ValueError("the equity of the account is not known yet: give the size in lots or in money")
        return replace(self, size_by=by, size=round(100.0 * money / basis.equity, 2))

    def with_side(self, side: Side, was: Basis, basis: Basis) -> OrderFields:
        """The other side at its own price, with stop and target as far away as before."""
        if side is self.side:
            return self
        levels = self.levels(was)
        moved = replace(self, side=side)
        if self.stop_by is LevelBy.PRICE:
            moved = replace(moved, stop=basis.price + (levels.price - levels.stop))
        if self.target_by is LevelBy.PRICE:
            moved = replace(moved, target=basis.price + (levels.price - levels.target))
        return moved


def _unit(by: LevelBy, basis: Basis, risk: float) -> float:
    """One of the unit in price units."""
    if by is LevelBy.ATR:
        if not basis.atr14:
            raise ValueError("ATR(14) is not known yet: enter the level as a price or a distance")
        return basis.atr14
    return risk if by is LevelBy.R else 1.0


def _number(by: LevelBy, price: float, basis: Basis, risk: float) -> float:
    """A price in that unit, away from the entry."""
    if by is LevelBy.PRICE:
        return basis.contract.round_price(price)
    unit = _unit(by, basis, risk)
    return round(abs(price - basis.price) / unit, 8) if unit else 0.0


def usual_fields(template: DraftFields, execution: ExecutionSettings) -> OrderFields:
    """An order as the rules of its symbol have it: stop and target of a new plan, and the size of the settings."""
    risk, is_fixed = abs(template.entry - template.stop), execution.sizing == "fixed"
    return OrderFields(
        side=Side(template.side),
        size=execution.volume_lots if is_fixed else execution.risk_pct,
        size_by=SizeBy.LOTS if is_fixed else SizeBy.RISK,
        stop=round(risk, 8),
        stop_by=LevelBy.DISTANCE,
        target=round(abs(template.target - template.entry) / risk, 2) if risk else 1.0,
        target_by=LevelBy.R,
    )
