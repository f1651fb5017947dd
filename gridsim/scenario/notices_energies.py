"""Energies of a scale that cannot be, against contracts and earlier years; months that one contract names twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import deliveries, is_month, months_of
from gridsim.rules.shape import unit_id
from gridsim.scenario.checks_tariffs import months_metered
from gridsim.scenario.decomposition import decomposition_weights, months_of_deliveries
from gridsim.scenario.listing import called
from gridsim.tables.blocks import blocks
from gridsim.units import ENERGY_DECIMALS, format_fixed
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario.draft import Draft
    from gridsim.tables.read_table import BoolArray, IntArray, ReadTable

    Floats = NDArray[np.float64]

__all__ = ["far_from_contracts", "far_from_history", "months_named_twice"]

_FAR = 20
"""So many times apart energies are of another scale: kWh for MWh is a thousand, MWh for 万千瓦时 ten."""
_MONTHS = 12
_BUY = 0


def far_from_contracts(draft: Draft) -> Iterator[Sentence]:
    """Positions whose metered energy and contract are more than twenty times apart, both above 0.

    What orders will have bought is not known yet: a position is named where it is so whatever they buy.
    """
    meter = draft.tables["meter"]
    assert draft.year is not None
    buyers = _Buyers(draft)
    surely = _contracted(draft, buyers, ("bilateral", "deals"))
    at_most = surely + _contracted(draft, buyers, ("orders",))
    metered = _metered(draft, buyers)
    is_far = (metered > 0) & (at_most > 0) & ((metered > _FAR * at_most) | (_FAR * metered < surely))
    found = np.argwhere(is_far)
    if not len(found):
        return
    buyer, product, month = found[0].tolist()
    is_small = _FAR * metered[buyer, product, month] < surely[buyer, product, month]
    contract = (surely if is_small else at_most)[buyer, product, month]
    mode = draft.shape.mode_ids[draft.shape.mode_of_product[product]]
    yield Sentence(
        "{file}: positions whose metered energy and contracts are more than 20 times apart: {count:,}; the first: "
        "{unit}, {month}, {product}: {metered} MWh metered, {contract} MWh contracted",
        file=meter.file,
        count=len(found),
        unit=unit_id(buyers.ids[buyer], mode),
        month=months_of(draft.year)[month],
        product=called(draft.shape, "products", draft.shape.product_ids[product]),
        metered=_shown(metered[buyer, product, month]),
        contract=_shown(contract),
    )


def far_from_history(draft: Draft) -> Iterator[Sentence]:
    """Users whose year and history are more than twenty times apart, by the mean month of each."""
    users, meter, history = draft.tables["users"], draft.tables["meter"], draft.tables.get("history")
    assert draft.year is not None
    if history is None or not len(history):
        return
    energy, months = _of_history(history, users)
    count = np.zeros(len(months), dtype=np.int64)
    count[users.codes("user_id")] = months_metered(draft, users, meter).sum(axis=1)
    metered = np.zeros(len(months), dtype=np.int64)
    code_of = users.code_of(meter.categories("user_id"), "user_id")
    whose, kwh = meter.short_codes("user_id"), meter.frame["energy_kwh"].to_numpy()
    for block in blocks(len(meter)):  # the rows of a user mostly stand together: a sum for each such run, then those
        rows = whose[block]
        begins = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
        np.add.at(metered, code_of[rows[begins]], np.add.reduceat(kwh[block], begins))
    now = metered / np.maximum(count, 1)
    before = energy / np.maximum(months, 1)
    found = np.flatnonzero((now > 0) & (before > 0) & ((now > _FAR * before) | (_FAR * now < before)))
    if len(found):
        user = int(found[0])
        yield Sentence(
            "{file}: users whose year and history are more than 20 times apart: {count:,}; the first: {user}: "
            "{metered} MWh metered in {months} months, {history} MWh a year in history",
            file=meter.file,
            count=len(found),
            user=users.categories("user_id")[user],
            metered=_shown(float(metered[user])),
            months=int(count[user]),
            history=_shown(float(before[user] * _MONTHS)),
        )


def months_named_twice(draft: Draft) -> Iterator[Sentence]:
    """Filings, and contracts of deals, in which a month of a product stands by itself and within several."""
    for name, key in (("bilateral", ("contract_id", "filed_at")), ("deals", ("contract",))):
        table = draft.tables.get(name)
        if table is not None and len(table):
            yield from _named_twice(draft, table, key)


def _named_twice(draft: Draft, table: ReadTable, key: tuple[str, ...]) -> Iterator[Sentence]:
    assert draft.year is not None
    names = deliveries(draft.year)
    delivery = table.codes("month")
    is_long = np.array([not is_month(name) for name in names])[delivery]
    if not is_long.any():
        return
    rows = _of_several_rows(table.codes(key[0]), is_long)
    if not len(rows):
        return
    group = _groups([_codes(table, column)[rows] for column in (*key, "product")])
    has_long = np.zeros(int(group.max()) + 1, dtype=bool)
    has_long[group[is_long[rows]]] = True
    rows, group = rows[has_long[group]], group[has_long[group]]
    covers = months_of_deliveries(draft.year)
    counts = np.zeros((len(has_long), _MONTHS), dtype=np.int64)
    np.add.at(counts, group, covers[delivery[rows]].astype(np.int64))
    is_twice = np.any(counts > 1, axis=1)
    if not is_twice.any():
        return
    place = int(np.argmax(is_twice[group]))
    first, month = int(rows[place]), int(np.argmax(counts[group[place]] > 1))
    mine = rows[(group == group[place]) & covers[delivery[rows], month]][:2].tolist()
    (one, other) = (
        Sentence(
            "row {row}, {delivery}, {energy} MWh",
            row=table.row_number(row),
            delivery=names[delivery[row]],
            energy=table.shown(row, "energy_mwh"),
        )
        for row in mine
    )
    yield Sentence(
        "{file}: contracts that name a month by itself and within several, so that its energy counts twice: {count:,}; "
        "the first: {contract}: {one}, and {other}",
        file=table.file,
        count=int(np.count_nonzero(is_twice)),
        contract=table.shown(first, key[0]),
        one=one,
        other=other,
    )


def _of_several_rows(contract: IntArray, is_long: BoolArray) -> IntArray:
    """The rows of contracts that have several rows, one of them of several months: most contracts have one."""
    of_contract = np.append(np.bincount(contract[contract >= 0]), 0)  # the last, -1, is that of none
    has_long = np.zeros(len(of_contract), dtype=bool)
    has_long[contract[is_long]] = True
    return np.flatnonzero((of_contract[contract] > 1) & has_long[contract] & (contract >= 0))


class _Buyers:
    """Those who buy for any user, by number: retailers, and users that buy for themselves.

    Attributes
    ----------
    ids : list of str
    of_user : (users + 1, 12) int64 array
        Who buys for each user, by its code, in each month; the last is that of none, -1.
    """

    def __init__(self, draft: Draft) -> None:
        users, retailers, rows = draft.tables["users"], draft.tables.get("retailers"), draft.users()
        assert rows is not None  # of a scenario without a fault all could be read
        own = users.categories("user_id")
        others = [] if retailers is None else retailers.categories("retailer_id")
        self._place = {name: len(own) + number for number, name in enumerate(others)}
        self.of_user = np.full((len(own) + 1, _MONTHS), -1, dtype=np.int64)
        codes = users.codes("user_id")
        behind = np.concatenate([self.places(table, "retailer_id") for table in rows.tables])
        buyer = np.where(behind >= 0, behind, codes[rows.states.user])
        is_there = np.zeros(len(own) + len(others), dtype=bool)  # most users of a province buy through a retailer
        is_there[buyer] = True
        there = np.flatnonzero(is_there)
        self.ids = [own[number] if number < len(own) else others[number - len(own)] for number in there.tolist()]
        self._place = {name: number for number, name in enumerate(self.ids)}
        buyer, held = (np.cumsum(is_there) - 1)[buyer], rows.states.number
        self.of_user[codes] = buyer[:, np.newaxis] if held is None else buyer[held]

    def places(self, table: ReadTable, column: str) -> IntArray:
        """(n,) the number of the buyer that each row names; -1: nobody who buys."""
        place = np.array([self._place.get(name, -1) for name in table.categories(column)] + [-1], dtype=np.int64)
        found: IntArray = place[table.codes(column)]
        return found


def _contracted(draft: Draft, buyers: _Buyers, names: tuple[str, ...]) -> Floats:
    """(buyers, products, 12) energy of contracts, or of orders to buy, by month [kWh]."""
    assert draft.year is not None
    assert draft.rules is not None
    covers = months_of_deliveries(draft.year)
    weights = covers * decomposition_weights(draft.rules.values, draft.year)
    single = covers.sum(axis=1) == 1
    share = np.where(single[:, np.newaxis], covers, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1))
    size = (len(buyers.ids), len(draft.shape.product_ids))
    total = np.zeros((size[0] * size[1], _MONTHS), dtype=np.float64)
    for name in names:
        table = draft.tables.get(name)
        if table is None or not len(table):
            continue
        buyer = buyers.places(table, "participant_id" if name == "orders" else "buyer_id")
        rows = np.flatnonzero((buyer >= 0) & _stands(table))
        key = buyer[rows] * size[1] + table.codes("product")[rows]
        delivery, energy = table.codes("month")[rows], table.frame["energy_kwh"].to_numpy()[rows]
        for code in np.flatnonzero(np.bincount(delivery)).tolist():
            is_so = delivery == code
            sums = np.bincount(key[is_so], weights=energy[is_so])
            there = np.flatnonzero(sums)  # few buy in each session
            total[there] += sums[there, np.newaxis] * share[code]
    return total.reshape(*size, _MONTHS)


def _stands(table: ReadTable) -> BoolArray:
    """(n,) rows that count: orders to buy; of a contract's filings the one that was confirmed last; every deal."""
    if table.name == "orders":
        is_buy: BoolArray = table.codes("side") == _BUY
        return is_buy
    if table.name != "bilateral":
        return np.ones(len(table), dtype=bool)
    confirmed = table.frame["confirmed_at"].to_numpy()
    is_confirmed = ~np.isnat(confirmed)
    times = np.where(is_confirmed, confirmed.astype(np.int64), 0)
    contract = table.codes("contract_id")
    last = np.zeros(len(table.categories("contract_id")), dtype=np.int64)
    np.maximum.at(last, contract, times)
    stands: BoolArray = is_confirmed & (times == last[contract])
    return stands


