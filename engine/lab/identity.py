"""What results belong to: hashes of a recording, of settings that trade alike, and of what indicators depend on."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec
import numpy as np

from config.changes import leaves
from config.settings import Settings
from engine.adapters.recorded import Recording
from engine.adapters.recorded.columns import Floats
from engine.domain.fills import PATHS_VERSION
from engine.domain.market import Instrument
from engine.symbol_indicators import indicator_settings

STRATEGY_VERSION: Final = 1
"""Of what is decided about a candle, a setup or a position: rises where the same settings trade otherwise."""
INDICATORS_VERSION: Final = 1
"""Of the columns: rises with every change of what an indicator is, or of which a condition refers to."""

_HASH_BYTES: Final = 8
_OPTIONAL: Final = ("volume", "spread", "taker_buy")

_READ: Final = ("sessions.", "rules.analysis.", "rules.vwap.", "rules.micro_ob_")
"""What `indicator_settings` has, as beginnings of keys."""

Plain = Mapping[str, Any]
"""Values by dotted key."""


def recording_hash(recording: Recording) -> str:
    """Sixteen hexadecimal digits for the closed candles as they are played, in UTC, and their instrument.

    The same whatever the file is called, where it lies, and how its format, clock and symbol were found out.
    """
    columns, source, digest = recording.columns, recording.source, hashlib.blake2b(digest_size=_HASH_BYTES)
    has = source.has_volume, source.has_spread, source.has_aggressor_volume
    digest.update(msgspec.json.encode((source.instrument, has, len(columns))))
    digest.update(np.ascontiguousarray(columns.at, dtype="<i8").data)
    for name in ("open", "high", "low", "close"):
        digest.update(np.ascontiguousarray(getattr(columns, name), dtype="<f8").data)
    for name in _OPTIONAL:
        if (values := getattr(columns, name)) is not None:
            digest.update(name.encode())
            digest.update(_as_one_bit_pattern(values).data)
    return digest.hexdigest()


class Traded(Protocol):
    """What settings apply to: an instrument, or a broker's contract."""

    @property
    def symbol(self) -> str: ...

    @property
    def stands_for(self) -> str: ...


def settings_hash(settings: Settings, instrument: Traded) -> str:
    """Sixteen hexadecimal digits for all that decides which trades of `instrument` a desk makes by itself.

    Settings of the window, of alerts, of other symbols and of what is switched off do not count. A symbol without
    rules has a hash too, since no trade is a result as well.
    """
    rules = settings.rules_for(instrument.symbol, instrument.stands_for)
    plain = {
        "enabled": settings.enabled,
        "cooldown_seconds": settings.cooldown_seconds,
        "rules": None if rules is None else rules.as_json(),
        "execution": settings.execution.as_json(),
        "risk_mitigation": settings.risk_mitigation.as_json(),
        "paper": settings.paper.as_json(),
        "sessions": settings.sessions.as_json(),
    }
    counting = _without(dict(leaves(plain)), _WITHOUT_EFFECT)
    versions = {"strategy": STRATEGY_VERSION, "paths": PATHS_VERSION}
    return _digest(counting | versions)


def indicator_hash(settings: Settings, instrument: Instrument) -> str:
    """Sixteen hexadecimal digits for what the columns of a recording of `instrument` depend on."""
    used = indicator_settings(settings, instrument)
    plain = dict(leaves({"rules": used.rules.as_json(), "sessions": used.sessions.as_json()}))
    read = {key: value for key, value in plain.items() if key.startswith(_READ)}
    # From 3.12 on Python sums floats more exactly: the last digits of a mean differ.
    sums = "compensated" if sys.version_info >= (3, 12) else "plain"
    return _digest(_without(read, _WITHOUT_EFFECT_ON_INDICATORS) | {"version": INDICATORS_VERSION, "sums": sums})


def _digest(plain: Plain) -> str:
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=_HASH_BYTES).hexdigest()


def _as_one_bit_pattern(values: Floats) -> Floats:
    """Every NaN is the same NaN."""
    return np.where(np.isnan(values), np.nan, values).astype("<f8")


# -- settings without effect ------------------------------------------------------------------------------------------

_Rule = tuple[Callable[[Plain], bool], tuple[str, ...]]
"""When settings have no effect, and their keys; one that ends with an underscore stands for all that begin so."""


