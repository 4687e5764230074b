from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from engine.domain.market import Session
from engine.domain.structure import BreakKind, SweptSide
from gui.features.chart.model.candle_columns import FIRST_ROOM, CandleColumns, Column
from gui.features.chart.model.chart import ChartModel
from gui.features.chart.model.findings import STILL_VALID
from gui.features.chart.model.reading import price_text, volume_text
from gui.features.chart.model.runs import Runs
from tests.builders import GOLD, MONDAY, candle, quote
from tests.gui.chart.builders import (
    block,
    quiet_hours,
    snapshot,
    structure_break,
    sweep,
    swing,
    turning_candle,
)

LEVEL = st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0]))


def chart() -> ChartModel:
    return ChartModel(GOLD)


# -- candles


def test_that_a_closed_candle_reads_as_it_closed_with_what_was_known_then() -> None:
    model = chart()
    first, second = candle(0, close=2000.0), candle(1, open=2000.0, high=2003.0, low=1999.0, close=2001.5, volume=70.0)
    model.append([snapshot(of=first), snapshot(of=second, vwap=2000.4, vwap_sigma=1.2, atr1=2.0, atr14=2.5)])
    reading = model.snapshot_row(1)
    assert reading is not None
    assert (reading.open, reading.high, reading.low, reading.close) == (2000.0, 2003.0, 1999.0, 2001.5)
    assert (reading.volume, reading.spread, reading.change) == (70.0, 0.2, 1.5)
    assert (reading.vwap, reading.vwap_sigma, reading.atr1, reading.atr14) == (2000.4, 1.2, 2.0, 2.5)
    assert reading.opened_at == MONDAY + timedelta(minutes=1)
    assert reading.session == "London"
    assert not reading.is_forming


def test_that_a_reading_that_is_not_ready_is_absent_never_zero() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, spread=None))])
    reading = model.snapshot_row(0)
    assert reading is not None
    assert (reading.vwap, reading.vwap_sigma, reading.atr1, reading.atr14, reading.range_avg) == (None,) * 5
    assert reading.spread is None
    assert reading.change is None


def test_that_no_candle_stands_before_the_first_or_after_the_forming_one() -> None:
    model = chart()
    model.append(quiet_hours(3))
    assert model.snapshot_row(-1) is None
    assert model.snapshot_row(3) is None
    model.set_live(candle(3), quote(180.0))
    assert model.snapshot_row(3) is not None
    assert model.snapshot_row(4) is None


def test_that_the_forming_candle_reads_with_the_readings_of_the_last_closed_one() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, close=2000.0), vwap=1999.0)])
    model.set_live(candle(1, open=2000.0, close=2000.7), quote(60.0, bid=2000.7, spread=0.4))
    reading = model.snapshot_row(1)
    assert reading is not None
    assert reading.is_forming
    assert reading.vwap == 1999.0
    assert reading.change == pytest.approx(0.7)
    assert reading.spread == pytest.approx(0.4)


def test_that_the_forming_candle_of_a_source_without_spreads_has_none() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, spread=None))])
    model.set_live(candle(1), quote(60.0, spread=0.0))
    reading = model.snapshot_row(1)
    assert reading is not None
    assert (reading.spread, model.quote_spread) == (None, None)


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


def test_that_appending_tells_which_candles_are_new(qtbot: QtBot) -> None:
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
    changes = {"equal_highs": (2001.0,), "order_blocks": (block(known=0),), "day_high": 2001.0}
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
        assert column.room <= max(FIRST_ROOM, 2 * column.count)


def test_that_candles_cost_about_a_hundred_bytes_each() -> None:
    columns = CandleColumns()
    columns.extend(quiet_hours(4096))
    held = [column for column in vars(columns).values() if isinstance(column, Column)]
    assert sum(column.room * column.values.itemsize for column in held) <= 100 * 4096


def test_that_the_model_keeps_no_snapshot() -> None:
    model = chart()
    snapshots = quiet_hours(50, order_blocks=(block(known=0),))
    model.append(snapshots)
    kept = {id(each) for each in snapshots}
    held = (*vars(model).values(), *vars(model.findings).values(), *vars(model.columns).values())
    assert not kept & {id(each) for each in held}


# -- findings


def test_that_an_order_block_stands_from_where_it_was_known_to_where_it_ended() -> None:
    model = chart()
    model.append(quiet_hours(10))
    model.append(quiet_hours(5, first=10, order_blocks=(block(formed=8, known=10),)))
    zones = model.findings.order_blocks
    assert (zones.start.values.tolist(), zones.end.values.tolist()) == ([10], [STILL_VALID])
    model.append(quiet_hours(5, first=15))
    assert (zones.start.values.tolist(), zones.end.values.tolist()) == ([10], [15])
    assert (zones.low.values[0], zones.high.values[0]) == (1999.8, 2000.2)


def test_that_an_order_block_is_fresh_until_it_is_touched() -> None:
    model = chart()
    model.append(quiet_hours(4, order_blocks=(block(known=0),)))
    zones = model.findings.order_blocks
    assert zones.touched.values.tolist() == [STILL_VALID]
    model.append(quiet_hours(3, first=4, order_blocks=(block(known=0, is_fresh=False),)))
    assert zones.touched.values.tolist() == [4]


def test_that_a_swing_is_marked_at_its_own_candle_though_known_later() -> None:
    model = chart()
    model.append(quiet_hours(8))
    model.append([snapshot(8, swings=(swing(6, price=2001.0), swing(6, price=1999.0, is_high=False)))])
    swings = model.findings.swings
    assert swings.index.values.tolist() == [6, 6]
    assert swings.is_high.values.tolist() == [True, False]


