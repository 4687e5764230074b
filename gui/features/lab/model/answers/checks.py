"""The answers to `lab gates` and `lab ablation`: what each check is worth, and what each rule changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.conditions.catalogue import LAYER_TITLES, TITLES
from gui.features.lab.model.answers.provenance import DAY_INTERVAL, Answer, details_of, notes_of
from gui.features.lab.model.columns import ColumnSpec, chance_of, counted, interval, make_table, result, words
from gui.features.lab.model.numbers import count, in_r, many, probability, within_r
from gui.features.lab.model.page import Fact, Headline, Page, Tab
from gui.features.lab.model.pictures import Bar, Bars
from gui.features.trading.model.words import MISSING

SIGNIFICANT = 0.05
AT_LEVEL = "at 5 % after correction"
HOLM = "p value adjusted for the number of rows (Holm)"


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """`selectivity` is the mean R of trades taken minus that of sides which only this check blocked."""

    check: str
    title: str | None = None
    layer: str | None = None
    blocked: float
    blocked_trades: float | None = None
    """How many of them were traded in the simulation; older results do not have it."""
    blocked_mean_r: float | None = None
    low: float | None = None
    high: float | None = None
    taken_trades: float = 0
    taken_mean_r: float | None = None
    selectivity: float | None = None
    selectivity_low: float | None = None
    selectivity_high: float | None = None
    p: float | None = None
    p_holm: float | None = None

    @property
    def name(self) -> str:
        return self.title or spoken_check(self.check)

    @property
    def simulated(self) -> float:
        return self.blocked if self.blocked_trades is None else self.blocked_trades

    @property
    def is_clear(self) -> bool:
        return self.p_holm is not None and self.p_holm < SIGNIFICANT


class Gates(Answer, frozen=True, kw_only=True):
    gates: tuple[Gate, ...]


class Taken(msgspec.Struct, frozen=True):
    """Older results have no interval."""

    trades: float
    mean_r: float | None = None
    low: float | None = None
    high: float | None = None


class Ablated(msgspec.Struct, frozen=True, kw_only=True):
    """What the whole strategy does without one check or signal."""

    check: str
    title: str | None = None
    layer: str | None = None
    trades: float
    mean_r: float | None = None
    change_r_per_day: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None

    @property
    def name(self) -> str:
        return self.title or spoken_check(self.check)

    @property
    def is_clear(self) -> bool:
        return self.p_holm is not None and self.p_holm < SIGNIFICANT


class Ablation(Answer, frozen=True, kw_only=True):
    taken: Taken
    rows: tuple[Ablated, ...]


def spoken_check(name: str) -> str:
    """The machine name of a check in words."""
    return TITLES.get(name) or name.replace("_", " ").replace(".", ": ").capitalize()


def _layer(name: str | None) -> str:
    """The layer as the condition panel names it."""
    titles = {str(layer): title for layer, title in LAYER_TITLES.items()}
    return titles.get(name or "", name or MISSING)


def gates_page(answer: Gates) -> Page:
    """Each check by what it keeps away."""
    gates = sorted(answer.gates, key=lambda gate: -(gate.selectivity or 0.0))
    clear = [gate for gate in gates if gate.is_clear]
    useful = [gate for gate in clear if (gate.selectivity or 0.0) > 0.0]
    harmful = len(clear) - len(useful)
    sentence = (
        f"Of {many(len(gates), 'check')}, {len(useful)} {_block(len(useful))} trades that are worse than those taken, "
        f"and {harmful} {_block(harmful)} better ones, {AT_LEVEL}."
    )
    bars = tuple(_gate_bar(gate) for gate in gates if gate.selectivity is not None)
    picture = Bars("Taken minus blocked, mean R", f"right: the check blocks worse trades; {DAY_INTERVAL}", bars)
    table = make_table(
        "gates", tuple(_gate_columns(_widest(gates))), gates, silence="No check blocked a trade by itself."
    )
    taken = next((gate.taken_mean_r for gate in gates if gate.taken_mean_r is not None), None)
    tab = Tab("Checks", pictures=(picture,) if bars else (), table=table)
    details = details_of(answer, Fact("Trades taken, mean R", in_r(taken)))
    return Page(Headline("Measured" if bars else "Nothing blocked", sentence), (tab, details), notes_of(answer))


def _block(number: int) -> str:
    return "blocks" if number == 1 else "block"


def _gate_bar(gate: Gate) -> Bar:
    tip = (
        f"{gate.name} alone blocked {many(gate.blocked, 'side')}; {many(gate.simulated, 'simulated trade')} of "
        f"these {'has' if gate.simulated == 1 else 'have'} a mean of {in_r(gate.blocked_mean_r)}, "
        f"{within_r(gate.low, gate.high)}; those taken have {in_r(gate.taken_mean_r)}. "
        f"Difference {in_r(gate.selectivity)}, {within_r(gate.selectivity_low, gate.selectivity_high)}, "
        f"adjusted p {probability(gate.p_holm)}."
    )
    words = f"n = {count(gate.simulated)}, p {probability(gate.p_holm)}"
    return Bar(
        *(gate.name, gate.selectivity, gate.selectivity_low, gate.selectivity_high, words, tip), is_clear=gate.is_clear
    )


def _widest(rows: Sequence[Gate] | Sequence[Ablated]) -> str:
    """The longest name: a wider column would leave no room for the last ones in a window of 1280 pixels."""
    return max((row.name for row in rows), key=len, default="")


def _gate_columns(widest: str) -> Iterator[ColumnSpec[Gate]]:
    yield words("Check", "Check that must pass", widest, "check", lambda g: g.name)
    yield words("Layer", "Its layer in the chain of checks", "Pre-trade filters", "layer", lambda g: _layer(g.layer))
    yield counted("Blocked", "Sides that only this check blocked", "blocked", lambda g: g.blocked)
    yield counted("Traded", "Of these, in the simulation", "blocked_trades", lambda g: g.simulated)
    yield result("Blocked, mean R", "Each simulated alone", "blocked_mean_r", lambda g: g.blocked_mean_r)
    yield interval("Blocked, 95 %", DAY_INTERVAL, "blocked", lambda g: g.low, lambda g: g.high)
    yield result("Taken − blocked", "Above zero: the check is worth it", "selectivity", lambda g: g.selectivity)
    tip = f"Of the difference: {DAY_INTERVAL}"
    yield interval("Difference, 95 %", tip, "selectivity", lambda g: g.selectivity_low, lambda g: g.selectivity_high)
    yield chance_of("p", "Chance of such a difference without any", "p", lambda g: g.p)
    yield chance_of("Adjusted p", HOLM, "p_holm", lambda g: g.p_holm)


def ablation_page(answer: Ablation) -> Page:
    """Each rule by what its absence changes."""
    taken = answer.taken
    rows = sorted(answer.rows, key=lambda row: row.change_r_per_day or 0.0)
    clear = [row for row in rows if row.is_clear]
    needed = sum((row.change_r_per_day or 0.0) < 0.0 for row in clear)
    useless = len(clear) - needed
    sentence = (
        f"With all rules: {many(taken.trades, 'trade')}, mean {in_r(taken.mean_r)}"
        f"{'' if taken.low is None else f', 95 % interval {within_r(taken.low, taken.high)}'}. "
        f"Of {len(rows)} rules, {needed} {'earns' if needed == 1 else 'earn'} money, "
        f"and {useless} {'costs' if useless == 1 else 'cost'} money, {AT_LEVEL}."
    )
    bars = tuple(_ablation_bar(row) for row in rows if row.change_r_per_day is not None)
    picture = Bars("Change per day without the rule", f"left: the rule is worth it; {DAY_INTERVAL}", bars, "R a day")
    table = make_table(
        "ablation", tuple(_ablation_columns(_widest(rows))), rows, silence="No rule could be switched off."
    )
    tab = Tab("Rules", pictures=(picture,) if bars else (), table=table)
    return Page(Headline("Measured", sentence), (tab, details_of(answer)), notes_of(answer))


def _ablation_bar(row: Ablated) -> Bar:
    tip = (
        f"Without {row.name}: {many(row.trades, 'trade')}, mean {in_r(row.mean_r)}; change per day "
        f"{in_r(row.change_r_per_day)}, {within_r(row.low, row.high)}, adjusted p {probability(row.p_holm)}."
    )
    words = f"n = {count(row.trades)}, p {probability(row.p_holm)}"
    return Bar(row.name, row.change_r_per_day, row.low, row.high, words, tip, row.is_clear)


def _ablation_columns(widest: str) -> Iterator[ColumnSpec[Ablated]]:
    yield words("Rule that is off", "Check or signal", widest, "check", lambda r: r.name)
    yield words("Layer", "Its layer in the chain of checks", "Pre-trade filters", "layer", lambda r: _layer(r.layer))
    yield counted("Trades", "Of the whole strategy without it", "trades", lambda r: r.trades)
    yield result("Mean R, net", "Of the whole strategy without it", "mean_r", lambda r: r.mean_r)
    yield result("Change per day", "Below zero: the rule earns money", "change_r_per_day", lambda r: r.change_r_per_day)
    yield interval("Change, 95 %", f"{DAY_INTERVAL}, paired", "change", lambda r: r.low, lambda r: r.high)
    yield chance_of("p", "Chance of such a change without any", "p", lambda r: r.p)
    yield chance_of("Adjusted p", HOLM, "p_holm", lambda r: r.p_holm)
