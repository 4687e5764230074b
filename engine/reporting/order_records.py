"""Sentences for records of orders, positions and their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.domain.orders import OrderTrace
from engine.reporting.record_kinds import NOTES, ORDERS, RESULTS, RecordKind, count, order_words, position_words
from engine.reporting.record_subject import Payload
from engine.reporting.words import money, price, r, spoken


def _opened(payload: Payload) -> str:
    position = payload["trade"]["position"]
    slippage = payload["slippage"]
    words = f"Filled: {position_words(payload)} at {price(position['entry'], position['symbol'])}"
    if payload["is_resumed"]:
        words = (
            f"Found at the broker: {position_words(payload)}, entered at {price(position['entry'], position['symbol'])}"
        )
    if slippage:
        words += f", {price(abs(slippage), position['symbol'])} {'worse' if slippage > 0.0 else 'better'} than expected"
    return f"{words}, in part" if payload["is_partial"] else words


def closed_trade(payload: Payload) -> Payload:
    """The result in a record."""
    trade: Payload = payload["told"]["trade"] if "told" in payload else payload["trade"]
    return trade


def _has_trade(payload: Payload) -> bool:
    """False for the plan of an order that was merged into a position: the result is in the record of another plan."""
    return "trade" in payload or payload["told"] is not None


def _closed(payload: Payload) -> str:
    if not _has_trade(payload):
        return f"Plan closed: {payload['reason']}"
    trade = closed_trade(payload)
    net = trade["profit"] + trade["commission"] + trade["swap"]
    words = (
        f"{trade['side']} {trade['volume_lots']:g} {trade['symbol']} closed at {price(trade['exit'], trade['symbol'])}"
    )
    result = money(net) if trade["r"] is None else f"{r(trade['r'])}, {money(net)}"
    return f"{words}: {spoken(trade['reason'])}, {result}"


def _adopted(payload: Payload) -> str:
    order = payload["trade"]["order"]
    if order is None:
        return f"Took over {position_words(payload)}, which matches no known order"
    return f"Took over {position_words(payload)}: its order counted as failed, and the broker shows it filled after all"


def _unknown_orders(payload: Payload) -> str:
    orders = payload["orders"]
    if not orders:
        return "No order with an unknown outcome is left"
    return "Unknown outcome: " + "; ".join(
        f"{order_words(each['order'])}, answer: {each['answer']}, {OrderTrace(each['trace']).sentence}"
        for each in orders
    )


def _levels(payload: Payload) -> str:
    position = payload["trade"]["position"]
    stop, target = (price(position[name], position["symbol"]) for name in ("stop_loss", "take_profit"))
    return f"stop {stop}, target {target}"


def _exit_sent(payload: Payload) -> str:
    again = f", attempt {payload['attempt']}" if payload["attempt"] > 1 else ""
    return f"Asked to close {position_words(payload)}: {spoken(payload['reason'])}{again}"


def _rules_changed(payload: Payload) -> str:
    rules = payload["trade"]["rules"]
    switches = {"trailing stop": rules["trailing"], "opposite candle close": rules["opposite_candle"]}
    words = (f"{name} {'on' if is_on else 'off'}" for name, is_on in switches.items() if is_on is not None)
    return f"Exit rules of {position_words(payload)}: {', '.join(words) or 'as in the settings'}"


def _annotated(payload: Payload) -> str:
    now = payload["now"]
    note = " ".join(now["note"].split())
    tags = f" [{', '.join(now['tags'])}]" if now["tags"] else ""
    return f"Note: {note or 'none'}{tags}" if note or tags else "Note removed"


ORDER_RECORDS: Final[Mapping[str, RecordKind]] = {
    "plan_closed": RecordKind(RESULTS, _closed),
    "order_sent": RecordKind(ORDERS, "Order sent: {order}"),
    "order_failed": RecordKind(ORDERS, "Order failed: {order}: {reason}", is_warning=True),
    "order_unknown": RecordKind(ORDERS, "Outcome unknown: {order}: {reason}", is_warning=True),
    "unknown_orders_changed": RecordKind(ORDERS, _unknown_orders),
    "trade_opened": RecordKind(ORDERS, _opened),
    "order_merged": RecordKind(ORDERS, "Merged into the open position: {order}"),
    "trade_closed": RecordKind(RESULTS, _closed),
    "trade_amended": RecordKind(ORDERS, "The broker's position differs from the desk's record: {position}"),
    "trade_reduced": RecordKind(ORDERS, "Partly closed; what remains is {position}"),
    "trade_annotated": RecordKind(NOTES, _annotated),
    "position_adopted": RecordKind(ORDERS, _adopted),
    "position_vanished": RecordKind(ORDERS, "{position} is gone, and the broker does not show why", is_warning=True),
    "stop_moved": RecordKind(
        ORDERS, lambda payload: f"Levels of {position_words(payload)} ({spoken(payload['kind'])}): {_levels(payload)}"
    ),
    "stop_move_refused": RecordKind(
        ORDERS, "The broker did not change the levels of {position}: {reason}", is_warning=True
    ),
    "protection_lost": RecordKind(ORDERS, "No stop loss on {position}: {reason}", is_warning=True),
    "exit_sent": RecordKind(ORDERS, _exit_sent),
    "exit_refused": RecordKind(ORDERS, "The broker did not close {position}: {reason}", is_warning=True),
    "partial_close_sent": RecordKind(ORDERS, "Asked to close {volume_lots:g} lots of {position}"),
    "partial_close_refused": RecordKind(
        ORDERS, "The broker did not close {volume_lots:g} lots of {position}: {reason}", is_warning=True
    ),
    "exit_rules_changed": RecordKind(ORDERS, _rules_changed),
    "exit_rules_kept": RecordKind(
        ORDERS, lambda payload: f"Exit rules switched by the user: {count(len(payload['rules']), 'position')}"
    ),
    "exits_ordered": RecordKind(
        ORDERS, lambda payload: f"To be closed, also after a restart: {count(len(payload['exits']), 'position')}"
    ),
}
