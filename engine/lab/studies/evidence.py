"""Whether settings earn anything, and how sure that is: the whole report on the trades of one configuration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from engine.lab.evidence import equity_of, evidence_of, mean_result, report_of
from engine.lab.lab_trade import LabTrade
from engine.lab.verdict import Terms, Verdict, VerdictKind, judged, out_of_sample_days


def evidence_report(
    trades: Sequence[LabTrade],
    days: Sequence[date],
    terms: Terms,
    trials: int | None,
    standing: Callable[[Verdict], Verdict],
) -> dict[str, Any]:
    """Every figure of the trades on these market days, the verdict in words, and what the charts show.

    `standing` gives the verdict that was decided at the same look before.
    """
    verdict = standing(judged(trades, days, terms))
    sample = set(out_of_sample_days(days, terms.adopted_on))
    out_of_sample = mean_result([trade for trade in trades if trade.day in sample], len(sample))
    found = report_of(
        evidence_of(trades, days), verdict, out_of_sample, is_calibrated=terms.is_calibrated, trials=trials
    )
    return found | {
        "sentence": verdict_sentence(verdict),
        "equity": equity_of(trades, days),
        "r_values": [trade.r for trade in trades],
        "r_weights": [trade.weight for trade in trades],
    }


def verdict_sentence(verdict: Verdict) -> str:
    """The verdict as a trader would say it, with the figures that it stands on."""
    figures = ""
    if verdict.mean_r is not None and verdict.low is not None and verdict.high is not None:
        figures = (
            f"{verdict.mean_r:+.3f} R a trade after costs [{verdict.low:+.3f}, {verdict.high:+.3f}] on "
            f"{verdict.days:,} market days out of sample, {verdict.trades:,} trades"
        )
    match verdict.kind:
        case VerdictKind.POSITIVE:
            return f"These settings earned {figures}."
        case VerdictKind.NEGATIVE:
            return f"These settings lost: {figures}."
        case VerdictKind.WHAT_IF:
            return "Measured without a spread, which no account has: a what-if, not evidence."
        case VerdictKind.UNPROVEN:
            missing = "; ".join(verdict.missing) or "zero lies within the interval"
            return f"Nothing is proven yet: {missing}." + (f" So far {figures}." if figures else "")
