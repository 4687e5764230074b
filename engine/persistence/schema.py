"""The tables of the store, step by step from one version to the next, and the guards that hold for every program.

The guards are triggers: whoever opens the file, with whatever program, cannot move a plan illegally, change what was
agreed, let an order go without an intent, or rewrite the journal. They are renewed at each start of a desk.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.account import PAPER_ACCOUNT
from engine.domain.plan import ENDS_UNSENT, LEGAL_MOVES, PlanStatus

_FIRST_VERSION = (
    """
    CREATE TABLE trade_plans (
        plan_id TEXT NOT NULL PRIMARY KEY,
        symbol TEXT,
        direction TEXT,
        entry_price REAL,
        stop_loss REAL,
        take_profit REAL,
        volume REAL,
        conditions TEXT NOT NULL DEFAULT '{}',
        created_at TEXT,
        created_by TEXT,
        status TEXT NOT NULL DEFAULT 'pending',
        expires_at TEXT,
        executed_at TEXT,
        ticket INTEGER,
        notes TEXT,
        profit_loss REAL,
        exit_price REAL,
        close_time TEXT,
        close_reason TEXT
    )
    """,
    "CREATE INDEX plans_by_status ON trade_plans(status)",
    # Plans that the desk has examined and answers for; a row that is not in here is still its author's.
    "CREATE TABLE accepted_plans (plan_id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE signals (signal_id TEXT NOT NULL PRIMARY KEY, plan_id TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE intents (
        token TEXT NOT NULL PRIMARY KEY,
        plan_id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        approved_by TEXT NOT NULL,
        order_sent TEXT NOT NULL
    )
    """,
    "CREATE INDEX intents_by_time ON intents(at)",
    """
    CREATE TABLE closed_trades (
        ticket INTEGER NOT NULL,
        entered_at TEXT NOT NULL,
        exited_at TEXT NOT NULL,
        symbol TEXT NOT NULL,
        plan_id TEXT NOT NULL,
        trade TEXT NOT NULL,
        PRIMARY KEY (ticket, entered_at)
    )
    """,
    "CREATE INDEX closed_trades_by_time ON closed_trades(exited_at)",
    """
    CREATE TABLE daily_figures (
        trading_day TEXT NOT NULL,
        symbol TEXT NOT NULL,
        trades INTEGER NOT NULL,
        wins INTEGER NOT NULL,
        losses INTEGER NOT NULL,
        profit REAL NOT NULL,
        costs REAL NOT NULL,
        r REAL NOT NULL,
        r_trades INTEGER NOT NULL,
        peak REAL NOT NULL,
        drawdown REAL NOT NULL,
        consecutive_losses INTEGER NOT NULL,
        PRIMARY KEY (trading_day, symbol)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE locks (
        name TEXT NOT NULL,
        symbol TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT,
        reason TEXT NOT NULL,
        PRIMARY KEY (name, symbol)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE memory (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE settings (hash TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, settings TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        symbol TEXT,
        plan_id TEXT,
        settings TEXT NOT NULL,
        payload TEXT NOT NULL
    )
    """,
    "CREATE INDEX journal_by_kind ON journal(kind)",
    "CREATE INDEX journal_by_time ON journal(at)",
    "CREATE INDEX journal_by_plan ON journal(plan_id) WHERE plan_id IS NOT NULL",
)

_SECOND_VERSION = (
    # Each practice run has a paper account of its own, whose tickets and times may have been those of another run.
    """
    CREATE TABLE trades_of_runs (
        ticket INTEGER NOT NULL,
        entered_at TEXT NOT NULL,
        exited_at TEXT NOT NULL,
        symbol TEXT NOT NULL,
        plan_id TEXT NOT NULL,
        run TEXT NOT NULL,
        trade TEXT NOT NULL,
        PRIMARY KEY (ticket, entered_at, plan_id)
    )
    """,
    """
    INSERT INTO trades_of_runs (ticket, entered_at, exited_at, symbol, plan_id, run, trade)
    SELECT ticket, entered_at, exited_at, symbol, plan_id, coalesce((
        SELECT 'p' || json_extract(run.payload, '$.run') || '-' FROM journal run
        WHERE run.kind = 'practice_begun' AND run.seq < (
            SELECT max(told.seq) FROM journal told WHERE told.plan_id = closed_trades.plan_id)
        ORDER BY run.seq DESC LIMIT 1
    ), ''), trade FROM closed_trades ORDER BY rowid
    """,
    "DROP TABLE closed_trades",
    "ALTER TABLE trades_of_runs RENAME TO closed_trades",
    "CREATE INDEX closed_trades_by_time ON closed_trades(exited_at)",
    "CREATE TABLE entry_grounds (plan_id TEXT NOT NULL PRIMARY KEY, grounds TEXT NOT NULL) WITHOUT ROWID",
    """
    CREATE TABLE annotations (
        trade_id TEXT NOT NULL PRIMARY KEY,
        at TEXT NOT NULL,
        note TEXT NOT NULL,
        tags TEXT NOT NULL
    ) WITHOUT ROWID
    """,
)

