"""Templates of a new plan: levels that the rules of its symbol allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.settings import Settings, SymbolRules
from engine.domain.contract import Contract
from engine.domain.market import Side
from engine.domain.orders import signed
from engine.domain.plan import PLAN_TYPE, TIMEFRAME, PlanTerms, TradePlan
from engine.trading.plans.validation import plan_terms
from gui.features.chart.model.chart import ChartModel


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFields:
    """What the form holds. Prices in price units, volume in lots, life in minutes."""

    symbol: str
    side: str
    entry: float
    stop: float
    target: float
    lots: float
    minutes: int
    notes: str = ""

    def summary(self, contract: Contract) -> str:
        """Distances, reward and risk in words."""
        side = Side(self.side)
        stop, target = signed(side, self.entry - self.stop), signed(side, self.target - self.entry)
        reward = f", reward {target / stop:.2f} R" if stop > 0.0 else ""
        risk = f"{contract.risk(self.entry, self.stop, self.lots):,.2f}" if contract.is_money_known else "unknown"
        return f"Stop {stop:.{contract.digits}f}, target {target:.{contract.digits}f}{reward}, risk {risk}"

    def as_plan(self, plan_id: str, author: str, now: datetime) -> TradePlan:
        """The plan in the form, created at `now`."""
        return TradePlan(
            plan_id=plan_id,
            symbol=self.symbol,
            direction=Side(self.side),
            entry_price=self.entry,
            stop_loss=self.stop,
            take_profit=self.target,
            volume=self.lots,
            conditions={"plan_type": PLAN_TYPE, "timeframe": TIMEFRAME},
            created_at=now,
            created_by=author,
            expires_at=now + timedelta(minutes=self.minutes),
            notes=self.notes,
        )


class Templates:
    """Begins plans for the symbols of `charts`, a dictionary that may grow."""

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract], charts: Mapping[str, ChartModel]) -> None:
        self._settings = settings
        self._contracts = contracts
        self._charts = charts

    def use_settings(self, settings: Settings) -> None:
        """Other settings are in force."""
        self._settings = settings

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols the desk trades: those with rules and terms."""
        return tuple(symbol for symbol in self._charts if self.terms(symbol) is not None)

    def terms(self, symbol: str) -> PlanTerms | None:
        """What plans of a symbol must keep to; None for one the desk does not trade."""
        rules, contract = self._rules(symbol), self._contracts.get(symbol)
        if rules is None or contract is None:
            return None
        return plan_terms(rules, contract, self.atr14(symbol))

    def _rules(self, symbol: str) -> SymbolRules | None:
        contract = self._contracts.get(symbol)
        return None if contract is None else self._settings.rules_for(symbol, contract.stands_for)

    def atr14(self, symbol: str) -> float | None:
        """ATR(14) after the symbol's newest candle, in price units."""
        chart = self._charts[symbol]
        reading = chart.snapshot_row(chart.count - 1)
        return None if reading is None else reading.atr14

    def range_avg(self, symbol: str) -> float | None:
        """The average M1 range after the symbol's newest candle, in price units."""
        chart = self._charts[symbol]
        reading = chart.snapshot_row(chart.count - 1)
        return None if reading is None else reading.range_avg

    def at(self, symbol: str, side: Side, entry: float) -> DraftFields:
        """With the middle of the stop distances that are allowed, and the reward of the rules."""
        terms, rules = self.terms(symbol), self._rules(symbol)
        assert terms is not None
        assert rules is not None
        unit = 1.0 if terms.stop_mode == "price" else terms.atr14 or 0.0
        stop = 0.5 * (terms.sl_range[0] + terms.sl_range[1])
        target = min(max(rules.reward_ratio * stop, terms.tp_range[0]), terms.tp_range[1])
        return DraftFields(
            symbol=symbol,
            side=side.value,
            entry=entry,
            stop=entry - signed(side, stop * unit),
            target=entry + signed(side, target * unit),
            lots=self._settings.execution.volume_lots,
            minutes=self._settings.execution.plan_expiry_minutes,
        )

    def of_setup(self, symbol: str) -> DraftFields:
        """The levels of the setup that lives on the symbol's newest candle; there has to be one."""
        setup = self._charts[symbol].verdicts.living
        assert setup is not None
        idea = setup.idea
        fields = self.at(symbol, setup.side, idea.entry)
        return replace(fields, stop=idea.stop_loss, target=idea.take_profit)
