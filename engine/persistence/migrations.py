"""The tables of the store, step by step from one version to the next."""

from __future__ import annotations

from typing import Final

from engine.domain.account import PAPER_ACCOUNT

_KEYED_TEXT: Final = "TEXT NOT NULL PRIMARY KEY"
_TRADE: Final = """
    ticket INTEGER NOT NULL, entered_at TEXT NOT NULL, exited_at TEXT NOT NULL,
    symbol TEXT NOT NULL, plan_id TEXT NOT NULL
"""
_FIGURES: Final = """
    trading_day TEXT NOT NULL, symbol TEXT NOT NULL, trades INTEGER NOT NULL, wins INTEGER NOT NULL,
    losses INTEGER NOT NULL, profit REAL NOT NULL, costs REAL NOT NULL, r REAL NOT NULL, r_trades INTEGER NOT NULL,
    peak REAL NOT NULL, drawdown REAL NOT NULL, consecutive_losses INTEGER NOT NULL
"""
_LOCK: Final = "name TEXT NOT NULL, symbol TEXT NOT NULL, since TEXT NOT NULL, until TEXT, reason TEXT NOT NULL"
_TRADES_BY_TIME: Final = "CREATE INDEX closed_trades_by_time ON closed_trades(exited_at)"


def _table(name: str, columns: str, key: str = "", *, has_rowid: bool = False) -> str:
    """`key` may be left out where a column says that it is the key."""
    whole = f"{columns}, PRIMARY KEY ({key})" if key else columns
    return f"CREATE TABLE {name} ({whole}){'' if has_rowid else ' WITHOUT ROWID'}"


def _table_again(name: str, columns: str, key: str, rows: str, *, has_rowid: bool = False) -> tuple[str, ...]:
    """A table with other columns or another key; `rows` is the query that gives what it holds from now on."""
    return (
        _table(f"new_{name}", columns, key, has_rowid=has_rowid),
        f"INSERT INTO new_{name} {rows}",
        f"DROP TABLE {name}",
        f"ALTER TABLE new_{name} RENAME TO {name}",
    )


_FIRST_VERSION = (
    _table(
        "trade_plans",
        f"""
        plan_id {_KEYED_TEXT}, symbol TEXT, direction TEXT, entry_price REAL, stop_loss REAL, take_profit REAL,
        volume REAL, conditions TEXT NOT NULL DEFAULT '{{}}', created_at TEXT, created_by TEXT,
        status TEXT NOT NULL DEFAULT 'pending', expires_at TEXT, executed_at TEXT, ticket INTEGER, notes TEXT,
        profit_loss REAL, exit_price REAL, close_time TEXT, close_reason TEXT
        """,
        has_rowid=True,
    ),
    "CREATE INDEX plans_by_status ON trade_plans(status)",
    # Plans that the desk has examined and answers for; a row that is not in here is still its author's.
    _table("accepted_plans", f"plan_id {_KEYED_TEXT}, at TEXT NOT NULL"),
    _table("signals", f"signal_id {_KEYED_TEXT}, plan_id TEXT NOT NULL, at TEXT NOT NULL"),
    _table(
        "intents",
        f"""
        token {_KEYED_TEXT}, plan_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, approved_by TEXT NOT NULL,
        order_sent TEXT NOT NULL
        """,
        has_rowid=True,
    ),
    "CREATE INDEX intents_by_time ON intents(at)",
    _table("closed_trades", f"{_TRADE}, trade TEXT NOT NULL", "ticket, entered_at", has_rowid=True),
    _TRADES_BY_TIME,
    _table("daily_figures", _FIGURES, "trading_day, symbol"),
    _table("locks", _LOCK, "name, symbol"),
    _table("memory", f"name {_KEYED_TEXT}, value TEXT NOT NULL"),
    _table("settings", f"hash {_KEYED_TEXT}, at TEXT NOT NULL, settings TEXT NOT NULL"),
    _table(
        "journal",
        """
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, symbol TEXT, plan_id TEXT,
        settings TEXT NOT NULL, payload TEXT NOT NULL
        """,
        has_rowid=True,
    ),
    "CREATE INDEX journal_by_kind ON journal(kind)",
    "CREATE INDEX journal_by_time ON journal(at)",
    "CREATE INDEX journal_by_plan ON journal(plan_id) WHERE plan_id IS NOT NULL",
)

