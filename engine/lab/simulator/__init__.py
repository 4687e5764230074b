"""The trades that `replay --auto` makes of a recording of candles, without store, bus or event loop.

`simulate` follows the setups of one recording in order of time. What happens once a trade, an entry or an exit, is done
by the very objects of the desk and its paper broker: risk check, sizing, paper account, portfolio. What happens once a
quote is done on plain numbers (`course`), by the functions of `engine.fills.exits` that the desk calls as well.
"""

from engine.lab.simulator.desk import SimulatedTrade
from engine.lab.simulator.market import SimulatedMarket
from engine.lab.simulator.setups import FoundSetup, found_setups
from engine.lab.simulator.simulate import simulate, simulate_alone

__all__ = ["FoundSetup", "SimulatedMarket", "SimulatedTrade", "found_setups", "simulate", "simulate_alone"]
