"""The answer to `lab sweep`: settings that were tried, and how far the best of them can be believed."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from engine.reporting.words import percent
from gui.features.lab.model.answers.provenance import (
    DAY_INTERVAL,
    Answer,
    Sealed,
    details_of,
    notes_of,
    setting_title,
    values_words,
)
from gui.features.lab.model.columns import ColumnSpec, counted, interval, make_table, result, words
from gui.features.lab.model.numbers import count, day_text, in_r, many, plain, probability, setting_text, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab, Table
from gui.features.lab.model.pictures import Heat, Histogram, Ink, Rule, histogram_of
from gui.features.trading.model.table import Tone

MAX_CELLS = 60
"""On a side of the heat map."""
LIKELY_OVERFIT = 0.5
CONVINCING = 0.95
ORIGINS = {"sobol": "Sobol", "tpe": "TPE"}


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One configuration, with the 95 % interval of its mean R; `origin` is what chose it."""

    number: int
    origin: Literal["sobol", "tpe"] = "sobol"
    values: dict[str, Any]
    trades: float
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class HeatMap(msgspec.Struct, frozen=True):
    """Lower bounds over two settings, rows by `y_values`."""

    x: str
    y: str
    x_values: tuple[Any, ...]
    y_values: tuple[Any, ...]
    low: tuple[tuple[float | None, ...], ...]
    worst_neighbour: tuple[tuple[float | None, ...], ...] = ()


class Sweep(Answer, frozen=True, kw_only=True):
    parameters: tuple[str, ...]
    trials_run: tuple[Trial, ...]
    best: Trial | None = None
    sealed: Sealed | None = None
    deflated_sharpe: float | None = None
    pbo: float | None = None
    spa_p: float | None = None
    heat: HeatMap | None = None


def page_of(answer: Sweep) -> Page:
    """Heat map first, then every configuration."""
    heat = () if answer.heat is None else (_heat(answer.heat, answer.trials_run),)
    tabs = (
        Tab("Map", tuple(_facts(answer)), (*heat, *_distribution(answer.trials_run))),
        Tab("Configurations", table=_table(answer)),
        details_of(answer),
    )
    choices: dict[Hashable, dict[str, Any]] = {trial.number: trial.values for trial in answer.trials_run}
    return Page(_headline(answer), tabs, notes_of(answer), choices)


def _headline(answer: Sweep) -> Headline:
    best = answer.best
    if best is None:
        return Headline("No result", f"None of {many(len(answer.trials_run), 'configuration')} took enough trades.")
    tried = (
        f"The best of {many(len(answer.trials_run), 'configuration')} by lower bound has a mean of "
        f"{in_r(best.mean_r)}, {within_r(best.low, best.high)}"
    )
    if best.origin == "tpe":
        return Headline("Unproven", f"{tried}; TPE found it, so how much of it is luck is unknown.", Tone.WARNING)
    doubts = [
        f"it would be overtaken on other days in {percent(answer.pbo)} of cases" if answer.pbo is not None else "",
        f"its deflated Sharpe ratio is {plain(answer.deflated_sharpe)}" if answer.deflated_sharpe is not None else "",
        f"that none is better than nothing has p {probability(answer.spa_p)}" if answer.spa_p is not None else "",
    ]
    said = "; ".join(doubt for doubt in doubts if doubt)
    word, tone = _word(answer)
    return Headline(word, f"{tried}; {said}." if said else f"{tried}.", tone)


def _word(answer: Sweep) -> tuple[str, Tone]:
    if answer.deflated_sharpe is None:
        return "Too little to judge", Tone.WARNING
    if answer.deflated_sharpe < CONVINCING or (answer.pbo or 0.0) >= LIKELY_OVERFIT:
        return "Probably overfit", Tone.WARNING
    return "Holds up", Tone.PASSED


