"""How a position came about: its derivation in numbered steps, from orders and contracts to every ledger line."""

from __future__ import annotations

from gridsim.explain.compose import explain
from gridsim.explain.model import Explanation, Section, Step, Transfer
from gridsim.show.document import Grid, ListItem

__all__ = ["Explanation", "Grid", "ListItem", "Section", "Step", "Transfer", "explain"]
