"""A plan that the user is writing: from scratch, from a setup, or from a place on the chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from config.settings import Settings
from engine.domain.contract import Contract
from engine.domain.market import Quote, Side
from engine.domain.messages.commands import AddPlan, ReplacePlan
from engine.domain.messages.trading import CommandRefused
from engine.domain.orders import signed
from engine.domain.plan import TradePlan, price_to_enter
from engine.trading.plans.validation import faults_of
from gui.features.chart.model.chart import ChartModel
from gui.features.trading.model.draft_templates import DraftFields, Templates
from gui.features.trading.model.levels import LevelKind, TradeLine, draft_lines
from gui.features.trading.model.plan_changes import fields_of, may_change, with_fields, with_level

AUTHOR = "window"
SIDES = tuple(side.value for side in Side)
_MAX_PLANS_A_SECOND = 1_000


class PlanDraft(QObject):
    """The plan that is being written, at most one at a time. `changed` follows every field, by form or by a line
    dragged on the chart.

    `announced` says why none can be begun.
    """

    begun = Signal()
    changed = Signal()
    ended = Signal()
    commanded = Signal(object)
    announced = Signal(str)

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        plan_of: Callable[[str], TradePlan | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._contracts = contracts
        self._plan_of = plan_of
        self._charts: dict[str, ChartModel] = {}
        self._templates = Templates(settings, contracts, self._charts)
        self._quotes: Mapping[str, Quote] = {}
        self._now: datetime | None = None
        self._sent = ""
        self._changed: TradePlan | None = None
        self.fields: DraftFields | None = None
        self.refusal = ""

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force: what is being written is examined by them."""
        self._templates.use_settings(settings)
        if self.fields is not None:
            self.changed.emit()

    def add_chart(self, chart: ChartModel) -> None:
        """A symbol for which plans can be written."""
        self._charts[chart.symbol] = chart
        chart.trades.plan_asked.connect(partial(self.begin_at, chart.symbol))

    def move_on(self, quotes: Mapping[str, Quote], now: datetime | None) -> None:
        self._quotes, self._now = quotes, now

    # -- beginning and end

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols for which plans can be written."""
        return self._templates.symbols

    def begin(self, front: str = "") -> None:
        """From a setup that lives, or else at the market: of the symbol in front where it can be, or of another."""
        symbols = sorted(self.symbols, key=lambda symbol: symbol != front)
        able = [symbol for symbol in symbols if self._objection(symbol) is None]
        living = [symbol for symbol in able if self._charts[symbol].verdicts.living is not None]
        if not able:
            self.announced.emit(self._objection(symbols[0] if symbols else ""))
        elif living:
            self._begin(self._templates.of_setup(living[0]))
        else:
            self._begin(self._at_market(able[0]))

    def begin_at(self, symbol: str, price: float, side: Side) -> None:
        """Begins a plan of that side at a price."""
        if (objection := self._objection(symbol)) is not None:
            self.announced.emit(objection)
        else:
            self._begin(self._templates.at(symbol, side, price))

    def _objection(self, symbol: str) -> str | None:
        """Why no plan can be written now; None where one can."""
        if symbol not in self.symbols:
            return (
                f"A plan cannot be created: there are no rules for {symbol}"
                if symbol
                else "A plan cannot be created yet"
            )
        if self._now is None or symbol not in self._quotes:
            return f"A plan cannot be created until {symbol} has a price"
        return None

    def begin_change(self, plan_id: str) -> None:
        """Changes a saved plan that waits for a setup."""
        plan = self._plan_of(plan_id)
        if plan is None or not may_change(plan):
            self.announced.emit(f"Plan {plan_id} is no longer waiting for a setup: it cannot be changed")
        elif (objection := self._objection(plan.symbol)) is not None or self._now is None:
            self.announced.emit(objection or "")
        else:
            self._begin(fields_of(plan, self._now), plan)

    def fill_from_setup(self) -> None:
        """The levels of the setup that lives on the draft's symbol."""
        if self.fields is not None and self.has_setup:
            self._set(self._templates.of_setup(self.fields.symbol))

    def end(self) -> None:
        """Ends the draft: it was cancelled, or its plan exists."""
        if self.fields is not None:
            self._draw(())
            self.fields, self._changed, self._sent, self.refusal = None, None, "", ""
            self.ended.emit()

    def _begin(self, fields: DraftFields, changed: TradePlan | None = None) -> None:
        self._draw(())
        self._sent = self.refusal = ""
        self._changed = changed
        self.fields = fields
        self.begun.emit()
        self._set(fields)

    # -- the form

    def change(self, **fields: object) -> None:
        """Takes over fields of the form; another side mirrors the levels, another symbol starts over."""
        now = self.fields
        if now is None:
            return
        if fields.get("symbol", now.symbol) != now.symbol:
            symbol = str(fields["symbol"])
            if (objection := self._objection(symbol)) is None:
                self._draw(())
                self._set(self._at_market(symbol))
            else:
                self.announced.emit(objection)
                self.changed.emit()
            return
        if fields.get("side", now.side) != now.side:
            fields |= {"stop": 2 * now.entry - now.stop, "target": 2 * now.entry - now.target}
        self._set(replace(now, **fields))  # type: ignore[arg-type]

    def move_level(self, line: TradeLine, price: float) -> None:
        """A level of the draft was dragged on the chart; the entry takes the others with it."""
        fields = self.fields
        if fields is None:
            return
        if line.kind is LevelKind.ENTRY:
            by = price - fields.entry
            self._set(replace(fields, entry=price, stop=fields.stop + by, target=fields.target + by))
        elif line.kind is LevelKind.STOP:
            self._set(replace(fields, stop=price))
        else:
            self._set(replace(fields, target=price))

    def _set(self, fields: DraftFields) -> None:
        contract = self._contracts[fields.symbol]
        entry, stop, target = (contract.round_price(price) for price in (fields.entry, fields.stop, fields.target))
        self.fields = replace(fields, entry=entry, stop=stop, target=target)
        self.refusal = ""
        name = "Changed" if self.is_change else "New"
        self._draw(draft_lines(Side(fields.side), (entry, stop, target), contract.digits, name))
        self.changed.emit()

    def _draw(self, lines: tuple[TradeLine, ...]) -> None:
        if self.fields is not None:
            self._charts[self.fields.symbol].trades.show_draft(lines)

    def move_plan(self, plan_id: str, kind: LevelKind, price: float) -> None:
        """A level of a saved plan was dragged on the chart: asks for the plan that takes its place."""
        plan = self._plan_of(plan_id)
        if plan is not None and self._now is not None:
            moved = with_level(plan, kind, price, self._contracts[plan.symbol])
            self.commanded.emit(ReplacePlan(plan_id, self._in_place(moved, self._free_id(self._now), self._now)))

    # -- what is found about it

    @property
    def is_change(self) -> bool:
        """Whether a saved plan is being changed."""
        return self._changed is not None

    @property
    def changed_id(self) -> str:
        """The id of the saved plan that is being changed; empty where a new one is written."""
        return "" if self._changed is None else self._changed.plan_id

    @property
    def digits(self) -> int:
        return 2 if self.fields is None else self._contracts[self.fields.symbol].digits

    @property
    def has_setup(self) -> bool:
        return self.fields is not None and self._charts[self.fields.symbol].verdicts.living is not None

    @property
    def faults(self) -> tuple[str, ...]:
        """Why the desk would not take the plan; empty where it would."""
        plan = self._plan()
        return (
            () if plan is None or self._now is None else faults_of(plan, self._templates.terms(plan.symbol), self._now)
        )

    @property
    def summary(self) -> str:
        """Distances, reward and risk in words."""
        fields = self.fields
        if fields is None:
            return ""
        stop = signed(Side(fields.side), fields.entry - fields.stop)
        return f"{fields.summary(self._contracts[fields.symbol])}{self._stop_note(stop)}"

    def _stop_note(self, distance: float) -> str:
        """Warns of a stop that one candle can reach."""
        range_avg = self._templates.range_avg(self.fields.symbol) if self.fields is not None else None
        if range_avg is None or not 0.0 < distance < range_avg:
            return ""
        return f"\n▲ The stop is only {distance / range_avg:.2f} of an average M1 range: one candle can reach it"

    # -- sending

    @property
    def is_sent(self) -> bool:
        return bool(self._sent)

    def send(self) -> None:
        """Asks the desk to keep the plan, once."""
        plan = self._plan()
        if plan is not None and not self._sent and not self.faults:
            self._sent, self.refusal = plan.plan_id, ""
            self.changed.emit()
            self.commanded.emit(ReplacePlan(self.changed_id, plan) if self.is_change else AddPlan(plan))

    def on_plan(self, plan: TradePlan) -> None:
        """The draft is done when its plan exists."""
        if plan.plan_id == self._sent:
            self.end()

    def on_refusal(self, refused: CommandRefused) -> None:
        if isinstance(refused.command, AddPlan | ReplacePlan) and refused.command.plan.plan_id == self._sent:
            self._sent, self.refusal = "", refused.reason
            self.changed.emit()

    # -- parts

    def _plan(self) -> TradePlan | None:
        fields, now = self.fields, self._now
        if fields is None or now is None:
            return None
        plan_id = self._sent or self._free_id(now)
        if self._changed is not None:
            return self._in_place(with_fields(self._changed, fields, now), plan_id, now)
        return fields.as_plan(plan_id, AUTHOR, now)

    @staticmethod
    def _in_place(plan: TradePlan, plan_id: str, now: datetime) -> TradePlan:
        return msgspec.structs.replace(plan, plan_id=plan_id, created_at=now)

    def _free_id(self, now: datetime) -> str:
        names = (f"{AUTHOR}-{now:%Y%m%d-%H%M%S}-{number}" for number in range(1, _MAX_PLANS_A_SECOND))
        return next(name for name in names if self._plan_of(name) is None)

    def _at_market(self, symbol: str) -> DraftFields:
        return self._templates.at(symbol, Side.BUY, price_to_enter(Side.BUY, self._quotes[symbol]))