def _facts(answer: Sweep) -> Iterator[Fact]:
    best = answer.best
    if best is not None:
        tip = f"Best by its lower bound: others may have a higher mean. {DAY_INTERVAL}"
        yield Fact("Best, mean R", in_r(best.mean_r), within_r(best.low, best.high), tip)
        yield Fact("Trades of the best", count(best.trades), values_words(best.values))
    yield Fact("Configurations", count(len(answer.trials_run)), f"{count(answer.trials)} ever tried on these days"
               if answer.trials is not None else "trials before these: unknown")  # fmt: skip
    if by_tpe := sum(trial.origin == "tpe" for trial in answer.trials_run):
        sobol = many(len(answer.trials_run) - by_tpe, "Sobol trial")
        yield Fact("Chosen by TPE", count(by_tpe), f"the next two are based on {sobol} alone")
    tip = "Chance that the best Sharpe ratio is real, after all trials (Bailey and López de Prado 2014)"
    yield Fact("Deflated Sharpe ratio", plain(answer.deflated_sharpe), "0.95 or more convinces", tip)
    pbo = "–" if answer.pbo is None else percent(answer.pbo)
    few = "too few days or configurations"
    below = few if answer.pbo is None else ""
    yield Fact(
        "Probability of overfitting", pbo, below, "How often the best falls below the median on other days (PBO)"
    )
    spa = probability(answer.spa_p)
    yield Fact(
        "SPA",
        spa if answer.spa_p is None else f"p {spa}",
        few if answer.spa_p is None else "",
        "Chance of such a best where none is better than nothing",
    )
    if answer.sealed is not None and answer.sealed.first:
        yield Fact("Sealed days", f"from {day_text(answer.sealed.first)}", "left out of the search")


def _heat(heat: HeatMap, trials: Sequence[Trial]) -> Heat:
    values, judged = _grid(heat.low), _grid(heat.worst_neighbour) if heat.worst_neighbour else None
    wanted = (len(heat.y_values), len(heat.x_values))
    if values.shape != wanted or (judged is not None and judged.shape != wanted):
        raise ValueError(f"a map of {wanted} has {values.shape} cells")
    rows, columns = slice(MAX_CELLS), slice(MAX_CELLS)
    return Heat(
        "Lower bound of mean R",
        "framed: best by its worst neighbour; an isolated peak is chance; click a cell to select its configuration",
        setting_title(heat.x),
        setting_title(heat.y),
        tuple(setting_text(value) for value in heat.x_values[columns]),
        tuple(setting_text(value) for value in heat.y_values[rows]),
        values[rows, columns],
        None if judged is None else judged[rows, columns],
        keys={
            (row, column): trial.number
            for row, y in enumerate(heat.y_values[rows])
            for column, x in enumerate(heat.x_values[columns])
            if (trial := _best_with(trials, {heat.x: x, heat.y: y})) is not None
        },
    )


def _best_with(trials: Sequence[Trial], values: dict[str, Any]) -> Trial | None:
    """The highest lower bound with these values."""
    found = (trial for trial in trials if all(trial.values.get(name) == value for name, value in values.items()))
    return max(found, key=_lower_bound, default=None)


def _lower_bound(trial: Trial) -> float:
    return -np.inf if trial.low is None else trial.low


def _grid(rows: Sequence[Sequence[float | None]]) -> Any:
    return np.array([[np.nan if value is None else value for value in row] for row in rows], float)


def _distribution(trials: Sequence[Trial]) -> Iterator[Histogram]:
    found = [trial.mean_r for trial in trials if trial.mean_r is not None]
    if len(found) < 10:
        return
    edges, counts = histogram_of(found)
    middle = float(np.median(found))
    yield Histogram(
        "Mean R of all configurations",
        f"{many(len(found), 'configuration')}, median {in_r(middle)}",
        edges,
        counts,
        of="configurations",
        rules=(Rule(middle, "median", Ink.MAIN),),
    )


def _table(answer: Sweep) -> Table:
    def setting(name: str) -> ColumnSpec[Trial]:
        return words(
            setting_title(name), name, "0.123456", name, lambda trial: setting_text(trial.values.get(name, ""))
        )

    tip = "Sobol: spread evenly over the values; TPE: chosen based on earlier results"
    by_whom: tuple[ColumnSpec[Trial], ...] = (
        words("Chosen by", tip, "Sobol", "origin", lambda trial: ORIGINS[trial.origin]),
    )
    columns: tuple[ColumnSpec[Trial], ...] = (
        counted("No.", "In the order of trial", "number", lambda trial: trial.number),
        *(setting(name) for name in answer.parameters),
        *(by_whom if any(trial.origin == "tpe" for trial in answer.trials_run) else ()),
        counted("Trades", "On all days", "trades", lambda trial: trial.trades),
        result("Mean R, net", "After all costs", "mean_r", lambda trial: trial.mean_r),
        interval("Mean R, 95 %", DAY_INTERVAL, "mean_r", lambda trial: trial.low, lambda trial: trial.high),
    )
    trials = sorted(answer.trials_run, key=_lower_bound, reverse=True)
    silence = "No configuration was tried."
    return make_table("configurations", columns, trials, silence=silence, key=lambda _, trial: trial.number)
