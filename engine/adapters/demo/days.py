"""The days of one demo market, generated on demand."""

from __future__ import annotations

import zlib

from numpy.random import PCG64, Generator

from engine.adapters.demo.calibration import Calibration
from engine.adapters.demo.levels import LevelChain
from engine.adapters.demo.path import DayPainter, DayPath
from engine.domain.market import Instrument

_LEVELS, _DAYS = range(2)
_KEPT_DAYS = 3


class DemoDays:
    """Any day of one instrument and seed; keeps the few days that were asked for last.

    Levels and each day draw from streams of their own, so that none depends on what was played before.
    """

    def __init__(self, instrument: Instrument, calibration: Calibration, seed: int) -> None:
        self._entropy = (seed, zlib.crc32(instrument.symbol.encode()))
        self._levels = LevelChain(calibration, instrument.day_roll, (*self._entropy, _LEVELS))
        self._painter = DayPainter(calibration, instrument.day_roll, round(1.0 / instrument.tick_size))
        self._kept: dict[int, DayPath] = {}

    def day(self, number: int) -> DayPath:
        """The minutes of trading day `number`, from 0."""
        if number not in self._kept:
            levels = self._levels.day(number), self._levels.day(number + 1)
            self._kept[number] = self._painter.paint(number, *levels, self._stream(_DAYS, number))
            for oldest in list(self._kept)[:-_KEPT_DAYS]:
                del self._kept[oldest]
        return self._kept[number]

    def _stream(self, *purpose: int) -> Generator:
        return Generator(PCG64([*self._entropy, *purpose]))
