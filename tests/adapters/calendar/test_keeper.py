"""The calendar in the data folder: what is imported stays, and a refused file changes nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.calendar import CalendarSettings
from engine.adapters.calendar.keeper import CalendarKeeper
from engine.adapters.calendar.kept import KeptCalendar
from engine.domain.calendar import CalendarChanged, CalendarEvent, CalendarRefused, ClearCalendar, ImportCalendar
from tests.adapters.calendar.samples import FOREX_FACTORY, FXSTREET, TERMINAL
from tests.builders import news

KEPT = "calendar.json"


class Run:
    """A keeper that runs, and what it announced."""

    def __init__(self, folder: Path | None, **settings: Any) -> None:
        self.settings = CalendarSettings(**settings)
        self.keeper = CalendarKeeper(folder, lambda: self.settings, look_s=0.01)
        self.heard: list[CalendarEvent] = []

    async def __aenter__(self) -> Run:
        self._task = asyncio.create_task(self.keeper.run(self.heard.append))
        await self.until(lambda: bool(self.heard))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():
                await asyncio.sleep(0.005)

    async def import_file(self, path: Path) -> CalendarEvent:
        before = len(self.heard)
        self.keeper.handle(ImportCalendar(str(path)))
        await self.until(lambda: len(self.heard) > before)
        return self.heard[-1]

    @property
    def refused(self) -> list[str]:
        return [event.reason for event in self.heard if isinstance(event, CalendarRefused)]

    @property
    def titles(self) -> list[str]:
        return [event.title for event in self.keeper.calendar.events]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


async def test_that_an_imported_calendar_survives_a_restart(tmp_path: Path) -> None:
    file = written(tmp_path / "week.csv", FOREX_FACTORY)
    async with Run(tmp_path / "data") as run:
        changed = await run.import_file(file)
        assert isinstance(changed, CalendarChanged)
        assert changed.report is not None
        assert (changed.report.source, changed.report.events) == ("week.csv", 6)
    file.unlink()
    assert CalendarKeeper(tmp_path / "data", CalendarSettings).calendar == changed.calendar


async def test_that_a_refused_file_changes_nothing(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        await run.import_file(written(tmp_path / "week.csv", FOREX_FACTORY))
        kept = (tmp_path / KEPT).read_bytes()
        refused = await run.import_file(written(tmp_path / "bad.csv", "no calendar"))
        assert refused == CalendarRefused("bad.csv: has no line of titles such as Date, Currency, Impact, Event")
        assert len(run.titles) == 6
        assert (tmp_path / KEPT).read_bytes() == kept


async def test_that_a_second_file_adds_its_days_and_the_same_file_adds_nothing(tmp_path: Path) -> None:
    week, month = written(tmp_path / "w.csv", FOREX_FACTORY), written(tmp_path / "m.csv", FXSTREET)
    async with Run(tmp_path) as run:
        await run.import_file(week)
        await run.import_file(month)
        await run.import_file(week)
        assert len(run.titles) == 10
        assert run.titles[0] == "Nonfarm Payrolls"


async def test_that_rescheduled_news_do_not_stand_twice(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        await run.import_file(written(tmp_path / "a.csv", FOREX_FACTORY))
        await run.import_file(written(tmp_path / "b.csv", FOREX_FACTORY.replace("6:00pm", "7:00pm")))
        assert run.titles.count("FOMC Statement") == 1
        assert [each.at.hour for each in run.keeper.calendar.events if each.title == "FOMC Statement"] == [19]


async def test_that_a_cleared_calendar_stays_empty(tmp_path: Path) -> None:
    async with Run(tmp_path) as run:
        await run.import_file(written(tmp_path / "w.csv", FOREX_FACTORY))
        run.keeper.handle(ClearCalendar())
        await run.until(lambda: not run.titles)
    assert CalendarKeeper(tmp_path, CalendarSettings).calendar.events == ()


async def test_that_what_another_desk_imports_is_seen(tmp_path: Path) -> None:
    async with Run(tmp_path) as one, Run(tmp_path) as other:
        await one.import_file(written(tmp_path / "w.csv", FOREX_FACTORY))
        await other.until(lambda: len(other.titles) == 6)


async def test_that_the_terminals_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = written(tmp_path / "terminal.csv", TERMINAL)
    async with Run(tmp_path / "data", terminal_file=str(file), time_zone="Asia/Tokyo") as run:
        await run.until(lambda: len(run.titles) == 4)
        assert [event.at.hour for event in run.keeper.calendar.events] == [18, 12, 9, 0]
        heard = len(run.heard)
        await asyncio.sleep(0.1)
        assert len(run.heard) == heard
        written(file, TERMINAL.replace("18:00:00,", "19:00:00,"))
        os.utime(file, (1, 1))
        await run.until(lambda: run.keeper.calendar.events[0].at.hour == 19)


async def test_that_a_missing_or_broken_file_of_the_terminal_is_said_once_and_changes_nothing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "terminal.csv"
    async with Run(tmp_path, terminal_file=str(file)) as run:
        await run.until(lambda: len(run.heard) == 2)
        written(file, TERMINAL)
        await run.until(lambda: len(run.titles) == 4)
        written(file, "cut off")
        await run.until(lambda: len(run.heard) == 4)
        await asyncio.sleep(0.1)
    assert run.refused[0] == f"{file}: there is no such file; start the calendar service in MetaTrader 5"
    assert run.refused[1].startswith("terminal.csv: has no line of titles")
    assert (len(run.refused), len(run.titles)) == (2, 4)


async def test_that_a_damaged_calendar_is_reported_and_set_aside_by_the_next_import(tmp_path: Path) -> None:
    (tmp_path / KEPT).write_text("{", encoding="utf-8")
    async with Run(tmp_path) as run:
        await run.until(lambda: len(run.heard) == 2)
        assert "is no calendar of this desk" in run.refused[0]
        await run.import_file(written(tmp_path / "w.csv", FOREX_FACTORY))
        assert len(run.titles) == 6
    assert (tmp_path / "calendar.unreadable.json").read_text(encoding="utf-8") == "{"


async def test_that_a_calendar_of_a_later_version_or_without_zones_is_not_used(tmp_path: Path) -> None:
    event = {"at": "2026-02-05T13:30:00", "currency": "USD", "impact": "high", "title": "NFP"}
    for kept, words in (
        ({"version": 2, "events": []}, "has version 2, allowed is 1"),
        ({"version": 1, "events": [event]}, "states no time zone"),
    ):
        (tmp_path / KEPT).write_bytes(msgspec.json.encode(kept))
        async with Run(tmp_path) as run:
            await run.until(lambda: len(run.heard) == 2)
            assert words in run.refused[0]


async def test_that_a_desk_without_a_folder_keeps_its_calendar_in_memory(tmp_path: Path) -> None:
    async with Run(None) as run:
        await run.import_file(written(tmp_path / "w.csv", FOREX_FACTORY))
        assert len(run.titles) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["w.csv"]


@pytest.mark.parametrize(
    "content",
    [
        b'{"version":1,"events":[{"at":"9999-12-31T23:00:00-14:00","currency":"USD","impact":"high","title":"x"}]}',
        b'{"version":1,"events":[{"at":"0001-01-01T00:00:00+14:00","currency":"USD","impact":"high","title":"x"}]}',
        b'{"version":1,"events":[],"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
async def test_that_no_content_of_the_kept_file_ends_the_calendar(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEPT).write_bytes(content)
    async with Run(tmp_path) as run:
        await run.until(lambda: bool(run.refused))
        await run.import_file(written(tmp_path / "news.csv", FOREX_FACTORY))
        assert run.titles


def test_that_what_a_calendar_covers_is_known_after_a_restart(tmp_path: Path) -> None:
    first = news(at=datetime(2026, 2, 3, 13, 30, tzinfo=UTC))
    later = news(at=datetime(2026, 3, 3, 13, 30, tzinfo=UTC))
    for event in (first, later):
        KeptCalendar(tmp_path).add((event,))
    calendar = KeptCalendar(tmp_path).newest()
    assert not calendar.gap_at(first.at, ("USD",))
    assert calendar.gap_at(datetime(2026, 2, 17, tzinfo=UTC), ("USD",))


def test_that_the_calendar_of_an_earlier_version_is_known_from_its_first_to_its_last_news(tmp_path: Path) -> None:
    days = (datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    events = [msgspec.to_builtins(news(at=day)) for day in days]
    (tmp_path / KEPT).write_bytes(msgspec.json.encode({"version": 1, "events": events}))
    assert not KeptCalendar(tmp_path).newest().gap_at(datetime(2026, 2, 17, tzinfo=UTC), ("USD",))
