"""The summary a person reads after a run: who paid whom, and how far each unit was off its contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from gridsim.settlement.ledger import ITEMS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["Account", "Deviation", "Flow", "Summary", "summarise"]

GROUPS = ("generators", "retailers", "users", "grid", "government")


class _Exact(Protocol):
    def arrow(self, name: str) -> pa.Table: ...


@dataclass(frozen=True, slots=True)
class Flow:
    """Money of one item from one group of parties to another [kWh, micro-yuan]."""

    item: str
    payer_group: str
    payee_group: str
    lines: int
    energy_kwh: int
    amount_micro_yuan: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """A settlement unit's year: energies [kWh], and what it paid for deviation [micro-yuan]."""

    unit: str
    contract_kwh: int
    metered_kwh: int
    overrun_kwh: int
    shortfall_kwh: int
    energy_micro_yuan: int
    overrun_micro_yuan: int
    shortfall_micro_yuan: int


@dataclass(frozen=True, slots=True)
class Account:
    """What one party paid and received in the year [micro-yuan]."""

    party: str
    paid_micro_yuan: int
    received_micro_yuan: int

    @property
    def net_micro_yuan(self) -> int:
        """Received less paid."""
        return self.received_micro_yuan - self.paid_micro_yuan


@dataclass(frozen=True)
class Summary:
    """Money flows, deviations, and what was not used; the trial settlement is left out of all of them.

    Attributes
    ----------
    flows : tuple of Flow
        In the order of the ledger's items.
    accounts : tuple of Account
        Largest turnover first.
    deviations : tuple of Deviation
        Largest deviation money first.
    rejected : mapping of str to int
        Rows of orders and filings not used, by reason.
    failed_checks : mapping of str to int
        Compliance rows that did not pass, by check.
    """

    scenario: str
    year: int
    rules: str
    flows: tuple[Flow, ...]
    accounts: tuple[Account, ...]
    deviations: tuple[Deviation, ...]
    rejected: Mapping[str, int]
    failed_checks: Mapping[str, int]
    lines: int
    trial_lines: int
    unverified: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def balance_micro_yuan(self) -> int:
        """The sum of all accounts; zero, or money was made or lost."""
        return sum(account.net_micro_yuan for account in self.accounts)


def summarise(exact: _Exact, inputs: Mapping[str, pa.Table], manifest: Mapping[str, Any]) -> Summary:
    """Sum a result up, from its exact integers.

    Parameters
    ----------
    exact : ExactTables
    inputs : mapping of str to Arrow table
        Tells generators, retailers and users apart.
    manifest : mapping
    """
    names = ["item", "payer", "payee", "trial", "energy_kwh", "amount_micro_yuan"]
    lines = exact.arrow("ledger").select(names).to_pandas()
    counted = lines[~lines["trial"]]
    positions = exact.arrow("positions").to_pandas()
    compliance = exact.arrow("compliance").select(["check", "passed"]).to_pandas()
    rejected = exact.arrow("rejected").column("reason").to_pandas()
    return Summary(
        scenario=manifest["scenario"]["name"],
        year=manifest["scenario"]["year"],
        rules=manifest["rules"]["id"],
        flows=_flows(counted, _groups(inputs)),
        accounts=_accounts(counted),
        deviations=_deviations(positions[~positions["trial"]]),
        rejected=_counts(rejected),
        failed_checks=_counts(compliance.loc[compliance["passed"].eq(False), "check"]),
        lines=len(counted),
        trial_lines=len(lines) - len(counted),
        unverified=tuple(f"{a['path']} = {a['value']}" for a in manifest["assumptions"] if a["why"] == "unverified"),
        warnings=tuple(manifest["warnings"]),
    )


def _counts(names: pd.Series) -> dict[str, int]:
    """How often each name occurs, in the order of first appearance."""
    return {str(name): int(count) for name, count in names.astype(object).value_counts(sort=False).items()}


def _groups(inputs: Mapping[str, pa.Table]) -> dict[str, str]:
    """The group of each party."""
    group = {"GRID": "grid", "GOVERNMENT": "government"}
    for table, key in (("generators", "generator_id"), ("retailers", "retailer_id"), ("users", "user_id")):
        group |= dict.fromkeys(inputs[table].column(key).to_pylist(), table)
    return group


def _flows(lines: pd.DataFrame, group: Mapping[str, str]) -> tuple[Flow, ...]:
    # Millions of lines: all is done on the codes of the categories, nothing on texts.
    def codes(column: str, values: tuple[str, ...], meaning: Mapping[str, str] | None = None) -> NDArray[np.int64]:
        categories = lines[column].cat.categories
        of_category = [values.index(meaning[name] if meaning else name) for name in categories]
        found: NDArray[np.int64] = np.array(of_category, dtype=np.int64)[lines[column].cat.codes.to_numpy()]
        return found

    sides = len(GROUPS)
    payer, payee = codes("payer", GROUPS, group), codes("payee", GROUPS, group)
    key = (codes("item", ITEMS) * sides + payer) * sides + payee
    by_key = lines.groupby(key)
    sums, counts = by_key[["energy_kwh", "amount_micro_yuan"]].sum(), by_key.size()
    flows = []
    for code, lines_of, energy, amount in zip(
        sums.index.tolist(), counts, sums["energy_kwh"], sums["amount_micro_yuan"], strict=True
    ):
        item, parties = divmod(code, sides * sides)
        payer_group, payee_group = divmod(parties, sides)
        flows.append(
            Flow(ITEMS[item], GROUPS[payer_group], GROUPS[payee_group], int(lines_of), int(energy), int(amount))
        )
    return tuple(flows)


def _deviations(positions: pd.DataFrame) -> tuple[Deviation, ...]:
    columns = [f"{name}_kwh" for name in ("contract", "metered", "overrun", "shortfall")]
    columns += [f"{name}_micro_yuan" for name in ("energy", "overrun", "shortfall")]
    by_unit = positions.groupby(positions["unit_id"].astype(object), sort=False)[columns].sum()
    deviations = [Deviation(str(row[0]), *map(int, row[1:])) for row in by_unit.itertuples(name=None)]
    return tuple(sorted(deviations, key=lambda unit: -(unit.overrun_micro_yuan + unit.shortfall_micro_yuan)))


def _accounts(lines: pd.DataFrame) -> tuple[Account, ...]:
    def sums(side: str) -> dict[str, int]:
        by_party = lines.groupby(side, observed=True)["amount_micro_yuan"].sum()
        return {str(party): int(amount) for party, amount in by_party.items()}

    paid, received = sums("payer"), sums("payee")
    parties = sorted(paid.keys() | received.keys())
    accounts = [Account(party, paid.get(party, 0), received.get(party, 0)) for party in parties]
    return tuple(sorted(accounts, key=lambda account: -account.paid_micro_yuan - account.received_micro_yuan))
