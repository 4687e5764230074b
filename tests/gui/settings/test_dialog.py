"""The settings dialog on the whole window: found, changed, marked, refused, applied and taken back by the user."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from config.changes import with_values
from engine.domain.messages.engine import SettingsChanged
from gui.features.settings.view.dialog import PAGES_KEPT
from gui.features.settings.view.editors import NumberEditor, RangeEditor, SwitchEditor
from tests.gui.chart.builders import flush
from tests.gui.settings.settings_window import LOSS, PLAIN, SPREAD, SettingsWindow, fault_text
from tests.whole import present

# -- writing and applying ---------------------------------------------------------------------------------------------


def test_that_a_setting_is_changed_marked_and_applied(opened_settings: SettingsWindow) -> None:
    row = opened_settings.write(LOSS, "1.5")
    assert row.property("isEdited") is True
    assert "●" in present(opened_settings.dialog.tree.currentItem()).text(0)
    assert opened_settings.asked == []
    opened_settings.click(opened_settings.dialog.apply)
    assert opened_settings.asked == [with_values(PLAIN, {LOSS: 1.5})]
    opened_settings.answer(with_values(PLAIN, {LOSS: 1.5}))
    assert row.property("isEdited") is False
    assert row.title.property("isOwn") is True
    assert not opened_settings.dialog.apply.isEnabled()


def test_that_ok_applies_and_closes_and_cancel_forgets(opened_settings: SettingsWindow) -> None:
    opened_settings.write(LOSS, "1.5")
    opened_settings.click(opened_settings.dialog.accept_all)
    assert len(opened_settings.asked) == 1
    assert opened_settings.desk.window.settings.dialog is None
    opened_settings.desk.action("settings.open").trigger()
    opened_settings.write(LOSS, "1.2")
    opened_settings.click(opened_settings.dialog.cancel)
    assert len(opened_settings.asked) == 1


def test_that_a_value_that_is_not_allowed_says_what_is_at_the_field(opened_settings: SettingsWindow) -> None:
    row = opened_settings.write("risk_mitigation.max_positions", "0")
    assert fault_text(row) == "✗ is 0; allowed is a whole number at least 1, at most 100"
    assert not opened_settings.dialog.apply.isEnabled()
    assert not opened_settings.dialog.accept_all.isEnabled()
    assert "Risk › Max open positions" in opened_settings.dialog.faults.text()
    row = opened_settings.write("risk_mitigation.max_positions", "four")
    assert fault_text(row) == '✗ is "four"; allowed is a whole number at least 1, at most 100'
    opened_settings.write("risk_mitigation.max_positions", "4")
    assert fault_text(row) == ""
    assert opened_settings.dialog.apply.isEnabled()


def test_that_settings_that_contradict_each_other_say_so_at_both_fields(opened_settings: SettingsWindow) -> None:
    row = opened_settings.write("risk_mitigation.max_positions_per_symbol", "5")
    said = "✗ max_positions_per_symbol 5 is above max_positions 3; allowed is at most that"
    assert fault_text(row) == said
    assert fault_text(opened_settings.row("risk_mitigation.max_positions")) == said
    assert opened_settings.dialog.view("risk_mitigation").faults.text() == said
    assert not opened_settings.dialog.apply.isEnabled()


def test_that_one_setting_a_page_or_all_of_it_is_reset(opened_settings: SettingsWindow) -> None:
    row = opened_settings.write(LOSS, "1.5")
    opened_settings.write("risk_mitigation.max_positions", "7")
    opened_settings.click(row.reset)
    assert opened_settings.form.value(LOSS) == 2.0
    opened_settings.click(opened_settings.dialog.view("risk_mitigation").reset)
    assert opened_settings.form.value("risk_mitigation.max_positions") == 3
    opened_settings.write(SPREAD, "0.1")
    opened_settings.click(opened_settings.dialog.revert)
    assert opened_settings.form.value(SPREAD) == 0.25


def test_that_what_waits_says_until_when_and_can_be_withdrawn(opened_settings: SettingsWindow) -> None:
    row = opened_settings.write(SPREAD, "0.5")
    opened_settings.click(opened_settings.dialog.apply)
    opened_settings.answer()
    assert row.below is not None
    waits = present(row.findChild(QLabel, "settingWaits"))
    assert waits.text() == "◷ 0.25 price is in force until 08:10:00 UTC"
    opened_settings.click(row.below.withdraw)
    assert opened_settings.asked[-1] == PLAIN
    opened_settings.answer()
    assert not row.below.withdraw.isVisible()
    assert opened_settings.form.value(SPREAD) == 0.25
    assert not opened_settings.form.is_edited


def test_that_what_others_change_comes_in_beside_what_is_being_written(opened_settings: SettingsWindow) -> None:
    opened_settings.write(SPREAD, "0.1")
    other = with_values(PLAIN, {LOSS: 1.0})
    opened_settings.desk.desk.settings.on_settings_changed(SettingsChanged(other, (), other, (), "file"))
    assert opened_settings.form.value(LOSS) == 1.0
    assert opened_settings.form.value(SPREAD) == 0.1
    opened_settings.click(opened_settings.dialog.apply)
    assert opened_settings.asked == [with_values(PLAIN, {LOSS: 1.0, SPREAD: 0.1})]


# -- every kind of value ----------------------------------------------------------------------------------------------


def test_that_switches_choices_lists_ranges_and_missing_numbers_are_edited(opened_settings: SettingsWindow) -> None:
    switch = opened_settings.row("xauusd_rules.candle_signals.ob_retest").editor
    assert isinstance(switch, SwitchEditor)
    switch.click()
    box = opened_settings.row("execution.sizing").editor
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    names = opened_settings.row("execution.auto_symbols").editor
    assert isinstance(names, QPlainTextEdit)
    QTest.keyClicks(names, "XAU")
    opened_settings.write("execution.time_stop_minutes", "45")
    ends = opened_settings.row("xauusd_rules.sl_range").editor
    assert isinstance(ends, RangeEditor)
    high = ends.high
    high.selectAll()
    QTest.keyClicks(high, "1.5")
    opened_settings.write("sessions.asia.opens", "10:30")
    opened_settings.click(opened_settings.dialog.apply)
    expected = {
        "xauusd_rules.candle_signals.ob_retest": False,
        "execution.sizing": "risk",
        "execution.auto_symbols": ["XAU"],
        "execution.time_stop_minutes": 45.0,
        "xauusd_rules.sl_range": [0.5, 1.5],
        "sessions.asia.opens": "10:30",
    }
    assert opened_settings.asked == [with_values(PLAIN, expected)]
    opened_settings.write("execution.time_stop_minutes", " ")
    assert opened_settings.form.value("execution.time_stop_minutes") is None


def test_that_the_arrow_keys_step_in_the_last_place(opened_settings: SettingsWindow) -> None:
    field = opened_settings.row(SPREAD).editor
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert opened_settings.form.value(SPREAD) == 0.26


# -- finding ----------------------------------------------------------------------------------------------------------


def test_that_a_search_leaves_what_has_its_words_and_goes_there(opened_settings: SettingsWindow) -> None:
    QTest.keyClicks(opened_settings.dialog.search, "bitcoin max spread")
    assert opened_settings.dialog.tree.current == "btcusd_rules.pre_trade_filters"
    view = opened_settings.dialog.view("btcusd_rules.pre_trade_filters")
    view.complete()
    shown = [key.rpartition(".")[2] for key, row in view.rows.items() if row.isVisible()]
    assert shown == ["max_spread", "max_ratio", "max_ratio_low_volume"]
    opened_settings.dialog.search.setText("no such words")
    assert opened_settings.dialog.nothing.isVisible()
    opened_settings.dialog.search.clear()
    assert all(row.isVisibleTo(view) for row in view.rows.values())


def test_that_the_key_of_a_setting_finds_it(opened_settings: SettingsWindow) -> None:
    opened_settings.form.seek("loosen_delay_minutes")
    assert opened_settings.form.found == frozenset({"risk_mitigation.loosen_delay_minutes"})


def test_that_every_setting_has_a_row_and_every_control_a_tooltip(opened_settings: SettingsWindow) -> None:
    keys = {field.key for page in opened_settings.form.pages for field in page.fields}
    views = [opened_settings.dialog.view(page.key) for page in opened_settings.form.pages]
    for view in views:
        view.complete()
    assert {key for view in views for key in view.rows} == keys
    controls = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QPlainTextEdit)
    bare = [
        each
        for each in opened_settings.dialog.findChildren(QWidget)
        if isinstance(each, controls) and not each.toolTip()
    ]
    assert [(each, each.objectName()) for each in bare if not each.objectName().startswith("qt_")] == []


def test_that_pages_left_long_ago_are_made_again_with_what_was_written_on_them(opened_settings: SettingsWindow) -> None:
    opened_settings.write(SPREAD, "0.3")
    before = opened_settings.dialog.view("xauusd_rules.pre_trade_filters")
    for page in opened_settings.form.pages:
        opened_settings.dialog.tree.choose(page.key)
    flush()
    assert opened_settings.dialog.stack.count() == PAGES_KEPT + 1  # and what is said where a search finds nothing
    opened_settings.dialog.tree.choose("xauusd_rules.pre_trade_filters")
    after = opened_settings.dialog.view("xauusd_rules.pre_trade_filters")
    assert after is not before
    editor = opened_settings.row(SPREAD).editor
    assert isinstance(editor, NumberEditor)
    assert editor.text() == "0.3"


def test_that_a_custom_widget_is_above_the_fields_of_a_page(opened_settings: SettingsWindow) -> None:
    opened_settings.click(opened_settings.dialog.cancel)
    opened_settings.desk.window.settings.add_extra("feeds", lambda: QLabel("a button to try it"))
    opened_settings.desk.action("settings.open").trigger()
    opened_settings.dialog.tree.choose("feeds")
    view = opened_settings.dialog.view("feeds")
    view.complete()
    above = [label for label in view.findChildren(QLabel) if label.text() == "a button to try it"]
    assert len(above) == 1
    flush()
    assert above[0].y() < min(row.y() for row in view.rows.values())


def test_that_default_and_bounds_stand_below_a_setting_and_are_never_torn_at_the_end_of_a_line(
    opened_settings: SettingsWindow,
) -> None:
    def tail(key: str) -> str:
        """After the word Default, with `_` for a space at which no line ends."""
        return opened_settings.row(key).help.text().partition("Default")[2].replace("\u00a0", "_")

    assert tail("xauusd_rules.sl_range") == "_0.5_to_1.2, allowed_above_0_to_1000000."
    assert tail("risk_mitigation.loosen_delay_minutes") == "_10, allowed_0_to_1440."
    assert tail("feeds.demo_seed") == "_7."


# -- the window beside it ---------------------------------------------------------------------------------------------


def test_that_the_window_stays_in_reach_and_one_dialog_is_enough(opened_settings: SettingsWindow) -> None:
    first = opened_settings.dialog
    assert not first.isModal()
    opened_settings.desk.action("settings.open").trigger()
    assert opened_settings.dialog is first


def test_that_the_dialog_keeps_its_size(own: SettingsWindow) -> None:
    own.dialog.resize(790, 590)
    own.click(own.dialog.cancel)
    own.desk.action("settings.open").trigger()
    assert (own.dialog.width(), own.dialog.height()) == (790, 590)


def test_that_a_change_of_the_file_is_shown_in_the_window_until_it_was_read(own: SettingsWindow) -> None:
    notice = own.desk.window.settings.notice
    assert not notice.isVisible()
    own.desk.desk.settings.on_file_edited(with_values(PLAIN, {SPREAD: 0.1}))
    assert notice.isVisible()
    assert "Max spread 0.25 → 0.1" in notice.words.text()
    assert own.desk.window.rect().contains(notice.geometry())
    own.click(notice.dismiss)
    assert not notice.isVisible()
    own.desk.desk.settings.on_file_faults(["settings.json: cooldown_seconds is -1; allowed is a whole number"])
    assert notice.property("isFaulty") is True
