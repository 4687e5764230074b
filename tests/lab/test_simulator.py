"""The simulator makes the trades that `replay --auto` makes of the same recording."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.adapters.recorded import open_recording
from engine.domain.orders import ExitReason
from engine.errors import InvalidConfiguration, UnreadableRecording
from engine.lab.null_run import with_every_candle, without_daily_limits
from engine.lab.simulator import SimulatedMarket, simulate
from tests.lab.simulated import Part, changed, part_of, without_ids
from tests.recordings import recording

Spans = tuple[tuple[int, int], ...]


class Case(NamedTuple):
    """What is played: shipped settings with some changes, and at every candle where few setups would be found."""

    name: str
    spans: Spans
    seed: int
    changes: dict[str, Any]
    expected: set[ExitReason]
    is_every_candle: bool = True


GOLD = ("xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet", "XAUUSD")
GOLD_WITHOUT_SPREAD = ("DAT_MT_XAUUSD_M1_202601.csv", "XAUUSD")
BITCOIN = ("btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet", "BTCUSD")
FILES = {"gold": GOLD, "gold without spread": GOLD_WITHOUT_SPREAD, "bitcoin": BITCOIN}

_COSTS = {"slippage_spreads": 0.4, "commission_per_lot": 3.5}
_BY_ATR = {"stop_mode": "atr", "sl_range": [0.4, 1.5], "tp_range": [0.8, 3.0]}
_NO_WAIT = {"cool_off_seconds": 0}
_FAR = {"stop_mode": "atr", "sl_range": [5.0, 9.0], "tp_range": [9.0, 30.0]}

CASES = [
    Case("gold", ((9_700, 10_600),), 1, {}, {ExitReason.STOP_LOSS}, False),
    Case("bitcoin", ((5_000, 6_500),), 2, {"paper": _COSTS}, {ExitReason.TRAILING_STOP}, False),
    Case(
        "gold",
        ((40_000, 40_250),),
        3,
        {
            "paper": _COSTS,
            "cooldown_seconds": 0,
            "execution": {
                "sizing": "risk",
                "trailing": False,
                "adverse_candle_exit": False,
                "break_even_at_r": 0.4,
                "time_stop_minutes": 2.5,
            },
            "risk_mitigation": {"max_positions_per_symbol": 4, "max_positions": 4, **_NO_WAIT},
            "xauusd_rules": _BY_ATR,
        },
        {ExitReason.BREAK_EVEN, ExitReason.TIME_STOP, ExitReason.TAKE_PROFIT},
    ),
    Case(
        "bitcoin",
        ((30_000, 30_250),),
        4,
        {
            "paper": {"latency_ms": 0},
            "execution": {"trailing_start_r": 0.2, "trailing_atr1": 0.1, "break_even_at_r": 0.1},
            "btcusd_rules": _BY_ATR,
        },
        {ExitReason.TRAILING_STOP, ExitReason.BREAK_EVEN, ExitReason.ADVERSE_CANDLE},
    ),
    Case(
        "gold without spread",
        ((4_000, 4_139), (5_400, 5_590)),
        5,
        {
            "paper": {"latency_ms": 1500, "stops_level_points": 30},
            "execution": {"flat_before_break": True, "flat_before_close_minutes": 60, "adverse_candle_exit": False},
            "risk_mitigation": {"max_latency_ms": 2000.0},
            "xauusd_rules": _FAR,
        },
        {ExitReason.FLAT_BEFORE_CLOSE},
    ),
    Case(
        "gold",
        ((3_960, 4_060), (10_700, 10_850)),
        6,
        {
            "paper": {"is_hedging": False},
            "execution": {"trailing": False, "flat_before_close_minutes": 30},
            "xauusd_rules": _FAR,
        },
        {ExitReason.FLAT_BEFORE_CLOSE, ExitReason.ADVERSE_CANDLE},
    ),
    Case(
        "bitcoin",
        ((70_000, 70_150),),
        7,
        {
            "paper": {"starting_balance": 100.0, "leverage": 50.0, "stop_out_pct": 100.0},
            "execution": {"volume_lots": 0.05, "adverse_candle_exit": False},
            "risk_mitigation": {"max_positions_per_symbol": 5, "max_positions": 5, **_NO_WAIT},
            "btcusd_rules": {"stop_mode": "atr", "sl_range": [2.0, 5.0], "tp_range": [4.0, 20.0]},
        },
        {ExitReason.STOP_OUT},
    ),
]


def played(case: Case) -> tuple[Part, Any]:
    name, symbol = FILES[case.name]
    settings = changed(**case.changes)
    if case.is_every_candle:
        costs, execution = settings.paper, settings.execution
        wide = with_every_candle(without_daily_limits(settings), symbol)
        settings = wide.model_copy(update={"paper": costs, "execution": execution})
    return part_of(recording(name), symbol, *case.spans), settings


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} {case.seed}")
def test_that_each_trade_equals_that_of_a_replay(case: Case) -> None:
    part, settings = played(case)
    replayed = part.replayed(settings, case.seed)
    assert [without_ids(each.trade) for each in part.simulated(settings, case.seed)] == list(map(without_ids, replayed))
    assert case.expected <= {trade.reason for trade in replayed}


def test_that_limits_of_the_desk_leave_the_same_trades_out() -> None:
    """The shipped limits, on so many setups that they decide."""
    part = part_of(recording(GOLD[0]), GOLD[1], (40_000, 40_200))
    settings = with_every_candle(changed(risk_mitigation={"max_trades_per_hour": 5}), GOLD[1])
    replayed = part.replayed(settings, 1)
    assert 5 <= len(replayed) <= 25
    assert [without_ids(each.trade) for each in part.simulated(settings, 1)] == list(map(without_ids, replayed))


def test_that_a_setup_alone_is_traded_as_if_there_were_no_other() -> None:
    part, settings = played(CASES[3])
    setups, atr1 = part.found(settings)
    alone = part.alone(settings, 4)
    by_itself = [simulate(part.market, [setup], atr1, settings, seed=4) for setup in setups]
    assert [each.trade for each in alone] == [one.trade for trades in by_itself for one in trades]
    assert [each.setup for each in alone] == [place for place, trades in enumerate(by_itself) for _ in trades]
    assert len(alone) > len(part.simulated(settings, 4))


def test_that_a_trade_keeps_its_slippage_whatever_is_traded_beside_it() -> None:
    part, settings = played(CASES[2])
    fixed = settings.model_copy(update={"execution": settings.execution.model_copy(update={"sizing": "fixed"})})
    alone = {each.setup: each.trade for each in part.alone(fixed, 3)}
    beside = part.simulated(fixed, 3)
    assert beside
    for each in beside:
        assert (each.trade.entry, each.trade.exit, each.trade.r) == (
            alone[each.setup].entry,
            alone[each.setup].exit,
            alone[each.setup].r,
        )


def test_that_nothing_is_traded_while_the_strategy_is_switched_off() -> None:
    part, settings = played(CASES[0])
    off = settings.model_copy(update={"enabled": False})
    assert part.simulated(off, 1) == []


def test_that_a_recording_of_ticks_is_refused_with_what_is_allowed() -> None:
    ticks = open_recording(recording("xauusd_ticks_oanda_2014-05-06.parquet"), symbol="XAUUSD")
    with pytest.raises(UnreadableRecording, match=r"recording of ticks: allowed here are recordings of candles"):
        SimulatedMarket(ticks.source, ticks.columns)


def test_that_a_symbol_without_rules_is_refused_with_those_that_have_some() -> None:
    whole = open_recording(recording(GOLD[0]), symbol="EURUSD")
    market = SimulatedMarket(whole.source, whole.columns.rows(slice(0, 10)))
    with pytest.raises(InvalidConfiguration, match=r"EURUSD has no rules to be simulated by: there are btcusd, xauusd"):
        simulate(market, [], np.full(10, np.nan), changed())