_THIRD_VERSION = ("CREATE INDEX journal_by_symbol ON journal(symbol) WHERE symbol IS NOT NULL",)

_FOURTH_VERSION = (
    """
    CREATE TABLE prices_of_trades (
        run TEXT NOT NULL,
        symbol TEXT NOT NULL,
        at TEXT NOT NULL,
        low REAL NOT NULL,
        high REAL NOT NULL,
        close REAL NOT NULL,
        PRIMARY KEY (run, symbol, at)
    ) WITHOUT ROWID
    """,
)

_JOURNAL_DAYS = (
    # Which record was the newest when a day of the machine began.
    "CREATE TABLE journal_days (day TEXT NOT NULL PRIMARY KEY, newest INTEGER NOT NULL) WITHOUT ROWID",
)

_OUTSIDE_WRITES = (
    # Plan rows that were written and that the desk has not examined, so that it never searches all of them. A place
    # is never used again, and a row that is written again gets a new one.
    "CREATE TABLE outside_writes (place INTEGER PRIMARY KEY AUTOINCREMENT, plan_id NOT NULL UNIQUE)",
)

_ACCOUNTS = (
    # Tables without rowid begin with the columns of their key: some versions of SQLite find fault with others.
    # Every row belongs to an account; the column is empty or NULL if that account is not known.
    "ALTER TABLE trade_plans ADD COLUMN account TEXT",
    "ALTER TABLE intents ADD COLUMN account TEXT",
    "ALTER TABLE journal ADD COLUMN account TEXT",
    """
    CREATE TABLE trades_of_accounts (
        ticket INTEGER NOT NULL,
        entered_at TEXT NOT NULL,
        exited_at TEXT NOT NULL,
        symbol TEXT NOT NULL,
        plan_id TEXT NOT NULL,
        run TEXT NOT NULL,
        trade TEXT NOT NULL,
        account TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (account, ticket, entered_at, plan_id)
    )
    """,
    f"""
    INSERT INTO trades_of_accounts (ticket, entered_at, exited_at, symbol, plan_id, run, trade, account)
    SELECT ticket, entered_at, exited_at, symbol, plan_id, run, trade,
        CASE run WHEN '' THEN '' ELSE '{PAPER_ACCOUNT}' END
    FROM closed_trades ORDER BY rowid
    """,
    "DROP TABLE closed_trades",
    "ALTER TABLE trades_of_accounts RENAME TO closed_trades",
    "CREATE INDEX closed_trades_by_time ON closed_trades(exited_at)",
    """
    CREATE TABLE figures_of_accounts (
        account TEXT NOT NULL DEFAULT '',
        trading_day TEXT NOT NULL,
        symbol TEXT NOT NULL,
        trades INTEGER NOT NULL,
        wins INTEGER NOT NULL,
        losses INTEGER NOT NULL,
        profit REAL NOT NULL,
        costs REAL NOT NULL,
        r REAL NOT NULL,
        r_trades INTEGER NOT NULL,
        peak REAL NOT NULL,
        drawdown REAL NOT NULL,
        consecutive_losses INTEGER NOT NULL,
        PRIMARY KEY (account, trading_day, symbol)
    ) WITHOUT ROWID
    """,
    "INSERT INTO figures_of_accounts SELECT '', * FROM daily_figures",
    "DROP TABLE daily_figures",
    "ALTER TABLE figures_of_accounts RENAME TO daily_figures",
    """
    CREATE TABLE locks_of_accounts (
        account TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL,
        symbol TEXT NOT NULL,
        since TEXT NOT NULL,
        until TEXT,
        reason TEXT NOT NULL,
        PRIMARY KEY (account, name, symbol)
    ) WITHOUT ROWID
    """,
    "INSERT INTO locks_of_accounts SELECT '', name, symbol, since, until, reason FROM locks",
    "DROP TABLE locks",
    "ALTER TABLE locks_of_accounts RENAME TO locks",
    f"""
    UPDATE trade_plans SET account = '{PAPER_ACCOUNT}' WHERE plan_id IN (
        SELECT plan_id FROM signals WHERE signal_id GLOB 'p[0-9]*-*'
        UNION SELECT plan_id FROM closed_trades WHERE run <> '')
    """,
    "DROP TRIGGER IF EXISTS intents_stay_as_written",
    f"""
    UPDATE intents SET account = '{PAPER_ACCOUNT}'
    WHERE plan_id IN (SELECT plan_id FROM trade_plans WHERE account = '{PAPER_ACCOUNT}')
    """,
    """
    INSERT INTO memory (name, value) SELECT 'accounts_assigned', '' WHERE NOT EXISTS (
        SELECT 1 FROM accepted_plans UNION ALL SELECT 1 FROM intents UNION ALL SELECT 1 FROM closed_trades)
    """,
)

