"""Position sizing: fixed lots, or so that the stop costs a given share of the equity; and what the trade costs."""

from __future__ import annotations

import math

from config.trading import ExecutionSettings
from engine.domain.contract import Contract


def size(
    settings: ExecutionSettings,
    contract: Contract,
    *,
    max_lots: float,
    equity: float,
    entry: float,
    stop_loss: float,
    costs_per_lot: float = 0.0,
) -> float:
    """Lots to trade: rounded down to the broker's step, above no limit, and 0.0 where not even the least fits or where
    the loss of a lot is unknown.

    `equity` and `costs_per_lot` (commission there and back) in the account's currency; `entry` is what is paid now.
    """
    if not contract.is_money_known:
        return 0.0
    if settings.sizing == "fixed":
        wanted = settings.volume_lots
    else:
        loss_per_lot = contract.risk(entry, stop_loss, 1.0) + costs_per_lot
        wanted = lots_at_risk(settings.risk_pct / 100.0 * equity, loss_per_lot)
    return contract.round_volume_down(min(wanted, max_lots))


def lots_at_risk(money: float, loss_per_lot: float) -> float:
    """How many lots lose `money` when one loses `loss_per_lot`; 0.0 where that cannot be said."""
    if not (loss_per_lot > 0.0 and 0.0 < money < math.inf):
        return 0.0
    return money / loss_per_lot


def max_deviation(settings: ExecutionSettings, contract: Contract, entry: float, stop_loss: float) -> float:
    """How much worse than `entry` an order may be filled, in price units.

    A share of the risk means the same on every symbol; steps of the price do not: twenty are 0.20 USD on gold of two
    digits and 0.02 USD, less than it moves between two ticks, on gold of three.
    """
    return max(settings.deviation_points * contract.tick_size, settings.deviation_r * abs(entry - stop_loss))


def entry_cost(spread: float, slippage_spreads: float) -> float:
    """What entering at the market costs, in price units: the spread, and slippage expected in multiples of it."""
    return spread * (1.0 + slippage_spreads)
