"""Real days, judged: one as it was kept, others as the plain definition judges them.

`python -m tests.conditions.test_real_days` keeps the day again, after a change of what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from config.loader import shipped_settings
from config.settings import SymbolRules
from engine.adapters.recorded import open_recording
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Judgement, SideJudgement
from engine.domain.market import Instrument, Side
from engine.domain.snapshot import MarketSnapshot
from engine.indicators.analyzer import Analyzer
from tests.conditions.plain import plain_judgement
from tests.conditions.test_agreement import as_plain
from tests.recordings import recording

GOLD_FILE = "xauusd_m1_mt5rates_2025-12-03_2026-03-18.parquet"
BITCOIN_FILE = "BTCUSDT-1m-2026-03.zip"
NO_VOLUME_FILE = "DAT_MT_XAUUSD_M1_202601.csv"
KEPT_DAY = date(2025, 12, 10)
KEPT = Path(__file__).parent / "kept" / "gold_2025-12-10.txt"


def judged(file: str, symbol: str) -> Iterator[tuple[MarketSnapshot, Judgement, Instrument, SymbolRules]]:
    settings = shipped_settings()
    opened = open_recording(recording(file), symbol=symbol, clock=None, spread=None)
    rules = settings.rules_for(symbol)
    assert rules is not None
    instrument = opened.source.instrument
    analyzer, evaluator = Analyzer(opened.source, rules, settings.sessions), Evaluator(instrument, rules)
    for candle in opened.candles():
        snapshot = analyzer.update(candle)
        yield snapshot, evaluator.evaluate(snapshot), instrument, rules


def written(snapshot: MarketSnapshot, judgement: Judgement) -> str:
    """One candle on a line: its minute (UTC), both sides, and the setup."""
    setup = "" if judgement.setup is None else f" {judgement.setup.side} {judgement.setup.signal_id}"
    return f"{snapshot.candle.opened_at:%H:%M} {_side(judgement.buy)} | {_side(judgement.sell)}{setup}"


def _side(verdict: SideJudgement) -> str:
    names = ["".join(name[0] for name in found) or "-" for found in (verdict.edges, verdict.primary, verdict.secondary)]
    return f"{verdict.score:g} {' '.join(names)} {verdict.reason or 'passed'}"


def kept_day() -> list[str]:
    lines = []
    for snapshot, judgement, _, _ in judged(GOLD_FILE, "XAUUSD"):
        if snapshot.trading_day > KEPT_DAY:
            break
        if snapshot.trading_day == KEPT_DAY:
            lines.append(written(snapshot, judgement))
    return lines


def test_that_a_real_day_is_judged_exactly_as_it_was_kept() -> None:
    assert kept_day() == KEPT.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("file", "symbol"), [(GOLD_FILE, "XAUUSD"), (BITCOIN_FILE, "BTCUSDT")])
def test_that_real_days_are_judged_by_the_plain_definition(file: str, symbol: str) -> None:
    setups = 0
    for snapshot, judgement, instrument, rules in islice(judged(file, symbol), 4000):
        setups += judgement.setup is not None
        for side in Side:
            assert as_plain(judgement.of(side)) == plain_judgement(snapshot, side, rules, instrument.tick_size)
    assert setups


def test_that_volume_never_increases_in_a_real_file_without_volume() -> None:
    found = [judgement.of(side) for _, judgement, _, _ in judged(NO_VOLUME_FILE, "XAUUSD") for side in Side]
    assert len(found) > 50_000
    assert not any("INCREASING_VOLUME" in each.secondary for each in found)
    assert any(each.secondary for each in found)


if __name__ == "__main__":
    KEPT.write_text("\n".join(kept_day()) + "\n", encoding="utf-8", newline="\n")
