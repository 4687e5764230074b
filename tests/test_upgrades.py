"""Files that earlier versions of the program wrote: stores of every schema, layouts, and whole configurations.

They were written by those versions, not made for the tests: a replay with trades on a made-up market, a window, and the
configuration that was shipped. A version that changes a schema adds a sample of the one before.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.loader import load_settings, shipped_settings
from engine.domain.market import Session
from engine.persistence.journal import Journal
from engine.persistence.migrations import VERSION
from engine.persistence.opening import DATABASE_FILE, open_store
from engine.persistence.trades import StoredTrades
from gui.features.layout.file import layouts_of
from tests.builders import MONDAY

SAMPLES = Path(__file__).parent / "samples"
STORES = {int(file.name[len("version-") : -len(".sql.gz")]): file for file in (SAMPLES / "stores").iterdir()}


def restored(version: int, directory: Path) -> dict[str, int]:
    """Puts a store of that version into a directory; how many rows its tables have."""
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as sql:
        sql.executescript(gzip.decompress(STORES[version].read_bytes()).decode())
        assert sql.execute("PRAGMA user_version").fetchone() == (version,)
        tables = ("trade_plans", "closed_trades", "journal", "locks")
        return {table: sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def test_that_no_schema_of_an_earlier_version_is_left_out() -> None:
    assert sorted(STORES) == list(range(1, max(STORES) + 1))


@pytest.mark.parametrize("version", sorted(STORES))
def test_that_a_store_of_an_earlier_version_opens_with_everything_in_it(version: int, tmp_path: Path) -> None:
    before = restored(version, tmp_path)
    store = open_store(tmp_path, MONDAY)
    try:
        assert store.warnings == ()
        trades = StoredTrades(store.database, lambda _: Session.ASIA).read()
        assert len(trades) == before["closed_trades"] > 10
        assert all(kept.trade.entered_at < kept.trade.exited_at for kept in trades)
        assert len(list(Journal(store.database).read())) >= before["journal"]
    finally:
        store.database.close()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as sql:
        assert sql.execute("PRAGMA user_version").fetchone() == (VERSION,)
        for table in ("trade_plans", "locks"):
            assert sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == before[table]


@pytest.mark.parametrize("file", sorted((SAMPLES / "layouts").iterdir()), ids=lambda file: file.stem)
def test_that_layouts_of_an_earlier_version_are_read(file: Path) -> None:
    layouts = layouts_of(file.read_text(encoding="utf-8"))
    assert layouts.current is not None
    assert layouts.current.columns


@pytest.mark.parametrize("file", sorted((SAMPLES / "settings").iterdir()), ids=lambda file: file.stem)
def test_that_the_configuration_that_an_earlier_version_shipped_is_read(file: Path) -> None:
    settings = load_settings(file)
    assert settings.symbols == shipped_settings().symbols
    assert settings.xauusd_rules.sl_range == (0.5, 1.2)
