"""The economic calendar in a running desk: what the user imports counts from then on, by the time of the market."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from config.calendar import CalendarSettings
from engine.adapters.calendar.keeper import CalendarKeeper
from engine.domain.calendar import CalendarChanged, CalendarRefused, ClearCalendar, EventAhead, ImportCalendar
from tests.builders import MONDAY, candle, news
from tests.engine.desks import ScriptedDesk

FILE = "Date,Currency,Impact,Event\n2026-03-02 08:30,USD,High,CPI m/m\n2026-03-02 09:00,EUR,High,HICP\n"
CPI = news(MONDAY + timedelta(minutes=30))


def desk_in(folder: Path | None) -> ScriptedDesk:
    """Forty minutes of gold."""
    keeper = CalendarKeeper(folder, CalendarSettings, look_s=0.01)
    return ScriptedDesk(([], [candle(minute) for minute in range(40)]), calendar=keeper)


async def until_heard(desk: ScriptedDesk, count: int, kind: type) -> None:
    async with asyncio.timeout(5):
        while len(desk.witness.of(kind)) < count:
            await asyncio.sleep(0.005)


async def test_that_an_import_reaches_the_open_market_and_a_refused_one_leaves_it(tmp_path: Path) -> None:
    desk = desk_in(tmp_path / "data")
    file = tmp_path / "news.csv"
    file.write_text(FILE, encoding="utf-8")
    run = asyncio.create_task(desk.engine.run())
    try:
        await until_heard(desk, 1, CalendarChanged)
        desk.engine.handle(ImportCalendar(str(file)))
        await until_heard(desk, 2, CalendarChanged)
        market = desk.engine.pipeline.market
        assert [event.title for event in market.calendar.events] == ["CPI m/m", "HICP"]
        desk.engine.handle(ImportCalendar(str(tmp_path)))
        await until_heard(desk, 1, CalendarRefused)
        assert len(market.calendar.events) == 2
        desk.engine.handle(ClearCalendar())
        await until_heard(desk, 3, CalendarChanged)
        assert not market.calendar.events
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


async def test_that_news_of_the_symbols_are_announced_once_by_the_time_of_the_market(tmp_path: Path) -> None:
    keeper = CalendarKeeper(tmp_path, CalendarSettings)
    (tmp_path / "news.csv").write_text(FILE, encoding="utf-8")
    task = asyncio.create_task(keeper.run(lambda _: None))
    keeper.handle(ImportCalendar(str(tmp_path / "news.csv")))
    async with asyncio.timeout(5):
        while not keeper.calendar.events:
            await asyncio.sleep(0.005)
    task.cancel()
    desk = desk_in(tmp_path)
    desk.clock.set(MONDAY + timedelta(minutes=25))
    await desk.engine.play()
    (ahead,) = desk.witness.of(EventAhead)
    assert ahead.event == CPI
    assert ahead.at == MONDAY + timedelta(minutes=25)