UNFINISHED = "status NOT IN ('closed', 'expired', 'cancelled', 'rejected', 'denied', 'failed')"
"""Plans that are not finished, those with an unknown status included."""

_UNFINISHED_PLANS = (f"CREATE INDEX plans_unfinished ON trade_plans(account, plan_id) WHERE {UNFINISHED}",)

_UNSENT_INTENTS = (
    # Intents whose orders are known never to have left: what the desk takes back must not look like an open question.
    """
    CREATE TABLE unsent_intents (
        token TEXT NOT NULL PRIMARY KEY,
        at TEXT NOT NULL,
        reason TEXT NOT NULL
    ) WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST_VERSION,
    _SECOND_VERSION,
    _THIRD_VERSION,
    _FOURTH_VERSION,
    _JOURNAL_DAYS,
    _OUTSIDE_WRITES,
    _ACCOUNTS,
    _UNFINISHED_PLANS,
    _UNSENT_INTENTS,
)
"""The statements that lead from version n to n + 1. A released step is never changed: add another."""

VERSION = len(MIGRATIONS)

AGREED_COLUMNS = (
    "plan_id",
    "symbol",
    "direction",
    "entry_price",
    "stop_loss",
    "take_profit",
    "volume",
    "conditions",
)
"""What cannot change once a plan is accepted: cancel it and make another."""


def guards() -> Iterator[str]:
    """The statements that renew every guard."""
    for name, definition in _GUARDS.items():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} {definition}"


def lifted(name: str) -> tuple[str, str]:
    """The statements that take a guard away and put it back: for the desk alone, within one transaction."""
    return f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {_GUARDS[name]}"


def _refusing(event: str, table: str, when: str, why: str) -> str:
    return f"BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"


def _accepted(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM accepted_plans WHERE plan_id = {row}.plan_id)"


_LEGAL = ", ".join(f"'{was.value}>{now.value}'" for was, moves in LEGAL_MOVES.items() for now in sorted(moves))
_UNSENT_ENDS = ", ".join(f"'{status.value}'" for status in sorted(ENDS_UNSENT))
_ENDS_UNSENT = (
    f"OLD.status = '{PlanStatus.EXECUTING.value}' AND NEW.status IN ({_UNSENT_ENDS}) AND EXISTS "
    "(SELECT 1 FROM unsent_intents JOIN intents USING (token) WHERE plan_id = OLD.plan_id)"
)
_SENDS = f"NEW.status = '{PlanStatus.EXECUTING.value}' AND OLD.status <> NEW.status"
_CHANGES = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in AGREED_COLUMNS)

NOTE_EVERY_PLAN = """
    INSERT OR IGNORE INTO outside_writes (plan_id) SELECT plan_id FROM trade_plans
    WHERE status = 'pending' AND plan_id NOT IN (SELECT plan_id FROM accepted_plans) ORDER BY rowid
"""
"""For a store in which the guards did not note what others wrote."""

_FORGOTTEN = "DELETE FROM outside_writes WHERE plan_id = NEW.plan_id"
_NOTED = f"{_FORGOTTEN}; INSERT INTO outside_writes (plan_id) VALUES (NEW.plan_id)"

_INTENT_CHANGES = " OR ".join(
    f"NEW.{column} IS NOT OLD.{column}" for column in ("token", "plan_id", "at", "approved_by", "order_sent")
)

_GUARDS = {
    "plans_are_noted": f"AFTER INSERT ON trade_plans BEGIN {_NOTED}; END",
    "changes_are_noted": f"AFTER UPDATE ON trade_plans BEGIN {_NOTED}; END",
    "accepted_is_no_news": f"AFTER INSERT ON accepted_plans BEGIN {_FORGOTTEN}; END",
    "plans_move_legally": _refusing(
        "UPDATE OF status",
        "trade_plans",
        f"WHEN {_accepted('OLD')} AND NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN ({_LEGAL}) "
        f"AND NOT ({_ENDS_UNSENT})",
        "a plan cannot go from the state it is in to the one asked for",
    ),
    "plans_execute_by_intent": _refusing(
        "UPDATE OF status",
        "trade_plans",
        f"WHEN {_accepted('OLD')} AND {_SENDS} AND NOT EXISTS (SELECT 1 FROM intents WHERE plan_id = OLD.plan_id)",
        "a plan executes only after its intent is written",
    ),
    "plans_keep_their_word": _refusing(
        f"UPDATE OF {', '.join(AGREED_COLUMNS)}",
        "trade_plans",
        f"WHEN {_accepted('OLD')} AND ({_CHANGES})",
        "an accepted plan cannot be changed: cancel it and make another",
    ),
    "plans_stay_with_their_account": _refusing(
        "UPDATE OF account",
        "trade_plans",
        f"WHEN {_accepted('OLD')} AND coalesce(OLD.account, '') <> '' AND NEW.account IS NOT OLD.account",
        "an accepted plan stays with its account",
    ),
    "plans_stay": _refusing(
        "DELETE", "trade_plans", f"WHEN {_accepted('OLD')}", "an accepted plan cannot be deleted: cancel it"
    ),
    "plans_come_once": _refusing(
        "INSERT", "trade_plans", f"WHEN {_accepted('NEW')}", "this plan id has been used already"
    ),
    # REPLACE deletes without telling: what is written once is not written over either.
    "intents_come_once": _refusing(
        "INSERT",
        "intents",
        "WHEN EXISTS (SELECT 1 FROM intents WHERE token = NEW.token OR plan_id = NEW.plan_id)",
        "this plan has sent an order already",
    ),
    "signals_come_once": _refusing(
        "INSERT",
        "signals",
        "WHEN EXISTS (SELECT 1 FROM signals WHERE signal_id = NEW.signal_id)",
        "this signal has been used already",
    ),
    "journal_grows": _refusing(
        "INSERT",
        "journal",
        "WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)",
        "the journal is append-only",
    ),
    # Except for the account of an intent from before accounts were kept apart.
    "intents_stay_as_written": _refusing(
        "UPDATE",
        "intents",
        f"WHEN OLD.account IS NOT NULL OR {_INTENT_CHANGES}",
        "an intent is never changed",
    ),
    "intents_stay": _refusing("DELETE", "intents", "", "an intent is never deleted"),
    "unsent_intents_stay_as_written": _refusing("UPDATE", "unsent_intents", "", "an intent is never changed"),
    "unsent_intents_stay": _refusing("DELETE", "unsent_intents", "", "an intent is never deleted"),
    "signals_stay_as_written": _refusing("UPDATE", "signals", "", "a used signal is never changed"),
    "signals_stay": _refusing("DELETE", "signals", "", "a used signal is never deleted"),
    "acceptance_stays": _refusing("DELETE", "accepted_plans", "", "an accepted plan stays accepted"),
    "journal_stays_as_written": _refusing("UPDATE", "journal", "", "the journal is append-only"),
    "journal_stays": _refusing("DELETE", "journal", "", "the journal is append-only"),
}
