from __future__ import annotations

import logging

import pytest

from engine.bus import Bus
from engine.domain.messages.engine import FaultReported, MarketEnded, PlaybackChanged, QuoteRefused
from tests.fakes import Witness

REFUSED = QuoteRefused("XAUUSD", "from the past")
ENDED = MarketEnded()


def test_that_an_observer_hears_of_everything_or_of_the_kinds_it_named() -> None:
    bus, everything, ends = Bus(), Witness(), Witness()
    bus.subscribe(everything)
    bus.publish(REFUSED)
    bus.subscribe(ends, MarketEnded, PlaybackChanged)
    for event in (REFUSED, ENDED):
        bus.publish(event)
    assert everything.events == [REFUSED, REFUSED, ENDED]
    assert ends.events == [ENDED]


def test_that_what_nobody_hears_need_not_be_made() -> None:
    bus = Bus()
    bus.subscribe(Witness(), MarketEnded)
    assert [bus.is_heard(kind) for kind in (MarketEnded, QuoteRefused)] == [True, False]
    bus.subscribe(Witness())
    assert bus.is_heard(QuoteRefused)


def test_that_an_observer_that_fails_is_counted_and_hinders_nobody(caplog: pytest.LogCaptureFixture) -> None:
    bus, witness = Bus(), Witness()

    def fail(_: object) -> None:
        raise ValueError("broken")

    bus.subscribe(fail)
    bus.subscribe(witness)
    with caplog.at_level(logging.CRITICAL):
        bus.publish(ENDED)
    assert (bus.failures, witness.events[0]) == (2, ENDED)  # it fails at the word about its failure as well
    assert [type(event) for event in witness.events[1:]] == [FaultReported]
