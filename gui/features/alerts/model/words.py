"""What raises an alert, and its wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.words import capitalised
from engine.conditions.catalogue import TITLES, sentence
from engine.domain.calendar import EventAhead
from engine.domain.judgement import Explanation, Setup
from engine.domain.market import CANDLE_LENGTH, Side, minute_of
from engine.domain.messages.auto import AutoWithdrawn
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import (
    ExitRefused,
    OrderFailed,
    OrderMerged,
    OrderUnknown,
    OtherTradeSeen,
    PositionAdopted,
    PositionVanished,
    ProtectionLost,
    StopMoveRefused,
    TradeOpened,
)
from engine.domain.messages.proposals import OutsideAuthorSeen, author_words
from engine.domain.messages.trading import OtherDesksChanged
from engine.domain.plan import TradePlan
from engine.domain.price_alerts import PriceAlertFired
from engine.domain.risk import ApprovalCard
from engine.domain.tokens import installation_words
from engine.domain.trades import ClosedTrade
from engine.reporting.alert_records import alert_words, fired_words
from engine.reporting.plan_records import OUTSIDE_WORDS
from engine.reporting.words import fills_in_words, spoken
from gui.features.alerts.model.kinds import KIND_TITLES, NEW_AUTHOR, NO_NEWS, REJECTED, Alert, AlertKind
from gui.features.chart.model.readout import price_text
from gui.features.trading.model.position_troubles import is_alarming, trouble_of
from gui.features.trading.model.sentences import other_trade_words
from gui.features.trading.model.words import lots_text, money_text, r_text, reason_text, span_text


def of_setup(setup: Setup) -> Alert:
    kind = AlertKind.A_PLUS if setup.is_a_plus else AlertKind.SETUP
    names = ", ".join(TITLES.get(name, name) for name in (*setup.signals, *setup.edges))
    return Alert(
        kind=kind,
        title=f"{KIND_TITLES[kind]}: {setup.side.value} {setup.symbol}, score {setup.score:.3g}",
        words=names,
        safe_words=names,
        symbol=setup.symbol,
        side=setup.side,
        at=setup.known_at,
        candle_time=setup.candle_time,
    )


def of_near_misses(explanation: Explanation, engaged: frozenset[tuple[str, Side]] = frozenset()) -> Iterator[Alert]:
    """One for each side that lacks exactly one check of the market.

    Sides of symbols that are `engaged` have an order or a position already.
    """
    judgement = explanation.judgement
    for side, name in judgement.near_misses:
        if name in NO_NEWS or (judgement.symbol, side) in engaged:
            continue
        checks = (check for layer in explanation.of(side) for check in layer.deciding)
        words = next(sentence(check) for check in checks if check.name == name)
        yield Alert(
            kind=AlertKind.ONE_GATE_AWAY,
            title=f"{side.value} {judgement.symbol}: 1 condition missing",
            words=words,
            safe_words=words,
            symbol=judgement.symbol,
            side=side,
            check=name,
            at=judgement.candle_time,
            candle_time=judgement.candle_time,
        )


def of_card(card: ApprovalCard) -> Alert:
    plan = card.plan
    words = f"score {card.setup.score:.3g}, {span_text(card.ends_at - card.asked_at)} to answer"
    return Alert(
        kind=AlertKind.APPROVAL_WAITING,
        title=f"{plan.direction.value} {plan.symbol} waits for your approval",
        words=words,
        safe_words=words,
        symbol=plan.symbol,
        side=plan.direction,
        at=card.asked_at,
        plan_id=plan.plan_id,
    )


def of_proposal(plan: TradePlan) -> Alert:
    """Another program proposed a plan."""
    return Alert(
        kind=AlertKind.APPROVAL_WAITING,
        title=f"{plan.direction.value} {plan.symbol} was proposed",
        words=f"by {author_words(plan.created_by)}; it does not trade before you arm it",
        safe_words="It does not trade before you arm it",
        symbol=plan.symbol,
        side=plan.direction,
        check=plan.plan_id,
        at=plan.created_at,
        plan_id=plan.plan_id,
    )


def of_author(event: OutsideAuthorSeen) -> Alert:
    """A program writes plans into the table."""
    words = OUTSIDE_WORDS[event.treatment]
    return Alert(
        kind=AlertKind.LOCK,
        heading=NEW_AUTHOR,
        title=f"First plan of {author_words(event.author)}: {event.plan.direction.value} {event.plan.symbol}",
        words=capitalised(words),
        symbol=event.plan.symbol,
        check=f"author {event.author}",
        at=event.plan.created_at,
    )


def of_merge(event: OrderMerged) -> Alert:
    """An order was filled into a position that stood already."""
    order = event.order
    return Alert(
        kind=AlertKind.FILL,
        title=f"{order.side.value} {order.symbol} filled",
        words=f"{lots_text(order.volume_lots)}, merged into position {event.ticket}",
        symbol=order.symbol,
        side=order.side,
        check=order.token,
        at=event.at,
    )


def of_fill(event: TradeOpened, digits: Mapping[str, int]) -> Alert:
    trade, position = event.trade, event.trade.position
    price = price_text(position.entry, digits.get(trade.symbol, 2))
    return Alert(
        kind=AlertKind.FILL,
        title=f"{trade.side.value} {trade.symbol} filled at {price}",
        words=f"{lots_text(position.volume_lots)}{', less than requested' if event.is_partial else ''}",
        symbol=trade.symbol,
        side=trade.side,
        check=str(trade.ticket),
        at=event.at,
    )


def of_exit(trade: ClosedTrade) -> Alert:
    reason, fills = spoken(trade.reason.value), fills_in_words(trade.fill_model)
    return Alert(
        kind=AlertKind.EXIT,
        title=f"{trade.side.value} {trade.symbol} closed: {r_text(trade.r)}",
        words=f"{reason}, {money_text(trade.net_profit)}{fills}",
        safe_words=f"{reason}{fills}",
        symbol=trade.symbol,
        side=trade.side,
        check=str(trade.ticket),
        at=trade.exited_at,
    )


def of_price_alert(fired: PriceAlertFired) -> Alert:
    """The alert of a price alert that fired; the engine keeps it to one per candle, so that each has its own cause."""
    alert, words = fired.alert, fired_words(fired)
    is_of_candle = fired.price is None
    return Alert(
        kind=AlertKind.PRICE_ALERT,
        title=f"{alert.symbol}: {alert_words(alert)}",
        words=words,
        safe_words=words,
        symbol=alert.symbol,
        check=f"{alert.alert_id} {fired.at.isoformat()}",
        at=fired.at,
        candle_time=fired.at - CANDLE_LENGTH if is_of_candle else minute_of(fired.at),
    )


def of_denial(plan: TradePlan) -> Alert:
    """The alert of a plan that the risk check denied; the name of the check is safe, its sentence may hold money."""
    name, _, sentence = plan.close_reason.partition(": ")
    return Alert(
        kind=AlertKind.DENIAL,
        title=f"{plan.direction.value} {plan.symbol} was denied",
        words=reason_text(plan.close_reason),
        symbol=plan.symbol,
        side=plan.direction,
        safe_words=spoken(name) if sentence and name.isidentifier() else "",
        check=plan.close_reason.partition(":")[0],
    )


def of_news(ahead: EventAhead) -> Alert:
    """The alert of news that are close."""
    event = ahead.event
    minutes = max(0, round((event.at - ahead.at).total_seconds() / 60.0))
    figures = (("forecast", event.forecast), ("previous", event.previous))
    words = ", ".join(
        (f"{event.impact.value} impact", *(f"{name} {figure}" for name, figure in figures if figure))
    )  # fmt: skip
    return Alert(
        kind=AlertKind.ECONOMIC_EVENT,
        title=f"{event.name} {f'in {minutes} min' if minutes else 'now'}",
        words=words,
        safe_words=words,
        check=f"{event.at:%Y-%m-%dT%H:%M} {event.name}",
        at=ahead.at,
    )


def of_trouble(event: Event) -> Alert | None:
    """The alert of an order or position in trouble; None for any other event."""
    match event:
        case OrderFailed(order=order, reason=reason, at=at):
            title = f"The order for {order.symbol} failed"
            return Alert(
                kind=AlertKind.DENIAL,
                heading=REJECTED,
                title=title,
                words=reason,
                symbol=order.symbol,
                check="failed",
                at=at,
            )
        case OrderUnknown(order=order, reason=reason, at=at):
            title, symbol = f"{order.symbol}: the outcome of the order is unknown", order.symbol
        case PositionAdopted(trade=trade, at=at) if trade.order is not None:
            title, symbol = f"{trade.symbol} {trade.ticket}: filled after all", trade.symbol
            reason = "its order counted as failed; the desk manages this position"
        case ProtectionLost():
            return _of_risk(event)
        case ExitRefused() | StopMoveRefused():
            return _of_risk(event) if is_alarming(event) else None
        case PositionVanished(trade=trade, at=at):
            title, symbol = f"{trade.symbol} {trade.ticket} is gone", trade.symbol
            reason = "the broker does not show why"
        case OtherTradeSeen(symbol=symbol, at=at):
            title, reason = f"{symbol}: a trade by someone else", other_trade_words(event)
            check = f"other {event.ticket}"
            return Alert(kind=AlertKind.LOCK, title=title, words=reason, symbol=symbol, check=check, at=at)
        case AutoWithdrawn(symbol=symbol, reason=reason):
            title = f"{symbol} was set to MANUAL"
            return Alert(kind=AlertKind.LOCK, title=title, words=reason, symbol=symbol, check="auto")
        case OtherDesksChanged(undecided=undecided) if undecided:
            words = f"{installation_words(undecided)}; AUTO is off until you say which desk trades"
            return Alert(kind=AlertKind.LOCK, title="Another desk trades on this account", words=words, check="desks")
        case _:
            return None
    return Alert(kind=AlertKind.LOCK, title=title, words=reason, symbol=symbol, check=type(event).__name__, at=at)


def _of_risk(event: ExitRefused | StopMoveRefused | ProtectionLost) -> Alert:
    """The alert of a position that the broker does not close or protect."""
    trade, trouble = event.trade, trouble_of(event)
    return Alert(
        kind=AlertKind.POSITION_AT_RISK,
        title=f"{trade.side.value} {trade.symbol} {trade.ticket}: {trouble.headline}",
        words=f"{trouble.reason}. {trouble.way_out}",
        symbol=trade.symbol,
        side=trade.side,
        check=f"{type(event).__name__} {trade.ticket}",
        at=event.at,
    )
