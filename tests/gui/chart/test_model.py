from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.features.chart.model.candle_columns import INITIAL_CAPACITY, CandleColumns, Column
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.readout import price_text, volume_text
from tests.builders import GOLD, MONDAY, candle, quote
from tests.gui.chart.builders import block, quiet_hours, snapshot, turning_candle


def chart() -> ChartModel:
    return ChartModel(GOLD)


# -- candles


def test_that_a_closed_candle_reads_as_it_closed_with_what_was_known_then() -> None:
    model = chart()
    first, second = candle(0, close=2000.0), candle(1, open=2000.0, high=2003.0, low=1999.0, close=2001.5, volume=70.0)
    model.append([snapshot(of=first), snapshot(of=second, vwap=2000.4, vwap_sigma=1.2, atr1=2.0, atr14=2.5)])
    readout = model.snapshot_row(1)
    assert readout is not None
    assert (readout.open, readout.high, readout.low, readout.close) == (2000.0, 2003.0, 1999.0, 2001.5)
    assert (readout.volume, readout.spread, readout.change) == (70.0, 0.2, 1.5)
    assert (readout.vwap, readout.vwap_sigma, readout.atr1, readout.atr14) == (2000.4, 1.2, 2.0, 2.5)
    assert readout.opened_at == MONDAY + timedelta(minutes=1)
    assert readout.session == "London"
    assert not readout.is_forming


def test_that_an_indicator_that_is_not_warmed_up_is_absent_never_zero() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, spread=None))])
    readout = model.snapshot_row(0)
    assert readout is not None
    assert (readout.vwap, readout.vwap_sigma, readout.atr1, readout.atr14, readout.range_avg) == (None,) * 5
    assert readout.spread is None
    assert readout.change is None


def test_that_no_candle_stands_before_the_first_or_after_the_forming_one() -> None:
    model = chart()
    model.append(quiet_hours(3))
    assert model.snapshot_row(-1) is None
    assert model.snapshot_row(3) is None
    model.set_live(candle(3), quote(180.0))
    assert model.snapshot_row(3) is not None
    assert model.snapshot_row(4) is None


def test_that_the_forming_candle_reads_with_the_indicators_of_the_last_closed_one() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, close=2000.0), vwap=1999.0)])
    model.set_live(candle(1, open=2000.0, close=2000.7), quote(60.0, bid=2000.7, spread=0.4))
    readout = model.snapshot_row(1)
    assert readout is not None
    assert readout.is_forming
    assert readout.vwap == 1999.0
    assert readout.change == pytest.approx(0.7)
    assert readout.spread == pytest.approx(0.4)


def test_that_the_forming_candle_of_a_source_without_spreads_has_none() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, spread=None))])
    model.set_live(candle(1), quote(60.0, spread=0.0))
    readout = model.snapshot_row(1)
    assert readout is not None
    assert (readout.spread, model.quote_spread) == (None, None)


def test_that_the_forming_candle_goes_when_it_closes() -> None:
    model = chart()
    model.append(quiet_hours(3))
    model.set_live(turning_candle(3), None)
    assert model.end == 4
    model.append([snapshot(of=turning_candle(3))])
    assert (model.count, model.end, model.forming) == (4, 4, None)


def test_that_a_late_quote_does_not_bring_a_closed_candle_back() -> None:
    model = chart()
    model.append(quiet_hours(3))
    model.set_live(turning_candle(2), quote(150.0, bid=2000.1))
    assert model.forming is None
    assert model.last_price == 2000.1


def test_that_the_last_price_is_the_bid_and_without_a_quote_the_last_close() -> None:
    model = chart()
    assert model.last_price is None
    model.append([snapshot(of=candle(0, close=2002.0))])
    assert model.last_price == 2002.0
    model.set_live(None, quote(60.0, bid=2003.0))
    assert model.last_price == 2003.0


