"""Items of the ledger that extensions bring: their lines of a month, held to their invariants."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.extensions import ItemMonth, Payment, needed
from gridsim.rules.shape import MARKET
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.extensions import Extension
    from gridsim.settlement.closing import LineList
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames

    Ints = NDArray[np.int64]

__all__ = ["pay_items"]

_MOST = 10**17
"""What a line may come to [micro-yuan]: a hundred thousand million yuan."""
_MOST_PRICE = 10**10


def pay_items(
    month: int,
    rules: MonthlyRules,
    names: PartyNames,
    legs: ContractBook,
    meter: Meter,
    generated: Ints,
    into: LineList,
) -> None:
    """Write the lines of a month's items that extensions bring.

    Parameters
    ----------
    month : int
    rules : MonthlyRules
    names : PartyNames
    legs : ContractBook
    meter : Meter
    generated : (G,) int64 array
        [kWh]
    into : LineList

    Raises
    ------
    ExtensionError
        An extension is missing, failed, or gave lines that cannot be.
    """
    facts = _facts(month, rules, names, legs, meter, generated)
    known = {*names.shape.accounts} | {*map(str, names.parties)} - {MARKET}  # in a direct set nobody pays that account
    party = {str(name): number for number, name in enumerate(names.parties) if name in known}
    place = Sentence("month {month}", month=facts.month)
    for closing in rules.shape.closing:
        extension = needed("item", closing.item)
        payments = _called(extension, facts, place)
        broken = _broken(payments, party, extension, direct=rules.shape.direct)
        if broken is not None:
            raise extension.broken(broken, place)
        for each in payments:
            parties = party[each.payer], party[each.payee]
            if each.energy:
                into.pay(month, closing.item, parties, int(each.energy), int(each.price), (closing.item,))
            else:
                into.pay_share(month, closing.item, parties, int(each.amount), (closing.item,))


def _facts(
    month: int, rules: MonthlyRules, names: PartyNames, legs: ContractBook, meter: Meter, generated: Ints
) -> ItemMonth:
    parties = [str(name) for name in names.parties]
    of_month = np.asarray(meter.month) == month
    metered = np.zeros(len(names.users), dtype=np.int64)
    np.add.at(metered, meter.user[of_month], meter.energy[of_month])
    unit_of_user = np.full(len(names.users), -1, dtype=np.int64)
    unit_of_user[meter.user[of_month]] = meter.unit[of_month]
    bought: dict[str, int] = defaultdict(int)
    sold: dict[str, int] = defaultdict(int)
    for leg in np.flatnonzero(legs.month == month).tolist():
        energy = int(legs.energy[leg])
        if legs.seller[leg] < len(names.generators):
            sold[str(names.generators[legs.seller[leg]])] += energy
        if legs.unit[leg] >= 0:
            bought[parties[names.party_of_unit[legs.unit[leg]]]] += energy
    users = tuple(map(str, names.users))
    return ItemMonth(
        month=rules.months[month],
        generators=tuple(map(str, names.generators)),
        users=users,
        retailers=tuple(parties[number] for number in names.retailers.tolist()),
        accounts=names.shape.accounts,
        metered=dict(zip(users, metered.tolist(), strict=True)),
        buyer={
            user: parties[names.party_of_unit[unit]]
            for user, unit in zip(users, unit_of_user.tolist(), strict=True)
            if unit >= 0
        },
        bought=dict(bought),
        sold=dict(sold),
        generated=dict(zip(map(str, names.generators), generated.tolist(), strict=True)),
        value=lambda path: attrgetter(path)(rules.values_of(month)),
    )


def _called(extension: Extension, facts: ItemMonth, place: Sentence) -> list[Any]:
    try:
        return list(extension.function(facts))
    except Exception as error:
        raise extension.failed(error, place) from error


def _broken(
    payments: Iterable[object], parties: dict[str, int], extension: Extension, *, direct: bool
) -> Sentence | None:
    """Which invariant the lines of a month break."""
    balanced = {*extension.balanced, *(() if direct else (MARKET,))}
    unknown = sorted(balanced - set(parties))
    if unknown:
        return Sentence("zero sum: there is no account {account}", account=unknown[0])
    held = dict.fromkeys(sorted(balanced), 0)
    for each in payments:
        if not isinstance(each, Payment):
            return Sentence("an item gives back Payment, not {value!r}", value=each)
        for name in (each.payer, each.payee):
            if name not in parties:
                return Sentence("parties: nobody is called {name!r}", name=name)
        if each.payer == each.payee:
            return Sentence("parties: {name} pays itself", name=each.payer)
        numbers: tuple[object, ...] = (each.energy, each.price, each.amount)
        if not all(isinstance(number, int | np.integer) and not isinstance(number, bool) for number in numbers):
            return Sentence("whole numbers: {value!r}", value=each)
        if each.energy < 0 or each.amount < 0 or (each.energy and each.amount):
            return Sentence("nothing negative, and energy or an amount alone: {value!r}", value=each)
        money = int(each.energy) * int(each.price) + int(each.amount)
        if abs(money) > _MOST or abs(int(each.price)) > _MOST_PRICE:
            return Sentence("bounds: {amount} micro-yuan are more than a line may have", amount=money)
        for name, sign in ((each.payer, -1), (each.payee, 1)):
            if name in held:
                held[name] += sign * money
    for account, rest in held.items():
        if rest:
            return Sentence(
                "zero sum: account {account} is left with {amount} micro-yuan", account=account, amount=rest
            )
    return None
