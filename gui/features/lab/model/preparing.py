"""Checks what the user asks of a study before it begins, and makes the settings that it runs by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from config.loader import load_settings
from config.presets import PresetShelf
from config.settings import Settings
from engine.adapters.recorded import open_recording
from engine.adapters.recorded.clocks import file_clock
from engine.adapters.recorded.folders import ENDINGS
from engine.adapters.recorded.origin import Origin
from engine.adapters.recorded.symbols import symbol_in
from engine.errors import DeskError, UnknownSymbol
from engine.market.tape import part_name
from gui.features.lab.model.kinds import BY_NAME, Part
from gui.features.lab.model.request import SettingsChoice, StudyRequest
from gui.features.lab.model.space import fault_of

SUFFIXES = frozenset({*ENDINGS, ".txt", ".jsonl"})
MAX_FILES = 1_000


class RefusedRequest(DeskError):
    """`faults` are sentences by the field that they are about; `row` is the place of the faulty row among the values to
    try."""

    def __init__(self, faults: Mapping[str, str], row: int = 0) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults, self.row = dict(faults), row


class Ready(NamedTuple):
    """The settings of a study, and the others of a comparison."""

    settings: Settings
    other: Settings | None


def ready(request: StudyRequest, current: Settings, presets: PresetShelf) -> Ready:
    """Raises `RefusedRequest` with every fault that was found. Not for the event loop."""
    faults = dict(_faults(request))
    found: dict[str, Settings] = {}
    for field, choice in (("settings", request.settings), ("other", request.other)):
        if choice is not None:
            try:
                found[field] = chosen_settings(choice, current, presets)
            except DeskError as error:
                faults[field] = str(error)
    row = 0
    if BY_NAME[request.kind].needs(Part.SPACE):
        if request.space is None and (wrong := fault_of(request.searched, found.get("settings", current))):
            faults["space"], row = wrong
        faults |= dict(_axis_faults(request))
    if len(found) == 2 and found["settings"] == found["other"]:
        faults["other"] = "These are the same settings: choose others to compare with."
    if faults:
        raise RefusedRequest(faults, row)
    return Ready(found["settings"], found.get("other"))


def chosen_settings(choice: SettingsChoice, current: Settings, presets: PresetShelf) -> Settings:
    """Raises `DeskError` where there are none. Not for the event loop."""
    match choice.source:
        case "current":
            return current
        case "preset":
            return presets.laid_over(current, choice.name)
        case "file" | "edited":
            if not choice.name:
                raise RefusedRequest({"settings": "Choose a file of settings."})
            return load_settings(Path(choice.name))


def recordings_in(paths: Iterable[Path]) -> list[str]:
    """Files as they are, and what a folder holds: the first parts of the desk's own recordings, else every file that
    may be a recording. Not for the event loop."""
    found: dict[str, None] = {}
    for path in paths:
        parts = sorted(path.glob(part_name("*", 0))) if path.is_dir() else [path]
        if path.is_dir() and not parts:
            parts = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES and each.is_file())
        found |= dict.fromkeys(str(part.absolute()) for part in parts)
    return list(found)[:MAX_FILES]


def _faults(request: StudyRequest) -> Iterator[tuple[str, str]]:
    kind = BY_NAME[request.kind]
    if kind.needs(Part.FILES):
        missing = [file for file in request.files if not Path(file).exists()]
        if not request.files:
            yield "files", "Add at least one recording."
        elif missing:
            yield "files", f"{missing[0]} does not exist."
    if kind.needs(Part.MARKET) and request.symbol is not None:
        yield from _market_fault(request.symbol)
    if kind.needs(Part.FILES) and request.symbol is None:
        yield from _unknown_symbol(request.files)
    if request.clock is not None:
        try:
            file_clock(request.clock, Origin(file="the clock"))
        except DeskError as error:
            yield "clock", str(error).removeprefix("the clock: ")
    for field, part, day in (("since", Part.SINCE, request.since), ("day", Part.DAY, request.day)):
        if kind.needs(part) and day is not None and not _is_day(day):
            yield field, f"{day} is not a date such as 2026-03-02."


def _unknown_symbol(files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Other faults of a file are reported by its study."""
    for path in map(Path, files):
        if symbol_in([path.name]) is None:
            try:
                open_recording(path)
            except UnknownSymbol:
                yield "symbol", f"{path.name} does not state its symbol: enter it here, such as XAUUSD."
                return
            except DeskError:
                continue


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _market_fault(symbol: str) -> Iterator[tuple[str, str]]:
    from engine.lab.null_market import check_symbol

    try:
        check_symbol(symbol)
    except DeskError as error:
        yield "symbol", str(error)


def _axis_faults(request: StudyRequest) -> Iterator[tuple[str, str]]:
    """A request of an older version names a file, which the study reads."""
    if request.heat is not None:
        keys = [row.key for row in request.searched]
        if request.heat[0] == request.heat[1]:
            yield "heat_y", "Choose two different settings."
        elif request.space is None and not set(request.heat) <= set(keys):
            yield "heat_x", "Choose settings that are searched."


def as_text(settings: Settings) -> str:
    """All settings, as a file has them."""
    return json.dumps(settings.as_json(), indent=1)
