"""Every setting of the desk, declared once: title, unit, bounds and a sentence of help. Prices are in price units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Final, Literal

from annotated_types import Interval, Unit
from pydantic import ConfigDict, Field

from config.alerts import AlertsSettings
from config.calendar import CalendarSettings
from config.conditions import (
    CandleSignals,
    ConfluenceScoring,
    LocationFilter,
    PreTradeFilters,
    SpreadFilter,
    VolatilityFilter,
)
from config.desk import FeedsSettings, InterfaceSettings, KeyboardSettings, PaperSettings, StoreSettings
from config.health import HealthSettings
from config.indicators import AnalysisSettings, SessionsSettings, VwapSettings
from config.metatrader import MetaTraderSettings
from config.phone import PhoneSettings
from config.plans import AssistantSettings, PlansSettings
from config.section import Names, Range, Relaxes, Section, setting
from config.symbol_names import begins_with
from config.trading import ExecutionSettings, RiskMitigation
from config.updates import UpdatesSettings

RULES_SUFFIX: Final = "_rules"
_RULES_KEY: Final = re.compile(r"[!-~]{1,40}_rules")
Distances = Annotated[Range, Unit("price or ATR(14)")]
Atr = Annotated[float, Interval(gt=0, le=10), Unit("ATR(14)")]
PriceShare = Annotated[float, Interval(gt=0, le=0.1), Unit("share of price")]


class SymbolRules(Section):
    """The rules of one instrument; the defaults are those of gold."""

    pre_trade_filters: PreTradeFilters = setting(
        PreTradeFilters(), "Pre-trade filters", "Layer 1: whether this is a market to trade in at all."
    )
    location_filter: LocationFilter = setting(LocationFilter(), "Location", "Layer 2: price must be at a key level.")
    candle_signals: CandleSignals = setting(
        CandleSignals(), "Candle signals", "Layer 3: what the candle itself must show."
    )
    confluence_scoring: ConfluenceScoring = setting(
        ConfluenceScoring(), "Confluence", "Layer 4: the score that a trade needs."
    )
    stop_mode: Literal["price", "atr"] = setting(
        "price",
        "Stops measured in",
        "Whether the two ranges below are prices or multiples of ATR(14).",
        synonyms=("stop loss", "SL", "take profit", "TP", "pips"),
    )
    sl_range: Distances = setting(
        (0.50, 1.20), "Stop distance", "Minimum and maximum stop distance.", synonyms=("stop loss", "SL")
    )
    tp_range: Distances = setting(
        (1.00, 2.50), "Target distance", "Minimum and maximum target distance.", synonyms=("take profit", "TP")
    )
    reward_ratio: Annotated[float, Interval(gt=0, le=100), Unit("stop distances")] = setting(
        2.0,
        "Reward / risk",
        "Target distance before it is clamped to its range.",
        synonyms=("risk reward", "RR", "R:R", "take profit", "TP"),
    )
    vwap: VwapSettings = setting(VwapSettings(), "VWAP", "The average price and its micro band.")
    analysis: AnalysisSettings = setting(AnalysisSettings(), "Indicators", "Windows and factors of indicators.")
    micro_ob_range_type: Literal["atr", "pct"] = setting(
        "atr",
        "Order-block zone measured in",
        "Whether zones are sized in ATR(14) or as shares of price.",
        synonyms=("OB", "supply demand"),
    )
    micro_ob_atr_min: Atr = setting(
        0.1, "Min zone height (ATR)", "Minimum height of a zone.", synonyms=("OB", "order block")
    )
    micro_ob_atr_max: Atr = setting(
        0.3, "Max zone height (ATR)", "Maximum height of a zone.", synonyms=("OB", "order block")
    )
    micro_ob_pct_min: PriceShare = setting(
        0.0001, "Min zone height (share)", "Minimum height of a zone.", synonyms=("OB", "order block")
    )
    micro_ob_pct_max: PriceShare = setting(
        0.0005, "Max zone height (share)", "Maximum height of a zone.", synonyms=("OB", "order block")
    )
    micro_ob_lookback: Annotated[int, Interval(ge=1, le=20), Unit("candles")] = setting(
        3, "Order-block lookback", "Candles among which the block is looked for.", synonyms=("OB",)
    )
    micro_ob_impulse_atr: Atr = setting(
        1.0, "Min order-block impulse", "Minimum move away that makes a block.", synonyms=("OB", "displacement")
    )
    micro_ob_max_age: Annotated[int, Interval(ge=5, le=1000), Unit("candles")] = setting(
        60, "Max order-block age", "Age at which a block no longer counts.", synonyms=("OB",)
    )

    ascending: ClassVar = (("micro_ob_atr_min", "micro_ob_atr_max"), ("micro_ob_pct_min", "micro_ob_pct_max"))

    def contradictions(self) -> Iterator[str]:
        if self.tp_range[0] < self.sl_range[0] or self.tp_range[1] < self.sl_range[1]:
            yield (
                f"tp_range {list(self.tp_range)} lies below sl_range {list(self.sl_range)}; "
                "allowed are targets at least as far as stops"
            )


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

    enabled: bool = setting(
        True,
        "Strategy enabled",
        "Lets the strategy propose trades.",
        synonyms=("auto trading", "autotrading", "algo trading", "turn off"),
    )
    symbols: Names = setting(
        ("BTCUSDc", "XAUUSDc"),
        "Symbols",
        "Symbols as the broker writes them, with prefix and suffix.",
        effect="at the next start",
        synonyms=("pairs", "instruments", "watchlist", "market watch", "tickers"),
    )
    check_interval_seconds: Annotated[int, Interval(ge=1, le=300), Unit("s")] = setting(
        10, "Plan check", "How often waiting plans are compared with the price.", synonyms=("refresh rate",)
    )
    cooldown_seconds: Annotated[int, Interval(ge=0, le=86_400), Unit("s"), Relaxes.LOWER] = setting(
        30,
        "Cooldown",
        "Wait after an entry before the symbol trades again.",
        synonyms=("cool-off", "overtrading", "pause between trades"),
    )
    xauusd_rules: SymbolRules = setting(SymbolRules(), "Gold", "Rules of XAUUSD.")
    btcusd_rules: SymbolRules = setting(BITCOIN_RULES, "Bitcoin", "Rules of BTCUSD.", synonyms=("crypto",))
    execution: ExecutionSettings = setting(ExecutionSettings(), "Execution", "Order placement and position management.")
    risk_mitigation: RiskMitigation = setting(
        RiskMitigation(), "Risk", "Limits that protect the account.", synonyms=("risk management",)
    )
    health: HealthSettings = setting(
        HealthSettings(), "Health", "Thresholds that reduce trading authority.", synonyms=("monitoring",)
    )
    paper: PaperSettings = setting(
        PaperSettings(),
        "Paper broker",
        "The simulated account.",
        effect="with the next paper account",
        synonyms=("demo account", "simulation", "sim account", "backtest"),
    )
    metatrader: MetaTraderSettings = setting(
        MetaTraderSettings(),
        "MetaTrader 5",
        "The terminal, its account, and how it is polled.",
        effect="at the next start",
        synonyms=("MT5",),
    )
    sessions: SessionsSettings = setting(
        SessionsSettings(),
        "Sessions",
        "Hours of the trading sessions.",
        synonyms=("session filter", "trading hours", "market hours", "schedule"),
    )
    feeds: FeedsSettings = setting(FeedsSettings(), "Feeds", "Where prices come from.", effect="at the next start")
    calendar: CalendarSettings = setting(
        CalendarSettings(),
        "Economic calendar",
        "Scheduled news, from imported files or from MetaTrader 5.",
        effect="at once",
        synonyms=("news", "events", "Forex Factory", "NFP", "CPI", "FOMC"),
    )
    store: StoreSettings = setting(StoreSettings(), "Store", "What is kept, and for how long.")
    interface: InterfaceSettings = setting(
        InterfaceSettings(),
        "Interface",
        "How the window looks.",
        effect="at once",
        synonyms=("GUI", "display", "appearance"),
    )
    alerts: AlertsSettings = setting(
        AlertsSettings(),
        "Alerts",
        "What the desk alerts you to, and how.",
        effect="at once",
        synonyms=("alarm", "notification"),
    )
    phone: PhoneSettings = setting(
        PhoneSettings(),
        "Phone",
        "Alerts sent to your phone.",
        effect="at once",
        synonyms=("mobile", "push notification", "smartphone"),
    )
    updates: UpdatesSettings = setting(
        UpdatesSettings(), "Updates", "Checks for a newer version.", effect="at once", synonyms=("upgrade", "version")
    )
    plans: PlansSettings = setting(
        PlansSettings(), "Plans", "Plans that other programs write into the table of plans.", effect="at once"
    )
    assistant: AssistantSettings = setting(
        AssistantSettings(),
        "Assistant",
        "Local API for your own programs: they read data and propose plans, and can never trade.",
        effect="at once",
        synonyms=("robot", "automation"),
    )
    keyboard: KeyboardSettings = setting(
        KeyboardSettings(), "Keyboard", "Keys, and arming them.", effect="at once", synonyms=("hotkey", "shortcut")
    )

    def contradictions(self) -> Iterator[str]:
        for key in self.__pydantic_extra__:
            if not is_rules_key(key) or key != key.lower():
                yield f"{key!r} is not a setting; allowed besides the known ones is <symbol>{RULES_SUFFIX}"

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
        key = self.rules_key_for(symbol, stands_for)
        return self.rules[key.removesuffix(RULES_SUFFIX)] if key else None

    def rules_key_for(self, symbol: str, stands_for: str = "") -> str:
        """The key under which the rules of `rules_for` are set, such as `xauusd_rules`; empty where there are none."""
        for name in (symbol, stands_for):
            if fitting := [prefix for prefix in self.rules if begins_with(prefix, name)]:
                return f"{max(fitting, key=len)}{RULES_SUFFIX}"
        return ""

    def is_auto(self, symbol: str, stands_for: str = "") -> bool:
        """Whether `symbol` trades without approval when the desk starts."""
        return any(begins_with(prefix, symbol, stands_for) for prefix in self.execution.auto_symbols)


def is_rules_key(key: str) -> bool:
    """Whether a key of the configuration file names rules of a symbol."""
    return _RULES_KEY.fullmatch(key) is not None
