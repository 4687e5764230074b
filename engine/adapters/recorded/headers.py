"""What the columns of a table mean, by the names that others give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from engine.adapters.recorded.origin import Origin

PRICES: Final = {
    "open": ("open", "o", "openprice", "openbid", "bidopen", "first"),
    "high": ("high", "h", "highprice", "highbid", "bidhigh", "max"),
    "low": ("low", "l", "lowprice", "lowbid", "bidlow", "min"),
    "close": ("close", "c", "closeprice", "closebid", "bidclose", "closelast", "last"),
}
ASK_CLOSE: Final = ("askclose", "closeask")
BID: Final = ("bid", "bidprice", "bestbid", "bidpx", "b")
ASK: Final = ("ask", "askprice", "bestask", "askpx", "offer", "a")
VOLUMES: Final = ("volume", "vol", "v", "basevolume", "volumebase", "tickvolume", "tickvol", "bidvolume", "ticks")
SYMBOLS: Final = ("symbol", "ticker", "pair")

COUNTED_TIMES: Final = (
    *("timeus", "recvus", "timems", "unix", "unixtime", "unixtimestamp", "epoch", "timestampms", "timestamp", "ts"),
    *("opentime", "starttime", "candlebegintime", "t"),
)
DATES: Final = ("date", "day", "dtyyyymmdd", "tradedate")
TIMES_OF_DAY: Final = ("time", "tradetime", "timeofday")
WHOLE_TIMES: Final = (
    *("time", "datetime", "dateandtime", "localtime", "gmttime", "utctime", "timeutc", "timegmt", "timeeet", "timecet"),
    *("dateutc", "datetimeutc", "datetimegmt", "utc", "gmt", "date", "timestamputc", "start", "timestart", "index"),
)
_UNNAMED: Final = re.compile(r"column\d+|unnamed\d+|indexlevel0")
_PAST_LETTERS: Final = re.compile(r"[^a-z0-9]")


def plain(name: str) -> str:
    """A name without case, spaces and signs: `<TICKVOL>` and `Tick Vol` are `tickvol`."""
    return _PAST_LETTERS.sub("", name.lower())


def roles_among(names: Iterable[str]) -> int:
    """How many of the names are of prices."""
    known = {name for names_of_one in (*PRICES.values(), BID, ASK) for name in names_of_one}
    return sum(plain(name) in known for name in names)


def is_time(name: str) -> bool:
    """Whether a column of that name holds times, or a part of them."""
    return plain(name) in {*COUNTED_TIMES, *DATES, *TIMES_OF_DAY, *WHOLE_TIMES}


def is_unnamed(name: str) -> bool:
    """Whether a column has no name of its own, such as the index that pandas writes first."""
    return _UNNAMED.fullmatch(plain(name)) is not None


def named(names: Sequence[str], wanted: Iterable[str]) -> str | None:
    """The column with the first of the wanted plain names that there is."""
    by_plain = {plain(name): name for name in reversed(names)}
    return next((by_plain[each] for each in wanted if each in by_plain), None)


def normal_names(cells: Sequence[str], origin: Origin) -> tuple[str, ...]:
    """The names in lower case, `column_3` where there is none.

    Raises `UnreadableRecording` where two columns of prices, times or volume have the same.
    """
    stripped = (cell.strip().strip("<>").strip().lower().replace(" ", "_") for cell in cells)
    names = tuple(name or f"column_{number}" for number, name in enumerate(stripped, 1))
    repeated = {name for name in names if names.count(name) > 1}
    for name in repeated:
        if roles_among([name]) or is_time(name) or plain(name) in VOLUMES:
            raise origin.error(f"has more than one column {name}")
    return tuple(f"{name}_{number}" if name in repeated else name for number, name in enumerate(names, 1))
