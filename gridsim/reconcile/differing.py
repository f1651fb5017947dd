"""Where a statement and a ledger differ, for those who look for causes: which months, users, items, and by how much."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import months_of
from gridsim.reconcile.ledger_lines import KEYS, items_of_settled_energy, users_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.reconcile.settling import State

__all__ = ["Differing"]


class Differing:
    """What differs, told by names.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        self.state = state
        beside = state.beside
        self._keys = [key for key, bad in zip(beside.keys, beside.differs, strict=True) if bad]
        gaps = beside.energy_gap[np.flatnonzero(beside.differs)]
        self._moved = list(zip(self._keys, gaps.tolist(), strict=True))

    def __bool__(self) -> bool:
        return bool(self._keys)

    def _values(self, name: str) -> set[str]:
        place = KEYS.index(name)
        return {key[place] for key in self._keys} - {""}

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The months in which something differs; all of the year where lines name none."""
        every = months_of(self.state.scenario.year)
        found = self._values("month")
        return tuple(month for month in every if month in found) if found else every

    @cached_property
    def users(self) -> set[str]:
        """The users of whom something differs; all of the side where no line that differs names one."""
        side = self.state.side
        return self._values("user_id") or ({side.user} if side.user else users_of(self.state.scenario, side.party))

    @property
    def names_users(self) -> bool:
        """Whether it is told of which users something differs."""
        return bool(self.state.side.user or self._values("user_id"))

    @cached_property
    def has_energies(self) -> bool:
        """Whether the statement prints the energy that was settled."""
        theirs = self.state.matcher
        if not theirs.has_energy.any():
            return False
        return not theirs.has_items or any(item in theirs.levels for item in self._settled_items)

    @cached_property
    def _settled_items(self) -> tuple[str, ...]:
        return items_of_settled_energy(self.state.scenario.rules.shape)

    def settled_gap(self, month: str, product: str = "") -> int:
        """Theirs less ours of the energy that was settled in a month, or of one product of it [kWh]."""
        at_month, at_product = (KEYS.index(name) for name in ("month", "product"))
        total = 0
        for key, energy in self._moved:
            if (
                self._is_settled(key)
                and key[at_month] in ("", month)
                and key[at_product] in ("", product or key[at_product])
            ):
                total += energy
        return total

    def _is_settled(self, key: tuple[str, ...]) -> bool:
        item = key[KEYS.index("item")]
        return not item or item in self._settled_items

    @cached_property
    def months_of_energy(self) -> tuple[str, ...]:
        """The months whose settled energy differs; all that differ where no energies are printed."""
        if not self.has_energies:
            return self.months
        return tuple(month for month in self.months if self.settled_gap(month))

    def moves_energy(self, month: str) -> bool:
        """Whether any printed energy of the month differs."""
        at_month = KEYS.index("month")
        return any(energy and key[at_month] in ("", month) for key, energy in self._moved)

    def may_rest_on(self, product: str, contracts: Sequence[str]) -> bool:
        """Whether a line that differs could be moved by a contract of a product, as far as lines name such.

        Parameters
        ----------
        product : str
        contracts : sequence of str
            The names of the contract.
        """
        at_product, at_contract = KEYS.index("product"), KEYS.index("contract_id")
        return any(key[at_product] in ("", product) and key[at_contract] in ("", *contracts) for key in self._keys)

    def joins_and_leaves(self, month: str) -> bool:
        """Whether in a month a user could be in the unit, out of it or in another on their side: that moves energy.

        What a party itself pays tells: each kWh of its units stands there once, whatever they pay for it. On bills some
        energy at least must differ, where energies are printed.
        """
        if self.state.side.shows == "party" and self.has_energies:
            return any(energy and self._is_settled(key) and key[0] in ("", month) for key, energy in self._moved)
        return not self.state.matcher.has_energy.any() or self.moves_energy(month)
