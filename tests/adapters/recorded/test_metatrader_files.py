"""Exports of MetaTrader and ticks of its neighbours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain.market import Quote
from tests.adapters.recorded import samples
from tests.adapters.recorded.candle_tables import START, figures
from tests.adapters.recorded.complaints import complaint_about
from tests.adapters.recorded.opened import first_of, opened, utc
from tests.approximate import close_to


def test_that_an_export_with_tabs_at_the_end_of_its_lines_is_read(tmp_path: Path) -> None:
    text = samples.MT5_EXPORT.replace("\r\n", "\t\r\n")
    plain = opened(tmp_path, "XAUUSD.csv", samples.MT5_EXPORT)
    assert figures(opened(tmp_path, "XAUUSD_tabs.csv", text)) == figures(plain)


def test_that_an_export_in_quotes_is_read(tmp_path: Path) -> None:
    rows = [",".join(f'"{cell}"' for cell in line.split("\t")) for line in samples.MT5_EXPORT.splitlines()]
    quoted = opened(tmp_path, "XAUUSD_quoted.csv", "\n".join(rows))
    assert figures(quoted) == figures(opened(tmp_path, "XAUUSD.csv", samples.MT5_EXPORT))


def test_that_a_tab_is_shown_as_one(tmp_path: Path) -> None:
    assert r"begins with 'a\tb'" in complaint_about(tmp_path, "a\tb\n1\t2\n")


@pytest.mark.parametrize(
    ("prices", "spread"),
    [(("68000.00", "68000.10"), 10.0), (("68000", "68001"), 1000.0), (("4700.120", "4700.100"), 1.0)],
)
def test_that_the_point_of_an_export_has_the_digits_of_its_text(
    tmp_path: Path, prices: tuple[str, str], spread: float
) -> None:
    header = samples.MT5_EXPORT.splitlines()[0]
    rows = [f"2026.02.02\t{n // 60:02}:{n % 60:02}:00" + f"\t{prices[0]}" * 4 + "\t1\t0\t1000" for n in range(400)]
    rows.append("2026.02.03\t00:00:00" + f"\t{prices[1]}" * 4 + "\t1\t0\t1000")
    assert first_of(opened(tmp_path, "BTCUSD.csv", "\n".join([header, *rows]))).spread == close_to(spread)


def test_that_bars_of_metatrader_4_are_in_server_time(tmp_path: Path) -> None:
    text = samples.MT4
    recording = opened(tmp_path, "XAUUSD1.csv", text)
    assert recording.source.format == "MetaTrader 4 export"
    assert (recording.first_at, recording.is_clock_assumed) == (utc(2026, 1, 1, 16), True)
    assert first_of(recording).volume == 133.0


def test_that_an_empty_cell_of_exported_ticks_means_unchanged(tmp_path: Path) -> None:
    recording = opened(tmp_path, "XAUUSD_ticks.csv", samples.MT5_TICKS)
    quotes = [item for item in recording.items_from(recording.first_at) if isinstance(item, Quote)]
    assert [(quote.bid, quote.ask) for quote in quotes] == [
        (4700.0, 4700.2),
        (4700.1, 4700.2),
        (4700.1, 4700.4),
        (4699.59, 4699.79),
    ]
    assert quotes[0].at == utc(2026, 2, 2) + timedelta(milliseconds=123)
    assert recording.is_clock_assumed
    assert recording.source.format == "MetaTrader 5 tick export, 2 rows without a price left out"
    broken = samples.MT5_TICKS.replace("4700.40", "x")
    assert complaint_about(tmp_path, broken) == "line 6: ask 'x' is not a number"
    crossed = samples.MT5_TICKS.replace("4699.79", "4699.19")
    assert complaint_about(tmp_path, crossed).startswith("line 7: bid 4699.59 is above ask 4699.19")


def test_that_ticks_of_histdata_are_read(tmp_path: Path) -> None:
    text = "20260202 093000123,4700.00,4700.20,0\n20260202 093100123,4700.10,4700.30,0\n"
    recording = opened(tmp_path, "DAT_ASCII_XAUUSD_T_202602.csv", text)
    first = next(recording.items_from(recording.first_at))
    assert first == Quote(symbol="XAUUSD", at=START + timedelta(milliseconds=123), bid=4700.0, ask=4700.2)


def test_that_ticks_under_the_heads_of_dukascopy_s_desktop_are_read(tmp_path: Path) -> None:
    text = (
        "Time (EET),Ask,Bid,AskVolume,BidVolume \n"
        "2026.02.02 16:30:00.123,4700.2,4700.0,1,1\n2026.02.02 16:31:00.123,4700.3,4700.1,1,1\n"
    )
    recording = opened(tmp_path, "XAUUSD_Ticks.csv", text)
    assert (recording.first_at, recording.source.clock) == (START, "Europe/Athens")
