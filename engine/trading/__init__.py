"""From a setup to a closed position: the rooms of plans, risk and execution, called in order."""
