"""What the user asks of a study, and the command line that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gui.features.lab.model.kinds import BY_NAME, Part

LARGEST_SEED = 2**31 - 1
_FIELDS = {"--since": "Since", "--symbol": "Symbol"}
"""Titles of the fields of options that complaints of the command line name."""
_Text = Annotated[str, Meta(max_length=1_000)]
_Count = Annotated[int, Meta(ge=1, le=LARGEST_SEED)]


class SettingsChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings by their source: the user's, a preset, a file, or a file with the values edited in the settings dialog;
    `name` is that of the preset or file."""

    source: Literal["current", "preset", "file", "edited"] = "current"
    name: _Text = ""

    @property
    def words(self) -> str:
        """`current settings`, `edited settings`, `preset tight`, `other.json`."""
        if self.source in ("current", "edited"):
            return f"{self.source} settings"
        return f"preset {self.name}" if self.source == "preset" else Path(self.name).name


class Searched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting that a search varies, by its dotted key, and its values as the user writes them: `0.2, 0.4` or `0.2 to
    0.6 step 0.1`."""

    key: _Text = ""
    values: _Text = ""


class StudyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """None is left to the recordings, or to the command line.

    `other` are the settings that a comparison compares with `settings`; `spread` is in price units, `searched` what a
    search varies, or `space` the path of a file with it; `heat` are the keys of two of these settings. `day` is the
    only day whose setups are listed.
    """

    kind: _Text
    files: Annotated[tuple[_Text, ...], Meta(max_length=1_000)] = ()
    symbol: _Text | None = None
    clock: _Text | None = None
    spread: Annotated[float, Meta(ge=0)] | None = None
    settings: SettingsChoice = SettingsChoice()
    other: SettingsChoice | None = None
    seed: _Count = 1
    paths: _Count = 1
    days: _Count | None = None
    trials: _Count | None = None
    space: _Text | None = None
    searched: Annotated[tuple[Searched, ...], Meta(max_length=100)] = ()
    tpe: _Count | None = None
    heat: tuple[_Text, _Text] | None = None
    day: _Text | None = None
    horizon: _Count | None = None
    every_candle: bool = False
    workers: _Count | None = None
    risk_pct: Annotated[float, Meta(ge=0, le=100)] | None = None
    open_sealed: bool = False
    since: _Text | None = None
    """A day, for drift; None for the day on which the settings were adopted."""

    @property
    def subject(self) -> str:
        """What it looks at, in a few words: recordings, or the market."""
        names = [Path(file).name for file in self.files]
        if not names:
            return " ".join(part for part in (self.symbol, "" if self.days is None else f"{self.days} days") if part)
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

    @property
    def settings_words(self) -> str:
        """Which settings are studied."""
        words = self.settings.words
        return words if self.other is None else f"{words} and {self.other.words}"


def arguments(
    request: StudyRequest, directory: Path, config: Path, other: Path | None, space: Path | None = None
) -> tuple[str, ...]:
    """The command line after `lab`: `directory` is the data folder, `config` and `other` are files of settings, `space`
    the file of what `request.searched` says."""
    return tuple(_words(request, directory, config, other, space))


def for_form(complaint: str) -> str:
    """A complaint of the command line, with the fields of the form in place of its options."""
    for option, field in _FIELDS.items():
        complaint = complaint.replace(f"with {option}", f"in the field {field}")
    return complaint


def _words(
    request: StudyRequest, directory: Path, config: Path, other: Path | None, space: Path | None
) -> Iterator[str]:
    kind = BY_NAME[request.kind]
    yield kind.name
    options: dict[str, object] = {
        "--symbol": request.symbol,
        "--clock": request.clock,
        "--spread": request.spread,
        "--days": request.days if kind.needs(Part.DAYS) else None,
        "--seed": request.seed if kind.needs(Part.SEED) else None,
        "--paths": request.paths if kind.needs(Part.PATHS) else None,
        "--trials": request.trials if kind.needs(Part.TRIALS) else None,
        "--tpe": request.tpe if kind.needs(Part.TPE) else None,
        "--space": (space or request.space) if kind.needs(Part.SPACE) else None,
        "--workers": request.workers if kind.needs(Part.WORKERS) else None,
        "--day": request.day if kind.needs(Part.DAY) else None,
        "--horizon": request.horizon if kind.needs(Part.HORIZON) else None,
        "--risk": request.risk_pct if kind.needs(Part.RISK) else None,
        "--since": request.since if kind.needs(Part.SINCE) else None,
        "--data-dir": directory if kind.needs(Part.FILES) else None,
    }
    options |= {"--config": config} if other is None else {"--a": config, "--b": other}
    for name, value in options.items():
        if value is not None:
            yield f"{name}={value}"
    if request.heat is not None and kind.needs(Part.HEAT):
        yield from ("--heat", *request.heat)
    if request.open_sealed and kind.needs(Part.SEALED):
        yield "--open-sealed"
    if request.every_candle and kind.needs(Part.EVERY_CANDLE):
        yield "--every-candle"
    yield from ("--json", "--progress=json")
    if kind.needs(Part.FILES):
        yield from ("--", *request.files)
