"""`microscalp replay`: what a recording would have brought, by which fills, and how far that can be trusted."""

from __future__ import annotations

import json
import random
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from engine.cli import main
from engine.commands.replay_words import replay_table

pytestmark = pytest.mark.long

MINUTES = 1_440
FIRST = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of a market that goes nowhere in particular, as MetaTrader keeps candles, five points of spread."""
    path = tmp_path_factory.mktemp("walk") / "XAUUSD_walk.csv"
    rows, price, chance = [], 2000.0, random.Random(3)
    for minute in range(MINUTES):
        prices = [price]
        for _ in range(20):
            prices.append(prices[-1] + chance.gauss(0.0, 0.05 * (1 + minute // 60 % 3)))
        price = prices[-1]
        candle = ",".join(f"{each:.2f}" for each in (prices[0], max(prices), min(prices), price))
        rows.append(f"{FIRST + timedelta(minutes=minute):%Y-%m-%d %H:%M:%S},{candle},{chance.randint(50, 150)},5,0")
    path.write_text("\n".join(["time,open,high,low,close,tick_volume,spread,real_volume", *rows, ""]))
    return path


@pytest.fixture(scope="module")
def ticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of an hour of ticks."""
    path = tmp_path_factory.mktemp("ticks") / "XAUUSD_ticks.csv"
    rows = [f"{FIRST + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}.000,2000.0,2000.1" for second in range(900)]
    path.write_text("\n".join(["time,bid,ask", *rows, ""]))
    return path


@cache
def replayed(*options: str | Path) -> dict[str, Any]:
    """What a replay in auto mode prints."""
    with redirect_stdout(StringIO()) as printed:
        assert main(["replay", *map(str, options), "--auto", "--json"]) == 0
    return dict(json.loads(printed.getvalue()))


def rs(report: dict[str, Any]) -> list[float]:
    return [trade["r"] for trade in report["trades"]]


def test_that_a_replay_shows_what_a_trade_brought_net_and_what_it_cost(walk: Path) -> None:
    report = replayed(walk)
    assert (report["fills"], report["paths"], report["seeds"]) == ("paths", 1, [1])
    assert report["counted"] == len(report["trades"]) > 5
    assert report["mean_r"] == pytest.approx(fmean(rs(report)))
    assert report["seed_means"] == [report["mean_r"]]
    assert report["mean_r_low"] <= report["mean_r"] <= report["mean_r_high"]
    assert report["gross_r"] == report["mean_r"] + report["cost_r"]
    assert report["cost_r"] == pytest.approx(fmean(trade["cost_r"] for trade in report["trades"]))
    assert report["depends_on_path"] is None
    for trade in report["trades"]:
        assert trade["fills"] == "paths"
        assert trade["score"] > 0.0
        assert trade["session"] in {"asia", "london", "overlap", "new_york", "post_ny", "off"}
        assert trade["signals"]
        assert trade["cost_r"] > 0.0


def test_that_every_seed_is_a_path_of_its_own_and_the_first_names_trades_and_decisions(walk: Path) -> None:
    both, second = replayed(walk, "--paths", "2"), replayed(walk, "--seed", "2")
    first = replayed(walk)
    assert (both["seeds"], both["paths"]) == ([1, 2], 2)
    assert both["seed_means"] == [first["mean_r"], second["mean_r"]]
    assert (both["trades"], both["decision_hash"]) == (first["trades"], first["decision_hash"])
    assert second["decision_hash"] != first["decision_hash"]
    assert 0.0 < both["depends_on_path"] <= 1.0
    assert both["counted"] >= max(first["counted"], second["counted"])


def test_that_the_stop_first_bound_is_another_model_and_needs_one_run(walk: Path) -> None:
    worst = replayed(walk, "--fills", "worst", "--paths", "3")
    assert (worst["fills"], worst["paths"], worst["seeds"]) == ("worst", 1, [1])
    assert worst["calibrated"] is False
    assert worst["depends_on_path"] is None
    assert {trade["fills"] for trade in worst["trades"]} == {"worst"}


