"""What a played market and an exchange offer for the watch list."""

from __future__ import annotations

import pytest

from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.adapters.exchange.table import EXCHANGES, offered
from engine.bootstrap import build_engine


async def test_that_a_played_market_offers_its_own_symbols() -> None:
    desk = build_engine(tuple(demo_markets(7)), Settings(), speed=1.0)
    try:
        found = await desk.symbols.offered()
        assert [(each.name, each.digits) for each in found] == [("XAUUSD", 2), ("BTCUSD", 2)]
        assert all("demo market" in each.description for each in found)
        assert await desk.symbols.select("XAUUSD") == ""
    finally:
        desk.archive.close()


@pytest.mark.parametrize("exchange", sorted(EXCHANGES))
def test_that_an_exchange_offers_what_the_desk_can_read_there(exchange: str) -> None:
    found = offered(exchange)
    assert [each.name for each in found] == [market.symbol for market in EXCHANGES[exchange]]
    assert all(each.is_selected and each.digits is not None for each in found)
