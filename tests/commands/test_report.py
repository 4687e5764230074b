"""`microscalp report`: a store becomes a page."""

from __future__ import annotations

import asyncio
import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.settings import Settings
from engine.adapters.demo_market import demo_markets
from engine.bootstrap import build_engine
from engine.cli import main
from engine.domain.messages.commands import AnnotateTrade
from engine.domain.messages.engine import Event
from engine.domain.messages.execution import TradeClosed
from engine.lab.unattended import trade_without_asking
from engine.persistence.opening import DATABASE_FILE
from tests.trading.desks import TradingDesk


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The directory of a desk that has made one trade and noted something about it."""
    desk = TradingDesk(tmp_path / "desk").start().trade_by_itself()
    desk.propose()
    desk.tick(61)
    desk.tick(63, bid=1999.0)
    desk.tick(64, bid=1999.0)
    desk.do(AnnotateTrade(desk.trades[0].trade_id, "stopped <at once>", ("news",)))
    desk.close()
    return tmp_path / "desk"


def report(directory: Path, *options: str) -> tuple[int, str]:
    page = directory.parent / "report.html"
    code = main(["report", "--data-dir", str(directory), "--output", str(page), *options])
    return code, page.read_text(encoding="utf-8") if page.exists() else ""


@pytest.mark.parametrize(
    "options",
    [(), ("--day", "2026-03-02"), ("--since", "2026-03-02T08:00"), ("--until", "2026-03-03", "--since", "2026-03-01")],
)
def test_that_a_days_trades_are_written_with_their_notes(kept: Path, options: tuple[str, ...]) -> None:
    code, page = report(kept, *options)
    assert code == 0
    assert "stopped &lt;at once&gt;" in page
    assert "Long wick trap, Increasing volume" in page


@pytest.mark.parametrize("options", [("--day", "2026-03-03"), ("--until", "2026-03-02T08:00")])
def test_that_a_time_without_trades_gives_a_page_that_says_so(kept: Path, options: tuple[str, ...]) -> None:
    assert "No trade was closed in this time" in report(kept, *options)[1]


def test_that_a_directory_without_a_store_is_refused_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(tmp_path / "nowhere") == (2, "")
    assert "holds no store" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_that_a_day_and_a_stretch_of_time_exclude_each_other(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(kept, "--day", "2026-03-02", "--since", "2026-03-01")[0] == 2
    assert "exclude each other" in capsys.readouterr().err


def test_that_a_page_that_cannot_be_written_is_reported(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--data-dir", str(kept), "--output", str(kept)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_that_the_report_is_written_beside_a_running_desk(tmp_path: Path) -> None:
    desk = TradingDesk(tmp_path / "desk").start()
    assert report(tmp_path / "desk")[0] == 0
    desk.close()


def test_that_a_day_that_was_played_is_shown_with_its_market(tmp_path: Path) -> None:
    desk = build_engine(demo_markets(7)[:1], Settings(), speed=math.inf, directory=tmp_path / "desk")
    trade_without_asking(desk, Settings())
    trades: list[Event] = []
    desk.bus.subscribe(trades.append, TradeClosed)

    async def play_until_two_trades() -> None:
        playing = asyncio.create_task(desk.engine.play())
        while len(trades) < 2:
            await asyncio.sleep(0)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)

    asyncio.run(play_until_two_trades())
    desk.archive.close()
    code, page = report(tmp_path / "desk")
    assert code == 0
    assert "Market and trades" in page
    assert page.count('class="trip') >= 1
    assert page.count('class="price"') >= 1


def test_that_rows_that_cannot_be_read_are_reported_beside_the_report(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(kept / DATABASE_FILE)) as other:
        other.execute("UPDATE annotations SET tags = '{'")
        other.commit()
    code, page = report(kept)
    assert (code, "Long wick trap" in page) == (0, True)
    assert "1 trades; 1 row of annotations cannot be read: scanner-signal-0" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["2026-02-30", "2026-19-39", "9999-99-99", "0000-01-01", "now", "-100-01-01"])
def test_that_a_day_that_no_calendar_has_is_no_newest_day(kept: Path, day: str) -> None:
    add_trade(kept, trading_day=day)
    code, page = report(kept)
    assert (code, "Trades of 2026-03-02" in page) == (0, True)


@pytest.mark.parametrize("field", ["r", "cost_r", "profit", "commission", "entry", "exit", "best_price", "volume_lots"])
def test_that_a_trade_of_impossible_size_is_left_out(
    kept: Path, capsys: pytest.CaptureFixture[str], field: str
) -> None:
    add_trade(kept, **{field: 1e308})
    code, page = report(kept)
    assert (code, "Long wick trap" in page) == (0, True)
    assert "1 trades; 1 row of closed_trades cannot be read" in capsys.readouterr().err


def add_trade(directory: Path, **changes: object) -> None:
    """Another program copies the trade of the store, with those changes."""
    with closing(sqlite3.connect(directory / DATABASE_FILE)) as other:
        other.row_factory = sqlite3.Row
        row = dict(other.execute("SELECT * FROM closed_trades").fetchone())
        row |= {
            "ticket": 7,
            "plan_id": "other",
            "trade": json.dumps(json.loads(row["trade"]) | {"ticket": 7} | changes),
        }
        places = ", ".join(f":{name}" for name in row)
        other.execute(f"INSERT INTO closed_trades ({', '.join(row)}) VALUES ({places})", row)
        other.commit()
