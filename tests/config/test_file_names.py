"""Names that Windows keeps for devices are refused on every system; a file that has one can still be read elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.atomic_file import write_atomically
from config.file_names import RESERVED, fault_of_name
from config.loader import UnsavedConfiguration
from config.presets import PresetShelf
from config.settings import Settings
from engine.market.tape import part_name
from engine.persistence.tape.tracks import Track
from tests.adapters.markets import source_of

FREE = ("", "CONSOLE", "COM0", "COM10", "LPT", "gold.con", ".nul", "my nul", "aux-1", "XAUUSD", "con_1")


@given(
    st.sampled_from(sorted(RESERVED)), st.sampled_from(["", ".", ".json", " ", "  .tar.gz", ". ", ".."]), st.booleans()
)
def test_that_letters_blanks_and_endings_hide_no_device(device: str, ending: str, is_small: bool) -> None:
    name = f"{device.lower() if is_small else device}{ending}"
    assert f"the name {device} " in fault_of_name(name)


@pytest.mark.parametrize("name", FREE)
def test_that_other_names_are_free(name: str) -> None:
    assert fault_of_name(name) == ""


@pytest.mark.parametrize("name", ["CON", "nul", "Com1", "LPT9.fast"])
def test_that_a_preset_is_not_called_as_a_device(tmp_path: Path, name: str) -> None:
    shelf = PresetShelf(tmp_path)
    assert "for a device" in shelf.fault_of(name)
    with pytest.raises(UnsavedConfiguration, match="for a device"):
        shelf.save(name, Settings())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_that_a_preset_of_such_a_name_is_still_read_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "aux.json").write_text('{"risk_mitigation": {"max_trades_per_day": 20}}', encoding="utf-8")
    shelf = PresetShelf(tmp_path)
    (name,) = shelf.own
    assert name == "aux"
    assert shelf.laid_over(Settings(), "aux").risk_mitigation.max_trades_per_day == 20
    shelf.delete("aux")
    assert shelf.own == ()


def test_that_no_file_of_such_a_name_is_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Windows reserves the name PRN for a device"):
        write_atomically(tmp_path / "prn.html", "page")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("symbol", ["CON", "CON.DE", "aux"])
def test_that_a_share_which_trades_under_such_a_name_is_recorded_in_a_file(symbol: str) -> None:
    source = source_of(symbol)
    assert fault_of_name(part_name(Track(source, 1, iter(())).stem, 0)) == ""
