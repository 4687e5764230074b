"""`microscalp lab`: studies of one configuration on a recording, as a user and as the lab window run them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main
from engine.commands.lab.search import NO_TPE
from engine.commands.lab.tables import ablation_table, costs_table, evidence_table, gates_table
from engine.conditions.catalogue import TITLES
from engine.lab.search.tpe import has_tpe
from engine.lab.studies.gates import CHECKS
from tests.lab.markets import a_recording, write_export

pytestmark = pytest.mark.long

Lab = Callable[..., dict[str, Any]]
Printed = Callable[[str], dict[str, Any]]
DAY_MINUTES = 200
RELAXED: dict[str, Any] = {
    "xauusd_rules": {
        "pre_trade_filters": {
            "volatility": {"atr1_min": 0.0, "m1_range_avg_min": 0.0},
            "spread": {"max_spread": 5.0},
            "block_post_ny_session": False,
        },
        "candle_signals": {"min_secondary": 0},
        "location_filter": {"tolerance_atr": 1.0},
        "confluence_scoring": {"min_score": 2.0},
    },
    "risk_mitigation": {"max_trades_per_day": 10000, "max_trades_per_hour": 1000, "max_consecutive_losses": 100},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def recording(folder: Path) -> Path:
    """Nine days of a few hours each of a market of chance, with a spread."""
    path = write_export(folder / "XAUUSD_walk.csv", a_recording(9 * 1440))
    head, *rows = path.read_text().splitlines()
    kept = [row for place, row in enumerate(rows) if place % 1440 < DAY_MINUTES]
    path.write_text("\n".join([head, *kept, ""]))
    return path


@pytest.fixture(scope="module")
def settings(folder: Path) -> Path:
    file = folder / "relaxed.json"
    file.write_text(json.dumps(RELAXED))
    return file


@pytest.fixture
def lab(folder: Path, recording: Path, settings: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Lab:
    """Runs a study; returns what it prints."""

    def run(kind: str, *options: str | Path) -> dict[str, Any]:
        kept = ["--cache", str(folder / "cache"), "--data-dir", str(tmp_path), "--config", str(settings)]
        assert main(["lab", kind, str(recording), "--json", *kept, *map(str, options)]) == 0
        return dict(json.loads(capsys.readouterr().out))

    return run


@pytest.fixture(scope="module")
def printed(folder: Path, recording: Path, settings: Path) -> Printed:
    """What a study prints that several tests look at: it runs once."""

    @cache
    def run(kind: str) -> str:
        kept = ["--cache", str(folder / "cache"), "--data-dir", str(folder / "printed"), "--config", str(settings)]
        with redirect_stdout(io.StringIO()) as output:
            assert main(["lab", kind, str(recording), "--json", *kept]) == 0
        return output.getvalue()

    return lambda kind: dict(json.loads(run(kind)))


def test_that_evidence_says_what_it_was_measured_on_and_how_sure_it_is(lab: Lab) -> None:
    found = lab("evidence", "--paths", "2")
    assert found["trades"] > 20
    assert found["days"] == len(found["equity"])
    assert found["mean_r_low"] <= found["mean_r"] <= found["mean_r_high"]
    assert found["gross_r"] == pytest.approx(found["mean_r"] + found["cost_r"])
    assert (found["seed"], found["paths"], found["fills"]) == (1, 2, "paths")
    assert found["verdict"] == "unproven"
    assert "not adopted" in found["sentence"]
    assert {len(found["recording_hash"]), len(found["settings_hash"])} == {16}
    assert sum(group["trades"] for group in found["by"]["session"]) == found["trades"]


def test_that_a_configuration_that_was_tried_twice_counts_as_one_trial(lab: Lab, folder: Path) -> None:
    assert lab("evidence", "--paths", "1")["trials"] == 1
    assert lab("evidence", "--paths", "1")["trials"] == 1
    other = folder / "other.json"
    other.write_text(json.dumps(RELAXED | {"execution": {"trailing": False}}))
    assert lab("evidence", "--paths", "1", "--config", other)["trials"] == 2


def test_that_every_check_has_a_row_with_what_it_alone_blocked(printed: Printed) -> None:
    gates = printed("gates")["gates"]
    assert [gate["check"] for gate in gates] == [check for check, _ in CHECKS]
    score = gates[-1]
    assert score["check"] == "score_min"
    assert score["blocked"] > 0
    assert score["selectivity"] == pytest.approx(score["taken_mean_r"] - score["blocked_mean_r"])


def test_that_a_rule_switched_off_leaves_trades_that_it_kept_away(printed: Printed) -> None:
    found = printed("ablation")
    rows = {row["check"]: row for row in found["rows"]}
    taken = found["taken"]
    assert rows["score_min"]["trades"] > taken["trades"]
    assert taken["low"] <= taken["mean_r"] <= taken["high"]
    assert all(row["p_holm"] is None or row["p_holm"] >= row["p"] for row in found["rows"])


def test_that_what_only_the_spread_blocked_is_simulated_though_the_risk_check_repeats_its_limit(
    lab: Lab, folder: Path
) -> None:
    tight = folder / "tight.json"
    rules = RELAXED["xauusd_rules"]
    filters = rules["pre_trade_filters"] | {"spread": {"max_spread": 0.01}}
    tight.write_text(json.dumps(RELAXED | {"xauusd_rules": rules | {"pre_trade_filters": filters}}))
    gates = {gate["check"]: gate for gate in lab("gates", "--config", tight)["gates"]}
    assert gates["spread_max"]["blocked_trades"] > 20
    rows = {row["check"]: row for row in lab("ablation", "--config", tight)["rows"]}
    assert rows["spread_max"]["trades"] > rows["spread_ratio"]["trades"] == 0


def test_that_a_comparison_names_the_check_that_made_setups_vanish(lab: Lab, folder: Path) -> None:
    stricter = folder / "stricter.json"
    rules = RELAXED["xauusd_rules"] | {"confluence_scoring": {"min_score": 5.0}}
    stricter.write_text(json.dumps(RELAXED | {"xauusd_rules": rules}))
    found = lab("diff", "--b", stricter)
    vanished = [setup for setup in found["setups"] if setup["status"] == "vanished"]
    assert len(vanished) == found["counts"]["vanished"] > 0
    assert {setup["first_check"] for setup in vanished} == {"score_min"}
    assert found["counts"]["appeared"] == 0
    assert found["b"]["trades"] < found["a"]["trades"]


def test_that_a_comparison_of_one_day_brings_its_candles(lab: Lab, settings: Path) -> None:
    found = lab("diff", "--b", settings, "--day", "2026-03-04")
    assert len(found["candles_of_day"]) == DAY_MINUTES
    assert set(found["counts"]) == {"same", "appeared", "vanished", "outcome"}
    assert found["counts"]["same"] == len(found["setups"]) > 0
    assert found["change_r"] == 0.0


def test_that_the_strategy_has_its_place_among_random_entries(lab: Lab) -> None:
    found = lab("chance")
    assert len(found["draws"]) == 1000
    worse = sum(mean < found["mean_r"] for mean in found["draws"])
    assert found["percentile"] == pytest.approx(worse / 10, abs=0.2)
    assert found["p"] == pytest.approx(1.0 - worse / 1000, abs=0.002)


def test_that_the_same_setups_earn_less_at_three_times_the_spread_and_with_slippage(printed: Printed) -> None:
    rows = {(row["spread_x"], row["slippage_spreads"]): row for row in printed("costs")["rows"]}
    assert set(rows) == {(x, slippage) for x in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0) for slippage in (0.0, 0.5, 1.0)}
    assert rows[3.0, 0.0]["mean_r"] < rows[1.0, 0.0]["mean_r"] < rows[0.0, 0.0]["mean_r"]
    assert rows[3.0, 1.0]["mean_r"] < rows[3.0, 0.0]["mean_r"]
    assert rows[1.0, 0.0]["low"] <= rows[1.0, 0.0]["mean_r"] <= rows[1.0, 0.0]["high"]


def test_that_ruin_grows_with_the_risk_of_a_trade(lab: Lab) -> None:
    careful, bold = lab("ruin", "--risk", "0.1"), lab("ruin", "--risk", "5")
    assert careful["max_drawdown_r"] == bold["max_drawdown_r"]
    assert careful["probability_of_losing_a_third"] <= bold["probability_of_losing_a_third"]


def test_that_progress_comes_as_lines_of_json_for_a_window(
    recording: Path, settings: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--cache", str(folder / "cache"), "--data-dir", str(tmp_path), "--config", str(settings)]
    assert main(["lab", "ablation", str(recording), *kept, "--json", "--progress", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    progress = [line["progress"] for line in lines if "progress" in line]
    assert progress[-1]["done"] == progress[-1]["total"]
    assert all("say" in line or line["progress"].keys() == {"done", "total", "what", "left_s"} for line in lines)


@pytest.mark.parametrize("kind", ["evidence", "gates", "ablation", "chance", "costs", "ruin"])
def test_that_no_recording_is_one_sentence(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", kind, str(tmp_path), "--cache", str(tmp_path / "cache")]) == 2
    err = capsys.readouterr().err.strip()
    assert err.count("\n") == 0
    assert str(tmp_path) in err


def test_that_a_symbol_without_rules_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_export(tmp_path / "EURUSD_M1.csv", a_recording(500))
    arguments = ["lab", "evidence", str(file), "--cache", str(folder / "cache"), "--data-dir", str(tmp_path)]
    assert main(arguments) == 2
    assert "EURUSD has no rules in the settings" in capsys.readouterr().err


@pytest.fixture
def space(folder: Path) -> Path:
    file = folder / "space.json"
    file.write_text(
        json.dumps({"execution.trailing_atr1": [0.2, 0.6], "xauusd_rules.candle_signals.min_primary": [1, 2]})
    )
    return file


def test_that_a_sweep_leaves_the_last_fifth_of_the_days_sealed(lab: Lab, space: Path) -> None:
    found = lab("sweep", "--space", space, "--workers", "1")
    assert found["sealed"] == {"from": "2026-03-10", "is_open": False}
    assert len(found["trials_run"]) == found["trials"] == 4
    best = found["best"]
    assert best["low"] == max(trial["low"] for trial in found["trials_run"])
    heat = found["heat"]
    assert (heat["x"], heat["y"]) == tuple(found["parameters"])
    assert heat["worst_neighbour"] == [[min(map(min, heat["low"]))] * 2] * 2
    seen = lab("evidence", "--paths", "1")
    assert seen["sealed"] == found["sealed"]
    assert seen["equity"][-1]["day"] == "2026-03-09"


def test_that_a_sweep_goes_on_where_it_stopped(lab: Lab, space: Path) -> None:
    assert lab("sweep", "--space", space, "--trials", "2", "--workers", "1")["trials"] == 2
    whole = lab("sweep", "--space", space, "--workers", "1")
    again = lab("sweep", "--space", space, "--workers", "1")
    assert whole["trials_run"] == again["trials_run"]
    assert again["trials"] == 4


@pytest.mark.skipif(has_tpe(), reason="optuna is installed")
def test_that_without_optuna_only_sobol_trials_run_and_the_result_says_so(lab: Lab, space: Path) -> None:
    found = lab("sweep", "--space", space, "--trials", "1", "--tpe", "2", "--workers", "1")
    assert [trial["origin"] for trial in found["trials_run"]] == ["sobol"]
    assert found["notes"][-1] == NO_TPE


@pytest.mark.skipif(not has_tpe(), reason="TPE needs the package optuna, which is not installed")
def test_that_tpe_goes_on_after_sobol_and_resumes_the_same_way(lab: Lab, space: Path) -> None:
    options = ("--space", space, "--trials", "1", "--tpe", "2", "--workers", "1")
    found = lab("sweep", *options)
    assert [trial["origin"] for trial in found["trials_run"]] == ["sobol", "tpe", "tpe"]
    assert found["trials"] == 3
    assert lab("sweep", *options)["trials_run"] == found["trials_run"]


def test_that_a_walk_over_few_days_has_no_headline(lab: Lab, space: Path) -> None:
    found = lab("walk", "--space", space, "--workers", "1")
    assert found["stitched"] is None
    assert found["windows"] == []


def test_that_sealed_days_are_opened_once(lab: Lab, space: Path, recording: Path, tmp_path: Path) -> None:
    lab("walk", "--space", space, "--trials", "1", "--workers", "1")
    opened = lab("evidence", "--paths", "1", "--open-sealed")
    assert opened["sealed"]["is_open"]
    assert opened["equity"][-1]["day"] == "2026-03-10"
    arguments = ["lab", "evidence", str(recording), "--data-dir", str(tmp_path), "--open-sealed", "--paths", "1"]
    assert main([*arguments, "--cache", str(tmp_path / "cache")]) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("{}", "allowed are 1 to"), ('{"execution.nothing": [1, 2]}', "is not a setting"), ("[", "line 1")],
)
def test_that_a_space_that_names_no_setting_is_refused(
    text: str, said: str, recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    space = tmp_path / "space.json"
    space.write_text(text)
    arguments = ["lab", "sweep", str(recording), "--space", str(space), "--data-dir", str(tmp_path)]
    assert main([*arguments, "--cache", str(tmp_path / "cache")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("multiple", "trades", "last"),
    [
        (None, 12, "Profitable at every spread that was tried"),
        (0.0, 12, "Not profitable even without a spread"),
        (1.25, 12, "Breaks even at 1.25 times the spread"),
        (None, 0, "No trades at any spread"),
    ],
)
def test_that_the_table_of_costs_ends_with_the_spread_at_which_nothing_is_left(
    printed: Printed, multiple: float | None, trades: int, last: str
) -> None:
    found = printed("costs")
    rows = [row | {"trades": trades} for row in found["rows"]]
    assert costs_table(found | {"rows": rows, "break_even_multiple": multiple}).splitlines()[-1] == last


def test_that_tables_name_checks_and_signals_as_the_condition_panel_does(lab: Lab, printed: Printed) -> None:
    shown = gates_table(printed("gates")) + ablation_table(printed("ablation")) + evidence_table(lab("evidence"))
    assert not any(name in shown for name in TITLES)
    assert all(TITLES[check] in shown for check, _ in CHECKS)


def test_that_drift_compares_what_came_after_a_day_with_what_was_before(lab: Lab) -> None:
    found = lab("drift", "--since", "2026-03-09")
    nothing = {"s": None, "threshold": None, "is_alarm": False, "trades": 0}
    assert found["live_minus_lab"] == nothing
    assert found["lab_minus_evidence"]["threshold"] > 0.0
    assert lab("drift", "--since", "2026-03-03")["lab_minus_evidence"] != nothing


def test_that_a_heat_map_of_one_setting_twice_is_refused(
    recording: Path, folder: Path, space: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--cache", str(folder / "cache"), "--data-dir", str(tmp_path)]
    twice = ["--heat", "execution.trailing_atr1", "execution.trailing_atr1"]
    assert main(["lab", "sweep", str(recording), "--space", str(space), *twice, *folders]) == 2
    assert "--heat has execution.trailing_atr1 twice: allowed are two different settings" in capsys.readouterr().err


def test_that_drift_asks_since_when_the_settings_are_in_force(
    recording: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", "drift", str(recording), "--cache", str(folder / "cache"), "--data-dir", str(tmp_path)]) == 2
    assert "give the day with --since" in capsys.readouterr().err
