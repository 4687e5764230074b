"""Which settings were adopted when, what was decided at a look, and which days are sealed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from benchmarks.lab_statistics import as_trades, clustered_results, market_days, terms
from engine.lab.memory.adoptions import ADOPTIONS_FILE, Adoptions, open_adoptions
from engine.lab.memory.seals import AlreadyOpened, sealed_from
from engine.lab.verdict import VerdictKind, judged
from tests.lab.memory.trials import AT, days

DAY = AT.date()
A, B = "aa" * 8, "bb" * 8


@pytest.fixture
def adoptions(tmp_path: Path) -> Iterator[Adoptions]:
    with closing(open_adoptions(tmp_path, AT)) as adoptions:
        yield adoptions


# -- adoptions ----------------------------------------------------------------------------------------------------


def test_that_returning_to_old_settings_is_a_new_adoption(adoptions: Adoptions) -> None:
    assert adoptions.current("XAUUSD") is None
    found = [adoptions.adopt("XAUUSD", each, AT + timedelta(days=n), DAY) for n, each in enumerate((A, A, B, A))]
    assert [(each.settings_hash, each.number) for each in found] == [(A, 1), (A, 1), (B, 2), (A, 3)]
    assert found[1].at == AT
    assert adoptions.current("XAUUSD") == found[3]
    assert adoptions.adopt("BTCUSD", A, AT, DAY).number == 1


def test_that_a_clock_set_back_makes_no_day_out_of_sample(adoptions: Adoptions) -> None:
    adoptions.adopt("XAUUSD", A, AT, DAY)
    found = adoptions.adopt("XAUUSD", B, AT - timedelta(days=400), DAY - timedelta(days=400))
    assert (found.at, found.day) == (AT, DAY)


def test_that_adoptions_are_remembered(adoptions: Adoptions, tmp_path: Path) -> None:
    found = adoptions.adopt("XAUUSD", A, AT, DAY)
    adoptions.close()
    with closing(open_adoptions(tmp_path, AT)) as again:
        assert again.current("XAUUSD") == found
        assert again.warnings == ()


def test_that_programs_that_adopt_at_once_count_each_adoption(tmp_path: Path) -> None:
    def adopt(number: int) -> int:
        with closing(open_adoptions(tmp_path, AT)) as adoptions:
            return adoptions.adopt("XAUUSD", f"{number:016x}", AT, DAY).number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(adopt, range(8))) == list(range(1, 9))


def test_that_no_program_rewrites_what_was_adopted(adoptions: Adoptions, tmp_path: Path) -> None:
    adoptions.adopt("XAUUSD", A, AT, DAY)
    with closing(sqlite3.connect(tmp_path / ADOPTIONS_FILE, isolation_level=None)) as sql:
        for change in ("DELETE FROM adoptions", "UPDATE adoptions SET day = '2020-01-01'"):
            with pytest.raises(sqlite3.IntegrityError, match="stays as it was written"):
                sql.execute(change)


def test_that_a_damaged_file_is_set_aside_and_nothing_is_in_force(adoptions: Adoptions, tmp_path: Path) -> None:
    adoptions.adopt("XAUUSD", A, AT, DAY)
    adoptions.close()
    (tmp_path / ADOPTIONS_FILE).write_bytes(b"no database" * 100)
    with closing(open_adoptions(tmp_path, AT)) as again:
        assert "was set aside" in again.warnings[0]
        assert "verdicts start over" in again.warnings[0]
        assert again.current("XAUUSD") is None


def test_that_a_row_that_cannot_be_read_puts_nothing_in_force(adoptions: Adoptions, tmp_path: Path) -> None:
    adoptions.adopt("XAUUSD", A, AT, DAY)
    with closing(sqlite3.connect(tmp_path / ADOPTIONS_FILE, isolation_level=None)) as sql:
        sql.execute("DROP TRIGGER adoptions_stay_as_written")
        sql.execute("UPDATE adoptions SET day = 'some day'")
    assert adoptions.current("XAUUSD") is None
    assert adoptions.warnings == ("1 row of adoptions cannot be read: 1",)
    assert adoptions.adopt("XAUUSD", B, AT, DAY).number == 2


# -- looks --------------------------------------------------------------------------------------------------------


def test_that_the_first_verdict_of_a_look_stands_whatever_is_imported_later(adoptions: Adoptions) -> None:
    market = market_days()[:60]
    adopted = adoptions.adopt("XAUUSD", A, AT, DAY)
    won, lost = (
        judged(as_trades(clustered_results(1, mean, 12.0)[:60], market), market, terms()) for mean in (0.5, -0.5)
    )
    assert adoptions.stands(adopted, won, AT) == won
    assert adoptions.stands(adopted, lost, AT) == won
    assert adoptions.stands(msgspec.structs.replace(adopted, number=2), lost, AT) == lost


def test_that_what_decides_nothing_is_not_remembered(adoptions: Adoptions) -> None:
    market = market_days()[:60]
    trades = as_trades(clustered_results(1, 0.5, 12.0)[:60], market)
    adopted = adoptions.adopt("XAUUSD", A, AT, DAY)
    one_seed = judged(trades, market, msgspec.structs.replace(terms(), seeds=(1,)))
    assert adoptions.stands(adopted, one_seed, AT) == one_seed
    assert adoptions.stands(adopted, judged(trades, market, terms()), AT).kind is VerdictKind.POSITIVE


# -- sealed days --------------------------------------------------------------------------------------------------


def test_that_the_last_fifth_of_the_days_is_sealed_by_date(adoptions: Adoptions) -> None:
    seal = adoptions.seals.seal("XAUUSD", days(100), AT)
    assert seal is not None
    assert seal.first_day == days(100)[80] == sealed_from(days(100))
    assert [seal.hides(day) for day in (days(100)[79], days(100)[80], date(2030, 1, 1))] == [False, True, True]
    assert adoptions.seals.seal("XAUUSD", days(1000), AT) == seal
    assert adoptions.seals.seal("BTCUSD", days(4), AT) is None


def test_that_sealed_days_are_opened_once(adoptions: Adoptions, tmp_path: Path) -> None:
    adoptions.seals.seal("XAUUSD", days(100), AT)
    opened = adoptions.seals.open_seal("XAUUSD", A, days(100)[-1], AT)
    assert not opened.hides(days(100)[90])
    adoptions.close()
    with closing(open_adoptions(tmp_path, AT)) as again:
        assert again.seals.sealed("XAUUSD") == opened
        with pytest.raises(AlreadyOpened, match="were opened at 2026-03-02T08:00 already"):
            again.seals.open_seal("XAUUSD", B, days(100)[-1], AT)
        with pytest.raises(AlreadyOpened, match="no days of BTCUSD are sealed"):
            again.seals.open_seal("BTCUSD", B, DAY, AT)


def test_that_opened_days_are_never_sealed_again(adoptions: Adoptions) -> None:
    adoptions.seals.seal("XAUUSD", days(100), AT)
    opened = adoptions.seals.open_seal("XAUUSD", A, days(100)[-1], AT)
    assert adoptions.seals.seal("XAUUSD", days(100), AT) == opened
    fresh = adoptions.seals.seal("XAUUSD", days(110), AT)
    assert fresh is not None
    assert fresh.first_day == days(110)[100]
    assert fresh.opening is None
