"""The sums of a result that a person reads: money flows, accounts, deviations, and what was not used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Sentence

__all__ = ["Account", "Deviation", "Flow", "SummedResult"]


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
class SummedResult:
    """All that is shown of a summary; `gridsim.summary.Summary` tells what each of them is."""

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
    unverified: tuple[Sentence, ...]
    warnings: tuple[str, ...]
    overridden: tuple[Sentence, ...] = ()
    shape: MarketShape | None = field(default=None, repr=False, compare=False)
    forecast_months: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def balance_micro_yuan(self) -> int:
        """The sum of all accounts; zero, or money was made or lost."""
        return sum(account.net_micro_yuan for account in self.accounts)
