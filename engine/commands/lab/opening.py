"""Opens what a study needs: settings, one recording, and what the lab remembers."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from config import VERSION
from config.loader import load_settings
from config.settings import Settings
from engine.bootstrap import user_data_directory
from engine.clock import SystemClock
from engine.commands.lab.desk_store import closed_trades, expected_prices
from engine.commands.lab.output import Output
from engine.domain.fills import FillModel
from engine.lab.bench import Bench
from engine.lab.cache import ColumnCache, cache_directory
from engine.lab.calibrated import is_calibrated
from engine.lab.identity import settings_hash
from engine.lab.lab_trade import LabTrade
from engine.lab.measured_costs import measured_costs
from engine.lab.memory.adoptions import Adoptions, open_adoptions
from engine.lab.memory.ledger import Evaluation, Ledger, open_ledger
from engine.lab.memory.seals import Seal
from engine.lab.memory.trial import StudyKind, Trial, TrialOrigin
from engine.lab.recordings import gather, require_days
from engine.lab.studies.evidence import evidence_report
from engine.lab.studies.results import daily_of
from engine.lab.verdict import LabCosts, Terms, Verdict

NO_EVENTS: Final = (
    "The lab ignores economic events: its simulated trades include those that the news blackout would have denied."
)

LAB_FOLDER: Final = "lab"
"""Where the lab remembers trials and adoptions, within the data folder of the desk."""


class Study:
    """A study under way: its bench, the settings it is about, and where it says what it finds.

    A context manager, since it keeps the trial ledger open once it has been read.
    """

    def __init__(self, kind: StudyKind, options: argparse.Namespace, settings: Settings, bench: Bench) -> None:
        self.kind, self.options, self.settings, self.bench = kind, options, settings, bench
        self.notes: list[str] = []
        self.output = Output(options)
        self._started_s = time.perf_counter()
        self.data_directory: Path = options.data_dir or user_data_directory()
        self._directory = self.data_directory / LAB_FOLDER
        self._open = ExitStack()
        if settings.risk_mitigation.news_blackout_minutes.is_on:
            self.note(NO_EVENTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def remember(self, settings: Settings, trades: Sequence[LabTrade]) -> None:
        """Writes a configuration that was evaluated into the trial ledger."""
        self.ledger.record([self.trial_of(self.settings_hash(settings), trades)])

    def trial_of(self, settings_hash: str, trades: Sequence[LabTrade], origin: TrialOrigin | None = None) -> Trial:
        """The ledger's entry of a configuration with these trades."""
        daily = daily_of(trades, self.days)
        return Trial(
            **self.evaluation._asdict(),
            settings_hash=settings_hash,
            symbol=self.bench.symbol,
            kind=self.kind,
            at=SystemClock().now(),
            days=self.days,
            daily_r=daily.r,
            daily_trades=daily.trades,
            origin=origin,
        )

    @property
    def evaluation(self) -> Evaluation:
        """What results have to have in common to be compared."""
        return Evaluation(self.bench.recording_hash, VERSION, self.options.seed, self.options.paths)

    def trials(self) -> int | None:
        """Configurations of this symbol that were ever tried; None where that is not known."""
        found = self.ledger.trials(self.bench.symbol)
        self._warn(self.ledger.warnings)
        return found

    @cached_property
    def ledger(self) -> Ledger:
        """Every configuration that was ever tried."""
        return self._open.enter_context(closing(open_ledger(self._directory, SystemClock().now())))

    @contextmanager
    def adoptions(self) -> Iterator[Adoptions]:
        """Which settings were adopted when, and which days are sealed."""
        adoptions = open_adoptions(self._directory, SystemClock().now())
        try:
            yield adoptions
        finally:
            self._warn(adoptions.warnings)
            adoptions.close()

    def note(self, words: str) -> None:
        """A sentence that the user must know, printed at once and kept with the result."""
        if words not in self.notes:
            self.notes.append(words)
            self.output.say(words)

    def _warn(self, warnings: Sequence[str]) -> None:
        for warning in warnings:
            self.note(warning)

    def settings_hash(self, settings: Settings | None = None) -> str:
        return settings_hash(settings or self.settings, self.bench.recording.source.instrument)

    def evidence(self, trades: Sequence[LabTrade]) -> dict[str, Any]:
        """Every figure of the trades of these settings, and the verdict on them; sealed days are left out."""
        self.remember(self.settings, trades)
        with self.adoptions() as adoptions:
            seal = adoptions.seals.sealed(self.bench.symbol)
            if self.options.open_sealed:
                seal = self._open_seal(adoptions)
            terms = self._terms(adoptions)
            hidden = set() if seal is None else {day for day in self.days if _is_hidden(seal, day, terms.adopted_on)}
            days = [day for day in self.days if day not in hidden]
            seen = [trade for trade in trades if trade.day not in hidden]
            found = evidence_report(seen, days, terms, self.trials(), self._standing(adoptions))
        return found | {"sealed": sealed_days(seal)}

    def _open_seal(self, adoptions: Adoptions) -> Seal:
        now = SystemClock().now()
        return adoptions.seals.open_seal(self.bench.symbol, self.settings_hash(), self.days[-1], now)

    def _standing(self, adoptions: Adoptions) -> Callable[[Verdict], Verdict]:
        """The verdict of the same look that was decided before, where there is one."""
        current = adoptions.current(self.bench.symbol)
        if current is None or current.settings_hash != self.settings_hash():
            return lambda verdict: verdict
        return lambda verdict: adoptions.stands(current, verdict, SystemClock().now())

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every trading day of the recording, in order."""
        return self.bench.market_days(self.settings)

    def _terms(self, adoptions: Adoptions) -> Terms:
        current, paper = adoptions.current(self.bench.symbol), self.settings.paper
        is_in_force = current is not None and current.settings_hash == self.settings_hash()
        return Terms(
            adopted_on=current.day if current is not None and is_in_force else None,
            adoptions=0 if current is None else current.number,
            is_calibrated=self.is_calibrated(),
            seeds=self.bench.seeds,
            costs=LabCosts(
                spread=self.bench.mean_spread or 0.0,
                slippage_spreads=paper.slippage_spreads,
                commission_per_lot=paper.commission_per_lot,
            ),
            measured=self._measured_costs(),
        )

    def _measured_costs(self) -> LabCosts | None:
        """Costs of the desk's own trades on a broker's account."""
        if not (expected := expected_prices(self.data_directory, self.bench.symbol)):
            return None
        closed = [each.trade for each in closed_trades(self.data_directory, self.settings) if not each.run]
        real = [trade for trade in closed if trade.symbol == self.bench.symbol and trade.fill_model is None]
        return measured_costs(real, expected, self.bench.spread_at)

    def is_calibrated(self, settings: Settings | None = None) -> bool:
        return is_calibrated((settings or self.settings).execution, [FillModel.PATHS])

    def show(self, found: dict[str, Any], table: Callable[[dict[str, Any]], str]) -> int:
        """Prints the result with what belongs to every one."""
        self.output.show(self._common() | found, table)
        return 0

    def _common(self) -> dict[str, Any]:
        bench, options = self.bench, self.options
        days = self.days
        return {
            "kind": str(self.kind),
            "symbol": bench.symbol,
            "recording_hash": bench.recording_hash,
            "settings_hash": self.settings_hash(),
            "version": VERSION,
            "seed": options.seed,
            "paths": options.paths,
            "fills": FillModel.PATHS.value,
            "calibrated": self.is_calibrated(),
            "costs": self.costs(),
            "trials": self.trials(),
            "first_day": days[0].isoformat(),
            "last_day": days[-1].isoformat(),
            "days": len(days),
            "candles": len(bench.market),
            "notes": self.notes,
            "seconds": round(time.perf_counter() - self._started_s, 2),
        }

    def costs(self) -> dict[str, Any]:
        """What a trade costs in this study; `spread` is the mean in price units, None where the source has none."""
        paper = self.settings.paper
        spread = self.bench.mean_spread
        return {
            "spread": spread,
            "is_spread_given": self.options.spread is not None,
            "slippage_spreads": paper.slippage_spreads,
            "commission_per_lot": paper.commission_per_lot,
            "is_free": not spread,
        }


def open_study(kind: StudyKind, options: argparse.Namespace, *, min_days: int = 1) -> Study:
    """Reads settings and recordings, and says what the user has to know of them.

    Raises `DeskError` where there is nothing to study.
    """
    settings = load_settings(options.config)
    gathered = gather(options.files, symbol=options.symbol, clock=options.clock, spread=options.spread)
    recording = gathered.only()
    require_days(recording, min_days, kind)
    seeds = range(options.seed, options.seed + options.paths)
    cache = ColumnCache(options.cache or cache_directory())
    study = Study(kind, options, settings, Bench(recording, cache, seeds))
    study.bench.rules(settings)
    for note in gathered.notes:
        study.note(note)
    return study


def sealed_days(seal: Seal | None) -> dict[str, Any] | None:
    """From when on days are sealed, and whether they were opened, as a result has it."""
    return None if seal is None else {"from": seal.first_day.isoformat(), "is_open": seal.opening is not None}


def _is_hidden(seal: Seal, day: date, adopted_on: date | None) -> bool:
    """Days after the settings were adopted were never searched: they count whatever is sealed."""
    return seal.hides(day) and (adopted_on is None or day <= adopted_on)