def _metered(draft: Draft, buyers: _Buyers) -> Floats:
    """(buyers, products, 12) metered energy of users in the market [kWh]."""
    users, meter, shape = draft.tables["users"], draft.tables["meter"], draft.shape
    assert draft.year is not None
    codes = users.codes("user_id")
    mode, leaves = (np.zeros(len(buyers.of_user), dtype=np.int64) for _ in range(2))
    mode[codes] = users.codes("mode")
    months = months_of(draft.year)
    exits = np.array([_leaving(name, months) for name in users.categories("exit_month")] + [_MONTHS], dtype=np.int64)
    leaves[codes] = np.where(users.frame["priority_purchase"].to_numpy(dtype=bool), 0, exits[users.codes("exit_month")])
    of_meter = users.code_of(meter.categories("user_id"), "user_id")
    size = (len(buyers.ids), len(shape.product_ids), _MONTHS)
    cells = size[0] * size[1] * size[2]
    # The place of a row is that of its user's month and that of its period: two small tables, looked up once a row.
    month_of = np.arange(_MONTHS)
    is_in = month_of < leaves[:, np.newaxis]
    of_month = np.where(is_in, buyers.of_user * size[1] * _MONTHS + month_of, cells)[of_meter].ravel()
    of_period = (shape.product_of_cell * _MONTHS)[mode][of_meter]
    periods = of_period.shape[1]
    of_period = of_period.ravel()
    total = np.zeros(cells + size[1] * _MONTHS, dtype=np.float64)  # and whatever is metered outside the market
    columns = [meter.short_codes(name) for name in ("user_id", "month", "period")]
    kwh = meter.frame["energy_kwh"].to_numpy()
    for block in blocks(len(meter)):
        whose, month, period = (column[block].astype(np.int64) for column in columns)
        place = of_month[whose * _MONTHS + month] + of_period[whose * periods + period]
        np.add.at(total, place, kwh[block].astype(np.float64))  # of integers it would take seven times as long
    return total[:cells].reshape(size)


