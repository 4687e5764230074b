"""Symbols that are added to the watch list and removed from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from config.changes import with_values
from config.settings import Settings
from engine.domain.messages.engine import ChangeSettings
from engine.domain.messages.execution import TradeOpened
from engine.domain.messages.trading import PlanChanged
from engine.domain.plan import PlanStatus
from engine.market.symbol_list import OfferedSymbol
from gui.features.watchlist.model.desk_symbols import AT_ONCE, NEXT_START
from gui.features.watchlist.model.rows import ADD_ROW, BID, SETUP
from gui.features.watchlist.model.symbol_picker import IN_LIST, STATE, SymbolPicker, listed
from tests.broker_values import trade
from tests.builders import at, order, plan, quote
from tests.gui.watchlist.desk import BITCOIN, GOLD, Watching

pytestmark = pytest.mark.usefixtures("qapp")
LIVE = Settings(symbols=("XAUUSDc", "BTCUSD", "US30"))


def show(picker: SymbolPicker, offered: Sequence[OfferedSymbol]) -> None:
    """The source has listed these symbols."""
    picker.show(listed(offered, picker.kept))


def live() -> Watching:
    """Gold under another name than in the settings, and a symbol that the broker does not have."""
    return Watching(LIVE, is_live=True)


# -- live prices: the symbols of the settings


def test_that_a_name_in_the_settings_without_prices_is_listed_as_such() -> None:
    desk = live()
    assert desk.listed == [GOLD, BITCOIN, "US30"]
    assert desk.text("US30", SETUP) == "no prices"
    assert [entry.title for entry in desk.model.entries("US30")] == ["Copy rules from …", "Remove", "Add symbol …"]


def test_that_a_symbol_that_is_added_comes_with_the_next_start() -> None:
    desk = live()
    desk.model.add("EURUSD")
    assert desk.wanted == ("XAUUSDc", "BTCUSD", "US30", "EURUSD")
    assert desk.said[-1] == "EURUSD was added: the desk shows it from its next start"
    desk.answer()
    assert desk.listed == [GOLD, BITCOIN, "US30", "EURUSD"]
    assert desk.text("EURUSD", SETUP) == "from the next start"
    assert desk.text(ADD_ROW, SETUP) == "Changes take effect at the next start"
    desk.model.add("EURUSD")
    assert desk.said[-1] == "EURUSD is in the list already"
    desk.model.remove("EURUSD")
    assert (desk.wanted, desk.text(ADD_ROW, SETUP)) == (LIVE.symbols, "")


def test_that_a_symbol_that_is_removed_stays_until_the_next_start_and_can_be_kept() -> None:
    desk = live()
    desk.model.remove(GOLD)
    desk.answer()
    assert desk.wanted == ("BTCUSD", "US30")
    assert desk.listed == [GOLD, BITCOIN, "US30"]
    assert desk.text(GOLD, SETUP) == "removed at the next start"
    desk.tick(quote(1, bid=2000.0))
    assert desk.text(GOLD, BID) == "2,000.00"
    keep = next(entry for entry in desk.model.entries(GOLD) if entry.title == "Keep")
    keep.does()
    assert list(desk.wanted) == ["BTCUSD", "US30", "XAUUSDc"]
    assert desk.text(GOLD, SETUP) == ""


def test_that_other_symbols_and_all_other_settings_stay_as_they_are() -> None:
    desk = live()
    desk.model.add("EURUSD")
    (command,) = [each for each in desk.asked if isinstance(each, ChangeSettings)]
    assert command.settings == LIVE.model_copy(update={"symbols": (*LIVE.symbols, "EURUSD")})


def test_that_a_symbol_with_an_open_position_is_not_removed() -> None:
    desk = live()
    desk.desk.trading.on_event(
        TradeOpened(trade=trade(), is_partial=False, is_resumed=False, slippage=0.0, at=at(1))
    )  # fmt: skip
    desk.model.remove(GOLD)
    assert desk.said[-1] == "XAUUSD is not removed: it has open positions. Close them first"
    assert desk.wanted == LIVE.symbols
    desk.model.remove(BITCOIN)
    assert desk.wanted == ("XAUUSDc", "US30")


def test_that_a_symbol_with_a_waiting_plan_is_not_removed() -> None:
    desk = live()
    desk.desk.trading.on_event(PlanChanged(plan(status=PlanStatus.PENDING)))
    desk.model.remove(GOLD)
    assert desk.said[-1] == "XAUUSD is not removed: plans or proposals of it wait. Cancel or reject them first"
    desk.desk.trading.on_event(PlanChanged(plan(status=PlanStatus.CANCELLED)))
    desk.model.remove(GOLD)
    assert desk.wanted == ("BTCUSD", "US30")


def test_that_nothing_is_removed_while_an_order_is_on_its_way() -> None:
    desk = live()
    desk.desk.trading.orders_on_way.add(order().token)
    desk.model.remove(GOLD)
    assert "an order is on its way" in desk.said[-1]
    assert desk.wanted == LIVE.symbols


def test_that_the_last_symbol_is_not_removed() -> None:
    desk = Watching(Settings(symbols=("XAUUSD",)), is_live=True)
    desk.model.remove(GOLD)
    assert desk.said[-1] == "XAUUSD is not removed: the desk needs at least one symbol"


def test_that_a_symbol_which_only_a_position_brought_is_not_in_the_settings_to_remove() -> None:
    desk = Watching(Settings(symbols=("XAUUSD",)), is_live=True)
    desk.model.remove(BITCOIN)
    assert desk.said[-1] == "BTCUSD is not removed: it is not among the symbols in the settings"


def test_that_more_symbols_than_the_settings_hold_are_refused() -> None:
    names = tuple(f"A{number}" for number in range(100))
    desk = Watching(Settings(symbols=names), is_live=True)
    desk.model.add("EURUSD")
    assert desk.said[-1].startswith("EURUSD cannot be added: ")
    assert desk.wanted == names


def test_that_a_symbol_without_a_chart_says_why_at_a_click() -> None:
    desk = live()
    chosen: list[str] = []
    desk.model.chosen.connect(chosen.append)
    desk.model.act("US30")
    desk.model.act(GOLD)
    assert (chosen, desk.said) == ([GOLD], ["US30 has no chart: no prices"])


# -- played markets: rows are hidden


def test_that_a_row_of_a_played_market_is_hidden_and_comes_back() -> None:
    desk = Watching()
    desk.model.remove(GOLD)
    assert desk.listed == [BITCOIN]
    desk.tick(quote(1, bid=2000.0))
    assert not [each for each in desk.asked if isinstance(each, ChangeSettings)]
    desk.model.add(GOLD)
    assert desk.listed == [GOLD, BITCOIN]
    assert desk.text(GOLD, BID) == "2,000.00"


# -- the list of what can be added


OFFERED = (
    OfferedSymbol(name="EURUSD", description="Euro vs US Dollar", digits=5),
    OfferedSymbol(name="XAGUSD", description="Silver vs US Dollar", digits=3, is_selected=False, note="close only"),
    OfferedSymbol(name="XAUUSD", description="Gold vs US Dollar", digits=2),
)


def picking(desk: Watching) -> list[str]:
    """Opens the list; returns the names that the source is asked to select."""
    asked: list[str] = []
    desk.model.picker.wanted.connect(asked.append)
    desk.model.picker.begin()
    assert desk.model.picker.is_busy
    show(desk.model.picker, OFFERED)
    return asked


def test_that_the_source_lists_its_symbols_with_their_state() -> None:
    desk = live()
    picking(desk)
    table = desk.model.picker.table
    assert [table.words(row)[0] for row in range(3)] == ["EURUSD", "XAGUSD", "XAUUSD"]
    assert [table.cell_of(name, STATE).text for name in ("EURUSD", "XAGUSD", "XAUUSD")] == [
        *("", "not in Market Watch, close only", IN_LIST),
    ]


def test_that_symbols_are_found_by_words_of_name_and_description_in_any_order() -> None:
    desk = live()
    picking(desk)
    table = desk.model.picker.table
    for words, found in (("dollar eur", ["EURUSD"]), ("usd GOLD", ["XAUUSD"]), ("vs", 3), ("franc", [])):
        table.set_search(words)
        names = [table.words(row)[0] for row in range(table.rowCount())]
        assert names == found or len(names) == found


def test_that_a_symbol_is_found_by_what_it_stands_for() -> None:
    desk = Watching()
    show(desk.model.picker, (OfferedSymbol(name="BTCUSD", description="demo market"), OfferedSymbol(name="XAUUSD")))
    for words, found in (("gold", "XAUUSD"), ("bitcoin demo", "BTCUSD")):
        desk.model.picker.table.set_search(words)
        assert desk.model.picker.table.rowCount() == 1
        assert desk.model.picker.table.words(0)[0] == found


def test_that_a_symbol_counts_once_its_source_sends_its_prices() -> None:
    desk = live()
    asked, picker = picking(desk), desk.model.picker
    assert picker.about("EURUSD").startswith("It has no rules: chart only")
    assert picker.about("EURUSD").endswith(NEXT_START)
    assert picker.about("XAUUSD") == "XAUUSD is in the list."
    picker.add("EURUSD")
    assert (asked, desk.wanted) == (["EURUSD"], LIVE.symbols)
    picker.add("XAGUSD")
    assert asked == ["EURUSD"]
    picker.on_added("EURUSD", "")
    assert desk.wanted[-1] == "EURUSD"
    assert picker.answer == "EURUSD was added: the desk shows it from its next start"
    assert picker.table.cell_of("EURUSD", STATE).text == IN_LIST
    picker.add("EURUSD")
    assert asked == ["EURUSD"]


def test_that_a_symbol_that_would_start_at_auto_says_so_before_it_is_added() -> None:
    settings = with_values(Settings(symbols=("BTCUSD",)), {"execution.auto_symbols": ["XAU"]})
    desk = Watching(settings, is_live=True)
    show(desk.model.picker, (OfferedSymbol(name="XAUUSDm"), OfferedSymbol(name="XAUEUR")))
    assert "Execution › Automatic symbols include it: it starts at AUTO." in desk.model.picker.about("XAUUSDm")
    assert "AUTO" not in desk.model.picker.about("XAUEUR")


def test_that_a_source_that_does_not_answer_says_why_and_nothing_is_added() -> None:
    desk = live()
    asked, picker = picking(desk), desk.model.picker
    picker.add("EURUSD")
    picker.fail("EURUSD cannot be added to the terminal's Market Watch: add it there manually.")
    assert picker.fault.startswith("EURUSD cannot be added")
    assert desk.wanted == LIVE.symbols
    picker.add("EURUSD")
    assert (picker.fault, asked) == ("", ["EURUSD", "EURUSD"])


def test_that_a_hidden_symbol_of_a_played_market_can_be_picked_again() -> None:
    desk = Watching()
    desk.model.remove(GOLD)
    picking(desk)
    assert desk.model.picker.about(GOLD) == f"Its rules are those of Gold. {AT_ONCE}"
    desk.model.picker.add(GOLD)
    desk.model.picker.on_added(GOLD, "")
    assert desk.listed == [GOLD, BITCOIN]


def test_that_a_recording_beside_those_that_play_is_opened_and_not_added() -> None:
    desk = Watching()
    asked, picker = picking(desk), desk.model.picker
    opened: list[str] = []
    picker.recording_wanted.connect(opened.append)
    beside = OfferedSymbol(name="EURUSD_M1.csv", description="EURUSD, /data", recording="/data/EURUSD_M1.csv")
    show(picker, (*OFFERED, beside))
    assert picker.table.cell_of("EURUSD_M1.csv", STATE).text == "recording"
    assert picker.about("EURUSD_M1.csv").startswith("Opens this recording together with those that play")
    picker.add("EURUSD_M1.csv")
    assert (opened, asked, picker.is_busy) == (["/data/EURUSD_M1.csv"], [], False)


# -- sources that list thousands, or what nobody can add


def test_that_names_that_no_setting_can_hold_are_not_listed_and_long_descriptions_are_cut() -> None:
    picker = live().model.picker
    names = ("", "A\nB", "a\x00b", "\ud800", "\u202eUSD", "x" * 41, "GER40.cash", "é")
    show(picker, [OfferedSymbol(name=name, description="words\n" * 100_000) for name in names])
    assert set(picker.table.keys) == {"GER40.cash", "é"}
    assert len(picker.table.cell_of("é", 1).text) <= 200
    for name in names[:-2]:
        assert not picker.may_add(name)


def test_that_a_symbol_that_was_added_meanwhile_is_listed_as_such() -> None:
    desk = live()
    before = listed(OFFERED, desk.model.picker.kept)
    desk.model.add("EURUSD")
    desk.model.picker.show(before)
    assert desk.model.picker.table.cell_of("EURUSD", STATE).text == IN_LIST
    desk.model.picker.table.set_search("in the list eur")
    assert desk.model.picker.table.rowCount() == 1


def test_that_twenty_thousand_symbols_are_searched_and_shown_without_holding_the_window_up() -> None:
    picker = live().model.picker
    offered = [OfferedSymbol(name=f"SYM{number}", description="a share of a company") for number in range(20_000)]
    made_s = seconds(lambda: listed(offered, picker.kept))
    prepared = listed(offered, picker.kept)
    assert seconds(lambda: picker.show(prepared)) < made_s / 2  # the rest is made beside the window
    assert seconds(lambda: picker.table.set_search("sym77 share")) < made_s / 2
    assert picker.table.rowCount() == 111
    picker.table.set_search("")
    assert seconds(lambda: picker.table.sort(0)) < 2 * made_s
    assert picker.table.rowCount() == 20_000


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
