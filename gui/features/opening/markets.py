"""Markets that the user opens in the window: read in the background, remembered for the next time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from config.atomic_file import write_atomically
from config.file_lock import locked
from config.plain_file import read_plain_file
from engine.bootstrap import MarketChoice, open_markets
from engine.errors import UnknownSymbol
from engine.market.arrow import ready_arrow
from engine.market.feed import Market
from engine.market.symbol_list import OfferedSymbol, SymbolList
from engine.market.tape import part_name, recordings_in, stem_of
from gui.features.opening.model import ChosenFile, FileFacts

if TYPE_CHECKING:
    from engine.adapters.recorded import Recording  # the readers stay off the way to the first window

MAX_RECENT_FILES = 8
MAX_BESIDE = 500
LARGEST_LIST = 1_000_000
"""Bytes of the file of recent files."""
RECORDING_SUFFIXES = frozenset(
    (".csv", ".txt", ".tsv", ".json", ".jsonl", ".parquet", ".feather", ".zip", ".gz", ".bz2", ".xz", ".zst")
)


@dataclass(frozen=True, slots=True)
class Markets:
    """What plays in a window: files, or the demo market of a seed; `arguments` name each market to the command
    `setups`."""

    markets: tuple[Market, ...]
    arguments: tuple[tuple[str, ...], ...]
    files: tuple[ChosenFile, ...] = ()
    seed: int = 0

    @classmethod
    def of_choice(cls, choice: MarketChoice, markets: tuple[Market, ...]) -> Markets:
        """What the command line named, and was opened."""
        if not choice.files:
            return cls(markets, tuple(_demo_arguments(market, choice.seed) for market in markets), (), choice.seed)
        files = {
            path: ChosenFile(path=str(path), symbol=symbol, clock=choice.clock, spread=choice.spread)
            for path, symbol in choice.recordings()
        }
        return cls.of_files(list(files.values()), [cast("Recording", each) for each in markets])

    @classmethod
    def of_files(cls, files: Sequence[ChosenFile], recordings: Sequence[Recording]) -> Markets:
        """Whichever order the two have."""
        by_path = {Path(file.path): file for file in files}
        ordered = sorted(recordings, key=lambda recording: recording.place)
        chosen = tuple(by_path[recording.path] for recording in ordered if recording.path is not None)
        return cls(tuple(ordered), tuple(map(_file_arguments, chosen)), chosen)

    @classmethod
    def demo(cls, seed: int) -> Markets:
        choice = MarketChoice(seed=seed)
        return cls.of_choice(choice, open_markets(choice))


def _demo_arguments(market: Market, seed: int) -> tuple[str, ...]:
    return ("--symbol", market.source.symbol, "--seed", str(seed))


def _file_arguments(file: ChosenFile) -> tuple[str, ...]:
    stated = {"--symbol": file.symbol, "--clock": file.clock, "--spread": file.spread}
    options = (word for name, value in stated.items() if value is not None for word in (name, str(value)))
    return (str(Path(file.path).absolute()), *options)


# -- reading ----------------------------------------------------------------------------------------------------------


def expanded(files: Sequence[ChosenFile]) -> list[ChosenFile]:
    """The files to read: of a desk's own recording one part for each symbol, whichever parts or folder were chosen."""
    found: dict[str, ChosenFile] = {}
    for file in files:
        for path in recordings_in(Path(file.path)):
            found.setdefault(str(path), msgspec.structs.replace(file, path=str(path)))
    return list(found.values())


def read(file: ChosenFile) -> tuple[FileFacts, Recording | None]:
    """What is recognised of a file, and its prices unless the user has to name the symbol first.

    Raises `UnreadableRecording`. Not for the event loop.
    """
    from engine.adapters.recorded import open_recording

    ready_arrow()
    path = Path(file.path)
    try:
        recording = open_recording(path, symbol=file.symbol, clock=file.clock, spread=file.spread)
    except UnknownSymbol:
        return FileFacts(name=path.name), None
    source = recording.source
    return (
        FileFacts(
            name=path.name,
            symbol=source.symbol,
            format=source.format,
            clock=source.clock,
            rows=len(recording.columns),
            first_at=recording.first_at,
            last_at=recording.last_at,
            has_spread=source.has_spread,
            spread=source.spread_from,
            notes=source.notes,
            is_clock_assumed=recording.is_clock_assumed,
        ),
        recording,
    )


# -- what else could be read ------------------------------------------------------------------------------------------


class RecordedSymbols:
    """A `SymbolList` of what plays, and of the recordings beside it and in the desk's own `folder`."""

    def __init__(self, playing: SymbolList, files: Sequence[ChosenFile], folder: Path) -> None:
        self._playing, self._files, self._folder = playing, tuple(files), folder

    async def offered(self) -> tuple[OfferedSymbol, ...]:
        beside = await asyncio.to_thread(recordings_beside, self._files, self._folder)
        return (*await self._playing.offered(), *beside)

    async def select(self, name: str) -> str:
        return await self._playing.select(name)


def recordings_beside(files: Sequence[ChosenFile], folder: Path) -> list[OfferedSymbol]:
    """Recordings whose names state a symbol, in the folders of `files` and in those below `folder`, without `files`.

    Not for the event loop.
    """
    from engine.adapters.recorded.symbols import symbol_in

    playing = {Path(file.path).absolute() for file in files}
    found: dict[str, OfferedSymbol] = {}
    for path in dict.fromkeys(_paths_beside(playing, folder)):
        stem = stem_of(path.name)
        symbol = symbol_in([path.name if stem is None else stem])
        is_first = stem is None or path == recordings_in(path)[0]
        if symbol is not None and is_first and path not in playing:
            name = path.name if stem is None else f"{path.parent.name}/{path.name}"
            name = str(path) if name in found else name
            found[name] = OfferedSymbol(name=name, description=f"{symbol}, {path.parent}", recording=str(path))
    return list(found.values())[:MAX_BESIDE]


def _paths_beside(playing: Collection[Path], folder: Path) -> Iterator[Path]:
    """A folder that cannot be read has nothing to offer."""
    for each in sorted({path.parent for path in playing}):
        with suppress(OSError):
            yield from sorted(path for path in each.iterdir() if path.suffix.lower() in RECORDING_SUFFIXES)
    with suppress(OSError):
        yield from sorted(folder.glob(f"*/{part_name('*', 0)}"))


# -- remembering ------------------------------------------------------------------------------------------------------


class RecentFiles:
    """What was opened last, newest first, in a file of its own; a file that cannot be read counts as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def listed(self) -> list[list[ChosenFile]]:
        try:
            return msgspec.json.decode(read_plain_file(self._path, LARGEST_LIST), type=list[list[ChosenFile]])
        except (OSError, msgspec.DecodeError):
            return []

    def note(self, files: Sequence[ChosenFile]) -> None:
        """Raises `OSError`. Not for the event loop."""
        with locked(self._path):
            listed = [list(files), *(each for each in self.listed() if each != list(files))][:MAX_RECENT_FILES]
            write_atomically(self._path, msgspec.json.encode(listed).decode())
