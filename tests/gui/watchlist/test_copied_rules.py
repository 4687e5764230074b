"""Rules that are copied from one symbol to another: what changes, and that nothing starts to trade by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.changes import Change, with_values
from config.settings import BITCOIN_RULES, Settings
from engine.domain.messages.commands import SetAuto
from engine.domain.messages.engine import ChangeSettings
from gui.features.settings.model.words import change_text, value_with_unit
from gui.features.watchlist.model.copied_rules import Named, also_changed, rule_changes, with_copied_rules
from gui.features.watchlist.model.rules_copy import NO_CHANGE, RulesCopy
from tests.gui.watchlist.desk import BITCOIN, GOLD, Watching

pytestmark = pytest.mark.usefixtures("qapp")
NAMES = ("XAUUSD", "XAUUSDc", "BTCUSD", "BTCUSDm", "EURUSD", "EURUSD.r", "US30")


@given(st.data())
def test_that_a_symbol_gets_all_rules_of_another_and_never_starts_at_auto(data: st.DataObject) -> None:
    symbols = [Named(name) for name in data.draw(st.lists(st.sampled_from(NAMES), min_size=2, unique=True))]
    auto = data.draw(st.lists(st.sampled_from((*NAMES, "XAU", "E", "btc")), unique=True, max_size=3))
    silent = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2))
    settings = with_values(Settings(), {"execution.auto_symbols": auto, "alerts.setup.silent_symbols": silent})
    sources = [each for each in symbols if settings.rules_for(*each) is not None]
    if not sources:
        return
    source = data.draw(st.sampled_from(sources))
    target, *others = (each for each in symbols if each != source)
    after = with_copied_rules(settings, source, target, (source, *others))
    assert after.rules_for(*target) == settings.rules_for(*source)
    assert not after.is_auto(*target)
    for other in (source, *others):
        assert settings.is_auto(*other) or not after.is_auto(*other)
        if not other.name.lower().startswith(target.name.lower()):
            assert after.rules_for(*other) == settings.rules_for(*other)
            assert after.is_auto(*other) == settings.is_auto(*other) or target.name.startswith(other.name)
        elif after.rules_for(*other) != settings.rules_for(*other):
            assert other.name in also_changed(settings, after, (source, *others))
    assert after.alerts.setup.is_silent_for(*source) == settings.alerts.setup.is_silent_for(*source)
    if settings.alerts.setup.is_silent_for(*source):
        assert after.alerts.setup.is_silent_for(*target)


def test_that_a_symbol_that_was_automatic_by_a_prefix_leaves_the_others_automatic() -> None:
    settings = with_values(Settings(), {"execution.auto_symbols": ["XAU"]})
    after = with_copied_rules(settings, Named(BITCOIN), Named("XAUUSDm"), [Named("XAUUSDc"), Named("XAGUSD")])
    assert after.execution.auto_symbols == ("XAUUSDc",)


def test_that_the_preview_has_each_setting_that_differs_with_both_values() -> None:
    settings, target = Settings(), Named("XAUUSDm")
    changes = rule_changes(settings, with_copied_rules(settings, Named(BITCOIN), target, ()), target)
    found: dict[str, Any] = {change.key.partition(".")[2]: (change.old, change.new) for change in changes}
    assert found["sl_range"] == ([0.5, 1.2], [5.0, 10.0])
    assert found["pre_trade_filters.spread.max_spread"] == (0.25, 15.0)
    assert "reward_ratio" not in found


# -- the dialog's model


def begun(desk: Watching, symbol: str) -> RulesCopy:
    """The preview that the menu of a row opens."""
    next(entry for entry in desk.model.entries(symbol) if entry.title == "Copy rules from …").does()
    return desk.model.rules


def asked(desk: Watching) -> list[Settings]:
    return [each.settings for each in desk.asked if isinstance(each, ChangeSettings)]


def test_that_a_symbol_without_rules_is_offered_those_of_all_others() -> None:
    desk = Watching(Settings(symbols=("XAUUSD", "BTCUSD", "EURUSD")), is_live=True)
    rules = begun(desk, "EURUSD")
    assert [rules.title(each) for each in rules.choices] == ["XAUUSD (Gold)", "BTCUSD (Bitcoin)"]
    assert rules.table.cell_of("eurusd_rules.sl_range", 1).text == "none"
    assert rules.table.cell_of("eurusd_rules.sl_range", 2).text == "0.5 to 1.2"
    assert rules.copy()
    assert asked(desk)[-1].rules_for("EURUSD") == Settings().xauusd_rules
    assert desk.said[-1] == "EURUSD gets the rules of XAUUSD (Gold) with the next candle, at MANUAL"


def test_that_nothing_is_asked_before_the_user_copies() -> None:
    desk = Watching()
    rules = begun(desk, GOLD)
    assert [each.name for each in rules.choices] == [BITCOIN]
    assert asked(desk) == []
    assert any("check each of them" in note for note in rules.notes)
    assert any("take effect after" in note for note in rules.notes)


def test_that_a_symbol_on_auto_is_set_to_manual_before_its_rules_change() -> None:
    desk = Watching()
    desk.set_modes(GOLD)
    assert begun(desk, GOLD).copy()
    trading = [each for each in desk.asked if isinstance(each, SetAuto | ChangeSettings)]
    assert trading[0] == SetAuto(GOLD, False)
    assert isinstance(trading[1], ChangeSettings)
    assert trading[1].settings.xauusd_rules == BITCOIN_RULES


def test_that_settings_changed_meanwhile_are_not_taken_back() -> None:
    desk = Watching()
    rules = begun(desk, GOLD)
    desk.desk.settings.choose({"interface.theme": "light"})
    assert rules.copy()
    assert asked(desk)[-1].interface.theme == "light"
    desk.answer()
    assert not rules.may_copy
    assert rules.notes == (NO_CHANGE,)
    assert not rules.copy()


def test_that_a_name_that_no_key_can_have_is_refused_with_a_sentence() -> None:
    desk = Watching(Settings(symbols=("XAUUSD", "BTCUSD", "ÖL DE")), is_live=True)
    rules = begun(desk, "ÖL DE")
    assert rules.fault.startswith("ÖL DE cannot have rules of its own")
    assert not rules.copy()
    assert asked(desk) == []


def test_that_a_choice_is_written_as_its_field_shows_it() -> None:
    assert value_with_unit("xauusd_rules.vwap.tolerance_type", "atr_adjusted") == "atr adjusted"
    change = Change("xauusd_rules.vwap.tolerance_type", "fixed", "atr_adjusted")
    assert change_text(change).endswith(" fixed → atr adjusted")
