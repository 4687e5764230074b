"""How fast the condition panel is: `python -m benchmarks.panel [--json]`.

A refresh is everything from the engine's answer to the painted pixels: words, numbers, gauges, paint. Offscreen unless
QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmarks.history import medians, record
from benchmarks.machine import print_json, print_machine, print_table, summary
from benchmarks.painting import flush, themed_application, timed_ms
from benchmarks.random_market import GOLD, RULES, judgements, snapshots
from engine.conditions.evaluator import Evaluator
from engine.domain.judgement import Explanation, LiveState
from gui import theme
from gui.features.chart.model.chart import ChartModel
from gui.features.conditions.model.conditions import ConditionsModel
from gui.features.conditions.model.summary import read
from gui.features.conditions.view.conditions import ConditionPanel

WIDTH = 384
HEIGHTS = {"window 1400 x 860": 770, "window 1280 x 720": 630, "all checks in view": 1150}
WARM_UP = 200
"""Candles before indicators are warmed up and texts are cached."""


def candle_explanations(rounds: int) -> list[Explanation]:
    """What is thought of candle after candle."""
    evaluator = Evaluator(GOLD.instrument, RULES)
    found = snapshots(WARM_UP + rounds)
    return [evaluator.explain(snapshot, LiveState(quote_age_s=0.0, spread=0.3)) for snapshot in found]


def quote_explanations(rounds: int) -> list[Explanation]:
    """What is thought of one candle while spread and age of the quotes move."""
    evaluator, newest = Evaluator(GOLD.instrument, RULES), snapshots(WARM_UP)[-1]
    return [
        evaluator.explain(newest, LiveState(quote_age_s=0.1 * (at % 40), spread=0.2 + 0.01 * (at % 30)))
        for at in range(WARM_UP + rounds)
    ]


def time_refreshes(explanations: Sequence[Explanation], height: int) -> list[float]:
    """Milliseconds of each refresh, the paint included."""
    model = ConditionsModel(ChartModel(GOLD.instrument), RULES)
    panel = ConditionPanel(theme.DARK)
    panel.resize(WIDTH, height)
    panel.show_model(model)
    panel.show()
    samples = [timed_ms(partial(show, model, explanation)) for explanation in explanations]
    panel.close()
    return samples[WARM_UP:]


def show(model: ConditionsModel, explanation: Explanation) -> None:
    model.show_live(explanation)
    flush()


def measure(rounds: int) -> dict[str, Any]:
    """Every figure of this benchmark."""
    candles, quotes = candle_explanations(rounds), quote_explanations(rounds)
    milliseconds = {
        f"{what}, {name}": summary(time_refreshes(explanations, height))
        for what, explanations in (("a candle closes", candles), ("a quote moves the spread", quotes))
        for name, height in HEIGHTS.items()
    }
    words = [timed_ms(partial(read, each, RULES.confluence_scoring, 2)) for each in candles]
    found, evaluator = snapshots(WARM_UP + rounds), Evaluator(GOLD.instrument, RULES)
    milliseconds["of that, words and numbers alone"] = summary(words[WARM_UP:])
    milliseconds["the engine's part: explain"] = summary([timed_ms(partial(evaluator.explain, each)) for each in found])
    setups = sum(judged.setup is not None for judged in judgements(found))
    return {"milliseconds": milliseconds, "candles": rounds, "setups": setups}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.panel", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--rounds", type=int, default=400, help="refreshes of each kind")
    options = parser.parse_args(arguments)
    themed_application()
    results = measure(options.rounds)
    if options.json:
        print_json(results)
    else:
        print_machine()
        rows = [{"what": name, **row} for name, row in results["milliseconds"].items()]
        print_table("Milliseconds of a refresh", rows)
    record("panel", options, medians(results["milliseconds"], "ms"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
