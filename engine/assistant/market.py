"""Operations on the market: symbols, conditions of this moment, past candles, recent setups."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from math import isinf
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.assistant.assisted_desk import Refused
from engine.assistant.evidence_shelf import Evidence
from engine.assistant.operation import Arguments, Asked, Operation
from engine.conditions.catalogue import LAYER_TITLES, headline, sentence, title
from engine.domain.judgement import Check, Explanation, LayerChecks, Setup
from engine.domain.market import Side, minute_of
from engine.domain.plan import TradePlan
from engine.domain.snapshot import MarketSnapshot

Symbol = Annotated[str, Meta(min_length=1, max_length=64, description="as list_symbols names it")]
NEWEST_PLANS = 200
"""Plans among which setups are looked for."""


class ListSymbols(Arguments, frozen=True, kw_only=True):
    """No arguments."""


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


async def list_symbols(asked: Asked, _: ListSymbols) -> SymbolList:
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


class CheckLine(msgspec.Struct, frozen=True, kw_only=True):
    """One check: `value` against `limit`, both in `unit`; None where there is nothing to measure."""

    name: str
    title: str
    is_passed: bool
    value: float | None
    limit: float | None
    unit: str
    sentence: str


class LayerLines(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four layers: every deciding check must pass; some of them count the evidence."""

    layer: str
    title: str
    is_passed: bool
    deciding: tuple[CheckLine, ...]
    evidence: tuple[CheckLine, ...]


class SideLines(msgspec.Struct, frozen=True, kw_only=True):
    """One side: what decided in words, its score of 8, and what is missing for a setup."""

    side: Side
    is_passed: bool
    headline: str
    score: float
    missing: tuple[str, ...]
    layers: tuple[LayerLines, ...]


class Idea(msgspec.Struct, frozen=True, kw_only=True):
    """A setup and where it would enter and leave, in price units; it lives until the next candle closes."""

    side: Side
    score: float
    is_a_plus: bool
    signals: tuple[str, ...]
    key_levels: tuple[str, ...]
    entry: float
    stop_loss: float
    take_profit: float
    signal_id: str


class Levels(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the close of the newest candle, in price units; None before it is warmed up."""

    close: float
    vwap: float | None
    vwap_band_low: float | None
    vwap_band_high: float | None
    atr1: float | None
    atr14: float | None
    average_range: float | None
    day_high: float | None
    day_low: float | None
    prior_day_high: float | None
    prior_day_low: float | None
    prior_session_high: float | None
    prior_session_low: float | None
    equal_highs: tuple[float, ...]
    equal_lows: tuple[float, ...]


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
        raise Refused(f"nothing is judged of {symbol}: it has no rules, or no candle has closed yet")
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
    recalled = asked.desk.pipeline.recalled(wanted.symbol, opened_at)
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


class Setups(Arguments, frozen=True, kw_only=True):
    """How many, of which symbol; of any where none is named."""

    symbol: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class SetupLine(msgspec.Struct, frozen=True, kw_only=True):
    """A setup that the desk proposed or traded, and its outcome; `result_r` is net of costs, None without a trade."""

    symbol: str
    side: Side
    at: datetime
    score: float | None
    signals: tuple[str, ...]
    entry: float
    stop_loss: float
    take_profit: float
    state: str
    reason: str
    result_r: float | None
    plan_id: str


class SetupList(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first."""

    setups: tuple[SetupLine, ...]


async def setups(asked: Asked, wanted: Setups) -> SetupList:
    desk = asked.desk
    newest = await asyncio.to_thread(desk.pipeline.trader.recent_plans, NEWEST_PLANS)
    plans = [
        plan
        for plan in newest
        if isinstance(plan.conditions.get("signal_id"), str) and wanted.symbol in ("", plan.symbol)
    ][: wanted.limit]
    if not plans:
        return SetupList(setups=())
    since = min(plan.created_at for plan in plans) - timedelta(minutes=1)
    facts = await asyncio.to_thread(desk.archive.trades(desk.settings).read, since=since)
    results = {each.trade.plan_id: each.trade.r for each in facts}
    return SetupList(setups=tuple(_setup_line(plan, results.get(plan.plan_id)) for plan in plans))


def _setup_line(plan: TradePlan, result_r: float | None) -> SetupLine:
    score, signals = plan.conditions.get("score"), plan.conditions.get("signals")
    return SetupLine(
        symbol=plan.symbol,
        side=plan.direction,
        at=plan.created_at,
        score=float(score) if isinstance(score, int | float) else None,
        signals=tuple(map(str, signals)) if isinstance(signals, list) else (),
        entry=plan.entry_price,
        stop_loss=plan.stop_loss,
        take_profit=plan.take_profit,
        state=plan.status.value,
        reason=plan.close_reason,
        result_r=result_r,
        plan_id=plan.plan_id,
    )


# -- parts ----------------------------------------------------------------------------------------------------------


def levels_of(snapshot: MarketSnapshot) -> Levels:
    return Levels(
        close=snapshot.candle.close,
        vwap=snapshot.vwap,
        vwap_band_low=snapshot.band_low,
        vwap_band_high=snapshot.band_high,
        atr1=snapshot.atr1,
        atr14=snapshot.atr14,
        average_range=snapshot.range_avg,
        day_high=snapshot.day_high,
        day_low=snapshot.day_low,
        prior_day_high=snapshot.prior_day_high,
        prior_day_low=snapshot.prior_day_low,
        prior_session_high=snapshot.prior_session_high,
        prior_session_low=snapshot.prior_session_low,
        equal_highs=snapshot.equal_highs,
        equal_lows=snapshot.equal_lows,
    )


def side_lines(explanation: Explanation, side: Side) -> SideLines:
    layers, verdict = explanation.of(side), explanation.judgement.of(side)
    missing = (sentence(check) for layer in layers for check in layer.deciding if not check.is_passed)
    return SideLines(
        side=side,
        is_passed=verdict.is_passed,
        headline=headline(explanation, side),
        score=verdict.score,
        missing=tuple(missing),
        layers=tuple(map(_layer_lines, layers)),
    )


def _layer_lines(layer: LayerChecks) -> LayerLines:
    return LayerLines(
        layer=layer.layer.value,
        title=LAYER_TITLES[layer.layer],
        is_passed=layer.is_passed,
        deciding=tuple(map(_check_line, layer.deciding)),
        evidence=tuple(map(_check_line, layer.evidence)),
    )


def _check_line(check: Check) -> CheckLine:
    return CheckLine(
        name=check.name,
        title=title(check.name),
        is_passed=check.is_passed,
        value=check.value,
        limit=check.limit,
        unit=check.unit,
        sentence=sentence(check),
    )


def idea_of(setup: Setup) -> Idea:
    idea = setup.idea
    return Idea(
        side=setup.side,
        score=setup.score,
        is_a_plus=setup.is_a_plus,
        signals=setup.signals,
        key_levels=setup.edges,
        entry=idea.entry,
        stop_loss=idea.stop_loss,
        take_profit=idea.take_profit,
        signal_id=setup.signal_id,
    )


MARKET_OPERATIONS = (
    Operation(
        "list_symbols",
        "The symbols that the desk watches, with price, mode, volume steps and the distances that plans must keep to.",
        *(ListSymbols, SymbolList, list_symbols),
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
    Operation(
        "setups",
        "The newest setups that the desk proposed or traded, with what became of each.",
        *(Setups, SetupList, setups),
    ),
)
