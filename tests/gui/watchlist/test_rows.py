"""What the rows of the watch list say of each symbol."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from config.settings import Settings
from engine.domain.judgement import Explanation
from engine.domain.market import Side
from engine.domain.messages.execution import TradeOpened
from gui.features.trading.model.table import Tone
from gui.features.watchlist.model.rows import ASK, BID, BUY, MODE, OPEN_R, SELL, SESSION, SETUP, SPREAD
from tests.broker_values import position, trade
from tests.builders import at, quote
from tests.conditions.test_setups import A_SPINNING_TOP
from tests.gui.conditions.builders import one_gate_away, setup_for
from tests.gui.watchlist.desk import BITCOIN, GOLD, Watching

pytestmark = pytest.mark.usefixtures("qapp")


def test_that_the_list_has_a_row_for_each_symbol_in_the_order_of_the_desk() -> None:
    desk = Watching()
    assert [desk.model.table.words(row)[0] for row in range(3)] == [GOLD, BITCOIN, "Add symbol …"]


def test_that_a_price_takes_the_colour_of_its_last_change_and_keeps_it() -> None:
    desk = Watching()
    tones = []
    for bid, spread in ((2000.0, 0.2), (2000.1, 0.1), (2000.1, 0.1), (2000.0, 0.3)):
        desk.tick(quote(1, bid=bid, spread=spread))
        tones.append((desk.cell(GOLD, BID).tone, desk.cell(GOLD, ASK).tone))
    assert tones == [
        (Tone.PLAIN, Tone.PLAIN),
        (Tone.GAIN, Tone.PLAIN),
        (Tone.GAIN, Tone.PLAIN),
        (Tone.LOSS, Tone.GAIN),
    ]
    assert (desk.text(GOLD, BID), desk.text(GOLD, ASK)) == ("2,000.00", "2,000.30")


def test_that_a_quote_announces_the_changed_cells_of_its_row_once() -> None:
    desk = Watching()
    changes: list[tuple[int, int]] = []
    desk.model.table.dataChanged.connect(lambda first, last, _: changes.append((first.column(), last.column())))
    desk.tick(quote(1, bid=2000.0))
    desk.tick(quote(2, bid=2000.0))
    desk.tick(quote(3, bid=2000.1))
    assert changes == [(BID, SPREAD), (BID, ASK)]


def test_that_the_spread_stands_against_its_limit() -> None:
    desk = Watching()
    desk.tick(quote(1, spread=0.25))
    assert (desk.text(GOLD, SPREAD), desk.cell(GOLD, SPREAD).tone) == ("0.25 / 0.25", Tone.PLAIN)
    desk.tick(quote(2, spread=0.26))
    assert (desk.text(GOLD, SPREAD), desk.cell(GOLD, SPREAD).tone) == ("0.26 / 0.25", Tone.FAILED)


def test_that_the_session_is_that_of_the_newest_quote() -> None:
    desk = Watching()
    for hour, words in ((1, "Asia"), (9, "London"), (14, "London / New York"), (18, "New York"), (22, "Post New York")):
        desk.tick(replace(quote(), at=at(0).replace(hour=hour, minute=30)))
        desk.model.refresh()
        assert desk.text(GOLD, SESSION) == words


def passing(explanation: Explanation, side: Side) -> str:
    checks = [check for layer in explanation.of(side) for check in layer.deciding]
    return f"{sum(check.is_passed for check in checks)} / {len(checks)}"


def test_that_each_side_counts_its_conditions_and_names_the_one_that_is_missing() -> None:
    desk = Watching()
    away = one_gate_away(Side.BUY)
    desk.model.show_live(away)
    assert desk.text(GOLD, BUY) == passing(away, Side.BUY) == "12 / 13"
    assert desk.text(GOLD, SELL) == passing(away, Side.SELL)
    assert desk.text(GOLD, SETUP) == "BUY: 1 condition missing (Secondary signals)"
    assert "BUY, score 7: secondary signals: 0 of min. 1" in desk.model.table.tip(0, BUY)


def test_that_a_setup_is_called_one_with_its_score() -> None:
    desk = Watching()
    desk.model.show_live(setup_for(Side.SELL))
    assert (desk.text(GOLD, SETUP), desk.cell(GOLD, SETUP).tone) == ("SELL A+ setup, score 7", Tone.PASSED)
    assert desk.cell(GOLD, SELL).tone is Tone.PASSED
    desk.model.show_live(setup_for(Side.BUY, candle=A_SPINNING_TOP))
    assert desk.text(GOLD, SETUP).startswith("Tied")


def test_that_a_cooldown_is_not_named_as_the_missing_condition() -> None:
    desk = Watching()
    away = one_gate_away(Side.BUY)
    locked = replace(away.judgement, buy=replace(away.judgement.buy, near_miss="not_locked"))
    desk.model.show_live(replace(away, judgement=locked))
    assert desk.text(GOLD, SETUP) == ""


def test_that_a_symbol_without_rules_is_watched_only() -> None:
    desk = Watching()
    settings = Settings()
    desk.model.use_settings(settings.model_copy(update={"xauusd_rules": settings.xauusd_rules}))
    assert desk.text(GOLD, MODE) == "MANUAL"
    desk.model.use_settings(_Without())
    desk.tick(quote(1, spread=0.3))
    assert (desk.text(GOLD, SPREAD), desk.text(GOLD, SETUP)) == ("0.30", "no rules: chart only")
    assert desk.text(GOLD, MODE) == ""
    assert [entry.is_enabled for entry in desk.model.entries(GOLD)][:3] == [False, False, True]


class _Without(Settings):
    """Settings in which no symbol has rules, as those of a broker's other symbols have none."""

    def rules_key_for(self, symbol: str, stands_for: str = "") -> str:  # noqa: ARG002
        return ""


