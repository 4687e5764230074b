"""Plays the null market twice through the whole engine: as its quotes, and as paths drawn from its minutes."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec

from config.section import Section
from config.settings import Settings
from engine.bootstrap import build_engine
from engine.domain.fills import Fills
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import TradeClosed
from engine.domain.trades import ClosedTrade
from engine.lab.null_market import null_pair
from engine.lab.pairing import Pairs, PlayedTrade, paired, played_trades
from engine.lab.pool import ProcessPool
from engine.lab.unattended import trade_without_asking
from engine.market.feed import Market

AnySection = TypeVar("AnySection", bound=Section)


class NullRun(msgspec.Struct, frozen=True, kw_only=True):
    """What is played: a market as large as that of `symbol`, and `paths` paths of its minutes."""

    symbol: str
    seed: int
    paths: int


def without_daily_limits(settings: Settings) -> Settings:
    """The same settings, but that no number of trades and no loss ends a day; volume is fixed and costs nothing."""
    limits = {"max_trades_per_hour": 1000, "max_trades_per_day": 10_000, "max_consecutive_losses": 100}
    return _changed(
        settings,
        risk_mitigation=_changed(settings.risk_mitigation, **limits, max_daily_loss_pct=100.0),
        execution=_changed(settings.execution, sizing="fixed"),
        paper=_changed(settings.paper, slippage_spreads=0.0, commission_per_lot=0.0),
    )


def with_every_candle(settings: Settings, symbol: str) -> Settings:
    """The same settings with the conditions of an entry wide open for `symbol`: nearly every candle is a setup.

    What fills do to an exit on a walk without memory does not depend on the candle that was entered on.
    """
    rules = settings.rules_for(symbol)
    if rules is None:
        return settings
    filters = rules.pre_trade_filters
    return _changed(settings, **{
        f"{symbol.lower()}_rules": _changed(
            rules,
            pre_trade_filters=_changed(
                filters,
                volatility=_changed(filters.volatility, atr1_min=0.0, m1_range_avg_min=0.0, dynamic_threshold=False),
                block_post_ny_session=False,
            ),
            location_filter=_changed(rules.location_filter, tolerance_atr=10.0),
            candle_signals=_changed(rules.candle_signals, min_primary=0, min_secondary=0),
            confluence_scoring=_changed(rules.confluence_scoring, min_score=0.0),
        )
    })  # fmt: skip


def play_days(run: NullRun, days: int, settings: Settings, workers: int) -> Iterator[Pairs]:
    """The matched trades of each day, as they come; more than one worker are processes of their own."""
    if workers == 1:
        yield from (play_day(run, day, settings) for day in range(days))
        return
    played = ProcessPool(workers).results(partial(play_day, run, settings=settings), range(days))
    yield from (pairs for _, pairs in played)


def play_day(run: NullRun, day: int, settings: Settings) -> Pairs:
    """The trades of one day, matched; each day is a market of its own."""
    pair = null_pair(run.symbol, (run.seed, day))
    quotes = trades_of(pair.quotes, settings, Fills(), pair.starts_at)
    runs = [trades_of(pair.minutes, settings, Fills(seed=path), pair.starts_at) for path in range(1, run.paths + 1)]
    return paired(quotes, runs)


def trades_of(market: Market, settings: Settings, fills: Fills, start: datetime) -> tuple[PlayedTrade, ...]:
    """Every trade of a desk that trades `market` from `start` on without approval, on paper and in memory.

    A random market has no news: none have to be known.
    """
    settings = _changed(settings, risk_mitigation=_changed(settings.risk_mitigation, news_needs_calendar=False))
    desk = build_engine([market], settings, speed=math.inf, start=start, fills=fills, is_reported=False)
    trades: list[ClosedTrade] = []

    def keep(event: Event) -> None:
        assert isinstance(event, TradeClosed)
        trades.append(event.trade)

    desk.bus.subscribe(keep, TradeClosed)
    trade_without_asking(desk, settings)
    asyncio.run(desk.engine.play())
    desk.archive.close()
    return played_trades(trades)


def _changed(section: AnySection, **values: Any) -> AnySection:
    return section.model_copy(update=values)