def _without(plain: Plain, rules: Iterable[_Rule]) -> dict[str, Any]:
    gone = [key for is_so, keys in rules if is_so(plain) for key in keys]
    beginnings = tuple(key for key in gone if key.endswith("_"))
    return {key: value for key, value in plain.items() if key not in gone and not key.startswith(beginnings)}


def _always(_: Plain) -> bool:
    return True


def _off(*keys: str) -> Callable[[Plain], bool]:
    """Where none of these is on."""
    return lambda plain: not any(plain.get(key) for key in keys)


def _is(key: str, value: object) -> Callable[[Plain], bool]:
    return lambda plain: bool(plain.get(key) == value)


def _has_no_blackout(plain: Plain) -> bool:
    """News block nothing."""
    return not any(value for key, value in plain.items() if key.startswith("risk_mitigation.news_blackout_minutes."))


_VWAP, _SIGNALS, _LOCATION = "rules.vwap", "rules.candle_signals", "rules.location_filter"
_EITHER_WAY: Final[tuple[_Rule, ...]] = (
    (_is(f"{_VWAP}.tolerance_type", "fixed"), (f"{_VWAP}.atr_multiplier",)),
    (_is(f"{_VWAP}.tolerance_type", "atr_adjusted"), (f"{_VWAP}.tolerance",)),
    (_is("rules.micro_ob_range_type", "atr"), ("rules.micro_ob_pct_",)),
    (_is("rules.micro_ob_range_type", "pct"), ("rules.micro_ob_atr_",)),
)
_WITHOUT_EFFECT_ON_INDICATORS: Final[tuple[_Rule, ...]] = (
    *_EITHER_WAY,
    (_always, ("rules.analysis.asian_expansion_ratio",)),  # a limit of a condition
)
_WITHOUT_EFFECT: Final[tuple[_Rule, ...]] = (
    *_EITHER_WAY,
    (_always, ("rules.confluence_scoring.a_plus_score",)),
    (_always, tuple(f"execution.{key}" for key in ("auto_symbols", "remember_auto", "magic"))),
    (_always, ("execution.plan_expiry_minutes", "execution.trigger_distance_r")),  # of plans that users write
    (_always, ("execution.manual_range_factor",)),
    (_always, ("risk_mitigation.loosen_delay_minutes",)),
    (_has_no_blackout, ("risk_mitigation.news_",)),
    (
        _off("rules.pre_trade_filters.volatility.dynamic_threshold"),
        tuple(f"rules.pre_trade_filters.volatility.dynamic_{name}" for name in ("high_", "low_")),
    ),
    (
        _off(*(f"{_LOCATION}.{level}" for level in ("prior_session", "intraday_range", "liquidity_cluster"))),
        (f"{_LOCATION}.tolerance_atr",),
    ),
    (_off(f"{_LOCATION}.intraday_range"), ("rules.analysis.day_range_after_candles",)),
    (_off(f"{_LOCATION}.liquidity_cluster"), ("rules.analysis.equal_level_",)),
    (_off(f"{_LOCATION}.ob_zone", f"{_SIGNALS}.ob_retest"), ("rules.micro_ob_",)),
    (_off(f"{_SIGNALS}.long_wick_trap", f"{_SIGNALS}.vwap_tap_rejection"), (f"{_SIGNALS}.min_wick_bodies",)),
    (_off(f"{_SIGNALS}.strong_engulfing"), (f"{_SIGNALS}.engulfing_body_atr",)),
    (_off(f"{_SIGNALS}.fresh_micro_choch"), (f"{_SIGNALS}.choch_max_age",)),
    (_off(f"{_SIGNALS}.session_momentum"), (f"{_SIGNALS}.momentum_atr",)),
    (_off(f"{_SIGNALS}.increasing_volume"), (f"{_SIGNALS}.volume_factor",)),
    (_off(f"{_SIGNALS}.micro_liquidity_sweep"), ("rules.analysis.sweep_lookback",)),
    (_off(f"{_SIGNALS}.cvd_divergence"), ("rules.analysis.divergence_candles",)),
    (_off("rules.confluence_scoring.volatility_points"), ("rules.analysis.expansion_",)),
    (_is("execution.sizing", "fixed"), ("execution.risk_pct",)),
    (_is("execution.sizing", "risk"), ("execution.volume_lots",)),
    (_off("execution.trailing"), ("execution.trailing_",)),
    (_off("execution.flat_before_close_minutes"), ("execution.flat_before_break",)),
    (_off("paper.slippage_spreads"), ("paper.seed",)),
)
