"""The broker's side of the fake, in a separate process, and how tests drive it.

    with SimulatorClient.start(World.live()) as simulator:  # gold and bitcoin that move by themselves
        monkeypatch.setenv(*simulator.variable)  # or the address as the path: initialize("127.0.0.1:4711")
        ...  # the desk, with `tests.fake_metatrader5` as its module
        simulator.positions(), simulator.deals(), simulator.account()  # as the broker has them
        simulator.log(function="order_send")  # every request that came, and what was made of it

**The market.** `World.live()` has `XAUUSDm` and `BTCUSDm` with seeds, history and our clock; `World.still()` has both
without a tick of their own and a clock that only `advance(seconds)` moves; then `push(symbol, bid, ask)` each tick,
or `play` some to come. Other worlds are composed: `World(symbols=(axi_gold(hours="gold"),), accounts=(Account(),
Account(login=2, margin_mode=0)), clock=Clock(rule="europe", speed=60), server=Server(comment_kept=16))`. Symbols are
always open unless their `hours` are those of gold, so that tests also pass at the weekend. `reset(world)` starts
over in the same process, which is faster than a new one.

**What goes wrong.** `inject(fault)` arms one of the makers of `faults`, once for the next order by
default: `inject(requote(count=2))`, `inject(lost_answer(requests=("close",)))`, `inject(delay(0.5, count=None,
functions=("*",)))`, `inject(hang("after"))`, `inject(ipc_failure(-10001, is_sticky=True))`,
`inject(refusal(10006, probability=0.3, seed=7, count=None, from_s=5, until_s=60))`. Delays hold the GIL of the calling
process as the package does, unless `holds_gil=False`. States are changed directly: `change_terminal(connected=False)`
(prices freeze, orders get 10031), `change_terminal(trade_allowed=False)`, `change_account(trade_expert=False)`,
`change_server(burst=3, visible_after_s=2)`, `switch_account(2)`, `crash_terminal()`, `update_terminal(build=6300)`,
`close_market(symbol)`, `still(symbol)`; faults of the same kind (`terminal_change`, `account_switch`, `crash`) strike
in the middle of an order. Others trade by `trade(symbol, volume, side="sell", magic=0)` and `set_levels`.

Manually: `python -m tests.fake_metatrader5.simulator --port 4711` runs a simulator until its input ends.
"""

from tests.fake_metatrader5.simulator.client import SimulatorClient
from tests.fake_metatrader5.simulator.faults import (
    Fault,
    account_switch,
    blank_result,
    crash,
    delay,
    hang,
    ipc_failure,
    lost_answer,
    partial_fill,
    placed_then_filled,
    refusal,
    requote,
    slippage,
    stripped_stops,
    terminal_change,
    timed_out,
)
from tests.fake_metatrader5.simulator.simulator import Entry
from tests.fake_metatrader5.simulator.world import (
    Account,
    Clock,
    Server,
    Symbol,
    Terminal,
    World,
    axi_gold,
    exness_bitcoin,
    exness_gold,
)

__all__ = (
    "Account",
    "Clock",
    "Entry",
    "Fault",
    "Server",
    "SimulatorClient",
    "Symbol",
    "Terminal",
    "World",
    "account_switch",
    "axi_gold",
    "blank_result",
    "crash",
    "delay",
    "exness_bitcoin",
    "exness_gold",
    "hang",
    "ipc_failure",
    "lost_answer",
    "partial_fill",
    "placed_then_filled",
    "refusal",
    "requote",
    "slippage",
    "stripped_stops",
    "terminal_change",
    "timed_out",
)  # fmt: skip
