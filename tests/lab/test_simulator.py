"""The simulator makes the trades that `replay --auto` makes of the same recording."""

from __future__ import annotations

import pytest

from config.settings import Settings
from tests.lab.simulated import changed, part_of, without_ids
from tests.recordings import recording

GOLD = ("xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet", "XAUUSD", 9_700, 900)
BITCOIN = ("btcusd_m1_mt5rates_2026-01-05_2026-03-18.parquet", "BTCUSD", 5_000, 1_500)


@pytest.mark.parametrize(("part", "settings", "seed"), [(GOLD, changed(), 1), (BITCOIN, changed(), 2)])
def test_that_each_trade_equals_that_of_a_replay(
    part: tuple[str, str, int, int], settings: Settings, seed: int
) -> None:
    name, symbol, first, count = part
    rows = part_of(recording(name), symbol, first, count)
    replayed = rows.replayed(settings, seed)
    assert len(replayed) >= 4
    assert [without_ids(each.trade) for each in rows.simulated(settings, seed)] == list(map(without_ids, replayed))
