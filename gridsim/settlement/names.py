"""The names behind the integers: who stands for which number in the result tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.rules.shape import MARKET
from gridsim.tables.encoded import texts_of_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.units import UnitTable

__all__ = ["PartyNames", "names_of"]


@dataclass(frozen=True, eq=False)
class PartyNames:
    """Texts by number, and the number of each party to a transfer.

    Attributes
    ----------
    months : tuple of str
    units : UnitTable
    shape : MarketShape
    users, sellers : object array
        Ids in file order; behind the generators the market's account, which may be the seller of a deal.
    parties : object array
        Generators, users, retailers and `MarketShape.all_accounts`: payers and payees.
    party_of_seller, party_of_user, party_of_unit : int64 array
        A unit's party is its buyer.
    party_of_account : (accounts,) int64 array
    direct_users, retailers : int64 array
        Parties: users without a retailer, be it in some months alone, and retailers, in file order.
    """

    months: tuple[str, ...]
    units: UnitTable
    shape: MarketShape
    users: NDArray[np.object_]
    sellers: NDArray[np.object_]
    parties: NDArray[np.object_]
    party_of_seller: NDArray[np.int64]
    party_of_user: NDArray[np.int64]
    party_of_unit: NDArray[np.int64]
    party_of_account: NDArray[np.int64]
    direct_users: NDArray[np.int64]
    retailers: NDArray[np.int64]

    @property
    def generators(self) -> NDArray[np.object_]:
        """Sellers without the market's account."""
        return self.sellers[:-1]


def names_of(scenario: Scenario, buyers: Buyers) -> PartyNames:
    """The names of a scenario's months, units and parties."""

    def ids(table: str, key: str) -> NDArray[np.object_]:
        return texts_of_rows(scenario.tables[table][key])

    sellers, users = ids("generators", "generator_id"), ids("users", "user_id")
    retailers = ids("retailers", "retailer_id")
    parties = np.concatenate([sellers, users, retailers, np.array(buyers.shape.all_accounts, dtype=object)])
    first_account = len(parties) - len(buyers.shape.all_accounts)
    party_of_user = len(sellers) + np.arange(len(users))
    party_of_buyer = np.concatenate(
        [party_of_user[buyers.direct_users], len(sellers) + len(users) + np.arange(len(retailers))]
    )
    states = scenario.states
    return PartyNames(
        months=scenario.months,
        units=buyers.units,
        shape=buyers.shape,
        users=users,
        sellers=np.append(sellers, MARKET),
        parties=parties,
        party_of_seller=np.append(np.arange(len(sellers)), first_account + buyers.shape.all_accounts.index(MARKET)),
        party_of_user=party_of_user,
        party_of_unit=party_of_buyer[buyers.units.buyer],
        party_of_account=np.arange(first_account, len(parties)),
        direct_users=party_of_user[
            np.flatnonzero(np.bincount(states.user[states.rows["retailer_id"].isna().to_numpy()]))
        ],
        retailers=len(sellers) + len(users) + np.arange(len(retailers)),
    )