def test_that_appending_shows_which_candles_are_new(qtbot: QtBot) -> None:
    model = chart()
    with qtbot.waitSignal(model.appended) as first:
        model.append(quiet_hours(5))
    with qtbot.waitSignal(model.appended) as second:
        model.append(quiet_hours(2, first=5))
    assert (first.args, second.args) == ([0, 5], [5, 2])
    with qtbot.assertNotEmitted(model.appended):
        model.append([])


def test_that_clearing_forgets_everything(qtbot: QtBot) -> None:
    model = chart()
    changes: dict[str, Any] = {"equal_highs": (2001.0,), "order_blocks": (block(known=0),), "day_high": 2001.0}
    model.append(quiet_hours(4, **changes))
    model.set_live(candle(4), quote(240.0))
    with qtbot.waitSignal(model.was_reset):
        model.clear()
    assert (model.count, model.end, model.last_price) == (0, 0, None)
    assert model.findings.order_blocks.start.count == 0
    model.append(quiet_hours(2))
    assert model.count == 2
    assert math.isnan(model.levels["day_high"].at(1))


def test_that_the_price_range_in_view_includes_the_forming_candle() -> None:
    model = chart()
    assert model.price_range(0, 10) is None
    model.append(quiet_hours(3))
    model.set_live(candle(3, open=2000.0, high=2007.0, close=2000.0), None)
    assert model.price_range(0, 10) == (1999.0, 2007.0)
    assert model.price_range(0, 2) == (1999.0, 2001.0)


# -- memory


def test_that_a_column_never_holds_more_than_twice_what_it_needs() -> None:
    column = Column()
    for size in (1, 10, 1000, 5000, 3, 20_000):
        column.extend(np.zeros(size))
        assert column.capacity <= max(INITIAL_CAPACITY, 2 * column.count)


def test_that_candles_cost_about_a_hundred_bytes_each() -> None:
    columns = CandleColumns()
    columns.extend(quiet_hours(4096))
    held = [column for column in vars(columns).values() if isinstance(column, Column)]
    assert sum(column.capacity * column.values.itemsize for column in held) <= 100 * 4096


def test_that_the_model_keeps_no_snapshot() -> None:
    model = chart()
    snapshots = quiet_hours(50, order_blocks=(block(known=0),))
    model.append(snapshots)
    kept = {id(each) for each in snapshots}
    held = (*vars(model).values(), *vars(model.findings).values(), *vars(model.columns).values())
    assert not kept & {id(each) for each in held}


# -- words


@pytest.mark.parametrize(
    ("price", "digits", "words"), [(4712.3, 2, "4,712.30"), (0.98765, 5, "0.98765"), (71234.5, 0, "71,234")]
)
def test_that_prices_have_the_digits_of_the_instrument(price: float, digits: int, words: str) -> None:
    assert price_text(price, digits) == words


def test_that_a_candle_without_volume_has_none_to_read() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, volume=None))])
    readout = model.snapshot_row(0)
    assert readout is not None
    assert readout.volume is None


@pytest.mark.parametrize(("closed", "forming", "read"), [(180.0, 14.9, 15.0), (0.75, 0.126, 0.126)])
def test_that_a_forming_candle_counts_whole_ticks_where_closed_ones_do(
    closed: float, forming: float, read: float
) -> None:
    model = chart()
    model.append([snapshot(of=candle(0, volume=closed))])
    model.set_live(candle(1, volume=forming), quote(60.0))
    readout = model.snapshot_row(1)
    assert readout is not None
    assert readout.volume == read


@pytest.mark.parametrize(
    ("volume", "words"),
    [(0.125, "0.125"), (7.0, "7"), (845.0, "845"), (9999.0, "9,999"), (12_400.0, "12.4K"), (1_020_000.0, "1.02M")],
)
def test_that_volumes_are_reported_in_few_digits(volume: float, words: str) -> None:
    assert volume_text(volume) == words
