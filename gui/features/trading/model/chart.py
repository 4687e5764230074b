"""The levels of positions, plans and drafts on the charts, and what the user drags there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from itertools import chain, islice

from PySide6.QtCore import QObject, Signal

from engine.domain.messages.commands import MoveStops
from engine.domain.plan import TradePlan
from engine.trading.plans.planner import SCANNER
from gui.features.chart.model.chart import ChartModel
from gui.features.drawing.model.measure import Risk
from gui.features.trading.model.draft import PlanDraft
from gui.features.trading.model.levels import LevelKind, TradeLine, TradeLines, lines_of_plan, lines_of_trade
from gui.features.trading.model.plan_changes import may_change
from gui.features.trading.model.plans import PlansTable
from gui.features.trading.model.positions import PositionsTable

MAX_PLANS = 30
"""Plans whose levels a chart shows, the oldest of those that wait; more could not be distinguished."""


class ChartLevels(QObject):
    """Draws what the tables hold; a level that is dropped elsewhere stays where it is until the broker agrees."""

    commanded = Signal(object)

    def __init__(
        self, positions: PositionsTable, plans: PlansTable, draft: PlanDraft, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._positions = positions
        self._plans = plans
        self._draft = draft
        self._digits: Mapping[str, int] = {}
        self._lines: dict[str, TradeLines] = {}
        for changed in (draft.begun, draft.ended):
            changed.connect(self.draw)  # the plan that is being changed is drawn as a draft
        self.hands: dict[str, Callable[[TradeLine, float], None]] = {}
        """What is done with a dropped line of a form, by its name."""

    def draw_on(self, chart: ChartModel) -> None:
        """Keeps the lines of a symbol's chart from now on."""
        self._lines[chart.symbol] = chart.trades
        chart.trades.dropped.connect(self._drop)
        chart.trades.value_of = self._value_of
        chart.drawings.risk = lambda: self._risk(chart)

    def open(self, digits: Mapping[str, int]) -> None:
        """A market restarts; `digits` are the decimals of prices by symbol."""
        self._digits = digits
        self.draw()

    def draw(self) -> None:
        """Levels of positions, and of the plans that no setup stands behind yet, up to `MAX_PLANS` of each chart."""
        for symbol in self._lines:
            self._draw_symbol(symbol)

    def _draw_symbol(self, symbol: str) -> None:
        digits = self._digits.get(symbol, 2)
        trades = (trade for trade in self._positions.trades if trade.symbol == symbol)
        plans = (
            plan
            for plan in self._plans.waiting
            if plan.symbol == symbol and plan.created_by != SCANNER and plan.plan_id != self._draft.changed_id
        )
        self._lines[symbol].show(
            chain(
                chain.from_iterable(
                    lines_of_plan(plan, digits, is_draggable=may_change(plan)) for plan in islice(plans, MAX_PLANS)
                ),
                chain.from_iterable(lines_of_trade(trade, digits) for trade in trades),
            )
        )

    def on_plan(self, plan: TradePlan) -> None:
        """A plan changed; that of a setup names its signal."""
        lines, signal_id = self._lines.get(plan.symbol), plan.conditions.get("signal_id")
        if lines is not None and plan.created_by == SCANNER and isinstance(signal_id, str):
            lines.end_idea(signal_id if plan.is_final else "")
        if lines is not None:
            self._draw_symbol(plan.symbol)

    def _drop(self, line: TradeLine, price: float) -> None:
        if line.form:
            self.hands[line.form](line, price)
        elif line.is_draft:
            self._draft.move_level(line, price)
        elif line.is_plan:
            self._draft.move_plan(line.plan_id, line.kind, price)
        else:
            self._move_stops(line, price)

    def _move_stops(self, line: TradeLine, price: float) -> None:
        """Asks for the level that was dropped, and for no other."""
        trade = self._positions.trade(line.ticket)
        if trade is None or trade.position.stop_loss is None:
            return
        if line.kind is LevelKind.STOP:
            self.commanded.emit(MoveStops(trade.ticket, stop_loss=price))
        else:
            self.commanded.emit(MoveStops(trade.ticket, take_profit=price))

    def refuse(self, owner: Hashable) -> None:
        """Levels of a position or of a plan that were asked for stay where they are."""
        for lines in self._lines.values():
            lines.refuse(owner)

    def _value_of(self, line: TradeLine, price: float) -> str:
        """What a position would bring if it ended at a price: in R, and in money where the contract is known."""
        trade = self._positions.trade(line.ticket)
        return "" if trade is None else self._positions.value_at(trade, price)

    def _risk(self, chart: ChartModel) -> Risk | None:
        """What 1 R is on a chart: of the newest position, else of a plan or an order that is prepared, else of the
        setup of the newest candle."""
        for trade in reversed([each for each in self._positions.trades if each.symbol == chart.symbol]):
            if trade.risk_distance is not None:
                return Risk(trade.risk_distance, f"the {trade.side.value} position")
        lines = [line for line in chart.trades.lines if line.is_plan]
        stops = {line.owner: line.price for line in lines if line.kind is LevelKind.STOP}
        for line in reversed(lines):
            if line.kind is LevelKind.ENTRY and line.owner in stops:
                return Risk(abs(line.price - stops[line.owner]), "the order" if line.form else "the plan")
        setup = chart.verdicts.living
        return None if setup is None else Risk(setup.idea.stop_distance, f"the {setup.idea.side.value} setup")
