"""The studies of the lab: what each is called, what it answers, and what it needs to know."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Part(Enum):
    """A group of fields of the form."""

    FILES = "recordings"
    MARKET = "instrument"
    OTHER_SETTINGS = "other settings"
    SEED = "seed"
    PATHS = "paths"
    DAYS = "days"
    TRIALS = "trials"
    SPACE = "space"
    TPE = "trials by TPE"
    HEAT = "heat map"
    DAY = "day"
    HORIZON = "horizon"
    EVERY_CANDLE = "every candle"
    WORKERS = "worker processes"
    RISK = "risk"
    SEALED = "sealed days"
    SINCE = "since"


class Kind(NamedTuple):
    """A study by its name on the command line; `question` is what a trader asks, `about` what is answered, and how.

    `paths` are those drawn of each candle unless the user says otherwise.
    """

    name: str
    question: str
    title: str
    about: str
    parts: frozenset[Part]
    paths: int = 1

    @property
    def words(self) -> str:
        """For a list to choose from."""
        return f"{self.question} ({self.title})" if self.question else self.title

    def needs(self, part: Part) -> bool:
        return part in self.parts


def _kind(name: str, question: str, title: str, about: str, *parts: Part, paths: int = 1) -> Kind:
    return Kind(name, question, title, about, frozenset((Part.FILES, Part.SEED, Part.PATHS, *parts)), paths)


KINDS: Final = (
    _kind(
        *("evidence", "Does it earn?", "evidence"),
        "Plays the recordings with these settings, and says what a trade earned on average, with its interval, and "
        "whether that is proof.",
        Part.SEALED,
        paths=8,
    ),
    _kind(
        *("gates", "What each check is worth", "gates"),
        "Compares the trades taken with those that one check alone blocked.",
    ),
    _kind(
        *("diff", "What a change would do", "compare"),
        "Plays the same recordings with two settings: which setups appear, vanish or end differently.",
        *(Part.OTHER_SETTINGS, Part.DAY),
    ),
    _kind(
        *("ablation", "Each rule off", "ablation"),
        "Switches off each check and signal, one at a time, and measures the change per day.",
    ),
    _kind(
        *("sweep", "Search settings", "sweep"),
        "Tries many values of settings, and says how far the best of them can be believed.",
        *(Part.SPACE, Part.TRIALS, Part.TPE, Part.HEAT, Part.WORKERS),
    ),
    _kind(
        *("walk", "", "Walk-forward"),
        "Chooses settings on past days, tests them on the days that follow, and joins only the tested days.",
        *(Part.SPACE, Part.TRIALS, Part.WORKERS),
    ),
    _kind(
        *("chance", "", "Against chance"),
        "Compares the result with trades of the same stops and exits at random candles of the same hours.",
    ),
    _kind(
        *("costs", "", "Costs"),
        "Repeats the trades with wider spreads and more slippage, and says at which cost nothing is left.",
    ),
    _kind(
        *("ruin", "", "Risk of ruin"),
        "Redraws the days many times: how deep the drawdown goes, and how likely a third of the account is lost.",
        *(Part.RISK, Part.HORIZON),
    ),
    _kind(
        *("drift", "", "Drift"),
        "Compares the live trades in the desk's data folder with simulated trades on the same days, and simulated "
        "trades with earlier ones: an alarm means that a worse result is no longer explained by chance.",
        Part.SINCE,
    ),
    Kind(
        *("null", "", "Null market"),
        "Plays a random walk at zero spread, where nobody can earn: simulated fills that earn there cannot be trusted.",
        frozenset((Part.MARKET, Part.DAYS, Part.SEED, Part.PATHS, Part.EVERY_CANDLE, Part.WORKERS)),
        paths=8,
    ),
)
"""In the order of the form."""

BY_NAME: Final = {kind.name: kind for kind in KINDS}
