"""Lines of a ledger as a statement for one party shows them: what it and its users owe, by unit, product, contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.rules.shape import ENERGY, OVERRUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.io.named_frames import ExactTables
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario

__all__ = ["KEYS", "Side", "is_seller", "items_of_settled_energy", "ledger_lines", "users_of"]

KEYS = ("month", "item", "unit_id", "user_id", "product", "period", "contract_id")
"""What a line of a statement can be named by."""


@dataclass(frozen=True)
class Side:
    """Whose statement it is, and which of its lines.

    Attributes
    ----------
    party : str
        A retailer, a user that buys directly, or a generator.
    shows : {"party", "users", "all", "bills"}
        What the party itself pays and is paid; what its users do; both; whole bills of its users, with what they and
        the party pay each other.
    user : str
        Of the users' lines those of this one alone; empty: all.
    """

    party: str
    shows: str = "all"
    user: str = ""

    @property
    def whose(self) -> str:
        """The party, or the one user whose bill it is."""
        return self.user or self.party


def users_of(scenario: Scenario, party: str) -> set[str]:
    """The users whose energy the party buys in any month; a user that buys directly is its own."""
    users = scenario.states.rows
    names, retailers = (users[name].array for name in ("user_id", "retailer_id"))
    code = retailers.categories.get_loc(party) if party in retailers.categories else None
    rows = np.flatnonzero(retailers.codes == code) if code is not None else ()
    own = {str(names[row]) for row in rows}
    return own or {
        str(name) for name, retailer in zip(names, retailers.codes, strict=True) if name == party and retailer < 0
    }


def is_seller(scenario: Scenario, party: str) -> bool:
    """Whether the party is a generator."""
    return bool((scenario.tables["generators"]["generator_id"] == party).any())


def items_of_settled_energy(shape: MarketShape) -> tuple[str, ...]:
    """The items in which each metered kWh stands once: in band, above it, or outside the market."""
    return (ENERGY, OVERRUN, *(charges[0].item for _, charges in shape.outside if charges))


def ledger_lines(exact: ExactTables, scenario: Scenario, side: Side, *, trial: bool = False) -> pd.DataFrame:
    """The lines of one side, in the order of the ledger.

    Parameters
    ----------
    exact : ExactTables
    scenario : Scenario
        That it was made from.
    side : Side
    trial : bool
        The trial settlement's instead of those that count.

    Returns
    -------
    DataFrame
        Columns `KEYS` (text, empty where a line has none), ``energy`` [kWh], ``price`` [micro-yuan/kWh], ``amount``
        [micro-yuan] as int64; money is positive where the party or its user owes it, of a generator where it is paid.
    """
    users = users_of(scenario, side.party)
    ours = pa.array(sorted(users | {side.party}), pa.string())
    lines = exact.arrow("ledger", {"trial": trial})
    payer, payee = (pc.cast(lines[name], pa.string()) for name in ("payer", "payee"))
    if scenario.states.number is not None:
        is_payer, is_payee = _in_its_months(scenario, side.party, lines, (payer, payee))
    else:
        is_payer, is_payee = pc.is_in(payer, ours), pc.is_in(payee, ours)
    if side.shows == "bills":  # of its users, to whom the party is as anybody else
        is_payer = pc.and_(is_payer, pc.not_equal(payer, side.party))
        is_payee = pc.and_(is_payee, pc.not_equal(payee, side.party))
    # What the party and its users pay each other is on no statement of a third.
    is_shown = pc.xor(is_payer, is_payee)
    if side.user:
        is_shown = pc.and_(is_shown, pc.equal(pc.cast(lines["user_id"], pa.string()), side.user).fill_null(False))
    if side.shows in ("party", "users"):
        of_party = pc.or_(pc.equal(payer, side.party), pc.equal(payee, side.party))
        is_shown = pc.and_(is_shown, of_party if side.shows == "party" else pc.invert(of_party))
    lines, is_payer = lines.filter(is_shown), is_payer.filter(is_shown)
    owed = -1 if is_seller(scenario, side.party) else 1  # a seller's statement is of what it is paid
    sign = np.where(np.asarray(is_payer), owed, -owed)
    month, item, unit, user, period, leg = (
        _texts(lines[name]) for name in ("month", "item", "unit_id", "user_id", "period", "leg_id")
    )
    legs = _Legs(exact)
    place = legs.place(leg)
    giver = legs.giver(place)
    is_given = (sign == -1) & (owed == 1) & (giver != "")
    unit = np.where(is_given, giver, unit)  # what was given away is of the unit that gave it
    product, shape = legs.of("product", place), scenario.rules.shape
    product = np.where(product == "", _products(shape, unit, period), product)
    period = np.where(period == "", _periods(shape, product), period)
    names = np.column_stack([month, item, unit, user, product, period, legs.of("contract_id", place)])
    price = sign * np.asarray(lines["price_micro_yuan_per_kwh"].fill_null(0))
    figures = np.column_stack([np.asarray(lines["energy_kwh"]), price, sign * np.asarray(lines["amount_micro_yuan"])])
    texts = pd.DataFrame(names, columns=list(KEYS), dtype=object)  # of a column by itself pandas would make str
    return pd.concat([texts, pd.DataFrame(figures, columns=["energy", "price", "amount"])], axis=1)


def _in_its_months(
    scenario: Scenario, party: str, lines: pa.Table, sides: tuple[pa.ChunkedArray, pa.ChunkedArray]
) -> Iterator[pa.ChunkedArray]:
    """Which lines the party or a user that is its in the month pays, and which they receive."""
    states = scenario.states
    names, behind = (states.rows[name].astype(object) for name in ("user_id", "retailer_id"))
    buyer = behind.where(behind.notna(), names).to_numpy()
    ours = {party: set(scenario.months)}
    for number, month in enumerate(scenario.months):
        held = states.by_month()[:, number]
        for user in names.to_numpy()[held[buyer[held] == party]]:
            ours.setdefault(str(user), set()).add(month)
    months = _texts(lines["month"])
    for side in sides:
        mine = [month in ours.get(name, ()) for name, month in zip(_texts(side), months, strict=True)]
        yield pa.chunked_array([pa.array(mine, pa.bool_())])


def _texts(column: pa.ChunkedArray) -> NDArray[np.object_]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    texts = np.array([*whole.dictionary.to_pylist(), ""], dtype=object)
    found: NDArray[np.object_] = texts[np.asarray(whole.indices.fill_null(len(texts) - 1))]
    return found


class _Legs:
    """What contract legs are called, by the place of a leg; the last place is that of none."""

    def __init__(self, exact: ExactTables) -> None:
        self._table = exact.arrow("legs")
        self._at = {leg: place for place, leg in enumerate(self._table["leg_id"].to_pylist())}

    def place(self, legs: NDArray[np.object_]) -> NDArray[np.int64]:
        return np.array([self._at.get(leg, -1) for leg in legs], dtype=np.int64)

    def of(self, name: str, place: NDArray[np.int64]) -> NDArray[np.object_]:
        return np.append(_texts(self._table[name]), "")[place]

    def giver(self, place: NDArray[np.int64]) -> NDArray[np.object_]:
        """The unit that gave the leg away; empty of one that was traded."""
        source = self.place(_texts(self._table["from_leg_id"]))
        of_leg = self.of("unit_id", source) if (source >= 0).any() else np.full(len(source), "", dtype=object)
        return np.append(of_leg, "")[place]


def _products(shape: MarketShape, units: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """The product that a unit's energy of a period belongs to; none without one of them."""
    of_cell = {
        (mode.id, period): shape.product_ids[shape.product_of_cell[number, place]]
        for number, mode in enumerate(shape.modes)
        for place, period in enumerate(shape.periods)
    }
    modes = (unit.rpartition("/")[2] for unit in units)
    return np.array([of_cell.get(key, "") for key in zip(modes, periods, strict=True)], dtype=object)


def _periods(shape: MarketShape, products: np.ndarray) -> np.ndarray:
    """The period of a product that has a single one."""
    single = {product.id: product.periods[0] for product in shape.products if len(product.periods) == 1}
    return np.array([single.get(product, "") for product in products], dtype=object)
