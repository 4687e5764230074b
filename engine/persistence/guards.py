"""Triggers of the store that apply to every program.

No program that opens the file can move a plan illegally, change what was agreed, let an order go
without an intent, or rewrite the journal. Those that another program took away or changed are renewed at each start
of a desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.domain.plan import ENDS_UNSENT, LEGAL_MOVES, PlanStatus

_AGREED = (
    *("plan_id", "symbol", "direction", "entry_price", "stop_loss", "take_profit", "volume", "conditions"),
    "created_by",
)
"""What cannot change once a plan is accepted: cancel it and make another."""
_INTENT = ("token", "plan_id", "at", "approved_by", "order_sent")

_NOTE_EVERY_PLAN = """
    INSERT OR IGNORE INTO outside_writes (plan_id) SELECT plan_id FROM trade_plans
    WHERE status = 'pending' AND plan_id NOT IN (SELECT plan_id FROM accepted_plans) ORDER BY rowid
"""
"""For a store in which the guards did not note what others wrote."""


def renewed(triggers: Mapping[str, str], *, is_shared: bool) -> Iterator[str]:
    """The statements that bring a store with these triggers (their SQL by name) to the guards of this version.

    A store that is not shared needs none that notes what others write.
    """
    if not {"plans_are_noted", "changes_are_noted"} <= triggers.keys():
        yield _NOTE_EVERY_PLAN
    for name in _REFUSING | _NOTING if is_shared else _REFUSING:
        drop, create = lifted(name)
        if triggers.get(name) != create:
            yield from (drop, create)


def lifted(name: str) -> tuple[str, str]:
    """The statements that drop a guard and create it again: for the desk alone, within one transaction."""
    return f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {(_REFUSING | _NOTING)[name]}"


def _refused(event: str, table: str, why: str, when: str = "") -> str:
    condition = f"WHEN {when}" if when else ""
    return f"BEFORE {event} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{why}'); END"


def _come_once(table: str, why: str, key: str) -> str:
    """REPLACE deletes silently: what is written once is not overwritten either."""
    return _refused("INSERT", table, why, f"EXISTS (SELECT 1 FROM {table} WHERE {key})")


def _changed(columns: Iterable[str]) -> str:
    return " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_IS_ACCEPTED = "EXISTS (SELECT 1 FROM accepted_plans WHERE plan_id = OLD.plan_id)"
_LEGAL = _listed(f"{was.value}>{now.value}" for was, moves in LEGAL_MOVES.items() for now in sorted(moves))
_EXECUTING = PlanStatus.EXECUTING.value
_ENDS_UNSENT = (
    f"OLD.status = '{_EXECUTING}' AND NEW.status IN ({_listed(sorted(ENDS_UNSENT))}) AND EXISTS "
    "(SELECT 1 FROM unsent_intents JOIN intents USING (token) WHERE plan_id = OLD.plan_id)"
)

_REFUSING = {
    "plans_move_legally": _refused(
        "UPDATE OF status",
        "trade_plans",
        "a plan cannot go from the state it is in to the one asked for",
        f"{_IS_ACCEPTED} AND NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({_LEGAL}) "
        f"AND NOT ({_ENDS_UNSENT})",
    ),
    "plans_execute_by_intent": _refused(
        "UPDATE OF status",
        "trade_plans",
        "a plan executes only after its intent is written",
        f"{_IS_ACCEPTED} AND NEW.status = '{_EXECUTING}' AND OLD.status <> NEW.status "
        "AND NOT EXISTS (SELECT 1 FROM intents WHERE plan_id = OLD.plan_id)",
    ),
    "plans_are_armed_by_the_user": _refused(
        "UPDATE OF status",
        "trade_plans",
        "a proposed plan becomes pending only when the user arms it",
        f"{_IS_ACCEPTED} AND OLD.status = '{PlanStatus.PROPOSED.value}' "
        f"AND NEW.status = '{PlanStatus.PENDING.value}' "
        "AND NOT EXISTS (SELECT 1 FROM armed_plans WHERE plan_id = OLD.plan_id)",
    ),
    "plans_keep_their_word": _refused(
        f"UPDATE OF {', '.join(_AGREED)}",
        "trade_plans",
        "an accepted plan cannot be changed: cancel it and make another",
        f"{_IS_ACCEPTED} AND ({_changed(_AGREED)})",
    ),
    "plans_stay_with_their_account": _refused(
        "UPDATE OF account",
        "trade_plans",
        "an accepted plan stays with its account",
        f"{_IS_ACCEPTED} AND coalesce(OLD.account, '') <> '' AND NEW.account IS NOT OLD.account",
    ),
    "plans_stay": _refused("DELETE", "trade_plans", "an accepted plan cannot be deleted: cancel it", _IS_ACCEPTED),
    "plans_come_once": _refused(
        *("INSERT", "trade_plans", "this plan id has been used already"),
        "EXISTS (SELECT 1 FROM accepted_plans WHERE plan_id = NEW.plan_id)",
    ),
    "intents_come_once": _come_once(
        "intents", "this plan has sent an order already", "token = NEW.token OR plan_id = NEW.plan_id"
    ),
    "signals_come_once": _come_once("signals", "this signal has been used already", "signal_id = NEW.signal_id"),
    "journal_grows": _come_once("journal", "the journal is append-only", "seq = NEW.seq"),
    # Except for the account of an intent from before accounts were kept apart.
    "intents_stay_as_written": _refused(
        "UPDATE", "intents", "an intent is never changed", f"OLD.account IS NOT NULL OR {_changed(_INTENT)}"
    ),
    "intents_stay": _refused("DELETE", "intents", "an intent is never deleted"),
    "unsent_intents_stay_as_written": _refused("UPDATE", "unsent_intents", "an intent is never changed"),
    "unsent_intents_stay": _refused("DELETE", "unsent_intents", "an intent is never deleted"),
    "arming_stays_as_written": _refused("UPDATE", "armed_plans", "an armed plan is never changed"),
    "arming_stays": _refused("DELETE", "armed_plans", "an armed plan is never deleted"),
    "signals_stay_as_written": _refused("UPDATE", "signals", "a used signal is never changed"),
    "signals_stay": _refused("DELETE", "signals", "a used signal is never deleted"),
    "acceptance_stays": _refused("DELETE", "accepted_plans", "an accepted plan stays accepted"),
    "journal_stays_as_written": _refused("UPDATE", "journal", "the journal is append-only"),
    "journal_stays": _refused("DELETE", "journal", "the journal is append-only"),
}

_FORGOTTEN = "DELETE FROM outside_writes WHERE plan_id = NEW.plan_id"
_NOTED = f"{_FORGOTTEN}; INSERT INTO outside_writes (plan_id) VALUES (NEW.plan_id)"

_NOTING = {
    "plans_are_noted": f"AFTER INSERT ON trade_plans BEGIN {_NOTED}; END",
    "changes_are_noted": f"AFTER UPDATE ON trade_plans BEGIN {_NOTED}; END",
    "accepted_is_no_news": f"AFTER INSERT ON accepted_plans BEGIN {_FORGOTTEN}; END",
}
