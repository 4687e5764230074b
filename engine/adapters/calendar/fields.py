"""What the cells of a calendar mean: columns by their titles, impact, currency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from engine.domain.calendar import Impact


class Role(Enum):
    """What a column holds."""

    TITLE = "Event"
    DATE = "Date"
    TIME = "Time"
    CURRENCY = "Currency"
    COUNTRY = "Country"
    IMPACT = "Impact"
    FORECAST = "Forecast"
    PREVIOUS = "Previous"
    ACTUAL = "Actual"


NAMES: Final = {
    Role.TITLE: ("event", "title", "name", "event name", "indicator", "report"),
    Role.DATE: ("date", "start", "datetime", "date time", "start date", "timestamp", "release date"),
    Role.TIME: ("time", "hour", "start time"),
    Role.CURRENCY: ("currency", "cur", "ccy", "currency code"),
    Role.COUNTRY: ("country", "zone", "region", "country name"),
    Role.IMPACT: ("impact", "importance", "imp", "volatility", "impact level", "stars"),
    Role.FORECAST: ("forecast", "consensus", "expected", "estimate"),
    Role.PREVIOUS: ("previous", "prior", "prev"),
    Role.ACTUAL: ("actual",),
}
_ROLES: Final = {name: role for role, names in NAMES.items() for name in names}
_ZONE_IN_TITLE: Final = re.compile(r"(.*?)[\s_]*[(\[]([^)\]]*)[)\]]\s*|(.*?)[\s_]+(utc|gmt)\s*", re.IGNORECASE)
_NOT_A_WORD: Final = re.compile(r"[\s_\-]+")
MAX_TEXT: Final = 300
"""Characters of a title or figure; what is longer is cut."""
_MAX_COLUMN_TITLE: Final = 80


class ColumnTitle(NamedTuple):
    """What a column holds, and the zone that its title names, if any."""

    role: Role
    zone: str


def column_titles(cells: Sequence[str]) -> dict[int, ColumnTitle]:
    """The columns with a known title, by place; of two with one meaning the first counts."""
    found: dict[int, ColumnTitle] = {}
    for place, cell in enumerate(cells):
        title = _column_title(cell)
        if title is not None and all(title.role is not other.role for other in found.values()):
            found[place] = title
    times = [place for place, title in found.items() if title.role is Role.TIME]
    if times and not any(title.role is Role.DATE for title in found.values()):
        found[times[0]] = ColumnTitle(Role.DATE, found[times[0]].zone)  # it may hold the date as well
    return found


def _column_title(cell: str) -> ColumnTitle | None:
    text, zone = cell.strip().strip("\"'"), ""
    if len(text) > _MAX_COLUMN_TITLE:
        return None
    if (stated := _ZONE_IN_TITLE.fullmatch(text)) is not None:
        text, zone = (stated[1], stated[2]) if stated[1] is not None else (stated[3], stated[4])
    role = _ROLES.get(_NOT_A_WORD.sub(" ", text).strip(" .").casefold())
    return None if role is None else ColumnTitle(role, zone)


def _word(words: str) -> str:
    """Whole words only: flows are not low, nor is a credit red."""
    return rf"(?<![a-z])(?:{words})(?![a-z])"


_IMPACTS: Final = (
    (Impact.HIGH, re.compile(_word("high|red") + r"|^(?:3|\*{3}|★{3}|bull3)$")),
    (Impact.MEDIUM, re.compile(_word("medium|moderate|med|orange") + r"|^(?:2|\*{2}|★{2}|bull2)$")),
    (
        Impact.LOW,
        re.compile(_word("low|yellow|holidays?|non-economic|none|gr[ae]y") + r"|^(?:|0|1|\*|★|bull1|-|n/a)$"),
    ),
)


def impact_of(text: str) -> Impact | None:
    """The impact that a cell states in words, stars or a number from 0 to 3; None for anything else."""
    words = text.replace("☆", "").strip().casefold()
    return next((impact for impact, spelling in _IMPACTS if spelling.search(words)), None)


_CODES: Final = """
AED AFN AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNH
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF
IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CODES: Final = frozenset(_CODES.split())
"""Codes of currencies (ISO 4217, and CNH). The Albanian ALL is missing: calendars mean every currency by it."""
_COUNTRIES: Final = {
    name: currency
    for currency, names in {
        "USD": "us, usa, united states, united states of america",
        "EUR": "eu, emu, euro zone, eurozone, euro area, european union, european monetary union, de, deu, germany, "
        "fr, fra, france, it, ita, italy, es, esp, spain, nl, netherlands, be, belgium, at, austria, pt, portugal, "
        "ie, ireland, gr, greece, fi, finland",
        "GBP": "gb, gbr, uk, united kingdom",
        "JPY": "jp, jpn, japan",
        "CHF": "ch, che, switzerland",
        "AUD": "au, aus, australia",
        "CAD": "ca, can, canada",
        "NZD": "nz, nzl, new zealand",
        "CNY": "cn, chn, china",
        "SEK": "se, sweden",
        "NOK": "no, norway",
        "DKK": "dk, denmark",
        "PLN": "pl, poland",
        "HUF": "hu, hungary",
        "CZK": "cz, czech republic",
        "TRY": "tr, turkey",
        "MXN": "mx, mexico",
        "BRL": "br, brazil",
        "ZAR": "za, south africa",
        "INR": "in, india",
        "SGD": "sg, singapore",
        "HKD": "hk, hong kong",
        "KRW": "kr, south korea",
        "": "all, global, world, worldwide, ww, g7, g20",
    }.items()
    for name in names.split(", ")
}
"""Codes and names of countries, and whose currency their news move."""


def currency_of(currency: str, country: str) -> str | None:
    """The ISO code of a currency cell or else of a country cell, "" where all are meant; None for anything else."""
    texts = [text for text in (currency.strip(), country.strip()) if text]
    for text in texts:
        if text.casefold() in _COUNTRIES:
            return _COUNTRIES[text.casefold()]
        if text.upper() in CODES:
            return text.upper()
    return None if texts else ""


def shortened(text: str) -> str:
    """One line of at most `MAX_TEXT` characters that can be shown."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text[: 2 * MAX_TEXT]).split())
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"
