"""What a market is: its participants, tariffs, sessions, orders and metered energy."""

from gridsim.scenario.model import Scenario

__all__ = ["Scenario"]
