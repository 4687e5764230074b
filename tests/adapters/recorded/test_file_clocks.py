from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.recorded import open_recording
from engine.adapters.recorded.clocks import file_clock
from engine.adapters.recorded.columns import instant_of, microseconds
from engine.adapters.recorded.origin import Origin
from engine.errors import UnreadableRecording
from tests.adapters.recorded import samples
from tests.adapters.recorded.samples import mt5_rates, parquet, written
from tests.examples import examples

ORIGIN = Origin(file="prices.csv")


def utc_of(clock: str, *times: str) -> list[str]:
    """Local times, as `2026-03-29 01:59`, in UTC."""
    wall = np.array([microseconds(datetime.fromisoformat(time).replace(tzinfo=UTC)) for time in times])
    instants = file_clock(clock, ORIGIN).utc(wall, ORIGIN)
    return [f"{instant_of(int(instant)):%Y-%m-%d %H:%M}" for instant in instants]


@pytest.mark.parametrize(
    ("clock", "utc"),
    [
        ("UTC", "12:00"),
        ("utc+3", "09:00"),
        ("UTC-5", "17:00"),
        ("UTC+5:30", "06:30"),
        ("GMT+02:00", "10:00"),
        ("Europe/Athens", "10:00"),
        ("America/New_York", "17:00"),
        ("ny-close", "10:00"),
    ],
)
def test_that_a_clock_by_its_name_gives_utc(clock: str, utc: str) -> None:
    assert utc_of(clock, "2026-01-15 12:00") == [f"2026-01-15 {utc}"]


def test_that_the_new_york_close_clock_changes_with_new_york() -> None:
    before, after, back = utc_of("ny-close", "2026-03-06 23:59", "2026-03-09 01:00", "2026-11-02 01:00")
    assert (before, after, back) == ("2026-03-06 21:59", "2026-03-08 22:00", "2026-11-01 23:00")


@pytest.mark.parametrize(
    "clock", ["", "UTC+15", "UTC+3:60", "UTC+", "Mars/Olympus", "../../etc/passwd", "ny_close", "Europe", "+3", "\0"]
)
def test_that_an_unknown_clock_is_refused_with_those_allowed(clock: str) -> None:
    with pytest.raises(UnreadableRecording, match=r"not a clock; allowed are UTC, UTC\+3, .* ny-close"):
        file_clock(clock, ORIGIN)


def test_that_a_time_that_the_clock_skips_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableRecording, match=r"prices.csv, line 2: 2026-03-29 02:30:00 does not exist"):
        utc_of("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 02:30")


def test_that_an_hour_that_the_clock_repeats_is_read_twice() -> None:
    assert utc_of("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 02:59", "2026-10-25 02:00", "2026-10-25 03:00") == [
        "2026-10-25 00:30",
        "2026-10-25 00:59",
        "2026-10-25 01:00",
        "2026-10-25 02:00",
    ]


def test_that_an_hour_that_the_clock_repeats_but_the_file_does_not_is_the_first() -> None:
    assert utc_of("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 03:00") == ["2026-10-25 00:30", "2026-10-25 02:00"]


