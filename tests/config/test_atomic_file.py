"""A file is replaced whole, though a virus scanner, a synchronising folder or a reader has it open for a moment."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from config.atomic_file import replace_file, write_atomically
from config.loader import UnsavedConfiguration, load_settings, save_settings, shipped_settings
from config.presets import PresetShelf
from tests.refusing_renames import FOR_EVER, RefusingRenames


@pytest.fixture
def renames(monkeypatch: pytest.MonkeyPatch) -> RefusingRenames:
    return RefusingRenames(monkeypatch)


def test_that_one_refused_rename_loses_no_settings(renames: RefusingRenames, tmp_path: Path) -> None:
    renames.refuse(1)
    save_settings(shipped_settings(), tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json") == shipped_settings()
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EPERM, errno.EACCES])
def test_that_a_rename_is_tried_for_two_seconds(renames: RefusingRenames, tmp_path: Path, number: int) -> None:
    renames.refuse(12, OSError(number, "held"))
    write_atomically(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "new"
    assert 1.5 < renames.paused_s < 2.0


def test_that_a_file_that_stays_open_is_named_with_the_likely_cause(renames: RefusingRenames, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{}")
    renames.refuse(FOR_EVER)
    with pytest.raises(UnsavedConfiguration, match=r"settings\.json: .*another program may have it open"):
        save_settings(shipped_settings(), path)
    assert renames.paused_s == pytest.approx(2.0)
    assert path.read_text() == "{}"
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.ENOENT])
def test_that_what_does_not_pass_by_itself_is_not_waited_for(
    renames: RefusingRenames, tmp_path: Path, number: int
) -> None:
    (tmp_path / "source").touch()
    renames.refuse(FOR_EVER, OSError(number, "no"))
    with pytest.raises(OSError, match="no"):
        replace_file(tmp_path / "source", tmp_path / "target")
    assert renames.paused_s == 0.0


def test_that_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").touch()
    with pytest.raises(UnsavedConfiguration, match="it is a file, and a folder is needed"):
        save_settings(shipped_settings(), tmp_path / "config" / "settings.json")


def test_that_a_removal_is_tried_for_two_seconds(renames: RefusingRenames, tmp_path: Path) -> None:
    (tmp_path / "aside.json").write_text("{}")
    renames.keep(12)
    PresetShelf(tmp_path).delete("aside")
    assert list(tmp_path.iterdir()) == []
    assert 1.5 < renames.paused_s < 2.0


def test_that_a_file_that_cannot_be_removed_is_named_with_the_likely_cause(
    renames: RefusingRenames, tmp_path: Path
) -> None:
    (tmp_path / "aside.json").write_text("{}")
    renames.keep(FOR_EVER)
    with pytest.raises(UnsavedConfiguration, match=r"aside\.json: .*another program may have it open"):
        PresetShelf(tmp_path).delete("aside")


def test_that_a_write_that_fails_leaves_no_file_behind_though_a_scanner_has_it_open(
    renames: RefusingRenames, tmp_path: Path
) -> None:
    renames.refuse(FOR_EVER, OSError(errno.ENOSPC, "no room"))
    renames.keep(3)
    with pytest.raises(OSError, match="no room"):
        write_atomically(tmp_path / "file", "new")
    assert list(tmp_path.iterdir()) == []
