"""The market in which trades were made, drawn with each trade in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from html import escape
from typing import Final, NamedTuple

from engine.domain.market import Side
from engine.domain.trade_facts import MinutePrices, TradeFacts
from engine.domain.trades import ClosedTrade
from engine.reporting.svg import LEFT, RIGHT, Scale, framed, label
from engine.reporting.words import fills_in_words, price, r, spoken

Prices = Callable[[str, str, datetime, datetime], Sequence[MinutePrices]]
"""The minutes of a run and a symbol that opened from an instant on and before another, as far as they were kept."""

MAX_PICTURES: Final = 12
WIDTH, HEIGHT = 1320, 360
_BEFORE: Final = timedelta(hours=1)
"""How much of the market is shown before its first trade."""
_HALF: Final = timedelta(seconds=30)
"""A minute stands in the middle of its time."""
_SILENCE: Final = timedelta(minutes=10)
"""Minutes further apart than this are not joined."""
_LABEL_EVERY: Final = (15, 30, 60, 120, 180)
"""Minutes between two marks of time."""
_MAX_LABELS: Final = 14


class Picture(NamedTuple):
    """A chart as SVG text, and the trades that are drawn in it."""

    svg: str
    trades: Sequence[ClosedTrade]


def pictures(facts: Iterable[TradeFacts], prices: Prices, zone: tzinfo, names: Mapping[int, str]) -> list[Picture]:
    """A chart for each trading day of an account's run and symbol whose prices were kept; the latest few, in order.

    `names` are the names of the trades on the page, by the `id` of each: a trade in a chart is called `drawn-` and its
    name, and leads to what is called by its name alone.
    """
    found: list[Picture] = []
    for (account, run, symbol, day), trades in reversed(_by_market(facts).items()):
        since = min(trade.entered_at for trade in trades) - _BEFORE
        minutes = prices(run, symbol, since, max(trade.exited_at for trade in trades))
        if minutes:
            svg = _picture(_title(account, run, symbol, day), minutes, trades, zone, names)
            found.append(Picture(svg, trades))
        if len(found) == MAX_PICTURES:
            break
    return found[::-1]


def _by_market(facts: Iterable[TradeFacts]) -> dict[tuple[str, str, str, date], list[ClosedTrade]]:
    groups: dict[tuple[str, str, str, date], list[ClosedTrade]] = {}
    for each in facts:
        groups.setdefault((each.account, each.run, each.trade.symbol, each.trade.trading_day), []).append(each.trade)
    return groups


def _title(account: str, run: str, symbol: str, day: date) -> str:
    of = f"practice run {run.strip('p-')}" if run else account
    return f"{symbol}, {day}" + (f", {of}" if of else "")


class _Ground:
    """Where instants and prices lie in a picture."""

    def __init__(self, minutes: Sequence[MinutePrices], trades: Sequence[ClosedTrade]) -> None:
        fills = [level for trade in trades for level in (trade.entry, trade.exit)]
        self.begin = min(minutes[0].at, *(trade.entered_at for trade in trades))
        self.end = max(minutes[-1].at, *(trade.exited_at for trade in trades)) + timedelta(minutes=1)
        self.scale = Scale(
            min([minute.low for minute in minutes] + fills), max([minute.high for minute in minutes] + fills), HEIGHT
        )

    def x(self, at: datetime) -> float:
        return LEFT + (at - self.begin) / (self.end - self.begin) * (WIDTH - LEFT - RIGHT)

    def point(self, at: datetime, level: float) -> str:
        return f"{self.x(at):.1f},{self.scale.y(level):.1f}"


def _picture(
    title: str,
    minutes: Sequence[MinutePrices],
    trades: Sequence[ClosedTrade],
    zone: tzinfo,
    names: Mapping[int, str],
) -> str:
    ground = _Ground(minutes, trades)
    body = [
        *(_stretch(stretch, ground) for stretch in _stretches(minutes)),
        *(_trade(trade, ground, zone, names[id(trade)]) for trade in trades),
        *(label(ground.x(at), f"{at.astimezone(zone):%H:%M}", WIDTH, HEIGHT) for at in _times(ground, zone)),
    ]
    return framed(title, ground.scale, "bid", "".join(body), WIDTH, HEIGHT)


def _stretches(minutes: Sequence[MinutePrices]) -> Iterator[Sequence[MinutePrices]]:
    """The minutes between which the market did not fall silent."""
    first = 0
    for place in range(1, len(minutes)):
        if minutes[place].at - minutes[place - 1].at > _SILENCE:
            yield minutes[first:place]
            first = place
    yield minutes[first:]


def _stretch(minutes: Sequence[MinutePrices], ground: _Ground) -> str:
    """A band from low to high, and the closes as a line in it."""
    upper = " ".join(ground.point(each.at + _HALF, each.high) for each in minutes)
    lower = " ".join(ground.point(each.at + _HALF, each.low) for each in reversed(minutes))
    closes = " ".join(ground.point(each.at + _HALF, each.close) for each in minutes)
    return f'<polygon class="range" points="{upper} {lower}"/><polyline class="price" points="{closes}"/>'


def _trade(trade: ClosedTrade, ground: _Ground, zone: tzinfo, name: str) -> str:
    """A triangle where it was entered, a ring where it was left, and a line between, broken for a loss."""
    tone = "loss" if trade.net_profit < 0.0 else "gain"
    x, y = ground.x(trade.entered_at), ground.scale.y(trade.entry)
    left, top = ground.x(trade.exited_at), ground.scale.y(trade.exit)
    tip = -5.0 if trade.side is Side.BUY else 5.0
    triangle = f"{x:.1f},{y + tip:.1f} {x - 5.0:.1f},{y - tip:.1f} {x + 5.0:.1f},{y - tip:.1f}"
    return (
        f'<a href="#{name}"><g class="trip {tone}" id="drawn-{name}"><title>{escape(_words(trade, zone))}</title>'
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{left:.1f}" y2="{top:.1f}"/>'
        f'<polygon points="{triangle}"/><circle cx="{left:.1f}" cy="{top:.1f}" r="3.5"/></g></a>'
    )


def _words(trade: ClosedTrade, zone: tzinfo) -> str:
    entered, exited = (f"{at.astimezone(zone):%H:%M:%S}" for at in (trade.entered_at, trade.exited_at))
    return (
        f"{trade.side.value} {trade.volume_lots:g} at {price(trade.entry, trade.symbol)}, {entered}; "
        f"left at {price(trade.exit, trade.symbol)}, {exited}, {spoken(trade.reason.value)}; {r(trade.r)}"
        f"{fills_in_words(trade.fill_model)}"
    )


def _times(ground: _Ground, zone: tzinfo) -> Iterator[datetime]:
    """Round times of the zone, as many as fit."""
    length = (ground.end - ground.begin) / timedelta(minutes=1)
    every = next((each for each in _LABEL_EVERY if length / each <= _MAX_LABELS), _LABEL_EVERY[-1])
    local = ground.begin.astimezone(zone)
    at = local.replace(minute=0, second=0, microsecond=0)
    while at < ground.end:
        if at >= ground.begin:
            yield at
        at += timedelta(minutes=every)
