"""Draws of markets whose lines stand behind all others of the ledger, each held against a run of its own."""

from __future__ import annotations

import numpy as np

import gridsim
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import ENERGIES, Block, Prepared, drawn_meter, settle_block
from gridsim.rules.shape import TAIL_OF_TABLE, WITHIN_UNITS
from gridsim.scenario import Scenario

__all__ = ["DRAWS", "SEED", "require_same"]

SEED = 2**61 + 5
DRAWS = 3


def require_same(prepared: Prepared, scenario: Scenario, load: LoadModel, draws: int = DRAWS) -> None:
    """Settle all units in one block and each in its own, and hold every draw against a run."""
    units = len(prepared.unit_ids)
    whole = settle_block(prepared, Block(0, units, 0, draws), SEED)
    cut = [settle_block(prepared, Block(unit, unit + 1, 0, draws), SEED) for unit in range(units)]
    assert (sum((each.items for each in cut), np.zeros_like(whole.items)) == whole.items).all()
    assert (np.concatenate([whole.cost[:0], *(each.cost for each in cut)]) == whole.cost).all()
    for draw in range(draws):
        exact = gridsim.run(drawn_meter(scenario, load, SEED, draw), threads=1).exact
        ledger, positions = exact.ledger[~exact.ledger["trial"]], exact.positions[~exact.positions["trial"]]
        ledger = ledger[ledger["unit_id"].notna() | ledger["user_id"].notna()]  # accounts of the market are in no batch
        money = ledger.groupby("item")["amount_micro_yuan"].sum()
        found = dict(zip(prepared.items, whole.items[draw].tolist(), strict=True))
        assert found == {item: int(money.get(item, 0)) for item in prepared.items}
        assert whole.energies[draw].tolist() == [int(positions[f"{name}_kwh"].sum()) for name in ENERGIES]
        paid = ledger[~ledger["item"].isin(WITHIN_UNITS)]
        by_owner: dict[tuple[str, bool], int] = {}
        columns = ("item", "month", "unit_id", "user_id", "amount_micro_yuan")
        for item, month, unit, user, amount in zip(*(paid[name].astype(object) for name in columns), strict=True):
            if item in TAIL_OF_TABLE["billing"]:
                unit = unit_of(scenario, user, month)
            owner = (user, True) if not isinstance(unit, str) else (unit, False)
            by_owner[owner] = by_owner.get(owner, 0) + amount
        names = zip(prepared.unit_ids, prepared.is_outside.tolist(), strict=True)
        assert whole.cost[:, draw].tolist() == [by_owner.pop(name, 0) for name in names]
        assert not any(by_owner.values())


def unit_of(scenario: Scenario, user: str, month: str) -> str | None:
    """The unit that a user is in; None: outside the market."""
    row = scenario.tables["users"]["user_id"].tolist().index(user)
    state = scenario.states.rows.iloc[int(scenario.states.at(np.array([row]), np.array([int(month[5:]) - 1]))[0])]
    exit_month = scenario.tables["users"]["exit_month"][row]
    if state["priority_purchase"] or (isinstance(exit_month, str) and month >= exit_month):
        return None
    buyer = state["retailer_id"] if isinstance(state["retailer_id"], str) else user
    return f"{buyer}/{state['mode']}"
