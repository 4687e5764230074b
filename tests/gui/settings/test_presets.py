"""Rules of further symbols, presets and files, as the settings dialog has them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QInputDialog,
)

from config.changes import with_values
from config.loader import export_settings, load_settings
from gui.features.settings.model.form import NOT_A_SYMBOL
from gui.features.settings.view.preset_bar import Comparison
from gui.features.settings.view.rules_bar import NewRules
from tests.gui.chart.builders import flush
from tests.gui.settings.settings_window import PLAIN, SPREAD, SettingsWindow

# -- rules of further symbols -----------------------------------------------------------------------------------------


def _new_rules(opened_settings: SettingsWindow, prefix: str, like: str) -> NewRules:
    opened_settings.click(opened_settings.dialog.rules.add)
    dialog = opened_settings.dialog.findChild(NewRules)
    assert isinstance(dialog, NewRules)
    dialog.prefix.setText(prefix)
    dialog.like.setCurrentIndex(dialog.like.findData(like))
    dialog._add()
    flush()
    return dialog


def test_that_rules_for_a_further_symbol_are_begun_as_a_copy_and_taken_out_again(
    opened_settings: SettingsWindow,
) -> None:
    _new_rules(opened_settings, "ETHUSD", "btcusd_rules")
    assert opened_settings.dialog.tree.current == "ethusd_rules"
    opened_settings.click(opened_settings.dialog.apply)
    rules = opened_settings.asked[-1].rules_for("ETHUSDc")
    assert rules == PLAIN.btcusd_rules
    assert opened_settings.dialog.rules.remove.isEnabled()
    opened_settings.click(opened_settings.dialog.rules.remove)
    opened_settings.click(opened_settings.dialog.apply)
    assert opened_settings.asked[-1] == PLAIN


def test_that_rules_that_exist_or_cannot_be_named_so_are_not_begun(opened_settings: SettingsWindow) -> None:
    assert _new_rules(opened_settings, "XAUUSD", "xauusd_rules").fault.text() == "✗ XAUUSD has rules already"
    assert opened_settings.form.add_rules("E T H", "xauusd_rules") == NOT_A_SYMBOL
    assert opened_settings.form.add_rules("eth.usd", "xauusd_rules") == NOT_A_SYMBOL
    opened_settings.dialog.tree.choose("xauusd_rules")
    assert not opened_settings.dialog.rules.remove.isEnabled()


# -- presets and files ------------------------------------------------------------------------------------------------


def test_that_a_preset_is_loaded_into_the_pages_and_compared(opened_settings: SettingsWindow) -> None:
    opened_settings.choose("Compare with", "atr_scaled")
    table = opened_settings.dialog.findChild(Comparison)
    assert isinstance(table, Comparison)
    model = table.table.model()
    cells = {model.index(row, 0).data(): (model.index(row, 1).data(), model.index(row, 2).data()) for row in range(6)}
    assert cells["Gold › Stop distance"] == ("1.2 to 2.5", "0.5 to 1.2")
    opened_settings.choose("Load", "atr_scaled")
    assert opened_settings.asked == []
    assert (
        opened_settings.dialog.said.text()
        == "Preset atr_scaled changes 6 settings; nothing takes effect until you apply it."
    )
    opened_settings.click(opened_settings.dialog.apply)
    assert opened_settings.asked[-1].xauusd_rules.stop_mode == "atr"


def test_that_a_preset_of_one_s_own_is_kept_loaded_and_deleted(own: SettingsWindow, tmp_path: Path) -> None:
    own.write(SPREAD, "0.1")
    own.write("feeds.demo_seed", "9")
    own.dialog.presets._ask_name()
    asking = own.dialog.findChild(QInputDialog, "presetName")
    assert isinstance(asking, QInputDialog)
    asking.textValueSelected.emit("careful")
    own.settle()
    assert (tmp_path / "presets" / "careful.json").is_file()
    own.click(own.dialog.revert)
    own.choose("Load", "careful")
    assert own.form.value(SPREAD) == 0.1
    assert own.form.value("feeds.demo_seed") == 7  # where prices come from is no part of a preset
    own.choose("Delete", "careful")
    assert list((tmp_path / "presets").iterdir()) == []


def test_that_a_preset_cannot_be_saved_under_a_name_that_points_outside_the_folder(
    own: SettingsWindow, tmp_path: Path
) -> None:
    for name in ["", "../out", "a/b", "atr_scaled", " blank", "." * 3, "x" * 60]:
        own.dialog.said.clear()
        own.dialog.presets._save(name)
        own.settle()
        assert own.dialog.said.text().startswith("Not saved: "), name
        assert not (tmp_path / "presets").exists(), name


def test_that_a_damaged_preset_says_what_is_wrong_with_it(own: SettingsWindow, tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "spoilt.json").write_text('{"cooldown_seconds": "soon"}')
    own.dialog.presets._presets.look()
    own.choose("Load", "spoilt")
    assert 'cooldown_seconds is "soon"; allowed is a whole number' in own.dialog.said.text()
    assert not own.form.is_edited


def test_that_settings_are_taken_from_a_file_and_written_into_one(
    opened_settings: SettingsWindow, tmp_path: Path
) -> None:
    narrow = with_values(PLAIN, {SPREAD: 0.1})
    export_settings(narrow, tmp_path / "narrow.json")
    presets = opened_settings.dialog.presets._presets
    presets.import_from(tmp_path / "narrow.json")
    opened_settings.settle()
    assert opened_settings.form.settings == narrow
    presets.export_to(tmp_path / "again.json")
    opened_settings.settle()
    assert load_settings(tmp_path / "again.json") == narrow
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe{")
    presets.import_from(tmp_path / "bad.json")
    opened_settings.settle()
    assert "is not UTF-8 text" in opened_settings.dialog.said.text()
    assert opened_settings.form.settings == narrow
