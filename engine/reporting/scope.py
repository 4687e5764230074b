"""What a report is about, and how it writes money and times."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from html import escape

import msgspec

from engine.reporting.words import money


class ReportScope(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about. Times are shown in `zone`, which the user knows as `zone_name`; money in `currency`,
    empty where it is not known, or not the same for all."""

    title: str
    made_at: datetime
    zone: tzinfo = UTC
    zone_name: str = "UTC"
    currency: str = ""

    @property
    def unit(self) -> str:
        """The unit of money: the currency, or "account currency" if it is not known."""
        return self.currency or "account currency"

    def sum_words(self, amount: float | None, *, is_signed: bool = True) -> str:
        """An amount of money with its currency, where that is known: `+12.50 USD`; as HTML."""
        words = money(amount) if amount is None or is_signed else f"{amount:,.2f}"
        return escape(f"{words} {self.currency}".rstrip())

    def time(self, at: datetime, form: str) -> str:
        """An instant in the zone, written in a form of `strftime`."""
        return at.astimezone(self.zone).strftime(form)