def test_that_open_r_is_the_sum_of_the_positions_of_a_symbol() -> None:
    desk = Watching()
    for ticket in (1, 2):
        held = trade(position=position(ticket))
        desk.desk.trading.on_event(TradeOpened(trade=held, is_partial=False, is_resumed=False, slippage=0.0, at=at(1)))
    desk.desk.trading.on_quote(quote(60, bid=2000.5))
    desk.desk.trading.refresh()
    desk.model.refresh()
    positions = desk.desk.trading.positions
    total = sum(positions.result(ticket).r or 0.0 for ticket in (1, 2))
    assert desk.text(GOLD, OPEN_R) == f"{total:+.2f} R".replace("-", "−")
    assert desk.text(BITCOIN, OPEN_R) == ""


def test_that_the_mode_follows_the_desk() -> None:
    desk = Watching()
    assert (desk.text(GOLD, MODE), desk.cell(GOLD, MODE).tone) == ("MANUAL", Tone.MUTED)
    desk.set_modes(GOLD)
    assert (desk.text(GOLD, MODE), desk.cell(GOLD, MODE).tone) == ("AUTO", Tone.PLAIN)


def test_that_a_hidden_list_makes_no_cells_and_is_up_to_date_when_it_comes_back() -> None:
    desk = Watching()
    desk.model.set_visible(False)
    changes: list[object] = []
    desk.model.table.dataChanged.connect(lambda *change: changes.append(change))
    desk.tick(quote(1, bid=2000.0))
    desk.tick(quote(2, bid=2001.0))
    desk.model.show_live(one_gate_away(Side.BUY))
    desk.model.refresh()
    assert changes == []
    desk.model.set_visible(True)
    assert (desk.text(GOLD, BID), desk.cell(GOLD, BID).tone) == ("2,001.00", Tone.GAIN)
    assert desk.text(GOLD, BUY) == "12 / 13"


def test_that_a_market_that_restarts_forgets_the_prices_of_the_one_before() -> None:
    desk = Watching()
    desk.tick(quote(1, bid=2000.0))
    desk.desk.open(list(desk.desk.sources.values()))
    assert (desk.text(GOLD, BID), desk.text(GOLD, ASK)) == ("", "")
    desk.tick(quote(1, bid=1990.0))
    assert desk.cell(GOLD, BID).tone is Tone.PLAIN