def test_that_a_swing_before_the_first_candle_of_the_chart_is_left_out() -> None:
    model = chart()
    model.append([snapshot(10, swings=(swing(8, price=2001.0),))])
    assert model.findings.swings.index.count == 0


def test_that_a_sweep_is_marked_on_the_side_that_was_swept() -> None:
    model = chart()
    model.append([snapshot(0, sweep=sweep(0, side=SweptSide.BUY_SIDE, level=2001.0))])
    model.append([snapshot(1, sweep=sweep(1, side=SweptSide.SELL_SIDE, level=1999.0))])
    sweeps = model.findings.sweeps
    assert sweeps.is_high.values.tolist() == [True, False]
    assert sweeps.price.values.tolist() == [2001.0, 1999.0]


def test_that_a_break_of_structure_reaches_from_its_swing_to_its_candle() -> None:
    model = chart()
    model.append(quiet_hours(9))
    model.append([snapshot(9, structure=structure_break(9, swung=4, level=2001.0, event=BreakKind.CHOCH))])
    breaks = model.findings.breaks
    assert (breaks.start.values.tolist(), breaks.end.values.tolist()) == ([4], [9])
    assert breaks.is_choch.values.tolist() == [True]
    assert breaks.between(0, 3) == slice(0, 0)
    assert breaks.between(0, 4) == slice(0, 1)
    assert breaks.between(10, 20) == slice(1, 1)


def test_that_equal_highs_stand_for_as_long_as_they_are_told() -> None:
    model = chart()
    model.append(quiet_hours(3))
    model.append(quiet_hours(4, first=3, equal_highs=(2001.0,)))
    model.append(quiet_hours(2, first=7))
    levels = model.findings.equal_levels
    assert (levels.start.values.tolist(), levels.end.values.tolist()) == ([3], [7])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=25), st.integers(0, 90), st.integers(0, 40))
def test_that_no_zone_in_view_is_overlooked(spans: list[tuple[int, int]], first: int, width: int) -> None:
    model = chart()
    spans = sorted(spans)
    for minute in range(95):
        standing = tuple(
            block(formed=number, known=start)
            for number, (start, length) in enumerate(spans)
            if start <= minute < start + length
        )
        model.append([snapshot(minute, order_blocks=standing)])
    zones = model.findings.order_blocks
    rows = zones.between(first, first + width)
    found = set(range(zones.start.count)[rows])
    ends = np.where(zones.end.values == STILL_VALID, 95, zones.end.values)
    touching = np.flatnonzero((zones.start.values <= first + width) & (ends >= first))
    assert found >= set(touching.tolist())


# -- runs


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(LEVEL, min_size=1, max_size=9), min_size=1, max_size=6))
def test_that_runs_read_as_the_plain_list_does(chunks: list[list[float | None]]) -> None:
    runs, plain = Runs(), [value for chunk in chunks for value in chunk]
    first = 0
    for chunk in chunks:
        runs.extend(first, np.array(chunk, np.float64))
        first += len(chunk)
    assert [_absent(runs.at(index)) for index in range(len(plain))] == plain
    assert len(runs.starts) == 1 + sum(a != b for a, b in pairwise(plain))


@settings(max_examples=80, deadline=None)
@given(st.lists(LEVEL, min_size=1, max_size=30), st.data())
def test_that_the_runs_in_view_cover_the_view_without_a_gap(plain: list[float | None], data: st.DataObject) -> None:
    runs = Runs()
    runs.extend(0, np.array(plain, np.float64))
    first = data.draw(st.integers(0, len(plain) - 1))
    last = data.draw(st.integers(first, len(plain) - 1))
    starts, ends, values = runs.between(first, last, len(plain))
    assert starts[0] <= first
    assert ends[-1] > last
    assert starts[1:].tolist() == ends[:-1].tolist()
    painted = {index: _absent(value) for a, b, value in zip(starts, ends, values, strict=True) for index in range(a, b)}
    assert [painted[index] for index in range(first, last + 1)] == plain[first : last + 1]


def _absent(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def test_that_each_session_is_one_run() -> None:
    model = chart()
    model.append(quiet_hours(5, session=Session.ASIA))
    model.append(quiet_hours(5, first=5, session=Session.LONDON))
    assert model.sessions.starts.tolist() == [0, 5]


# -- words


@pytest.mark.parametrize(
    ("price", "digits", "words"), [(4712.3, 2, "4,712.30"), (0.98765, 5, "0.98765"), (71234.5, 0, "71,234")]
)
def test_that_prices_have_the_digits_of_the_instrument(price: float, digits: int, words: str) -> None:
    assert price_text(price, digits) == words


def test_that_a_candle_without_volume_has_none_to_read() -> None:
    model = chart()
    model.append([snapshot(of=candle(0, volume=None))])
    reading = model.snapshot_row(0)
    assert reading is not None
    assert reading.volume is None


@pytest.mark.parametrize(("closed", "forming", "read"), [(180.0, 14.9, 15.0), (0.75, 0.126, 0.126)])
def test_that_a_forming_candle_counts_whole_ticks_where_closed_ones_do(
    closed: float, forming: float, read: float
) -> None:
    model = chart()
    model.append([snapshot(of=candle(0, volume=closed))])
    model.set_live(candle(1, volume=forming), quote(60.0))
    reading = model.snapshot_row(1)
    assert reading is not None
    assert reading.volume == read


@pytest.mark.parametrize(
    ("volume", "words"),
    [(0.125, "0.125"), (7.0, "7"), (845.0, "845"), (9999.0, "9,999"), (12_400.0, "12.4K"), (1_020_000.0, "1.02M")],
)
def test_that_volumes_are_told_in_few_digits(volume: float, words: str) -> None:
    assert volume_text(volume) == words
