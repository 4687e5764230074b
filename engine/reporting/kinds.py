"""The kinds of records in groups that the user can choose."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PLANS, ORDERS, RESULTS, NOTES, DESK, BROKER = (
    *("Setups and plans", "Orders and positions", "Results", "Notes", "Desk and settings", "Broker and account"),
)

ALL_KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        PLANS: frozenset(
            {
                *("plan_put", "plan_added", "plan_accepted", "plan_refused", "plan_taken_back"),
                *("plan_changed_outside", "plan_conflict", "plan_awaiting_approval", "plan_expired"),
                *("plan_cancelled", "plan_rejected", "plan_denied"),
            }
        ),
        ORDERS: frozenset(
            {
                *("plan_executing", "plan_open", "plan_failed", "order_sent", "order_failed", "order_unknown"),
                *("unknown_orders_changed",),
                *("trade_opened", "trade_amended", "trade_reduced", "position_adopted", "position_vanished"),
                *("stop_moved", "stop_move_refused", "protection_lost", "exit_sent", "exit_refused"),
                "exits_ordered",
            }
        ),
        RESULTS: frozenset({"plan_closed", "trade_closed"}),
        NOTES: frozenset({"trade_annotated"}),
        DESK: frozenset(
            {
                "modes_changed",
                "health_changed",
                "halted",
                "halt_released",
                *("flatten_begun", "flatten_progress", "flatten_ended", "flatten_cancelled"),
                "command_refused",
                "settings_changed",
                "limits_noted",
                "practice_begun",
                "desk_closed",
                "row_unreadable",
                "store_begun",
                "accounts_assigned",
                *("records_differ", "records_confirmed"),
            }
        ),
        BROKER: frozenset(
            {
                *("account_updated", "broker_link_changed", "other_positions_changed"),
                *("other_trade_seen", "other_desk_seen", "other_desks_seen", "account_claimed", "installation_named"),
                *("reconciliation_started", "reconciled", "terms_doubted", "clock_confirmed"),
            }
        ),
    }
)


def kinds_in(group: str) -> frozenset[str]:
    """The kinds of a group; raises KeyError for a name that is no group's."""
    return ALL_KINDS[group]


WARNINGS = frozenset(
    {
        *(
            "halted",
            "flatten_begun",
            "order_failed",
            "order_unknown",
            "plan_failed",
            "protection_lost",
            "position_vanished",
        ),
        *("exit_refused", "stop_move_refused", "command_refused", "plan_conflict", "plan_refused", "row_unreadable"),
        *("terms_doubted", "records_differ"),
    }
)
"""Kinds that tell of something that went wrong or was stopped."""
