"""What an account really pays: spread and slippage of its fills, and only where enough of them are known."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from engine.commands.lab.desk_store import closed_trades, expected_prices
from engine.domain.trades import ClosedTrade
from engine.lab.measured_costs import MIN_FILLS, measured_costs
from engine.lab.memory.adopting import adopt_settings
from engine.lab.memory.adoptions import open_adoptions
from tests.builders import GOLD
from tests.trading.desks import TradingDesk, settings

NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a desk that has made one trade on an account."""
    folder = tmp_path_factory.mktemp("data")
    desk = TradingDesk(folder / "live").start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.tick(62, bid=2010.0)
    desk.close()
    return folder


@pytest.fixture
def trade(folder: Path) -> ClosedTrade:
    (facts,) = closed_trades(folder, settings())
    return facts.trade


def test_that_slippage_is_how_much_worse_than_expected_the_entries_were_filled(
    folder: Path, trade: ClosedTrade
) -> None:
    expected = expected_prices(folder, "XAUUSD")
    assert list(expected) == [trade.token]
    worse = msgspec.structs.replace(trade, entry=expected[trade.token] + 0.05, commission=-6.0, volume_lots=1.0)
    found = measured_costs([worse] * MIN_FILLS, expected, lambda _: 0.2)
    assert found is not None
    assert found.spread == pytest.approx(0.2)
    assert found.slippage_spreads == pytest.approx(0.25)
    assert found.commission_per_lot == pytest.approx(3.0)


def test_that_few_fills_and_fills_of_unknown_spread_measure_nothing(folder: Path, trade: ClosedTrade) -> None:
    expected = expected_prices(folder, "XAUUSD")
    assert measured_costs([trade] * (MIN_FILLS - 1), expected, lambda _: 0.2) is None
    assert measured_costs([trade] * MIN_FILLS, expected, lambda _: None) is None
    assert measured_costs([trade] * MIN_FILLS, {}, lambda _: 0.2) is None


def test_that_a_desk_adopts_its_settings_on_the_day_on_which_it_first_has_them(tmp_path: Path) -> None:
    before = settings()
    adopt_settings(tmp_path, before, [GOLD], NOW)
    adopt_settings(tmp_path, before, [GOLD], NOW.replace(day=5))
    changed = settings(cooldown_seconds=before.cooldown_seconds + 1)
    (second,) = adopt_settings(tmp_path, changed, [GOLD], NOW.replace(day=6))
    adoptions = open_adoptions(tmp_path, NOW)
    assert adoptions.current("XAUUSD") == second
    adoptions.close()
    assert (second.number, second.day) == (2, NOW.date().replace(day=6))
