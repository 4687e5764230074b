"""Everything about one trade in a few lines, for its tooltip on the chart."""

from __future__ import annotations

from datetime import tzinfo

from engine.conditions.catalogue import TITLES
from engine.domain.messages.proposals import author_words
from engine.domain.plan import TradePlan
from engine.domain.trades import ClosedTrade, OpenTrade
from engine.reporting.words import FILL_MODELS, spoken
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.words import money_text, price_or_missing, r_text, span_text
from gui.zones import row_text, zone_title


def closed_words(trade: ClosedTrade, plan: TradePlan | None, digits: int, currency: str, zone: tzinfo) -> str:
    """Result, times, prices, costs and reasons of a closed trade, a line each."""
    held = span_text(trade.exited_at - trade.entered_at)
    lines = [
        f"{trade.side.value} {trade.volume_lots:g} {trade.symbol}: {r_text(trade.r)}, "
        f"{money_text(trade.net_profit)} {currency}".rstrip(),
        f"In {row_text(trade.entered_at, zone)} {zone_title(zone)} at {price_text(trade.entry, digits)}",
        f"Out {row_text(trade.exited_at, zone)} {zone_title(zone)} at {price_text(trade.exit, digits)}, after {held}",
        f"Closed by: {spoken(trade.reason.value)}",
        f"Stop {price_or_missing(trade.stop_loss, digits)}, target {price_or_missing(trade.take_profit, digits)}",
        _cost_words(trade, currency),
        *_plan_lines(plan),
        f"Fills: {FILL_MODELS[trade.fill_model]}",
    ]
    return "\n".join(lines)


def open_words(trade: OpenTrade, plan: TradePlan | None, digits: int, zone: tzinfo) -> str:
    """Time, prices and reason of an open trade, a line each."""
    position = trade.position
    lines = [
        f"{trade.side.value} {position.volume_lots:g} {trade.symbol}, open",
        f"In {row_text(position.opened_at, zone)} {zone_title(zone)} at {price_text(position.entry, digits)}",
        f"Stop {price_or_missing(position.stop_loss, digits)}, target {price_or_missing(position.take_profit, digits)}",
        *_plan_lines(plan),
    ]
    return "\n".join(lines)


def _cost_words(trade: ClosedTrade, currency: str) -> str:
    paid = trade.commission + trade.swap
    whole = "Cost not measured" if trade.cost_r is None else f"Cost {trade.cost_r:.2f} R"
    return f"{whole}, of which commission and swap {money_text(paid) if paid else '0.00'} {currency}".rstrip()


def _plan_lines(plan: TradePlan | None) -> list[str]:
    """Why it was entered, as far as its plan says."""
    if plan is None:
        return []
    signals, score = plan.conditions.get("signals"), plan.conditions.get("score")
    if not isinstance(signals, list):
        return [f"Entered by: plan of {author_words(plan.created_by)}"]
    names = ", ".join(TITLES.get(str(name), str(name)) for name in signals)
    return [f"Entered by: {names}{f', score {score:.3g}' if isinstance(score, float | int) else ''}"]
