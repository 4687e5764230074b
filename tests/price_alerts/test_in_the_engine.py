"""Price alerts in the life of a candle: in a played market, from the user's command to the journal."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.market import Side
from engine.domain.messages.engine import CandleClosed
from engine.domain.messages.trading import CommandRefused
from engine.domain.price_alerts import (
    AddPriceAlert,
    AtIndicator,
    AtLevel,
    ChangePriceAlert,
    Crossing,
    IndicatorLevel,
    MovePriceAlert,
    OnConditions,
    PriceAlertChanged,
    PriceAlertFired,
    PriceAlertsListed,
    RemovePriceAlert,
    SwitchPriceAlert,
)
from engine.reporting.sentences import sentence
from tests.builders import at, candle, quote
from tests.engine.desks import ScriptedDesk
from tests.price_alerts.desks import alert


def add_when_open(desk: ScriptedDesk, *commands: AddPriceAlert) -> None:
    """The user adds alerts as soon as the market has opened."""
    asked = list(commands)
    desk.bus.subscribe(lambda _: desk.engine.handle(asked.pop()) if asked else None, CandleClosed)


async def test_that_an_alert_fires_in_a_played_market_and_reads_so_in_the_journal() -> None:
    desk = ScriptedDesk(((), (quote(0), quote(60, bid=1999.0), quote(70, bid=2001.0))))
    add_when_open(desk, AddPriceAlert(alert(cause=AtLevel(2000.5), note="range high", created_at=at(0))))
    await desk.engine.play()
    assert len(desk.witness.of(PriceAlertChanged)) == 1
    (fired,) = desk.witness.of(PriceAlertFired)
    assert (fired.price, fired.at) == (2001.0, at(70))
    sentences = [sentence(entry) for entry in desk.archive.journal.read(symbol="XAUUSD")]
    assert sentences == [
        "Price alert added by the user: Bid crosses 2,000.50",
        "Price alert: Bid crosses 2,000.50 (range high · at 2,001.00)",
    ]


async def test_that_what_the_user_does_with_an_alert_reads_as_sentences_in_the_journal() -> None:
    desk = ScriptedDesk(((), ()))
    await desk.engine.play()
    for command in (
        AddPriceAlert(alert(crossing=Crossing.UP)),
        MovePriceAlert("a", AtLevel(2001.0)),
        SwitchPriceAlert("a", is_on=False),
        SwitchPriceAlert("a", is_on=True),
        ChangePriceAlert(alert(cause=OnConditions(Side.SELL, 0))),
        RemovePriceAlert("a"),
    ):
        desk.engine.handle(command)
    assert [sentence(entry) for entry in desk.archive.journal.read(symbol="XAUUSD")] == [
        "Price alert added by the user: Bid crosses up 2,000.00",
        "Price alert of the user changed from Bid crosses up 2,000.00: Bid crosses up 2,001.00",
        "Price alert of the user switched off: Bid crosses up 2,001.00",
        "Price alert of the user active again: Bid crosses up 2,001.00",
        "Price alert of the user changed from Bid crosses up 2,001.00: SELL with all conditions met",
        "Price alert removed by the user: SELL with all conditions met",
    ]


async def test_that_vwap_is_that_of_the_candle_that_closed_last() -> None:
    history = [candle(minute, close=2000.0, high=2000.5, low=1999.5) for minute in range(60)]
    desk = ScriptedDesk((history, (quote(3600, bid=1999.0), quote(3660, bid=1999.0), quote(3670, bid=2001.0))))
    add_when_open(desk, AddPriceAlert(alert(cause=AtIndicator(IndicatorLevel.VWAP))))
    await desk.engine.play()
    (fired,) = desk.witness.of(PriceAlertFired)
    vwap = desk.witness.of(CandleClosed)[-1].snapshot.vwap
    assert (fired.price, fired.level) == (2001.0, vwap)


async def test_that_conditions_are_counted_at_each_close_of_a_candle() -> None:
    desk = ScriptedDesk(((), [quote(30 * number) for number in range(8)]))
    add_when_open(desk, AddPriceAlert(alert(cause=OnConditions(Side.BUY, 9), repeats=True)))
    await desk.engine.play()
    assert [fired.at for fired in desk.witness.of(PriceAlertFired)] == [at(60), at(120), at(180)]


async def test_that_an_alert_before_the_market_is_open_is_refused() -> None:
    desk = ScriptedDesk(((), ()))
    desk.engine.handle(AddPriceAlert(alert()))
    assert desk.witness.of(CommandRefused)[0].reason == "the market is not open yet, and nothing trades"


async def test_that_alerts_are_listed_again_when_a_market_opens_again() -> None:
    script = (quote(0), quote(61))
    desk = ScriptedDesk(((), script), ((), script))
    add_when_open(desk, AddPriceAlert(alert()))
    await desk.engine.play()
    desk.clock.set(at(0) - timedelta(minutes=1))
    await desk.engine.play()
    assert [len(event.alerts) for event in desk.witness.of(PriceAlertsListed)] == [1]
