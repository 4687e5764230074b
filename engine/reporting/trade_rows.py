"""The trades of a report, one a row, each with its notes and a link into the chart that it is drawn in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from engine.conditions.catalogue import TITLES
from engine.domain.orders import ExitReason
from engine.domain.trade_facts import TradeFacts
from engine.reporting.scope import ReportScope
from engine.reporting.words import FILL_MODELS, SESSIONS, money, price, r, span, spoken

_HEADINGS = (
    *(("Closed", ""), ("Symbol", ""), ("Side", ""), ("Lots", "number"), ("Entry", "number"), ("Exit", "number")),
    *(("Held", "number"), ("Why", ""), ("Session", ""), ("Score", "number"), ("Signals", ""), ("R", "number")),
    *(("Net", "number"), ("Cost", "number"), ("Fills", ""), ("Tags and note", "")),
)


def trades_table(
    facts: Sequence[TradeFacts], scope: ReportScope, names: Mapping[int, str], links: Mapping[int, str]
) -> str:
    """All trades as HTML, with a heading: `names` of the rows and `links` into charts by the `id` of the trades."""
    titles = {"Net": f"Net, {escape(scope.unit)}"}
    heads = "".join(f'<th class="{name}">{titles.get(title, title)}</th>' for title, name in _HEADINGS)
    rows = "".join(_trade(each, scope, names[id(each.trade)], links.get(id(each.trade), "")) for each in facts)
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<h2>Trades</h2><div class="wide">{table}</div>'


def _trade(facts: TradeFacts, scope: ReportScope, name: str, link: str) -> str:
    trade = facts.trade
    has_result = trade.reason is not ExitReason.PAPER_ENDED
    signals = ", ".join(TITLES.get(name, spoken(name)) for name in facts.signals)
    closed = scope.time(trade.exited_at, "%Y-%m-%d %H:%M:%S")
    time = f'<a href="{link}" title="Show the trade on its chart">{closed}</a>' if link else closed
    cells = (
        (trade.symbol, "still"),
        (trade.side.value, ""),
        (f"{trade.volume_lots:g}", "number"),
        (price(trade.entry, trade.symbol), "number"),
        (price(trade.exit, trade.symbol), "number"),
        (span(trade.exited_at - trade.entered_at), "number"),
        (spoken(trade.reason.value), ""),
        (SESSIONS[facts.session], ""),
        ("–" if facts.score is None else f"{facts.score:g}", "number"),
        (signals, ""),
        (r(trade.r), f"number {_tone(trade.r)}"),
        (money(trade.net_profit if has_result else None), f"number {_tone(trade.net_profit)}"),
        ("–" if trade.cost_r is None else f"{trade.cost_r:.2f} R", "number"),
        (FILL_MODELS[trade.fill_model] if has_result else "–", ""),
    )
    words = "".join(f'<td class="{kind}">{escape(text)}</td>' for text, kind in cells)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in facts.tags)
    return f'<tr id="{name}"><td>{time}</td>{words}<td class="note">{tags}{escape(facts.note)}</td></tr>'


def _tone(amount: float | None) -> str:
    return "" if not amount else "gain" if amount > 0.0 else "loss"
