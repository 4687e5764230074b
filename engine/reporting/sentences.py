"""Every kind of record in the journal as a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress

from engine.conditions.catalogue import TITLES
from engine.domain.account import PAPER_ACCOUNT
from engine.domain.fills import FillModel
from engine.domain.journal import JournalEntry
from engine.domain.orders import OrderTrace
from engine.domain.tokens import installation_words
from engine.reporting.bearings import Payload, unwrapped
from engine.reporting.words import fills_in_words, money, price, r, spoken

_MOST_CHANGES = 3
_AUTHORITIES = {0: "halt", 1: "close only", 2: "manual", 3: "auto"}


def sentence(entry: JournalEntry) -> str:
    """What happened, for the user; what a later desk wrote, or wrote otherwise, is told by its kind."""
    tell = _SENTENCES.get(entry.kind)
    if tell is not None:
        with suppress(LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            return tell(unwrapped(entry.payload)) + _fills(entry)
    return spoken(entry.kind).capitalize()


def has_sentence(kind: str) -> bool:
    """Whether records of that kind are told in words of their own."""
    return kind in _SENTENCES


# -- plans ----------------------------------------------------------------------------------------------------------


def _plan(payload: Payload) -> str:
    plan = payload.get("plan", payload)
    symbol = plan["symbol"]
    levels = ", ".join(
        f"{name} {price(plan[field], symbol)}"
        for name, field in (("entry", "entry_price"), ("stop", "stop_loss"), ("target", "take_profit"))
    )
    return f"{plan['direction']} {plan['volume']:g} {symbol}, {levels}"


def _added(payload: Payload) -> str:
    setup = payload.get("inputs")
    if not isinstance(setup, dict):
        return f"Plan saved: {_plan(payload)}"
    words = "A+ setup" if setup["is_a_plus"] else "Setup"
    return f"{words} of score {setup['score']:g}: {_plan(payload)}; {_signals(setup)}"


def _who(by: str) -> str:
    """Who ordered something: records call the user of the window `person`."""
    return "the user" if by == "person" else by


def _signals(setup: Payload) -> str:
    return ", ".join(TITLES.get(name, spoken(name)) for name in setup["signals"])


def _awaiting(payload: Payload) -> str:
    setup = payload.get("told")
    if not isinstance(setup, dict):
        return "A setup triggered the plan: awaiting approval"
    return f"Awaiting approval: {setup['side']} {setup['symbol']}, score {setup['score']:g}, {_signals(setup)}"


def _executing(payload: Payload) -> str:
    order, by = payload["told"]["order"], payload["told"]["approved_by"]
    words = "without approval" if by == "auto" else f"approved by {_who(by)}"
    return f"Order for {_order(order)} released, {words}"


def _order(order: Payload) -> str:
    symbol = order["symbol"]
    return f"{order['side']} {order['volume_lots']:g} {symbol} at {price(order['reference_price'], symbol)}"


def _closed(payload: Payload) -> str:
    trade = payload["told"]["trade"] if "told" in payload else payload["trade"]
    net = trade["profit"] + trade["commission"] + trade["swap"]
    words = (
        f"{trade['side']} {trade['volume_lots']:g} {trade['symbol']} closed at {price(trade['exit'], trade['symbol'])}"
    )
    result = money(net) if trade["r"] is None else f"{r(trade['r'])}, {money(net)}"
    return f"{words}: {spoken(trade['reason'])}, {result}"


def _fills(entry: JournalEntry) -> str:
    """How the orders of a simulated result were filled; on paper there was only one way before results named it."""
    if entry.kind not in ("plan_closed", "trade_closed"):
        return ""
    payload = unwrapped(entry.payload)
    trade = payload["told"]["trade"] if "told" in payload else payload["trade"]
    is_older = "fill_model" not in trade and entry.account == PAPER_ACCOUNT
    name = FillModel.FOUR_CORNER if is_older else trade.get("fill_model")
    return fills_in_words(None if name is None else FillModel(name))


def _ended(words: str) -> Callable[[Payload], str]:
    def tell(payload: Payload) -> str:
        name, parted, reason = payload["reason"].partition(": ")
        why = reason if parted and "_" in name else payload["reason"]
        return f"{words}: {spoken(why)}" if why else words

    return tell


def _changed_outside(payload: Payload) -> str:
    reason = f": {payload['reason']}" if payload["reason"] else ""
    return f"Another program made the plan {spoken(payload['now'])}, it was {spoken(payload['was'])}{reason}"


# -- orders and positions -------------------------------------------------------------------------------------------


def _position(payload: Payload) -> str:
    position = payload["trade"]["position"]
    return f"{position['side']} {position['volume_lots']:g} {position['symbol']} ({position['ticket']})"


def _opened(payload: Payload) -> str:
    position = payload["trade"]["position"]
    slippage = payload["slippage"]
    words = f"Filled: {_position(payload)} at {price(position['entry'], position['symbol'])}"
    if payload["is_resumed"]:
        words = f"Found at the broker: {_position(payload)}, entered at {price(position['entry'], position['symbol'])}"
    if slippage:
        words += f", {price(abs(slippage), position['symbol'])} {'worse' if slippage > 0.0 else 'better'} than expected"
    return f"{words}, in part" if payload["is_partial"] else words


def _adopted(payload: Payload) -> str:
    order = payload["trade"]["order"]
    if order is None:
        return f"Took over {_position(payload)}, which matches no known order"
    return f"Took over {_position(payload)}: its order counted as failed, and the broker shows it filled after all"


def _unknown_orders(payload: Payload) -> str:
    orders = payload["orders"]
    if not orders:
        return "No order with an unknown outcome is left"
    return "Unknown outcome: " + "; ".join(
        f"{_order(each['order'])}, answer: {each['answer']}, {OrderTrace(each['trace']).sentence}" for each in orders
    )


def _others(payload: Payload) -> str:
    orders = len(payload.get("orders", ()))
    return f"Positions of others: {len(payload['positions'])}, working orders of others: {orders}"


def _other_trade(payload: Payload) -> str:
    what = "An order" if payload["is_working"] else "A position"
    whose = "of another desk" if payload["is_other_desk"] else "not of this desk"
    return (
        f"{what} {whose} is on the account: {payload['side']} {payload['volume_lots']:g} {payload['symbol']} "
        f"({payload['ticket']}); it counts against the limits"
    )


def _other_desks(words: str) -> Callable[[Payload], str]:
    return lambda payload: f"{words}; other desks seen: {installation_words(payload['installations'])}"


def _named(payload: Payload) -> str:
    words = f"This data folder is installation {payload['installation']}"
    before = payload["copied_from"]
    return f"{words}; it was copied or moved from installation {before}" if before else words


def _levels(payload: Payload) -> str:
    position = payload["trade"]["position"]
    stop, target = (price(position[name], position["symbol"]) for name in ("stop_loss", "take_profit"))
    return f"stop {stop}, target {target}"


def _why(words: str, about: Callable[[Payload], str] = _position) -> Callable[[Payload], str]:
    return lambda payload: f"{words} {about(payload)}: {payload['reason']}"


def _exit_sent(payload: Payload) -> str:
    again = f", attempt {payload['attempt']}" if payload["attempt"] > 1 else ""
    return f"Asked to close {_position(payload)}: {spoken(payload['reason'])}{again}"


def _reconciled(payload: Payload) -> str:
    words = f"Desk and broker agree: {payload['open_trades']} open"
    return f"{words}; still unknown: {', '.join(payload['unknown'])}" if payload["unknown"] else words


def _link(payload: Payload) -> str:
    if payload["is_connected"] and payload["may_trade"]:
        return "The broker is connected and takes orders"
    state = "is connected but takes no orders" if payload["is_connected"] else "is not connected"
    return f"The broker {state}: {payload['reason']}"


def _account(payload: Payload) -> str:
    account = payload["account"]
    return f"Account: balance {account['balance']:,.2f} {account['currency']}, equity {account['equity']:,.2f}"


def _doubted(payload: Payload) -> str:
    if not payload["sentence"]:
        return f"The broker's contract terms of {payload['symbol']} are no longer in doubt"
    return f"The broker's contract terms of {payload['symbol']} are in doubt: {payload['sentence']}"


def _clock_confirmed(payload: Payload) -> str:
    minutes = int(payload["server_ahead_minutes"])
    offset = f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
    return f"The user confirmed that this computer's clock is right and the broker's server is at {offset}"


# -- the desk -------------------------------------------------------------------------------------------------------


def _modes(payload: Payload) -> str:
    was, now = payload["was"], payload["now"]
    parts = []
    if was["authority"] != now["authority"]:
        parts.append(f"The desk went from {_AUTHORITIES[was['authority']]} to {_AUTHORITIES[now['authority']]}")
    before, after = set(was["auto_symbols"]), set(now["auto_symbols"])
    parts += [f"{symbol} set to AUTO" for symbol in sorted(after - before)]
    parts += [f"{symbol} set to MANUAL" for symbol in sorted(before - after)]
    return f"{', '.join(parts)}: {now['cause'] or _who(payload['by'])}"


def _health(payload: Payload) -> str:
    if payload["is_holding"]:
        return f"Health allows {spoken(payload['allowed'])} at most: {payload['sentence'].removesuffix('.')}"
    return f"Health no longer reduces authority because of {spoken(payload['vital'])}"


def _desk_closed(payload: Payload) -> str:
    who = "The operating system closed the desk" if payload["cause"] == "system" else "The desk was closed"
    if not payload["positions"] and not payload["orders"]:
        return f"{who}; nothing was open"
    left = [f"{_count(payload['positions'], 'position')} open"] if payload["positions"] else []
    left += [f"{_count(payload['orders'], 'order')} without an answer"] if payload["orders"] else []
    fate = "stops stay at the broker" if payload["is_live"] else "the paper account ended with it"
    return f"{who} with {' and '.join(left)}: {fate}"


def _flatten_progress(payload: Payload) -> str:
    orders = f" and {_count(payload['orders'], 'order')} on the way" if payload["orders"] else ""
    doubt = "" if payload["is_certain"] else ", not yet confirmed by the broker"
    return f"Flatten: {_count(payload['positions'], 'position')}{orders} left{doubt}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _unreadable(payload: Payload) -> str:
    if payload["table"] == "archive":
        return f"Archive file {payload['row']}: {payload['reason']}"
    return f"Row {payload['row']} of {payload['table']} is left out: {payload['reason']}"


def _settings(payload: Payload) -> str:
    changes = payload.get("changes")
    if not changes:
        return f"Settings {payload['now']} are in force"
    more = f", and {len(changes) - _MOST_CHANGES} more" if len(changes) > _MOST_CHANGES else ""
    return f"Settings changed by {_who(payload['by'])}: {', '.join(map(_change, changes[:_MOST_CHANGES]))}{more}"


def _limits(payload: Payload) -> str:
    waiting = payload["waiting"]
    if not waiting:
        return "No relaxed limit is waiting for its delay"
    return f"Relaxed limits waiting for their delay: {', '.join(map(_change, waiting))}"


def _change(change: Payload) -> str:
    return f"{change['key']} {json.dumps(change['old'])} → {json.dumps(change['new'])}"


def _annotated(payload: Payload) -> str:
    now = payload["now"]
    note = " ".join(now["note"].split())
    tags = f" [{', '.join(now['tags'])}]" if now["tags"] else ""
    return f"Note: {note or 'none'}{tags}" if note or tags else "Note removed"


def _refused(payload: Payload) -> str:
    name = payload["command"]
    words = name[0] + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[1:])
    return f"{words} failed: {payload['reason']}"


_SENTENCES: dict[str, Callable[[Payload], str]] = {
    "plan_put": lambda payload: f"Plan added by another program: {_plan(payload)}",
    "plan_added": _added,
    "plan_accepted": lambda payload: f"Plan accepted: {_plan(payload)}",
    "plan_refused": _ended("Plan refused"),
    "plan_taken_back": lambda payload: f"Plan cancelled by {_who(payload['by'])}",
    "plan_changed_outside": _changed_outside,
    "plan_conflict": _ended("Another program was faster"),
    "plan_awaiting_approval": _awaiting,
    "plan_executing": _executing,
    "plan_open": lambda _: "The order of the plan was filled",
    "plan_closed": _closed,
    "plan_expired": _ended("Plan expired"),
    "plan_cancelled": _ended("Plan cancelled"),
    "plan_rejected": _ended("Plan rejected"),
    "plan_denied": _ended("Risk check failed"),
    "plan_failed": _ended("The order of the plan failed"),
    "order_sent": lambda payload: f"Order sent: {_order(payload['order'])}",
    "order_failed": lambda payload: f"Order failed: {_order(payload['order'])}: {payload['reason']}",
    "order_unknown": lambda payload: f"Outcome unknown: {_order(payload['order'])}: {payload['reason']}",
    "unknown_orders_changed": _unknown_orders,
    "trade_opened": _opened,
    "trade_closed": _closed,
    "trade_amended": lambda payload: f"The broker's position differs from the desk's record: {_position(payload)}",
    "trade_reduced": lambda payload: f"Partly closed; what remains is {_position(payload)}",
    "trade_annotated": _annotated,
    "position_adopted": _adopted,
    "position_vanished": lambda payload: f"{_position(payload)} is gone, and the broker does not show why",
    "other_positions_changed": _others,
    "other_trade_seen": _other_trade,
    "other_desk_seen": lambda payload: f"Another desk was seen: {installation_words([payload['installation']])}",
    "other_desks_seen": _other_desks("AUTO is off until the user says which desk trades on the account"),
    "account_claimed": _other_desks("The user confirmed that this desk trades on the account"),
    "installation_named": _named,
    "stop_moved": lambda payload: f"Levels of {_position(payload)} ({spoken(payload['kind'])}): {_levels(payload)}",
    "stop_move_refused": _why("The broker did not change the levels of"),
    "protection_lost": _why("No stop loss on"),
    "exit_sent": _exit_sent,
    "exit_refused": _why("The broker did not close"),
    "reconciliation_started": lambda payload: f"Asking the broker for positions and orders: {payload['reason']}",
    "reconciled": _reconciled,
    "account_updated": _account,
    "broker_link_changed": _link,
    "terms_doubted": _doubted,
    "clock_confirmed": _clock_confirmed,
    "modes_changed": _modes,
    "health_changed": _health,
    "halted": lambda payload: f"HALT by {_who(payload['by'])}: {payload['reason']}",
    "halt_released": lambda payload: f"Halt released by {_who(payload['by'])}",
    "flatten_begun": lambda payload: f"FLATTEN by {_who(payload['by'])}: every position is to be closed",
    "flatten_progress": _flatten_progress,
    "flatten_ended": lambda _: "Flatten is done: everything is closed",
    "flatten_cancelled": lambda payload: f"Flatten cancelled by {_who(payload['by'])}",
    "exits_ordered": lambda payload: f"To be closed, also after a restart: {_count(len(payload['exits']), 'position')}",
    "command_refused": _refused,
    "settings_changed": _settings,
    "limits_noted": _limits,
    "row_unreadable": _unreadable,
    "store_begun": lambda payload: f"A new store was started: {payload['reason'] or 'there was none'}",
    "records_differ": lambda payload: f"The records of the account do not agree: {'; '.join(payload['differences'])}",
    "records_confirmed": lambda payload: (
        f"The user confirmed the records of the account: {_count(len(payload['keys']), 'difference')}"
    ),
    "accounts_assigned": lambda payload: (
        f"Older records that named no account now belong to the {payload['account']}: "
        f"{_count(payload['trades'], 'trade')}, {_count(payload['plans'], 'plan')}"
    ),
    "desk_closed": _desk_closed,
    "practice_begun": lambda payload: f"Practice run {payload['run']} begins with a paper account of its own",
}