@examples(40)
@given(
    st.sampled_from(["Europe/Athens", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo"]),
    st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 (made aware below)
    st.lists(st.integers(1, 200_000), min_size=1, max_size=40),
)
def test_that_local_times_convert_back_to_their_instants(zone: str, start: datetime, steps: list[int]) -> None:
    instants = [start.replace(tzinfo=UTC)]
    for step in steps:
        instants.append(instants[-1] + timedelta(seconds=step))
    local = [instant.astimezone(ZoneInfo(zone)) for instant in instants]
    wall = np.array([microseconds(time.replace(tzinfo=UTC)) for time in local])
    found = file_clock(zone, ORIGIN).utc(wall, ORIGIN)
    expected = np.array([microseconds(instant) for instant in instants])
    # A repeated hour of which only the second pass was traded cannot be distinguished from the first.
    is_certain = np.array([time.fold == 0 for time in local]) | (found == expected)
    assert (found[is_certain] == expected[is_certain]).all()
    assert list(file_clock(zone, ORIGIN).local(expected)) == list(wall)


# -- the clock of a file ----------------------------------------------------------------------------------------------


def times_of_gold(clock: str, days: int, start: datetime) -> list[str]:
    """Minutes in which gold trades, a few each hour, as a server of that clock spells them."""
    zone = file_clock(clock, ORIGIN)
    instants = [start + timedelta(minutes=7 * n) for n in range(days * 24 * 60 // 7)]
    open_at = [at for at in instants if _is_gold_open(at.astimezone(ZoneInfo("America/New_York")))]
    local = zone.local(np.array([microseconds(at) for at in open_at]))
    return [str(time).replace("T", " ") for time in local.astype("datetime64[us]").astype("datetime64[s]")]


def _is_gold_open(new_york: datetime) -> bool:
    is_weekend = (new_york.weekday(), new_york.hour) >= (4, 17) and (new_york.weekday(), new_york.hour) < (6, 18)
    return new_york.hour != 17 and not is_weekend


def one_minute_apart(times: list[str]) -> list[str]:
    """The same with a second candle after the first, so that they are seen to be minutes."""
    first = datetime.fromisoformat(times[0]) + timedelta(minutes=1)
    return [times[0], f"{first:%Y-%m-%d %H:%M:%S}", *times[1:]]


@pytest.mark.parametrize(
    ("true_clock", "words"),
    [
        ("ny-close", "New York + 7 h (detected from the daily break)"),
        ("Europe/Athens", "Europe/Athens (detected from the daily break)"),
        ("UTC", "UTC (detected from the daily break)"),
        ("UTC+3", "UTC+3 (detected from the daily break)"),
    ],
)
def test_that_the_daily_break_of_gold_shows_the_clock_of_the_server(
    tmp_path: Path, true_clock: str, words: str
) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    times = one_minute_apart(times_of_gold(true_clock, 75, start))
    recording = open_recording(written(tmp_path, "xauusd.csv", mt5_rates(times)))
    assert recording.source.clock == words
    assert recording.first_at == start


def gold_prices(clock: str, header: str, zone: str = "") -> str:
    """Candles of 20 days of gold under any header of six columns, by a clock."""
    times = one_minute_apart(times_of_gold(clock, 20, datetime(2026, 1, 5, tzinfo=UTC)))
    return "\n".join([header, *(f"{time}{zone},10,10,10,10,1" for time in times), ""])


@pytest.mark.parametrize("clock", ["UTC", "Europe/Athens", "America/New_York", "Asia/Tokyo"])
def test_that_the_daily_break_of_gold_shows_a_clock_that_is_not_stated(tmp_path: Path, clock: str) -> None:
    recording = open_recording(written(tmp_path, "xauusd.csv", gold_prices(clock, "time,open,high,low,close,volume")))
    assert recording.first_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert recording.source.clock.endswith("(detected from the daily break)")
    assert not recording.is_clock_assumed


def test_that_part_of_a_day_shows_no_clock(tmp_path: Path) -> None:
    times = [f"2026-02-03 {hour:02}:{minute:02}:00" for hour in range(8, 16) for minute in range(60)]
    recording = open_recording(written(tmp_path, "xauusd.csv", mt5_rates(times)))
    assert recording.source.clock == "New York + 7 h (assumed: usual for MetaTrader)"
    assert recording.is_clock_assumed


def test_that_no_clock_is_assumed_by_which_gold_would_trade_in_its_break(tmp_path: Path) -> None:
    times = [f"2026-02-03 {hour:02}:{minute:02}:00" for hour in range(3) for minute in range(60)]
    recording = open_recording(written(tmp_path, "xauusd.csv", mt5_rates(times)))
    assert recording.source.clock == "UTC (assumed: with New York + 7 h there would be prices in the daily break)"
    assert recording.is_clock_assumed


def test_that_bitcoin_shows_no_clock_even_if_its_prices_have_gaps(tmp_path: Path) -> None:
    text = gold_prices("UTC", "time,open,high,low,close,volume")
    recording = open_recording(written(tmp_path, "btcusd.csv", text))
    assert recording.source.clock == "UTC (assumed: the file does not state it)"
    assert recording.is_clock_assumed


def test_that_the_weekend_shows_the_clock_of_a_currency(tmp_path: Path) -> None:
    hours = [datetime(2026, 2, 4, tzinfo=UTC) + timedelta(minutes=7 * n) for n in range(1500)]
    close, opening = datetime(2026, 2, 6, 22, tzinfo=UTC), datetime(2026, 2, 8, 22, tzinfo=UTC)
    server = [at + timedelta(hours=2) for at in hours if not close <= at < opening]
    times = one_minute_apart([f"{at:%Y-%m-%d %H:%M:%S}" for at in server])
    recording = open_recording(written(tmp_path, "eurusd.csv", mt5_rates(times)))
    assert recording.source.clock == "New York + 7 h (detected from the weekend)"
    assert recording.first_at == datetime(2026, 2, 4, tzinfo=UTC)


def test_that_a_stated_clock_by_which_the_market_does_not_rest_is_noted(tmp_path: Path) -> None:
    text = gold_prices("ny-close", "time,open,high,low,close,volume", "+00:00")
    source = open_recording(written(tmp_path, "xauusd.csv", text)).source
    note = "by the stated clock UTC there are prices in the daily break, by ny-close there are none"
    assert (source.clock, source.notes) == ("UTC (stated in each row)", (note,))
    right = gold_prices("UTC", "time,open,high,low,close,volume", "+00:00")
    assert open_recording(written(tmp_path, "xauusd.csv", right)).source.notes == ()


def test_that_a_local_time_without_offset_is_assumed(tmp_path: Path) -> None:
    text = samples.DUKASCOPY.replace(" GMT+0300", "")
    recording = open_recording(written(tmp_path, "xauusd.csv", text))
    assert recording.source.clock == "UTC (assumed: the file does not state it)"
    assert recording.is_clock_assumed


def test_that_a_market_without_a_break_is_taken_to_be_of_the_usual_clock(tmp_path: Path) -> None:
    times = [f"2026-01-05 {hour:02}:{minute:02}:00" for hour in range(24) for minute in range(60)]
    recording = open_recording(written(tmp_path, "btcusd.csv", mt5_rates(times)))
    assert recording.source.clock == "New York + 7 h (assumed: usual for MetaTrader)"


def test_that_a_clock_which_skips_hours_of_the_file_is_not_taken(tmp_path: Path) -> None:
    times = [f"2026-03-08 {hour:02}:{minute:02}:00" for hour in range(24) for minute in range(60)]
    recording = open_recording(written(tmp_path, "btcusd.csv", mt5_rates(times)))
    assert recording.source.clock == "Europe/Athens (assumed: the file has times that New York + 7 h skips or repeats)"


def test_that_a_label_of_utc_on_server_time_is_not_trusted(tmp_path: Path) -> None:
    recording = open_recording(
        written(tmp_path, "xauusd.csv", mt5_rates(["2026-01-05 12:00:00+00:00", "2026-01-05 12:01:00+00:00"]))
    )
    assert recording.first_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert "label UTC is not trusted" in recording.source.clock


def test_that_any_other_offset_on_server_time_is_trusted(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "xauusd.csv", mt5_rates(["2026-01-05 12:00:00+03:00"])))
    assert recording.first_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert recording.source.clock == "UTC+3 (stated in the file)"


def test_that_a_zone_of_parquet_is_trusted(tmp_path: Path) -> None:
    times = [datetime(2026, 7, 1, 12, minute, tzinfo=ZoneInfo("Europe/Athens")) for minute in range(2)]
    import pyarrow as pa

    columns = {name: [10.0, 10.0] for name in ("open", "high", "low", "close")}
    columns |= {"time": pa.array(times, pa.timestamp("us", "Europe/Athens")), "tick_volume": [1, 1]}
    recording = open_recording(written(tmp_path, "xauusd.parquet", parquet(columns)))
    assert recording.first_at == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text", "wall"),
    [
        ("xauusd.csv", samples.MT5_RATES, datetime(2026, 3, 24, 17, tzinfo=UTC)),
        ("xauusd.csv", samples.HISTDATA, datetime(2026, 1, 1, 18, tzinfo=UTC)),
        ("xauusd.csv", samples.DUKASCOPY, datetime(2024, 5, 29, 1, tzinfo=UTC)),
        ("btcusdt.csv", samples.BINANCE_ARCHIVE, datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_that_a_given_clock_overrides_that_of_the_file(tmp_path: Path, name: str, text: str, wall: datetime) -> None:
    recording = open_recording(written(tmp_path, name, text), clock="UTC+1")
    assert recording.first_at == wall - timedelta(hours=1)
    assert recording.source.clock == "UTC+1 (given)"


def test_that_offsets_may_change_from_row_to_row(tmp_path: Path) -> None:
    text = (
        "Local time,Open,High,Low,Close,Volume\n"
        "31.03.2024 01:59:00.000 GMT+0200,10,10,10,10,1\n31.03.2024 03:00:00.000 GMT+0300,10,10,10,10,1\n"
    )
    recording = open_recording(written(tmp_path, "xauusd.csv", text))
    assert recording.source.clock == "UTC+2 to UTC+3 (stated in each row)"
    assert recording.last_at - recording.first_at == timedelta(minutes=1)
