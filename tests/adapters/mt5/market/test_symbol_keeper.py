"""Facts about the keeping of a broker's symbols while its terminal knows them or not."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from engine.adapters.mt5.calls import Answer, Failed, TerminalCall
from engine.adapters.mt5.market.symbol_keeper import SymbolKeeper
from tests.adapters.mt5.desk.world_desk import GOLD, START
from tests.adapters.mt5.links import DirectLink, SimulatorClock
from tests.fake_metatrader5.simulator import Clock, SimulatorClient, World, exness_bitcoin, exness_gold

BITCOIN = "BTCUSDm"
WORLD = World(
    symbols=(exness_gold(seed=None, history_minutes=5), exness_bitcoin(seed=None, history_minutes=5)),
    clock=Clock(start=START, is_manual=True),
)


class Keeping:
    """A keeper on a terminal that does not know the symbols in `unknown`, and all that it has said."""

    def __init__(self, simulator: SimulatorClient, names: tuple[str, ...], held: tuple[str, ...] = ()) -> None:
        simulator.reset(WORLD)
        self.link = _Forgetful(simulator, timedelta(hours=2))
        self.held = held
        self.said: list[str] = []
        self.keeper = SymbolKeeper(self.link, SimulatorClock(simulator), names, self._held, self)

    async def _held(self) -> tuple[str, ...]:
        return self.held

    def miss(self, reason: str) -> None:
        self.said.append(f"missing: {reason}")

    def found(self, reason: str) -> None:
        self.said.append(f"found: {reason}")

    def doubt(self, symbol: str, sentence: str) -> None:
        self.said.append(f"{symbol}: {sentence}")

    async def looks(self, count: int) -> list[int]:
        """At which of so many looks bitcoin is asked for."""
        asked = []
        for number in range(1, count + 1):
            before = len(self.link.asked)
            await self.keeper.look()
            if any(BITCOIN in call.arguments for call in self.link.asked[before:]):
                asked.append(number)
        return asked


class _Forgetful(DirectLink):
    unknown: tuple[str, ...] = ()

    def call(self, call: TerminalCall) -> asyncio.Future[Answer]:
        if not any(name in call.arguments for name in self.unknown) and not (
            self.unknown and call.function == "symbols_get"
        ):
            return super().call(call)
        self.asked.append(call)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(Failed(code=-4, text="Terminal: Not found"))
        return answer


async def test_that_the_symbols_of_positions_come_first(simulator: SimulatorClient) -> None:
    keeping = Keeping(simulator, (GOLD, BITCOIN), held=(BITCOIN,))
    await keeping.keeper.find()
    assert list(keeping.keeper.terms) == [BITCOIN, GOLD]


async def test_that_a_missing_symbol_is_asked_for_ever_more_slowly(simulator: SimulatorClient) -> None:
    keeping = Keeping(simulator, (GOLD, BITCOIN))
    keeping.link.unknown = (BITCOIN,)
    await keeping.keeper.find()
    assert await keeping.looks(16) == [1, 3, 7, 15]
    assert [words.partition(":")[0] for words in keeping.said] == ["missing"]


async def test_that_the_symbol_of_a_position_is_asked_for_at_every_look(simulator: SimulatorClient) -> None:
    keeping = Keeping(simulator, (GOLD,), held=(BITCOIN,))
    keeping.link.unknown = (BITCOIN,)
    await keeping.keeper.find()
    assert await keeping.looks(4) == [1, 2, 3, 4]


async def test_that_a_symbol_that_came_is_kept_though_the_terminal_forgets_it_again(simulator: SimulatorClient) -> None:
    keeping = Keeping(simulator, (GOLD, BITCOIN))
    keeping.link.unknown = (BITCOIN,)
    await keeping.keeper.find()
    keeping.link.unknown = ()
    await keeping.looks(1)
    assert keeping.keeper.has_news
    assert BITCOIN not in keeping.keeper.contracts  # positions in it are reported when the market starts over
    keeping.link.unknown = (BITCOIN,)
    await keeping.keeper.find()
    assert set(keeping.keeper.contracts) == {GOLD, BITCOIN}
    assert not keeping.keeper.has_news
    assert [words.partition(":")[0] for words in keeping.said] == ["missing", "found"]


async def test_that_nothing_is_asked_while_all_is_known_and_everything_once_an_hour(simulator: SimulatorClient) -> None:
    keeping = Keeping(simulator, (GOLD, BITCOIN))
    await keeping.keeper.find()
    assert await keeping.looks(3) == []
    simulator.advance(3600.0, in_steps_of=600.0)
    assert await keeping.looks(3) == [1]
    assert keeping.said == []
