"""The paper broker against backtesting.py: the same signals with a fixed stop and target, on real recordings."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest

from config.desk import PaperSettings
from config.trading import ExecutionSettings
from engine.adapters.paper.broker import PaperBroker
from engine.adapters.paper.contracts import contract_for
from engine.adapters.recorded.opening import open_recording
from engine.adapters.recorded.recording import Recording
from engine.clock import MarketClock
from engine.domain.fills import Fills
from engine.domain.market import Candle, Quote, Side
from engine.domain.messages.execution import ExecutionEvent, TradeClosed
from engine.domain.orders import Order
from engine.domain.tokens import order_token
from engine.fills.lanes import Lanes
from engine.market.state import MarketState
from engine.trading.orders.execution import Execution
from engine.trading.positions.portfolio import Portfolio
from tests.builders import permit
from tests.recordings import recording

NO_OTHER_EXITS = ExecutionSettings(adverse_candle_exit=False, trailing_start_r=100.0)
CANDLES = 6000
EVERY = 7
"""A signal at each seventh candle, so that several positions stand side by side."""

CASES = [
    ("XAUUSD_M1_202602160207_202602272357.csv", "XAUUSD", 1.5, 3.0, 0.01),
    ("DAT_MT_XAUUSD_M1_202601.csv", "XAUUSD", 0.5, 1.0, 0.01),
    ("btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet", "BTCUSD", 40.0, 80.0, 1.0),
]


class Result(NamedTuple):
    """One closed trade, in whole candles."""

    side: str
    entered_at: datetime
    entry: float
    exited_at: datetime
    exit: float
    profit: float


@pytest.mark.parametrize(("name", "symbol", "risk", "reward", "lots"), CASES, ids=["gold", "gold, tight", "bitcoin"])
def test_that_trades_and_results_equal_those_of_backtesting_py(
    name: str, symbol: str, risk: float, reward: float, lots: float
) -> None:
    pytest.importorskip("backtesting", reason="backtesting.py, the peer, is not installed")
    found = open_recording(recording(name), symbol=symbol)
    columns = dataclasses.replace(found.columns.rows(slice(CANDLES)), spread=np.zeros(CANDLES))
    market = Recording(found.source, columns)
    candles = list(market.candles())
    signals = dict(_signals(candles, risk, reward))
    ours = _on_paper(market, signals, lots)
    theirs = _on_backtesting(candles, signals)
    assert len(ours) > 300
    assert [one[:-1] for one in ours] == [one[:-1] for one in theirs]
    assert [one.profit for one in ours] == pytest.approx([one.profit for one in theirs], abs=1e-6)


class Signal(NamedTuple):
    """An order to send at the close of a candle."""

    side: Side
    stop_loss: float
    take_profit: float


def _signals(candles: list[Candle], risk: float, reward: float) -> Iterator[tuple[datetime, Signal]]:
    """With every seventh candle; none before a gap, in time or price, over which a broker would refuse the order."""
    for number, (candle, following) in enumerate(pairwise(candles)):
        side = Side.BUY if candle.close >= candle.open else Side.SELL
        sign = 1.0 if side is Side.BUY else -1.0
        stop, target = round(candle.close - sign * risk, 2), round(candle.close + sign * reward, 2)
        is_open = min(stop, target) + 0.01 < following.open < max(stop, target) - 0.01
        is_soon = following.opened_at - candle.closed_at < timedelta(minutes=2)
        if number % EVERY == 1 and is_open and is_soon:
            yield candle.opened_at, Signal(side, stop, target)


def _on_paper(recording: Recording, signals: dict[datetime, Signal], lots: float) -> list[Result]:
    """Where nothing is known of a minute but its candle, the stop comes first: as the peer has it."""
    paper, instrument = PaperSettings(starting_balance=1e9), recording.source.instrument
    contracts = {instrument.symbol: contract_for(instrument, paper)}
    clock = MarketClock(recording.first_at)
    market = MarketState()
    broker = PaperBroker(contracts, paper, clock, market, is_worst=True)
    events: list[ExecutionEvent] = []
    portfolio = Portfolio(contracts, lambda instant: instant.date())
    execution = Execution(broker, clock, market, NO_OTHER_EXITS, portfolio, events.append)
    execution.start()
    for item in Lanes([recording], recording.first_at, Fills(is_worst=True), lambda _: True, broker.foresee):
        if isinstance(item, Quote):
            clock.set(item.at)
            market.on_quote(item)
            broker.on_quote(item)
            execution.on_quote(item)
            continue
        assert isinstance(item, Candle)
        clock.set(item.closed_at)
        execution.on_candle(item)
        if (signal := signals.get(item.opened_at)) is not None:
            one = _order(item, signal, lots)
            execution.orders.submit(one, permit(one))
    closed = (event.trade for event in events if isinstance(event, TradeClosed))
    results = [
        Result(one.side, _minute(one.entered_at), one.entry, _minute(one.exited_at), one.exit, one.net_profit)
        for one in closed
    ]
    return sorted(results)


def _order(candle: Candle, signal: Signal, lots: float) -> Order:
    plan_id = candle.opened_at.isoformat()
    return Order(
        token=order_token(plan_id),
        plan_id=plan_id,
        magic=7,
        symbol=candle.symbol,
        side=signal.side,
        volume_lots=lots,
        stop_loss=signal.stop_loss,
        take_profit=signal.take_profit,
        reference_price=candle.close,
    )


def _on_backtesting(candles: list[Candle], signals: dict[datetime, Signal]) -> list[Result]:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from backtesting import Backtest, Strategy

    class Scripted(Strategy):  # type: ignore[misc]  # the peer has no types
        def init(self) -> None:
            pass

        def next(self) -> None:
            signal = signals.get(self.data.index[-1].to_pydatetime())
            if signal is not None:
                send = self.buy if signal.side is Side.BUY else self.sell
                send(size=1, sl=signal.stop_loss, tp=signal.take_profit)

    frame = pd.DataFrame(
        {
            "Open": [candle.open for candle in candles],
            "High": [candle.high for candle in candles],
            "Low": [candle.low for candle in candles],
            "Close": [candle.close for candle in candles],
        },
        index=pd.DatetimeIndex([candle.opened_at for candle in candles]),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trades = Backtest(frame, Scripted, cash=1e9, hedging=True).run()["_trades"]
    return sorted(
        Result(
            Side.BUY if row.Size > 0 else Side.SELL,
            row.EntryTime.to_pydatetime(),
            row.EntryPrice,
            row.ExitTime.to_pydatetime(),
            row.ExitPrice,
            row.PnL,
        )
        for row in trades.itertuples()
    )


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