_TRADES_OF_RUNS = (
    # Each practice run has a paper account of its own, whose tickets and times may have been those of another run.
    *_table_again(
        "closed_trades",
        f"{_TRADE}, run TEXT NOT NULL, trade TEXT NOT NULL",
        "ticket, entered_at, plan_id",
        """
        SELECT ticket, entered_at, exited_at, symbol, plan_id, coalesce((
            SELECT 'p' || json_extract(run.payload, '$.run') || '-' FROM journal run
            WHERE run.kind = 'practice_begun' AND run.seq < (
                SELECT max(told.seq) FROM journal told WHERE told.plan_id = closed_trades.plan_id)
            ORDER BY run.seq DESC LIMIT 1
        ), ''), trade FROM closed_trades ORDER BY rowid
        """,
        has_rowid=True,
    ),
    _TRADES_BY_TIME,
    _table("entry_grounds", f"plan_id {_KEYED_TEXT}, grounds TEXT NOT NULL"),
    _table("annotations", f"trade_id {_KEYED_TEXT}, at TEXT NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL"),
)

_JOURNAL_BY_SYMBOL = ("CREATE INDEX journal_by_symbol ON journal(symbol) WHERE symbol IS NOT NULL",)

_PRICES_OF_TRADES = (
    _table(
        "prices_of_trades",
        "run TEXT NOT NULL, symbol TEXT NOT NULL, at TEXT NOT NULL, low REAL NOT NULL, high REAL NOT NULL, "
        "close REAL NOT NULL",
        "run, symbol, at",
    ),
)

_JOURNAL_DAYS = (
    # Which record was the newest when a day of the machine began.
    _table("journal_days", f"day {_KEYED_TEXT}, newest INTEGER NOT NULL"),
)

_OUTSIDE_WRITES = (
    # Plan rows that were written and that the desk has not examined, so that it never searches all of them. A place
    # is never used again, and a row that is written again gets a new one.
    _table("outside_writes", "place INTEGER PRIMARY KEY AUTOINCREMENT, plan_id NOT NULL UNIQUE", has_rowid=True),
)

_ACCOUNTS = (
    # Tables without rowid begin with the columns of their key: some versions of SQLite find fault with others.
    # Every row belongs to an account; the column is empty or NULL if that account is not known.
    "ALTER TABLE trade_plans ADD COLUMN account TEXT",
    "ALTER TABLE intents ADD COLUMN account TEXT",
    "ALTER TABLE journal ADD COLUMN account TEXT",
    *_table_again(
        "closed_trades",
        f"{_TRADE}, run TEXT NOT NULL, trade TEXT NOT NULL, account TEXT NOT NULL DEFAULT ''",
        "account, ticket, entered_at, plan_id",
        f"SELECT *, CASE run WHEN '' THEN '' ELSE '{PAPER_ACCOUNT}' END FROM closed_trades ORDER BY rowid",
        has_rowid=True,
    ),
    _TRADES_BY_TIME,
    *_table_again(
        "daily_figures",
        f"account TEXT NOT NULL DEFAULT '', {_FIGURES}",
        "account, trading_day, symbol",
        "SELECT '', * FROM daily_figures",
    ),
    *_table_again(
        "locks", f"account TEXT NOT NULL DEFAULT '', {_LOCK}", "account, name, symbol", "SELECT '', * FROM locks"
    ),
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
    _table("unsent_intents", f"token {_KEYED_TEXT}, at TEXT NOT NULL, reason TEXT NOT NULL"),
)

_PRICE_ALERTS = (_table("price_alerts", f"alert_id {_KEYED_TEXT}, alert TEXT NOT NULL", has_rowid=True),)
_ARMED_PLANS = (
    # Proposed plans that the user armed: no other way leads from proposed to pending.
    _table("armed_plans", f"plan_id {_KEYED_TEXT}, at TEXT NOT NULL, armed_by TEXT NOT NULL"),
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST_VERSION,
    _TRADES_OF_RUNS,
    _JOURNAL_BY_SYMBOL,
    _PRICES_OF_TRADES,
    _JOURNAL_DAYS,
    _OUTSIDE_WRITES,
    _ACCOUNTS,
    _UNFINISHED_PLANS,
    _UNSENT_INTENTS,
    _PRICE_ALERTS,
    _ARMED_PLANS,
)
"""The statements that lead from version n to n + 1. A released step is never changed: add another."""

VERSION = len(MIGRATIONS)
