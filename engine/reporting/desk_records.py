"""Sentences for records of the desk, its settings and its broker."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from config.words import capitalised
from engine.domain.messages.proposals import author_words
from engine.domain.tokens import installation_words
from engine.reporting.record_kinds import BROKER, DESK, RecordKind, count, who
from engine.reporting.record_subject import Payload
from engine.reporting.words import spoken

_MAX_CHANGES: Final = 3
_AUTHORITIES: Final = {0: "halt", 1: "close only", 2: "manual", 3: "auto"}


def _door_opened(payload: Payload) -> str:
    left = f"; replaces that of a desk that was killed (process {payload['left_by']})" if payload["left_by"] else ""
    return f"The local API is open on port {payload['port']}{left}"


def _caller(payload: Payload) -> str:
    return capitalised(author_words(payload["by"]))


def _door_asked(payload: Payload) -> str:
    words = f"{_caller(payload)} requested {spoken(payload['operation'])}"
    return words if payload["outcome"] == "answered" else f"{words}, refused: {payload['reason']}"


def _door_counted(payload: Payload) -> str:
    operations = ", ".join(f"{spoken(name)} {number}" for name, number in payload["operations"].items())
    refused = f"; {payload['refused']} refused" if payload["refused"] else ""
    return (
        f"{_caller(payload)} made {count(payload['requests'], 'more request')} within a minute: {operations}{refused}"
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


def _modes(payload: Payload) -> str:
    was, now = payload["was"], payload["now"]
    parts = []
    if was["authority"] != now["authority"]:
        parts.append(f"The desk went from {_AUTHORITIES[was['authority']]} to {_AUTHORITIES[now['authority']]}")
    before, after = set(was["auto_symbols"]), set(now["auto_symbols"])
    parts += [f"{symbol} set to AUTO" for symbol in sorted(after - before)]
    parts += [f"{symbol} set to MANUAL" for symbol in sorted(before - after)]
    return f"{', '.join(parts)}: {now['cause'] or who(payload['by'])}"


def _auto_allowed(payload: Payload) -> str:
    confirmed = f"; the user typed {payload['typed']}" if payload["typed"] else ""
    allowed = f"{payload['symbol']}: AUTO allowed by {who(payload['by'])} with settings {payload['settings_hash']}"
    return f"{allowed}: {payload['figure']}{confirmed}"


def _health(payload: Payload) -> str:
    if payload["is_holding"]:
        return f"Health allows {spoken(payload['allowed'])} at most: {payload['sentence'].removesuffix('.')}"
    return f"Health no longer reduces authority because of {spoken(payload['vital'])}"


def _desk_closed(payload: Payload) -> str:
    who = "The operating system closed the desk" if payload["cause"] == "system" else "The desk was closed"
    if not payload["positions"] and not payload["orders"]:
        return f"{who}; nothing was open"
    left = [f"{count(payload['positions'], 'position')} open"] if payload["positions"] else []
    left += [f"{count(payload['orders'], 'order')} without an answer"] if payload["orders"] else []
    if payload.get("is_paper_kept"):
        fate = "the paper account is kept"
    else:
        fate = "stops stay at the broker" if payload["is_live"] else "the paper account ended with it"
    return f"{who} with {' and '.join(left)}: {fate}"


def _flatten_progress(payload: Payload) -> str:
    orders = f" and {count(payload['orders'], 'order')} on the way" if payload["orders"] else ""
    doubt = "" if payload["is_certain"] else ", not yet confirmed by the broker"
    return f"Flatten: {count(payload['positions'], 'position')}{orders} left{doubt}"


def _unreadable(payload: Payload) -> str:
    if payload["table"] == "archive":
        return f"Archive file {payload['row']}: {payload['reason']}"
    return f"Row {payload['row']} of {payload['table']} is left out: {payload['reason']}"


def _settings(payload: Payload) -> str:
    changes = payload.get("changes")
    if not changes:
        return f"Settings {payload['now']} are in force"
    more = f", and {len(changes) - _MAX_CHANGES} more" if len(changes) > _MAX_CHANGES else ""
    return f"Settings changed by {who(payload['by'])}: {', '.join(map(_change, changes[:_MAX_CHANGES]))}{more}"


def _limits(payload: Payload) -> str:
    waiting = payload["waiting"]
    if not waiting:
        return "No relaxed limit is waiting for its delay"
    return f"Relaxed limits waiting for their delay: {', '.join(map(_change, waiting))}"


def _change(change: Payload) -> str:
    return f"{change['key']} {json.dumps(change['old'])} → {json.dumps(change['new'])}"


def _refused(payload: Payload) -> str:
    name = payload["command"]
    words = name[0] + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name[1:])
    return f"{words} failed: {payload['reason']}"


DESK_RECORDS: Final[Mapping[str, RecordKind]] = {
    "other_positions_changed": RecordKind(BROKER, _others),
    "other_trade_seen": RecordKind(BROKER, _other_trade),
    "other_desk_seen": RecordKind(
        BROKER, lambda payload: f"Another desk was seen: {installation_words([payload['installation']])}"
    ),
    "other_desks_seen": RecordKind(
        BROKER, _other_desks("AUTO is off until the user says which desk trades on the account")
    ),
    "account_claimed": RecordKind(BROKER, _other_desks("The user confirmed that this desk trades on the account")),
    "installation_named": RecordKind(BROKER, _named),
    "reconciliation_started": RecordKind(BROKER, "Asking the broker for positions and orders: {reason}"),
    "reconciled": RecordKind(BROKER, _reconciled),
    "account_updated": RecordKind(BROKER, _account),
    "broker_link_changed": RecordKind(BROKER, _link),
    "terms_doubted": RecordKind(BROKER, _doubted, is_warning=True),
    "clock_confirmed": RecordKind(BROKER, _clock_confirmed),
    "modes_changed": RecordKind(DESK, _modes),
    "auto_allowed": RecordKind(DESK, _auto_allowed),
    "auto_permit_lost": RecordKind(DESK, "{symbol}: AUTO has to be confirmed again: {reason}"),
    "door_opened": RecordKind(DESK, _door_opened),
    "door_closed": RecordKind(DESK, "The local API was closed: {reason}"),
    "door_asked": RecordKind(DESK, _door_asked),
    "door_counted": RecordKind(DESK, _door_counted),
    "auto_withdrawn": RecordKind(DESK, "{symbol} set to MANUAL by the desk: {reason}", is_warning=True),
    "health_changed": RecordKind(DESK, _health),
    "halted": RecordKind(DESK, "HALT by {by}: {reason}", is_warning=True),
    "halt_released": RecordKind(DESK, "Halt released by {by}"),
    "flatten_begun": RecordKind(DESK, "FLATTEN by {by}: every position is to be closed", is_warning=True),
    "flatten_progress": RecordKind(DESK, _flatten_progress),
    "flatten_ended": RecordKind(DESK, "Flatten is done: everything is closed"),
    "flatten_cancelled": RecordKind(DESK, "Flatten cancelled by {by}"),
    "command_refused": RecordKind(DESK, _refused, is_warning=True),
    "settings_changed": RecordKind(DESK, _settings),
    "limits_noted": RecordKind(DESK, _limits),
    "row_unreadable": RecordKind(DESK, _unreadable, is_warning=True),
    "store_begun": RecordKind(
        DESK, lambda payload: f"A new store was started: {payload['reason'] or 'there was none'}"
    ),
    "records_differ": RecordKind(
        DESK,
        lambda payload: f"The records of the account do not agree: {'; '.join(payload['differences'])}",
        is_warning=True,
    ),
    "records_confirmed": RecordKind(
        DESK,
        lambda payload: f"The user confirmed the records of the account: {count(len(payload['keys']), 'difference')}",
    ),
    "accounts_assigned": RecordKind(
        DESK,
        lambda payload: (
            f"Older records that named no account now belong to the {payload['account']}: "
            f"{count(payload['trades'], 'trade')}, {count(payload['plans'], 'plan')}"
        ),
    ),
    "desk_closed": RecordKind(DESK, _desk_closed),
    "practice_begun": RecordKind(DESK, "Practice run {run} begins with a paper account of its own"),
}
