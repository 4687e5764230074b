"""A report as one self-contained HTML page: figures, charts, groups, and every trade with its notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from engine.domain.account import account_words
from engine.domain.fills import FillModel
from engine.domain.trade_facts import MinutePrices, TradeFacts
from engine.reporting.groups import GROUP_HEADINGS, Heading, group_cells, mean_words
from engine.reporting.market import MAX_PICTURES, Picture, Prices, pictures
from engine.reporting.scope import ReportScope
from engine.reporting.style import STYLE
from engine.reporting.svg import Bar, bar_chart, line_chart
from engine.reporting.trade_rows import trades_table
from engine.reporting.words import (
    FILL_MODELS,
    FILL_SENTENCES,
    GROUPINGS,
    factor,
    group_name,
    r,
    share,
    span,
)
from engine.statistics.bootstrap import MIN_DAYS
from engine.statistics.curves import deepest_fall, money_curve, r_curve, spread_of_r
from engine.statistics.figures import MIN_TRADES, Figures, by_fill_model, counted, figures_of
from engine.statistics.grouping import Grouping, tabulate


def _no_prices(run: str, symbol: str, since: datetime, until: datetime) -> Sequence[MinutePrices]:  # noqa: ARG001
    return ()


def report_page(facts: Sequence[TradeFacts], scope: ReportScope, prices: Prices = _no_prices) -> str:
    """The whole page. Text of trades is escaped; `prices` holds the market they were made in."""
    with_result = counted(facts)
    names = {id(each.trade): f"trade-{place}" for place, each in enumerate(facts, 1)}
    drawn = pictures(with_result, prices, scope.zone, names)
    links = {id(trade): f"#drawn-{names[id(trade)]}" for picture in drawn for trade in picture.trades}
    parts = [
        _head(scope),
        _summary(facts, with_result),
        *(_results(model, alike, scope) for model, alike in by_fill_model(with_result).items()),
        _market(drawn),
        trades_table(facts, scope, names, links) if facts else "",
        _remarks(),
        "</body></html>\n",
    ]
    return "".join(parts)


# -- head and summary -----------------------------------------------------------------------------------------------


def _head(scope: ReportScope) -> str:
    made = f"Created {scope.time(scope.made_at, '%Y-%m-%d %H:%M')}; times are {escape(scope.zone_name)}."
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(scope.title)}</title><style>{STYLE}</style></head><body>"
        f'<h1>{escape(scope.title)}</h1><p class="muted">{made}</p>'
    )


def _summary(facts: Sequence[TradeFacts], with_result: Sequence[TradeFacts]) -> str:
    """What the user must know before trusting any figure."""
    if not with_result:
        return "<p>No trade was closed in this time: there is nothing to report.</p>"
    words = []
    if len(by_fill_model(with_result)) > 1:
        words.append("The trades were filled in different ways, which are counted separately.")
    if runs := {each.run for each in facts if each.run}:
        practice = sum(bool(each.run) for each in facts)
        accounts = "one run on a paper account" if len(runs) == 1 else f"{len(runs)} runs on paper accounts"
        words.append(f"{practice} of {len(facts)} trades were practice, in {accounts}.")
    if len(names := sorted({account_words(each.account) for each in facts})) > 1:
        words.append(f"The trades were made on {len(names)} accounts: {escape(', '.join(names))}.")
    if ended := len(facts) - len(with_result):
        words.append(f"Not counted, because they ended with their paper account and have no result: {ended}.")
    return "".join(f"<p>{sentence}</p>" for sentence in words)


# -- results of one fill model --------------------------------------------------------------------------------------


def _results(model: FillModel | None, facts: Sequence[TradeFacts], scope: ReportScope) -> str:
    """Figures, charts and groups of trades that were filled in the same way."""
    figures = figures_of(facts)
    warning = ' class="warning"' if model is FillModel.FOUR_CORNER else ""
    few = f'<p class="warning">Fewer than {MIN_TRADES} trades: too few to conclude anything.</p>'
    return "".join(
        (
            f"<h2>Results, fills: {FILL_MODELS[model]}</h2><p{warning}>{FILL_SENTENCES[model]}.</p>",
            few if figures.is_too_few else "",
            _equity(facts, scope),
            f'<div class="tiles">{"".join(_tiles(facts, figures, scope))}</div>',
            _charts(facts, scope),
            *(_groups(facts, grouping, scope) for grouping in Grouping),
        )
    )


def _tiles(facts: Sequence[TradeFacts], figures: Figures, scope: ReportScope) -> Iterable[str]:
    interval, unit = figures.win_rate_interval, escape(scope.unit)
    yield _tile("Net result", scope.sum_words(figures.net_profit), f"after all costs, {unit}", figures.net_profit)
    yield _tile("Sum of R", r(figures.sum_r), f"{_counted(figures.r_trades, 'trade')} with a stop", figures.sum_r)
    yield _tile("Trades", str(figures.trades), f"{figures.wins} won, {figures.losses} lost")
    if interval is not None:
        yield _tile("Win rate", share(figures.win_rate), f"{share(interval.low)} to {share(interval.high)}")
    yield _tile("Mean R, net", r(figures.mean_r), f"{mean_words(figures)}, {_counted(figures.days, 'day')}")
    if figures.mean_cost_r is not None:
        yield _tile("Cost of a trade", f"{figures.mean_cost_r:.2f} R", "spread, slippage, commission, swap")
    yield _tile("Expectancy", scope.sum_words(figures.expectancy), f"{unit} per trade")
    yield _tile("Profit factor", factor(figures.profit_factor), "gained for each unit lost")
    fall = scope.sum_words(deepest_fall(money_curve(facts)), is_signed=False)
    yield _tile("Max drawdown", fall, f"{deepest_fall(r_curve(facts)):.2f} R")
    yield _tile("Costs", scope.sum_words(figures.costs), f"commission and swap, {unit}")
    yield _tile("Held", span(figures.mean_held), "mean time in the market")
    yield _tile("MFE / MAE", f"{_plain(figures.mean_favourable_r)} / {_plain(figures.mean_adverse_r)}", "mean, in R")


def _tile(name: str, value: str, remark: str, amount: float = 0.0) -> str:
    tone = "" if not amount else ' class="gain"' if amount > 0.0 else ' class="loss"'
    return f'<div class="tile"><small>{name}</small><b{tone}>{value}</b><small>{remark}</small></div>'


def _plain(amount: float | None) -> str:
    return "–" if amount is None else f"{amount:.2f}"


# -- the market -----------------------------------------------------------------------------------------------------


def _market(drawn: Sequence[Picture]) -> str:
    if not drawn:
        return ""
    few = f" Only the latest {MAX_PICTURES} charts are drawn." if len(drawn) == MAX_PICTURES else ""
    return (
        '<h2>Market and trades</h2><p class="muted">Bid, minute by minute: closes as a line within their range. A '
        "triangle is an entry (up: bought, down: sold), a ring an exit; the line between is broken where the trade "
        f"lost. Click a trade to go to its row in the table, and its time there to go back.{few}</p>"
        f"{''.join(picture.svg for picture in drawn)}"
    )


# -- charts ---------------------------------------------------------------------------------------------------------


def _equity(facts: Sequence[TradeFacts], scope: ReportScope) -> str:
    in_r, in_money = r_curve(facts), money_curve(facts)
    days = len({each.trade.exited_at.astimezone(scope.zone).date() for each in facts})
    form = "%m-%d %H:%M" if days > 1 else "%H:%M"
    charts = [
        line_chart("Equity curve", [each.value for each in in_r], [scope.time(each.at, form) for each in in_r], "R"),
        line_chart(
            "Equity curve",
            [each.value for each in in_money],
            [scope.time(each.at, form) for each in in_money],
            scope.unit,
        ),
    ]
    return f'<div class="charts">{"".join(charts)}</div>'


def _charts(facts: Sequence[TradeFacts], scope: ReportScope) -> str:
    charts = [
        bar_chart("R distribution", [*_spread_bars(facts)], "trades"),
        *(
            bar_chart(f"Sum of R by {GROUPINGS[grouping].lower()}", [*_group_bars(facts, grouping, scope)], "R")
            for grouping in (Grouping.HOUR, Grouping.SESSION, Grouping.EXIT_REASON)
        ),
    ]
    return f'<h3>Charts</h3><div class="charts">{"".join(charts)}</div>'


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _spread_bars(facts: Sequence[TradeFacts]) -> Iterable[Bar]:
    for each in spread_of_r(facts):
        words = f"{_counted(each.trades, 'trade')} from {r(each.low)} to {r(each.high)}"
        yield Bar(f"{each.low:g}".replace("-", "−"), each.trades, words, is_loss=each.low < 0.0)


def _group_bars(facts: Sequence[TradeFacts], grouping: Grouping, scope: ReportScope) -> Iterable[Bar]:
    for group in tabulate(facts, grouping, scope.zone):
        name, figures = group_name(grouping, group.key), group.figures
        hint = f"{name}: {r(figures.sum_r)} in {_counted(figures.trades, 'trade')}"
        yield Bar(name, figures.sum_r, hint, is_loss=figures.sum_r < 0.0, is_faint=figures.is_too_few)


# -- tables ---------------------------------------------------------------------------------------------------------


def _groups(facts: Sequence[TradeFacts], grouping: Grouping, scope: ReportScope) -> str:
    rows = []
    for group in tabulate(facts, grouping, scope.zone):
        cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in group_cells(group.figures))
        few = (' class="few"', " (too few)") if group.figures.is_too_few else ("", "")
        rows.append(f'<tr{few[0]}><td class="still">{escape(group_name(grouping, group.key))}{few[1]}</td>{cells}</tr>')
    heads = "".join(f'<th class="number">{_heading(heading, scope)}</th>' for heading in GROUP_HEADINGS)
    overlap = '<p class="muted">A trade may stand in several of these groups.</p>' if grouping.may_overlap else ""
    title = GROUPINGS[grouping]
    table = f"<table><thead><tr><th>{title}</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'<h3>By {title.lower()}</h3>{overlap}<div class="wide">{table}</div>'


def _heading(heading: Heading, scope: ReportScope) -> str:
    return f"{heading.title}, {escape(scope.unit)}" if heading.is_money else heading.title


def _remarks() -> str:
    return (
        "<h2>How to read this</h2>"
        '<p class="muted">1 R is the money between entry and first stop. Results are net of spread, slippage, '
        "commission and swap. In 95 of 100 samples the interval holds the true value: Wilson's for win rates; those of "
        f"a mean of R resample whole trading days, and are given from {MIN_DAYS} days on. Groups of fewer than "
        f"{MIN_TRADES} trades are pale. MFE and MAE are how far price went for and against a trade while it was open. "
        "Results of a paper account stand beside the model that filled them.</p>"
    )
