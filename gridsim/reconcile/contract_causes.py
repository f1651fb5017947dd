"""Causes that lie in contracts: one is missing, has another price or energy, two carry each other's price."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from gridsim.reconcile.causes import Cause
from gridsim.reconcile.explained import Explanation, Unknown, explained, gaps, solved, touching
from gridsim.reconcile.ledger_lines import users_of
from gridsim.reconcile.variants import with_cells, without_rows
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.reconcile.differing import Differing
    from gridsim.reconcile.settling import State
    from gridsim.scenario import Scenario

    _Slope = tuple["_Contract", NDArray[np.float64]]
    """A contract, and by how much each figure that differs moves with its price."""

__all__ = ["contract_energies", "contract_prices", "contracts_missing"]

_TABLES = ("bilateral", "deals")
_PRICE, _ENERGY = "price_micro_yuan_per_kwh", "energy_kwh"
_PRICE_PROBE, _ENERGY_PROBE = 10_000, 1_000


class _Contract(NamedTuple):
    """A row of a table of contracts."""

    table: str
    row: int
    where: dict[str, str]
    price: int
    energy: int

    @property
    def name(self) -> str:
        return self.where["contract"]

    @property
    def month(self) -> str:
        return self.where["month"]

    def with_other(self, column: str, ours: int, theirs: int, kind: str, sentence: Sentence) -> Cause:
        """The cause that one figure of it is another."""
        edit = partial(with_cells, table=self.table, rows=np.array([self.row]), values={column: theirs})
        return Cause(kind, {**self.where, "ours": ours, "theirs": theirs}, sentence, edit)


def _contracts(state: State, differing: Differing) -> Iterator[_Contract]:
    """Contracts of the side that deliver in a month that differs, and move a line that does."""
    parties = {state.side.party} | users_of(state.scenario, state.side.party)
    for table in _TABLES:
        frame = state.scenario.tables.get(table)
        if frame is None or not len(frame):
            continue
        names = ("contract_id",) if "contract_id" in frame else ("contract", "deal_id")
        seller = "generator_id" if "generator_id" in frame else "seller_id"
        is_theirs = (frame["buyer_id"].isin(parties) | frame[seller].isin(parties)).to_numpy(dtype=bool)
        months = frame["month"].astype(object).to_numpy()
        whole = ~np.isin(months, list(state.scenario.months))
        for row in np.flatnonzero(is_theirs & (whole | np.isin(months, list(differing.months)))):
            ids = [str(frame[name].iloc[row]) for name in names if pd.notna(frame[name].iloc[row])]
            product = str(frame["product"].iloc[row])
            if not differing.may_rest_on(product, ids):
                continue
            where = {"contract": ids[0] if ids else f"#{row + 1}", "month": str(months[row]), "product": product}
            yield _Contract(table, int(row), where, int(frame[_PRICE].iloc[row]), int(frame[_ENERGY].iloc[row]))


def contracts_missing(state: State, differing: Differing) -> Iterator[Cause]:
    """Each contract that the other side may lack.

    Parameters
    ----------
    state : State
    differing : Differing
        Of the same state.
    """
    for each in _contracts(state, differing):
        sentence = Sentence(
            "contract {contract} of {month} is missing on their side", contract=each.name, month=each.month
        )
        edit = partial(without_rows, table=each.table, rows=np.array([each.row]))
        yield Cause("contract_missing", each.where, sentence, edit)


def contract_energies(state: State, differing: Differing) -> Iterator[Unknown]:
    """The energy of each contract, which the other side may have otherwise.

    Parameters
    ----------
    state, differing
        As `contracts_missing` takes them.
    """
    yield from touching(
        state,
        (
            Unknown(each.energy, _ENERGY_PROBE, partial(_energy_cause, each))
            for each in _contracts(state, differing)
            if differing.has_energies or each.energy >= _ENERGY_PROBE
        ),
    )


def contract_prices(state: State, differing: Differing) -> Iterator[Explanation]:
    """Another price of one contract, and two contracts with each other's price, that explain something.

    Parameters
    ----------
    state, differing
        As `contracts_missing` takes them.
    """
    slopes: list[_Slope] = []
    base, contracts = gaps(state), list(_contracts(state, differing))
    prices = touching(state, (Unknown(each.price, _PRICE_PROBE, partial(_price_cause, each)) for each in contracts))
    for each, unknown in zip(contracts, prices, strict=False):  # none, if none touches
        at = state.after(unknown.cause(each.price + _PRICE_PROBE))
        if at is None:
            continue
        slopes.append((each, (gaps(at) - base) / _PRICE_PROBE))
        found = solved(state, unknown, at)
        if found is not None:
            yield found
    yield from _prices_exchanged(state, base, slopes)


def _prices_exchanged(state: State, base: NDArray[np.float64], slopes: list[_Slope]) -> Iterator[Explanation]:
    """Pairs of contracts that explain something with each other's price; `base` is what differs, before any of it."""
    unsure = _unsure(state)
    for (one, of_one), (other, of_other) in combinations(slopes, 2):
        if one.price == other.price:
            continue
        left = base + (of_one - of_other) * (other.price - one.price)
        moves = np.abs(of_one) + np.abs(of_other) > 0
        if moves.any() and (np.abs(left)[moves] <= unsure[moves]).all():
            cause = _exchanged(one, other)
            found = explained(state, state.after(cause), cause)
            if found is not None:
                yield found


def _unsure(state: State) -> NDArray[np.float64]:
    """By figure what no price tells: half a step of the printing, and what means of prices are rounded by."""
    theirs = state.matcher
    energy, amount = theirs.statement.energy, theirs.statement.amount
    of_energy = np.full(theirs.count, float(energy.step) / 2)
    return np.concatenate([of_energy, float(amount.step) / 2 + np.abs(state.beside.energy[: theirs.count])])


def _price_cause(contract: _Contract, theirs: int) -> Cause:
    sentence = Sentence("another price of contract {contract} in {month}", contract=contract.name, month=contract.month)
    return contract.with_other(_PRICE, contract.price, theirs, "contract_price", sentence)


def _energy_cause(contract: _Contract, theirs: int) -> Cause:
    sentence = Sentence(
        "another energy of contract {contract} in {month}", contract=contract.name, month=contract.month
    )
    return contract.with_other(_ENERGY, contract.energy, theirs, "contract_energy", sentence)


def _exchanged(one: _Contract, other: _Contract) -> Cause:
    names, months = (one.name, other.name), (one.month, other.month)
    sentence = Sentence(
        "contracts {one} and {other} of {month} carry each other's price",
        one=names[0],
        other=names[1],
        month=months[0] if months[0] == months[1] else f"{months[0]}, {months[1]}",
    )
    where: dict[str, object] = {"contract": names, "month": months[0] if months[0] == months[1] else months}
    where |= {"ours": [one.price, other.price], "theirs": [other.price, one.price]}

    def edit(scenario: Scenario) -> Scenario:
        for contract, price in ((one, other.price), (other, one.price)):
            scenario = with_cells(scenario, contract.table, np.array([contract.row]), {_PRICE: price})
        return scenario

    return Cause("contract_price", where, sentence, edit)
