"""What an order would risk, in words."""

from __future__ import annotations

from engine.domain.messages.manual import OrderReviewed
from gui.features.ticket.model.fields import Levels
from gui.features.trading.model.words import MISSING


def figures_of(review: OrderReviewed | None, currency: str, equity: float | None) -> tuple[tuple[str, str], ...]:
    """Risk, cost and margin of a reviewed order, each with its title; dashes where nothing is known."""
    if review is None or not review.money_at_risk:
        return (("Risk", MISSING), ("Cost", MISSING), ("Margin", MISSING))
    share = f", {_percent(100.0 * review.money_at_risk / equity)} of equity" if equity else ""
    return (
        ("Risk", f"{review.money_at_risk:,.2f} {currency} = 1 R{share}"),
        ("Cost", f"{review.cost_r:.2f} R for spread and slippage"),
        ("Margin", f"{review.margin:,.2f} of {review.free_margin:,.2f} {currency} free"),
    )


def stop_note(levels: Levels | None, range_avg: float | None) -> str:
    """Warns of a stop that one candle can reach; empty where it lies beyond an average one, or that is not known."""
    distance = 0.0 if levels is None else abs(levels.price - levels.stop)
    if not range_avg or not 0.0 < distance < range_avg:
        return ""
    return f"▲ The stop is only {distance / range_avg:.2f} of an average M1 range: one candle can reach it"


def _percent(share: float) -> str:
    return f"{share:.2f} %" if share >= 0.01 else "less than 0.01 %"
