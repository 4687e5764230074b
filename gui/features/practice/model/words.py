"""The score of a practice session, and the comparison with AUTO, in words: no figure without n and interval."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from engine.domain.practice import PracticeSession, RuleCounts
from engine.practice.score import FillsScore, PracticeScore
from engine.practice.versus import FillsComparison, Versus
from engine.reporting.groups import mean_words
from engine.reporting.words import FILL_MODELS, FILL_SENTENCES, MISSING, r, share
from engine.statistics.bootstrap import MIN_DAYS
from engine.statistics.comparing import Difference
from engine.statistics.figures import Figures


class ScoreLine(NamedTuple):
    """A figure: its title, its words, and what it counts."""

    title: str
    words: str
    tip: str


NO_TRADES = ScoreLine("Score", "No closed trade yet", "Trades count once they are closed, also by a jump")


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def score_lines(session: PracticeSession, score: PracticeScore, currency: str) -> tuple[ScoreLine, ...]:
    """The whole score."""
    of_fills = [line for each in score.by_fills for line in _lines_of(each, has_others=len(score.by_fills) > 1)]
    return (
        *(of_fills or [NO_TRADES]),
        *_rule_lines(score.rules),
        _account_line(session, currency),
        _played_line(session),
    )


def score_sentence(score: PracticeScore) -> str:
    """The results in one sentence for each fill model; empty without trades."""
    return " ".join(
        f"{_result(each.first)} ({FILL_MODELS[each.fills]})." for each in score.by_fills if each.first.trades
    )


def _lines_of(score: FillsScore, *, has_others: bool) -> list[ScoreLine]:
    figures, title = score.first, f"Score, {FILL_MODELS[score.fills]}" if has_others else "Score"
    tip = f"Trades on parts of the market that were not on the charts before. {_INTERVAL_TIP}"
    lines = [ScoreLine(title, _result(figures) if figures.trades else "No trade on a part not seen before", tip)]
    if figures.trades:
        won = figures.win_rate_interval
        between = "" if won is None else f" (95 %: {share(won.low)} to {share(won.high)})"
        cost = MISSING if figures.mean_cost_r is None else f"{figures.mean_cost_r:.2f} R a trade"
        lines.append(
            ScoreLine("Won", f"{share(figures.win_rate)}{between}", "Share of trades with a net profit (Wilson)")
        )
        lines.append(ScoreLine("Costs", cost, "Spread, slippage, commission and swap, mean of a trade in R"))
    lines.append(ScoreLine("Fills", FILL_SENTENCES[score.fills], "How the orders of these trades were filled"))
    if score.seen.trades:
        tip = "Trades on parts that were on the charts before, after a jump back: not in the score"
        lines.append(ScoreLine("Seen before", f"{_result(score.seen)}; not in the score", tip))
    return lines


_INTERVAL_TIP = f"The interval is resampled by trading day; there is none below {MIN_DAYS} days"


def _result(figures: Figures) -> str:
    words = f"{counted(figures.trades, 'trade')} on {counted(figures.days, 'day')}, mean {r(figures.mean_r)} net"
    words += f" (95 %: {mean_words(figures)})"
    return f"{words}: too few to conclude" if figures.is_too_few else words


def _rule_lines(rules: RuleCounts) -> tuple[ScoreLine, ...]:
    held_back = max(0, rules.setups - rules.taken - rules.declined - rules.unanswered)
    setups = f"{rules.setups:,}: {rules.taken:,} taken, {rules.declined:,} declined, {rules.unanswered:,} unanswered"
    setups += f", {held_back:,} held back"
    own = f"{counted(rules.by_hand, 'order')} without a setup, {counted(rules.widened, 'stop')} moved away"
    return (
        ScoreLine(
            "Setups",
            setups,
            "Setups on parts not seen before, and what became of them; held back are those that the risk check, a lock "
            "or the mode did not let through",
        ),
        ScoreLine("Outside the rules", own, "Market orders without a setup, and stops that you moved further away"),
    )


def _account_line(session: PracticeSession, currency: str) -> ScoreLine:
    words = f"{session.starting_balance:,.2f} to {session.balance:,.2f} {currency}".rstrip()
    return ScoreLine("Balance", words, "The paper account at the start of the session and now, without open positions")


def _played_line(session: PracticeSession) -> ScoreLine:
    played = sum((each.ends_at - each.begins_at for each in session.stretches), timedelta())
    minutes = played // timedelta(minutes=1)
    parts = counted(sum(each.ends_at > each.begins_at for each in session.stretches), "part")
    return ScoreLine("Played", f"{minutes // 60} h {minutes % 60:02d} min in {parts}", "Market time, between jumps")


# -- you against AUTO -------------------------------------------------------------------------------------------------


def versus_lines(versus: Versus) -> tuple[ScoreLine, ...]:
    """The comparison of each fill model: both sides with n, and the difference with its interval."""
    if not versus.by_fills:
        return (ScoreLine("AUTO", f"Neither you nor AUTO traded on these {counted(versus.days, 'day')}", _AUTO_TIP),)
    return tuple(line for each in versus.by_fills for line in _comparison(each))


_AUTO_TIP = "AUTO on the same parts of the market, by the settings in force, on one paper account"


def _comparison(one: FillsComparison) -> tuple[ScoreLine, ...]:
    fills = f"({FILL_MODELS[one.fills]})"
    difference = f"{_difference(one)} {fills}"
    return (
        ScoreLine("You", f"{_side(one.yours)} {fills}", f"On parts of the market not seen before. {_INTERVAL_TIP}"),
        ScoreLine("AUTO", f"{_side(one.autos)} {fills}", f"{_AUTO_TIP}. {_INTERVAL_TIP}"),
        ScoreLine("You − AUTO", difference, f"How much more or less you made than AUTO. {_INTERVAL_TIP}"),
    )


def _side(figures: Figures) -> str:
    return _result(figures) if figures.trades else "no trade"


def _difference(one: FillsComparison) -> str:
    """What has an interval; a difference without one is not stated."""
    stated = ((one.per_trade, "a trade"), (one.per_day, "a day"))
    words = [f"{_with_interval(found)} {of}" for found, of in stated if found is not None]
    return ", ".join(words) or f"not stated below {MIN_DAYS} days with trades of both"


def _with_interval(found: Difference) -> str:
    return f"{r(found.value)} (95 %: {r(found.low).removesuffix(' R')} to {r(found.high)})"