def test_that_the_hash_names_the_fill_model_even_without_a_trade(
    walk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hashes = []
    for fills in ("paths", "worst"):
        assert main(["replay", str(walk), "--json", "--fills", fills]) == 0
        report = json.loads(capsys.readouterr().out)
        assert (report["trades"], report["mean_r"], report["mean_r_low"], report["gross_r"]) == ([], None, None, None)
        assert report["seed_means"] == [None]
        hashes.append(report["decision_hash"])
    assert hashes[0] != hashes[1]


def test_that_ticks_are_played_as_they_are_and_candles_beside_them_name_the_model(
    walk: Path, ticks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = replayed(ticks)
    assert (alone["fills"], alone["trades"], alone["mean_r"]) == ("ticks", [], None)
    assert alone["calibrated"] is True
    assert main(["replay", str(ticks), str(walk), "--symbol", "XAGUSD", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["fills"] == "paths"
    assert "fills: ticks" in printed.err
    assert "fills: candle paths" in printed.err


def test_that_the_table_gives_the_figures_and_says_what_they_mean(
    walk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(walk), "--auto"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "paths, seed 1" in printed
    assert "too few days for an interval" in printed
    assert "Fewer than 5 trading days: too few to conclude anything." in printed


FIGURES: dict[str, Any] = {
    "candles": 9_000,
    "trades": [],
    "decision_hash": "abc",
    "fills": "paths",
    "seeds": [1, 2],
    "seed_means": [0.1, None],
    "counted": 40,
    "days": 9,
    "mean_r": 0.1,
    "mean_r_low": -0.1,
    "mean_r_high": 0.3,
    "gross_r": 0.3,
    "cost_r": 0.2,
    "depends_on_path": 0.25,
    "calibrated": True,
    "seconds": 1.0,
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "the result may be due to chance"),
        ({"mean_r_low": 0.05}, "the trades made money after costs"),
        ({"mean_r_high": -0.02, "mean_r": -0.1, "mean_r_low": -0.2}, "the trades lost money after costs"),
        ({"days": 4}, "Fewer than 5 trading days: too few to conclude anything."),
        ({"counted": 19, "mean_r_low": 0.05}, "Fewer than 20 trades: too few to conclude anything."),
        ({}, "mean R, net       +0.10 R   [-0.10 R, +0.30 R] at 95 %"),
        ({}, "mean of each seed +0.10 R, none"),
        ({}, "depends on path   25 % of the trades"),
        ({"depends_on_path": None, "seeds": [3]}, "depends on path   not measured: one seed"),
        ({"depends_on_path": None, "fills": "ticks", "seeds": [3]}, "depends on path   no path is drawn"),
        ({}, "fills             paths, seeds 1 to 2, calibrated for these exits"),
        ({"calibrated": False}, "fills             paths, seeds 1 to 2, UNCALIBRATED for these exits"),
        ({"calibrated": False}, "resampled by trading day; uncalibrated"),
        ({"fills": "ticks"}, "fills             ticks, seeds 1 to 2, as recorded"),
    ],
)
def test_that_the_interval_is_put_into_words(changes: dict[str, Any], words: str) -> None:
    assert words in replay_table(FIGURES | changes)


def test_that_the_columns_of_the_trades_are_named_and_their_seed_is() -> None:
    trade = {
        "entered_at": "2026-02-16T00:22:01+00:00",
        "symbol": "XAUUSD",
        "side": "SELL",
        "entry": 5014.99,
        "exit": 5013.82,
        "reason": "trailing_stop",
        "profit": 1.17,
        "r": 1.14,
    }
    head, line, total, *_ = replay_table(FIGURES | {"trades": [trade]}).splitlines()
    assert head.split() == ["entered,", "UTC", "symbol", "side", "entry", "exit", "exit", "by", "profit", "R,", "net"]
    assert len(head) == len(line)
    assert "1 trade of seed 1" in total


@pytest.mark.parametrize(
    "wrong", [("--seed", "-1"), ("--seed", "1.5"), ("--paths", "0"), ("--fills", "best"), ("--seed", "9" * 30)]
)
def test_that_wrong_seeds_and_fills_are_refused(
    walk: Path, wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["replay", str(walk), *wrong])
    assert wrong[0] in capsys.readouterr().err
