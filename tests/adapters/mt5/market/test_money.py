"""Facts about what a price step is worth, by what a terminal states and by what it calculates."""

from __future__ import annotations

from typing import Any

import pytest

from engine.adapters.mt5.market.money import TickMoney, tick_money
from tests.approximate import close_to

SYMBOL_INFO = {
    "name": "XAUUSDm", "point": 0.001, "trade_tick_size": 0.001, "bid": 4000.0, "ask": 4000.2, "volume_max": 200.0,
    "trade_tick_value": 0.1, "trade_tick_value_profit": 0.1, "trade_tick_value_loss": 0.1,
}  # fmt: skip
BUY, SELL = 0, 1


class Terminal:
    """Calculates profit by the true tick values of a buy and a sell, None where it cannot."""

    def __init__(self, buy: float | None = 0.1, sell: float | None = 0.1) -> None:
        self._values = {BUY: buy, SELL: sell}

    async def ask(self, function: str, side: int, symbol: str, lots: float, opened: float, closed: float) -> Any:
        assert (function, symbol) == ("order_calc_profit", "XAUUSDm")
        value = self._values[side]
        moved = closed - opened if side == BUY else opened - closed
        return None if value is None else round(moved / 0.001 * value * lots, 2)


async def money(terminal: Terminal, **changes: object) -> TickMoney | str:
    return await tick_money(terminal.ask, SYMBOL_INFO | changes, "USD")


async def test_that_values_that_agree_are_believed() -> None:
    found = await money(Terminal(buy=0.1005))
    assert isinstance(found, TickMoney)
    assert (found.loss, found.gain, found.doubt) == (close_to(0.1005), close_to(0.1), "")


@pytest.mark.parametrize(
    ("terminal", "stated", "loss", "gain"),
    [
        (Terminal(), 0.01, 0.1, 0.01),
        (Terminal(), 1.0, 1.0, 0.1),
        (Terminal(sell=0.2), 0.1, 0.2, 0.1),
    ],
)
async def test_that_losses_count_by_the_larger_and_gains_by_the_smaller_value(
    terminal: Terminal, stated: float, loss: float, gain: float
) -> None:
    found = await money(terminal, **dict.fromkeys(("trade_tick_value_loss", "trade_tick_value_profit"), stated))
    assert isinstance(found, TickMoney)
    assert (found.loss, found.gain) == (close_to(loss), close_to(gain))
    assert found.doubt.endswith(f"trades are sized by {loss:g}")


@pytest.mark.parametrize(
    ("terminal", "changes"),
    [
        (Terminal(buy=None), {}),
        (Terminal(sell=-0.1), {}),
        (Terminal(buy=0.0), {}),
        (Terminal(), {"ask": 0.0, "bid": 0.0}),
        (Terminal(), {"trade_tick_value": 0.0, "trade_tick_value_loss": 0.0}),
        (Terminal(), {"trade_tick_value": float("nan"), "trade_tick_value_loss": float("nan")}),
        (Terminal(), {"trade_tick_value_loss": 0.0009}),
    ],
)
async def test_that_nobody_knows_a_value_that_is_missing_or_absurd(terminal: Terminal, changes: dict[str, Any]) -> None:
    assert isinstance(await money(terminal, **changes), str)


async def test_that_cents_to_which_a_small_sum_is_rounded_are_no_contradiction() -> None:
    found = await money(
        Terminal(buy=0.001, sell=0.001),
        trade_tick_value_loss=0.0012,
        trade_tick_size=0.001,
        bid=1.0,
        ask=1.001,
        volume_max=1.0,
    )
    assert isinstance(found, TickMoney)
    assert (found.loss, found.doubt) == (close_to(0.0012), "")