def _leaving(month: str, months: tuple[str, ...]) -> int:
    """The number of the month from which on a user has left; of a later year none."""
    return months.index(month) if month in months else (0 if month < months[0] else _MONTHS)


def _of_history(history: ReadTable, users: ReadTable) -> tuple[IntArray, IntArray]:
    """By code of the user: the energy of its history [kWh], and how many months that is."""
    user = users.code_of(history.categories("user_id"), "user_id")[history.codes("user_id")]
    year = history.frame["year"].to_numpy().astype(np.int64)
    size = len(users.categories("user_id"))
    energy = np.zeros(size, dtype=np.int64)
    np.add.at(energy, user, history.frame["energy_kwh"].to_numpy())
    part = history.codes("month") if "month" in history.frame else np.full(len(history), -1, dtype=np.int64)
    years, year = np.unique(year, return_inverse=True)
    is_told = np.zeros((size, len(years), _MONTHS + 1), dtype=bool)  # a year may stand in parts
    is_told[user, year, part + 1] = True
    months = _MONTHS * is_told[:, :, 0].sum(axis=1) + is_told[:, :, 1:].sum(axis=(1, 2))
    return energy, months


def _groups(parts: list[IntArray]) -> IntArray:
    """(n,) one number for the rows that agree in all columns."""
    groups = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        distinct, codes = np.unique(part, return_inverse=True)
        groups = np.unique(groups * len(distinct) + codes, return_inverse=True)[1]
    return groups


def _codes(table: ReadTable, column: str) -> IntArray:
    values = table.frame[column]
    return table.codes(column) if values.dtype.name == "category" else values.to_numpy().astype(np.int64)


def _shown(kwh: float) -> str:
    return format_fixed(round(kwh), ENERGY_DECIMALS)
