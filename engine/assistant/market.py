"""Operations on the market: symbols, the conditions of this moment, past candles."""

from __future__ import annotations

from datetime import datetime
from math import isinf
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.assistant.assisted_desk import Refused
from engine.assistant.evidence_shelf import Evidence
from engine.assistant.lines import Idea, Levels, SideLines, Symbol, idea_of, levels_of, side_lines
from engine.assistant.operation import Arguments, Asked, NoArguments, Operation, in_slices
from engine.domain.market import Side, minute_of


class SymbolLine(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol that the desk watches; prices in price units, volume in lots. Distances as plans must keep to them."""

    symbol: str
    source: str
    bid: float | None
    ask: float | None
    is_traded: bool
    mode: str
    digits: int
    volume_min: float | None = None
    volume_max: float | None = None
    volume_step: float | None = None
    stop_range: tuple[float, float] | None = None
    target_range: tuple[float, float] | None = None
    ranges_in: str = "price"


class SymbolList(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    symbols: tuple[SymbolLine, ...]


async def list_symbols(asked: Asked, _: NoArguments) -> SymbolList:
    desk = asked.desk
    overview, market = desk.pipeline.trader.overview(), desk.pipeline.market
    lines = []
    for source in desk.engine.sources:
        symbol, quote = source.symbol, market.quotes.get(source.symbol)
        rules = desk.settings.rules_for(symbol, source.instrument.stands_for)
        contract = desk.contracts.get(symbol)
        lines.append(
            SymbolLine(
                symbol=symbol,
                source=source.words,
                bid=None if quote is None else quote.bid,
                ask=None if quote is None else quote.ask,
                is_traded=rules is not None and contract is not None,
                mode=overview.mode_of(symbol),
                digits=source.instrument.digits,
                volume_min=None if contract is None else contract.volume_min,
                volume_max=None if contract is None else contract.volume_max,
                volume_step=None if contract is None else contract.volume_step,
                stop_range=None if rules is None else rules.sl_range,
                target_range=None if rules is None else rules.tp_range,
                ranges_in="price" if rules is None or rules.stop_mode == "price" else "ATR(14)",
            )
        )
    return SymbolList(at=overview.at, symbols=tuple(lines))


class MicroScalpNow(Arguments, frozen=True, kw_only=True):
    """Which symbol."""

    symbol: Symbol


class Opportunity(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of this moment, by the newest closed candle and the newest quote.

    `is_locked` says whether a lock holds; `lock_left_s` is None under a halt or a Flatten, which only the user lifts.
    """

    symbol: str
    at: datetime
    candle_time: datetime
    session: str
    mode: str
    bid: float | None
    ask: float | None
    spread: float | None
    spread_mean: float | None
    quote_age_s: float | None
    is_locked: bool
    lock_left_s: float | None
    levels: Levels
    buy: SideLines
    sell: SideLines
    setup: Idea | None
    evidence: Evidence


async def micro_scalp_now(asked: Asked, wanted: MicroScalpNow) -> Opportunity:
    desk, symbol = asked.desk, wanted.symbol
    source, pipeline = desk.source(symbol), desk.pipeline
    evidence = await desk.evidence.of(source, desk.settings)
    explanation, snapshot = pipeline.explanation_now(symbol), pipeline.market.snapshots.get(symbol)
    if explanation is None or snapshot is None:
        raise Refused(f"{symbol} cannot be evaluated: it has no rules, or no candle has closed yet")
    overview, quote = pipeline.trader.overview(), pipeline.market.quotes.get(symbol)
    left_s = pipeline.trader.lock_left_s(symbol)
    return Opportunity(
        symbol=symbol,
        at=overview.at,
        candle_time=explanation.judgement.candle_time,
        session=snapshot.session.value,
        mode=overview.mode_of(symbol),
        bid=None if quote is None else quote.bid,
        ask=None if quote is None else quote.ask,
        spread=None if quote is None else round(quote.spread, source.instrument.digits + 2),
        spread_mean=snapshot.spread_mean,
        quote_age_s=None if quote is None else max(0.0, (overview.at - quote.at).total_seconds()),
        is_locked=left_s > 0.0,
        lock_left_s=None if isinf(left_s) else left_s,
        levels=levels_of(snapshot),
        buy=side_lines(explanation, Side.BUY),
        sell=side_lines(explanation, Side.SELL),
        setup=None if (setup := explanation.judgement.setup) is None else idea_of(setup),
        evidence=evidence,
    )


class ExplainCandle(Arguments, frozen=True, kw_only=True):
    """Which candle: the minute that `at` falls into, in ISO 8601 with a zone."""

    symbol: Symbol
    at: Annotated[datetime, Meta(tz=True)]


class ExplainedCandle(msgspec.Struct, frozen=True, kw_only=True):
    """A past candle as it was known and judged at its close; no sides where the symbol has no rules."""

    symbol: str
    candle_time: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float | None
    session: str
    levels: Levels
    buy: SideLines | None
    sell: SideLines | None
    setup: Idea | None


async def explain_candle(asked: Asked, wanted: ExplainCandle) -> ExplainedCandle:
    asked.desk.source(wanted.symbol)
    opened_at = minute_of(wanted.at)
    recalled = await in_slices(asked.desk.pipeline.recalled(wanted.symbol, opened_at))
    if recalled is None:
        raise Refused(f"{wanted.symbol} has no candle that opened at {opened_at.isoformat()}")
    snapshot, explanation = recalled.candle.snapshot, recalled.explanation
    candle = snapshot.candle
    setup = None if explanation is None else explanation.judgement.setup
    return ExplainedCandle(
        symbol=wanted.symbol,
        candle_time=candle.opened_at,
        open=candle.open,
        high=candle.high,
        low=candle.low,
        close=candle.close,
        volume=candle.volume,
        session=snapshot.session.value,
        levels=levels_of(snapshot),
        buy=None if explanation is None else side_lines(explanation, Side.BUY),
        sell=None if explanation is None else side_lines(explanation, Side.SELL),
        setup=None if setup is None else idea_of(setup),
    )


MARKET_OPERATIONS = (
    Operation(
        "list_symbols",
        "The symbols that the desk watches, with price, mode, volume steps and the distances that plans must keep to.",
        *(NoArguments, SymbolList, list_symbols),
    ),
    Operation(
        "micro_scalp_now",
        "Whether there is a micro-scalp opportunity in a symbol now: both sides with all four layers, every check with "
        "value and limit, what is missing, levels, spread, session, lock, and the measured evidence.",
        *(MicroScalpNow, Opportunity, micro_scalp_now),
    ),
    Operation(
        "explain_candle",
        "Why a past candle was or was not a setup: every check of both sides as it was known at its close.",
        *(ExplainCandle, ExplainedCandle, explain_candle),
    ),
)
