from __future__ import annotations

import json
import signal
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from gui import app
from tests.recordings import recording

EXPORT = "XAUUSD_M1_202602160207_202602272357.csv"
INDICATOR_KEYS = """
time open high low close volume spread session trading_day is_ready atr1 atr14 range_avg is_expanding vwap vwap_sigma
band_low band_high day_high day_low prior_day_high prior_day_low prior_session_high prior_session_low sweep structure
order_blocks equal_highs equal_lows cvd buy sell
""".split()  # noqa: SIM905
SIDE_KEYS = ["passed", "score", "points", "layers", "edges", "primary", "secondary", "reason"]

Lines = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def stretch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The first days of a real recording, under its name."""
    whole = recording(EXPORT)
    path = tmp_path_factory.mktemp("stretch") / EXPORT
    with whole.open(encoding="utf-8") as rows:
        path.write_text("".join(islice(rows, 3_001)), encoding="utf-8")
    return str(path)


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> Lines:
    def run(*arguments: str) -> list[dict[str, Any]]:
        assert main(arguments) == 0
        return [json.loads(line) for line in capfd.readouterr().out.splitlines()]

    return run


def test_that_each_candle_is_one_object_with_the_agreed_keys(lines: Lines) -> None:
    rows = lines("readings", str(recording(EXPORT)), "--limit", "40")
    assert len(rows) == 40
    assert all(list(row) == INDICATOR_KEYS for row in rows)
    assert all(list(row[side]) == SIDE_KEYS for row in rows for side in ("buy", "sell"))


def test_that_what_is_not_ready_is_null_and_never_zero(lines: Lines) -> None:
    first = lines("readings", str(recording(EXPORT)), "--limit", "1")[0]
    assert [first[key] for key in ("atr1", "atr14", "vwap", "day_high", "cvd", "sweep")] == [None] * 6
    assert first["is_ready"] is False


def test_that_every_side_that_does_not_pass_has_exactly_one_reason(lines: Lines, stretch: str) -> None:
    for row in lines("readings", stretch):
        for side in (row["buy"], row["sell"]):
            assert side["passed"] == (side["reason"] is None) == all(side["layers"].values())


def test_that_a_broken_file_is_refused_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "XAUUSD.csv"
    broken.write_text("hello")
    assert main(["readings", str(broken)]) == 2
    output = capfd.readouterr()
    assert output.out == ""
    assert output.err.startswith("microscalp: ")
    assert "XAUUSD.csv" in output.err
    assert len(output.err.splitlines()) == 1


def test_that_ctrl_c_stops_a_command_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def ctrl_c(_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("engine.commands.replay.open_markets", ctrl_c)
    assert app.main(["replay", "any.csv"]) == 130
    assert capfd.readouterr().err == "microscalp: stopped\n"


def test_that_explain_shows_every_layer_of_both_sides(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(recording(EXPORT)), "--at", "2026-02-20T14:31"]) == 0
    output = capfd.readouterr().out
    assert "BUY: spread 0.26 is above 0.25" in output
    assert output.count("Pre-trade filters: FAIL") == 2
    assert "[spread_max, 0.01 price from passing]" in output


def test_that_explain_names_the_candles_around_a_minute_without_one(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(recording(EXPORT)), "--at", "2026-02-21T12:00"]) == 2
    assert "2026-02-20 21:57 and 2026-02-22 23:00" in capfd.readouterr().err


def test_that_scan_finds_the_setups_of_the_same_indicators(
    lines: Lines, stretch: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", stretch]) == 0
    output = capfd.readouterr().out
    rows = lines("readings", stretch)
    passes = [(row["buy"], row["sell"]) for row in rows if row["buy"]["passed"] or row["sell"]["passed"]]
    ties = [buy for buy, sell in passes if buy["passed"] and sell["passed"] and buy["score"] == sell["score"]]
    setups = len(passes) - len(ties)
    assert setups > 5
    assert f"{setups} setups on " in output
    assert "near misses" in output


def test_that_all_faults_of_a_configuration_are_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    faulty = tmp_path / "faulty.json"
    faulty.write_text('{"cooldown_second": 30, "check_interval_seconds": "10", "xauusd_rules": {"sl_range": [2, 1]}}')
    assert main(["config", "check", str(faulty)]) == 2
    output = capfd.readouterr().err
    for word in ("cooldown_second", "check_interval_seconds", "sl_range", str(faulty)):
        assert word in output


def test_that_a_sound_configuration_is_said_to_be_sound(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sound = tmp_path / "sound.json"
    sound.write_text('{"cooldown_seconds": 60}')
    assert main(["config", "check", str(sound)]) == 0
    assert "is valid" in capfd.readouterr().out
    assert main(["config", "show", "--config", str(sound)]) == 0
    assert json.loads(capfd.readouterr().out)["cooldown_seconds"] == 60


def test_that_another_configuration_changes_the_judgement(lines: Lines, tmp_path: Path) -> None:
    strict = tmp_path / "strict.json"
    strict.write_text('{"xauusd_rules": {"pre_trade_filters": {"spread": {"max_spread": 0.01}}}}')
    rows = lines("readings", str(recording(EXPORT)), "--limit", "200", "--config", str(strict))
    assert all(row["buy"]["layers"]["pre_trade"] is False for row in rows)


def test_that_what_a_file_lacks_is_said_when_it_is_opened(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"2026.01.01,18:{minute:02},10,12,9,11,0\n" for minute in range(20))
    file = tmp_path / "DAT_MT_XAUUSD_M1_202601.csv"
    file.write_text(rows, encoding="utf-8")
    for command in ("readings", "scan", "replay"):
        assert main([command, str(file)]) == 0
        assert "; spread: none; no volume in this source\n" in capfd.readouterr().err
    assert main(["scan", str(file)]) == 0
    assert "no volume in this source" in capfd.readouterr().out
    assert main(["explain", str(file), "--at", "2026-01-01T23:10"]) == 0
    assert "no volume in this source" in capfd.readouterr().out
