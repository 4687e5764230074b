"""Every setting of the desk, declared once: title, unit, bounds and a sentence of help. Prices are in price units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from config.alerts import AlertsSettings
from config.conditions import CandleSignals, LocationFilter, PreTradeFilters, SpreadFilter, VolatilityFilter
from config.desk import FeedsSettings, InterfaceSettings
from config.health import HealthSettings
from config.keys import KeyboardSettings
from config.metatrader import MetaTraderSettings
from config.paper import PaperSettings
from config.readings import AnalysisSettings, SessionHours, SessionsSettings, VwapSettings
from config.scoring import ConfluenceScoring
from config.section import Names, Range, Section, setting
from config.store import StoreSettings
from config.symbol_names import begins_with
from config.trading import ExecutionSettings, RiskMitigation

__all__ = [
    "BITCOIN_RULES",
    "RULES_SUFFIX",
    "AlertsSettings",
    "AnalysisSettings",
    "CandleSignals",
    "ConfluenceScoring",
    "ExecutionSettings",
    "FeedsSettings",
    "HealthSettings",
    "InterfaceSettings",
    "KeyboardSettings",
    "LocationFilter",
    "MetaTraderSettings",
    "PaperSettings",
    "PreTradeFilters",
    "RiskMitigation",
    "Section",
    "SessionHours",
    "SessionsSettings",
    "Settings",
    "SpreadFilter",
    "SymbolRules",
    "VolatilityFilter",
    "VwapSettings",
    "is_rules_key",
]

RULES_SUFFIX: Final = "_rules"
_RULES_KEY: Final = re.compile(r"[!-~]{1,40}_rules")


class SymbolRules(Section):
    """The rules of one instrument; the defaults are those of gold."""

    pre_trade_filters: PreTradeFilters = setting(
        PreTradeFilters(), title="Pre-trade filters", about="Layer 1: whether this is a market to trade in at all."
    )
    location_filter: LocationFilter = setting(
        LocationFilter(), title="Location", about="Layer 2: price must be at a key level."
    )
    candle_signals: CandleSignals = setting(
        CandleSignals(), title="Candle signals", about="Layer 3: what the candle itself must show."
    )
    confluence_scoring: ConfluenceScoring = setting(
        ConfluenceScoring(), title="Confluence", about="Layer 4: the score that a trade needs."
    )
    stop_mode: Literal["price", "atr"] = setting(
        "price", title="Stops measured in", about="Whether the two ranges below are prices or multiples of ATR(14)."
    )
    sl_range: Range = setting(
        (0.50, 1.20), unit="price or ATR(14)", title="Stop distance", about="Minimum and maximum stop distance."
    )
    tp_range: Range = setting(
        (1.00, 2.50), unit="price or ATR(14)", title="Target distance", about="Minimum and maximum target distance."
    )
    reward_ratio: float = setting(
        2.0,
        gt=0,
        le=100,
        unit="stop distances",
        title="Reward / risk",
        about="Target distance before it is clamped to its range.",
    )
    vwap: VwapSettings = setting(VwapSettings(), title="VWAP", about="The average price and its micro band.")
    analysis: AnalysisSettings = setting(
        AnalysisSettings(), title="Indicators", about="Windows and factors of indicators."
    )
    micro_ob_range_type: Literal["atr", "pct"] = setting(
        "atr", title="Order-block zone measured in", about="Whether zones are sized in ATR(14) or as shares of price."
    )
    micro_ob_atr_min: float = setting(
        0.1, gt=0, le=10, unit="ATR(14)", title="Min zone height (ATR)", about="Minimum height of a zone."
    )
    micro_ob_atr_max: float = setting(
        0.3, gt=0, le=10, unit="ATR(14)", title="Max zone height (ATR)", about="Maximum height of a zone."
    )
    micro_ob_pct_min: float = setting(
        0.0001, gt=0, le=0.1, unit="share of price", title="Min zone height (share)", about="Minimum height of a zone."
    )
    micro_ob_pct_max: float = setting(
        0.0005, gt=0, le=0.1, unit="share of price", title="Max zone height (share)", about="Maximum height of a zone."
    )
    micro_ob_lookback: int = setting(
        3,
        ge=1,
        le=20,
        unit="candles",
        title="Order-block lookback",
        about="Candles among which the block is looked for.",
    )
    micro_ob_impulse_atr: float = setting(
        1.0, gt=0, le=10, unit="ATR(14)", title="Min order-block impulse", about="Minimum move away that makes a block."
    )
    micro_ob_max_age: int = setting(
        60, ge=5, le=1000, unit="candles", title="Max order-block age", about="Age at which a block no longer counts."
    )

    @model_validator(mode="after")
    def _ranges_agree(self) -> Self:
        faults = [
            f"{low} {getattr(self, low):g} is above {high} {getattr(self, high):g}; allowed is at most that"
            for low, high in (("micro_ob_atr_min", "micro_ob_atr_max"), ("micro_ob_pct_min", "micro_ob_pct_max"))
            if getattr(self, low) > getattr(self, high)
        ]
        if self.tp_range[0] < self.sl_range[0] or self.tp_range[1] < self.sl_range[1]:
            faults.append(
                f"tp_range {list(self.tp_range)} lies below sl_range {list(self.sl_range)}; "
                "allowed are targets at least as far as stops"
            )
        if faults:
            raise ValueError("; ".join(faults))
        return self


BITCOIN_RULES: Final = SymbolRules(
    pre_trade_filters=PreTradeFilters(
        volatility=VolatilityFilter(atr1_min=10.0, m1_range_avg_min=15.0), spread=SpreadFilter(max_spread=15.0)
    ),
    sl_range=(5.0, 10.0),
    tp_range=(10.0, 25.0),
    vwap=VwapSettings(tolerance_type="atr_adjusted"),
)


class Settings(Section):
    """All settings. Any further `<symbol prefix>_rules` adds rules for other instruments."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SymbolRules] = Field(init=False)

    enabled: bool = setting(True, title="Strategy enabled", about="Lets the strategy propose trades.")
    symbols: Names = setting(
        ("BTCUSDc", "XAUUSDc"),
        effect="at the next start",
        title="Symbols",
        about="Symbols as the broker writes them, with prefix and suffix.",
    )
    check_interval_seconds: int = setting(
        10, ge=1, le=300, unit="s", title="Plan check", about="How often waiting plans are compared with the price."
    )
    cooldown_seconds: int = setting(
        30,
        ge=0,
        le=86_400,
        unit="s",
        looser="lower",
        title="Cooldown",
        about="Wait after an entry before the symbol trades again.",
    )
    xauusd_rules: SymbolRules = setting(SymbolRules(), title="Gold", about="Rules of XAUUSD.")
    btcusd_rules: SymbolRules = setting(BITCOIN_RULES, title="Bitcoin", about="Rules of BTCUSD.")
    execution: ExecutionSettings = setting(
        ExecutionSettings(), title="Execution", about="Order placement and position management."
    )
    risk_mitigation: RiskMitigation = setting(RiskMitigation(), title="Risk", about="Limits that protect the account.")
    health: HealthSettings = setting(
        HealthSettings(), title="Health", about="Thresholds that reduce trading authority."
    )
    paper: PaperSettings = setting(
        PaperSettings(), effect="with the next paper account", title="Paper broker", about="The simulated account."
    )
    metatrader: MetaTraderSettings = setting(
        MetaTraderSettings(),
        effect="at the next start",
        title="MetaTrader 5",
        about="The terminal, its account, and how it is polled.",
    )
    sessions: SessionsSettings = setting(SessionsSettings(), title="Sessions", about="Hours of the trading sessions.")
    feeds: FeedsSettings = setting(
        FeedsSettings(), effect="at the next start", title="Feeds", about="Where prices come from."
    )
    store: StoreSettings = setting(StoreSettings(), title="Store", about="What is kept, and for how long.")
    interface: InterfaceSettings = setting(
        InterfaceSettings(), effect="at once", title="Interface", about="How the window looks."
    )
    alerts: AlertsSettings = setting(
        AlertsSettings(), effect="at once", title="Alerts", about="What the desk alerts you to, and how."
    )
    keyboard: KeyboardSettings = setting(
        KeyboardSettings(), effect="at once", title="Keyboard", about="Keys, and arming them."
    )

    @model_validator(mode="after")
    def _knows_its_rules(self) -> Self:
        for key in self.__pydantic_extra__:
            if not is_rules_key(key) or key != key.lower():
                raise ValueError(f"{key!r} is not a setting; allowed besides the known ones is <symbol>{RULES_SUFFIX}")
        return self

    @property
    def rules(self) -> Mapping[str, SymbolRules]:
        """Rules by the beginning of the symbols they are for, in lower case."""
        declared = {"xauusd": self.xauusd_rules, "btcusd": self.btcusd_rules}
        extra = {key.removesuffix(RULES_SUFFIX): rules for key, rules in self.__pydantic_extra__.items()}
        return declared | extra

    def rules_for(self, symbol: str, stands_for: str = "") -> SymbolRules | None:
        """Rules of the longest key that `symbol` starts with, in upper or lower case; None: watched without trading.

        If no key fits the broker's own name, the rules of the market that it `stands_for` apply.
        """
        rules = self.rules
        for name in (symbol, stands_for):
            if fitting := [prefix for prefix in rules if begins_with(prefix, name)]:
                return rules[max(fitting, key=len)]
        return None

    def is_auto(self, symbol: str, stands_for: str = "") -> bool:
        """Whether `symbol` trades without asking when the desk starts."""
        return any(begins_with(prefix, symbol, stands_for) for prefix in self.execution.auto_symbols)


def is_rules_key(key: str) -> bool:
    """Whether a key of the configuration file names rules of a symbol."""
    return _RULES_KEY.fullmatch(key) is not None
