"""`microscalp lab`: how far results on past data can be trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import Settings
from engine.cli import main
from engine.lab.exit_rules import rules_on
from engine.lab.null_run import without_daily_limits

pytestmark = pytest.mark.long


def test_that_a_market_that_nobody_can_win_is_played_as_quotes_and_as_paths(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"execution": {"trailing": False}}))
    options = ["--days", "1", "--paths", "1", "--workers", "1", "--config", str(settings), "--json"]
    assert main(["lab", "null", *options, "--progress", "json"]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    progress = [json.loads(line)["progress"] for line in printed.err.splitlines()]
    assert [each["done"] for each in progress][-1] == progress[-1]["total"] == 1
    assert report["market"] == {"symbol": "XAUUSD", "days": 1, "seed": 1, "paths": 1}
    assert report["rules"] == ["opposite-candle"]
    assert report["trades"] > 10
    assert report["unmatched_quotes"] < report["trades"]
    assert report["difference_r"] == pytest.approx(report["paths_r"] - report["quotes_r"])
    assert report["verdict"] == "undecided"


def test_that_a_symbol_without_a_null_market_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "null", "--symbol", "EURUSD"]) == 2
    assert "no null market of EURUSD: allowed are XAUUSD, BTCUSD" in capsys.readouterr().err


def test_that_no_number_of_trades_and_no_loss_ends_a_day_of_the_null_market() -> None:
    limits = without_daily_limits(Settings()).risk_mitigation
    assert (limits.max_trades_per_day, limits.max_daily_loss_pct) == (10_000, 100.0)
    assert limits.cool_off_seconds == Settings().risk_mitigation.cool_off_seconds
    assert rules_on(without_daily_limits(Settings()).execution) == rules_on(Settings().execution)
