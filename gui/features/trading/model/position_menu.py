"""What can be done with an open position, as the entries of a menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.messages.commands import BreakEven, CloseTrade, MoveStops
from engine.domain.messages.manual import CloseTrades, SetExitRules
from engine.domain.plan import PlanTerms
from engine.domain.trades import OpenTrade
from engine.trading.plans.validation import moved_stop_fault, plan_terms
from engine.trading.positions.rules import break_even_stop, is_placeable, leaves_on_opposite_candle, trails
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.positions import PositionsTable
from gui.features.trading.model.words import lots_text

SHARES: Final = (25, 50, 75)
"""Percent of a position that an entry closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A number that is asked for first; `command_of` is what is asked of the desk then."""

    title: str
    label: str
    value: float
    low: float
    high: float
    step: float
    decimals: int
    command_of: Callable[[float], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One entry: a command, a question before it, or what is called. `is_checked` is None where it is no switch."""

    title: str
    tip: str
    does: object
    is_enabled: bool = True
    is_checked: bool | None = None
    begins_group: bool = False


class PositionMenu:
    """Entries for the positions of a table, as far as terms, prices and swings allow them now."""

    def __init__(self, positions: PositionsTable, contracts: Mapping[str, Contract], settings: Settings) -> None:
        self._positions, self._contracts, self._settings = positions, contracts, settings
        self._charts: dict[str, ChartModel] = {}
        self.add_to: Callable[[str, Side], None] = lambda symbol, side: None  # noqa: ARG005
        """Sets up an order of that symbol and side."""

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: they decide which exit rules are on."""
        self._settings = settings

    def add_chart(self, chart: ChartModel) -> None:
        """Swings and quotes of its symbol are those of the chart."""
        self._charts[chart.symbol] = chart

    def entries(self, ticket: int) -> tuple[MenuEntry, ...]:
        """Empty where no position of the desk has the ticket, or where it is being closed."""
        trade, contract = self._positions.trade(ticket), None
        if trade is not None:
            contract = self._contracts.get(trade.symbol)
        if trade is None or self._positions.is_leaving(ticket):
            return ()
        closing = MenuEntry(title="Close", tip="Closes the whole position", does=CloseTrade(ticket))
        if contract is None:
            return (closing, *self._closing_all(trade))
        return (
            closing,
            *_parts(trade, contract),
            *self._stops(trade, contract),
            *self._rules(trade),
            self._adding(trade),
            *self._closing_all(trade),
        )

    def close_half(self, ticket: int) -> None:
        """Closes half of a position; says why where it cannot be halved."""
        trade = self._positions.trade(ticket)
        contract = None if trade is None else self._contracts.get(trade.symbol)
        half = None if trade is None or contract is None else _part(trade, contract, 50)
        if half is None:
            fault = (
                "there is no such position" if trade is None or contract is None else _part_fault(trade, contract, 50)
            )
            self._positions.announced.emit(f"Half of the position cannot be closed: {fault}")
        else:
            self._positions.commanded.emit(CloseTrade(ticket, half))

    # -- the stop

    def _stops(self, trade: OpenTrade, contract: Contract) -> Iterator[MenuEntry]:
        ticket, chart = trade.ticket, self._charts.get(trade.symbol)
        quote = None if chart is None else chart.quote
        can_break_even = quote is not None and break_even_stop(trade, quote, contract) is not None
        yield MenuEntry(
            title="Break-even",
            tip="Moves the stop to the entry; available once the price is in profit",
            does=BreakEven(ticket),
            is_enabled=can_break_even,
            begins_group=True,
        )
        stands = trade.position.stop_loss
        yield MenuEntry(
            title="Move stop to …",
            tip="Asks for a price",
            does=Question(
                title=f"Move stop of {trade.side.value} {trade.symbol}",
                label=f"Stop of {trade.side.value} {trade.symbol}",
                value=trade.position.entry if stands is None else stands,
                low=contract.tick_size,
                high=10.0 * trade.position.entry,
                step=contract.tick_size,
                decimals=contract.digits,
                command_of=lambda price: MoveStops(ticket, stop_loss=price),
            ),
            is_enabled=stands is not None,
        )
        yield self._to_swing(trade, contract)

    def _to_swing(self, trade: OpenTrade, contract: Contract) -> MenuEntry:
        """One tick beyond the last swing on the losing side, and by the spread where the ask triggers the stop."""
        name, chart = "low" if trade.side is Side.BUY else "high", self._charts.get(trade.symbol)
        swing = None if chart is None else _last_swing(chart, is_high=trade.side is Side.SELL)
        quote = None if chart is None else chart.quote
        if swing is None or quote is None:
            return MenuEntry(
                title=f"Stop to last swing {name}", tip="There is no such swing yet", does=None, is_enabled=False
            )
        if trade.side is Side.BUY:
            level = contract.floor_price(swing - contract.tick_size)
        else:
            level = contract.ceil_price(swing + quote.spread + contract.tick_size)
        fault = moved_stop_fault(trade, level, self._terms(contract))
        beyond = f"One tick beyond the swing {name} at {price_text(swing, contract.digits)}; for a SELL the spread too"
        may_stand = trade.position.stop_loss is not None and is_placeable(trade.side, level, quote, contract)
        return MenuEntry(
            title=f"Stop to last swing {name} ({price_text(level, contract.digits)})",
            tip=f"Not possible: {fault}" if fault else beyond,
            does=MoveStops(trade.ticket, stop_loss=level),
            is_enabled=may_stand and fault is None,
        )

    def _terms(self, contract: Contract) -> PlanTerms | None:
        """What the desk asks of a stop now, as it does when the stop is moved."""
        rules, chart = self._settings.rules_for(contract.symbol, contract.stands_for), self._charts.get(contract.symbol)
        readout = None if chart is None else chart.snapshot_row(chart.count - 1)
        return None if rules is None else plan_terms(rules, contract, None if readout is None else readout.atr14)

    # -- exit rules

    def _rules(self, trade: OpenTrade) -> Iterator[MenuEntry]:
        execution, ticket = self._settings.execution, trade.ticket
        is_trailing, leaves = trails(trade, execution), leaves_on_opposite_candle(trade, execution)
        yield MenuEntry(
            title="Trailing stop",
            tip="Whether the stop of this position follows the best price; overrides the settings",
            does=SetExitRules(ticket, trailing=not is_trailing),
            is_checked=is_trailing,
            begins_group=True,
        )
        yield MenuEntry(
            title="Opposite candle close",
            tip="Whether a candle that closes against this position closes it; overrides the settings",
            does=SetExitRules(ticket, opposite_candle=not leaves),
            is_checked=leaves,
        )

    # -- several positions

    def _adding(self, trade: OpenTrade) -> MenuEntry:
        return MenuEntry(
            title="Add to position …",
            tip="Opens the order ticket for this side; an account that nets positions merges the order into this one",
            does=partial(self.add_to, trade.symbol, trade.side),
            begins_group=True,
        )

    def _closing_all(self, trade: OpenTrade) -> Iterator[MenuEntry]:
        symbol, side = trade.symbol, trade.side
        wanted = (
            (f"Close all {side.value} of {symbol}", CloseTrades(symbol, side)),
            (f"Close all of {symbol}", CloseTrades(symbol)),
            (f"Close all {side.value}", CloseTrades(side=side)),
        )
        for place, (title, command) in enumerate(wanted):
            count = sum(
                command.symbol in (None, each.symbol) and command.side in (None, each.side)
                for each in self._positions.trades
            )
            yield MenuEntry(
                title=f"{title} ({count})",
                tip="Closes these positions of the desk; pending orders and plans are not affected",
                does=command,
                begins_group=place == 0,
            )


def _parts(trade: OpenTrade, contract: Contract) -> Iterator[MenuEntry]:
    ticket, lots = trade.ticket, trade.position.volume_lots
    most = min(lots, contract.volume_max)
    for share in SHARES:
        part = _part(trade, contract, share)
        volume = "" if part is None else f" ({lots_text(part)})"
        yield MenuEntry(
            title=f"Close {share} %{volume}",
            tip=f"Not possible: {_part_fault(trade, contract, share)}"
            if part is None
            else "Rounded down to the volume step",
            does=None if part is None else CloseTrade(ticket, part),
            is_enabled=part is not None,
        )
    yield MenuEntry(
        title="Close volume …",
        tip="Asks for a volume",
        does=Question(
            title=f"Close a part of {trade.side.value} {trade.symbol}",
            label=f"Lots of {trade.side.value} {trade.symbol}, up to {most:g}"
            + (f" of {lots:g}" if most < lots else ""),
            value=_part(trade, contract, 50) or contract.volume_min,
            low=contract.volume_min,
            high=most,
            step=contract.volume_step,
            decimals=_decimals(contract.volume_step),
            command_of=lambda volume: CloseTrade(ticket, volume),
        ),
        is_enabled=lots > contract.volume_min,
    )


def _part(trade: OpenTrade, contract: Contract, percent: int) -> float | None:
    """The volume of that share; None where it cannot be closed alone."""
    lots = trade.position.volume_lots
    part = contract.part_of(lots, lots * percent / 100.0)
    return part if part is not None and part < lots else None


def _part_fault(trade: OpenTrade, contract: Contract, percent: int) -> str:
    """Why that share cannot be closed alone."""
    return contract.part_fault(trade.position.volume_lots * percent / 100.0)


def _decimals(step: float) -> int:
    return len(f"{step:.8f}".rstrip("0").partition(".")[2])


def _last_swing(chart: ChartModel, *, is_high: bool) -> float | None:
    swings = chart.findings.swings
    rows = np.flatnonzero(swings.is_high.values == is_high)
    return float(swings.price.values[rows[-1]]) if len(rows) else None
