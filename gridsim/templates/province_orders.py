"""The orders of the synthetic province's matched sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gridsim.calendar import deliveries
from gridsim.templates.draws import ONE, Integers, RandomStream, scaled
from gridsim.templates.market import RULES, market
from gridsim.templates.province_contracts import STEP_SHARES, whole_steps
from gridsim.templates.province_figures import Figures, days_of_deliveries, figures
from gridsim.templates.province_sessions import ProvinceSession, matched_sessions
from gridsim.templates.province_transfers import transfers
from gridsim.templates.province_units import PRICE_STEP, Generators, Lines, product_price
from gridsim.templates.writing import Codes, Values, compact

__all__ = ["order_columns"]

_BUY, _SELL = 0, 1
_SIDES, _SEGMENTS = ("buy", "sell"), ("mid", "late")

_SUPPLY = (10_500, 13_000)  # sellers offer this much of what is asked for [10⁻⁴]

_MIN_SELLERS = 3
_TRADED = 8000  # about so much of what is asked for finds a seller [10⁻⁴]
_PRICE_GAP = (6, 16)  # from one step of an order to the next

_RESUBMITS, _IS_LATE, _TRIES_ITSELF = 500, 40, 2500  # [10⁻⁴]
_OPENS, _NOON, _CLOSES = 9 * 3600, 12 * 3600, 17 * 3600


def order_columns(
    seed: int,
    lines: Lines,
    generators: Generators,
    participant_ids: Sequence[str],
    first_buyer: int,
    bound_users: Integers,
    sold: Integers,
    rules: str = RULES,
) -> Iterator[Mapping[str, Values]]:
    """The orders of each session as the columns of `orders`, in the order in which they came in.

    Parameters
    ----------
    seed : int
    lines : Lines
    generators : Generators
    participant_ids : sequence of str
        Names by number: the generators, then the buyers.
    first_buyer : int
        Number of the first buyer.
    bound_users : int64 array
        Numbers of participants that may not buy themselves, for they have a retailer.
    sold : int64 array, shape (generators, 12)
        What generators sold so far, about [kWh]; what they sell here is added to it, session by session.
    rules : str
        The rule set of the province.
    """
    figured, shape = figures(rules), market(rules)
    names = deliveries(figured.year)
    kinds = {kind.id: kind for kind in shape.sessions}
    for session in matched_sessions(rules):
        draws = RandomStream(seed, f"orders {session.name}")
        delivery = names.index(session.delivery)
        is_transfer = kinds[session.kind].transfers == "only"
        if is_transfer:
            buys, sells = transfers(draws, session, sold, figured)
        else:
            buys = _buys(draws, session, lines, first_buyer, figured)
            sells = _sells(draws, buys, generators, figured, len(shape.product_ids))
            sold += _about_traded(buys, sells, len(generators))[:, None] * days_of_deliveries(rules)[delivery] // ONE
        strays = _strays(draws, len(buys["participant"]), bound_users[: 0 if is_transfer else None], figured)
        groups = {name: np.concatenate([part[name] for part in (buys, sells, strays)]) for name in buys}
        columns = _submitted(draws, groups)
        rows = len(columns["participant"])
        if rows == 0:
            continue
        columns_of_table: dict[str, Values] = {
            "session": Codes(np.zeros(rows, dtype=np.int64), [session.name]),
            "participant_id": compact(columns["participant"], participant_ids),
            "side": Codes(columns["side"], _SIDES),
            "product": Codes(columns["product"], shape.product_ids),
            "month": Codes(np.full(rows, delivery), names),
            "price_micro_yuan_per_kwh": columns["price"],
            "energy_kwh": columns["energy"],
            "submitted_at": np.datetime64(session.held_on, "s") + columns["second"].astype("timedelta64[s]"),
        }
        if any(kind.segments for kind in shape.sessions):
            segment = _SEGMENTS.index(session.segment) if session.segment else -1
            columns_of_table["segment"] = Codes(np.full(rows, segment), _SEGMENTS)
        if any(kind.transfers == "only" for kind in shape.sessions):
            columns_of_table["transfer"] = np.full(rows, is_transfer)
        yield columns_of_table


def _buys(
    draws: RandomStream, session: ProvinceSession, lines: Lines, first_buyer: int, figured: Figures
) -> dict[str, Integers]:
    """Which lines buy in a session, how much, and from which price downwards."""
    takes_part = draws.chance(session.takes_part, len(lines))
    needed = lines.load[:, session.months].sum(axis=1)
    if session.segment:
        needed = needed // 3  # ten days of the month
    energy = scaled(needed, draws.between(session.least, session.most, len(lines)))
    columns = {
        "participant": first_buyer + lines.buyer,
        "side": np.full(len(lines), _BUY),
        "product": lines.product,
        "energy": energy,
        "price": draws.between(*figured.buy_prices, len(lines)) * PRICE_STEP,
    }
    return {name: values[takes_part] for name, values in columns.items()}


def _sells(
    draws: RandomStream, buys: Mapping[str, Integers], generators: Generators, figured: Figures, products: int
) -> dict[str, Integers]:
    """Which generators sell in each book, how much, and from which price upwards; more in all than is asked for."""
    parts: list[dict[str, Integers]] = []
    for product in range(products):
        asked = buys["energy"][buys["product"] == product]
        # A book of few buyers draws few sellers, so that their orders keep a sensible size.
        sellers = min(max(_MIN_SELLERS, len(asked) // 2), len(generators))
        takes_part = draws.chance(10_000 * sellers // len(generators), len(generators)) & (len(asked) > 0)
        weight = scaled(generators.capacity * takes_part * 100, draws.factor(1500, len(generators)))
        offered = scaled(asked.sum(keepdims=True), draws.between(*_SUPPLY, 1))
        # By way of a share in 10⁻⁶: the product of an energy and a weight could leave int64.
        energy = offered * (weight * 1_000_000 // max(int(weight.sum()), 1)) // 1_000_000
        columns = {
            "participant": np.arange(len(generators)),
            "side": np.full(len(generators), _SELL),
            "product": np.full(len(generators), product),
            "energy": energy,
            "price": draws.between(*figured.sell_prices, len(generators)) * PRICE_STEP,
        }
        parts.append({name: values[takes_part] for name, values in columns.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _about_traded(buys: Mapping[str, Integers], sells: Mapping[str, Integers], generators: int) -> Integers:
    """What each generator sells, about: the cheapest offers, up to a share of what is asked for [kWh]."""
    asked = int(buys["energy"].sum()) * _TRADED // ONE
    cheap = np.argsort(sells["price"], kind="stable")
    before = np.cumsum(sells["energy"][cheap]) - sells["energy"][cheap]
    sold = np.zeros(generators, dtype=np.int64)
    np.add.at(sold, sells["participant"][cheap], np.clip(asked - before, 0, sells["energy"][cheap]))
    return sold


def _strays(draws: RandomStream, buyers: int, bound_users: Integers, figured: Figures) -> dict[str, Integers]:
    """A few users that try to buy themselves although they have a retailer; their orders are to be rejected."""
    count = buyers // 400 + int(draws.chance(_TRIES_ITSELF, 1)[0]) if len(bound_users) else 0
    return {
        "participant": bound_users[draws.below(max(len(bound_users), 1), count)],
        "side": np.full(count, _BUY),
        "product": np.zeros(count, dtype=np.int64),
        "energy": draws.between(20, 200, count) * 1000,
        "price": draws.between(*figured.buy_prices, count) * PRICE_STEP,
    }


def _submitted(draws: RandomStream, groups: Mapping[str, Integers]) -> dict[str, Integers]:
    """Orders as they came in: each group in one to three price steps, some too late, some submitted a second time."""
    count = len(groups["participant"])
    steps = draws.choose((40, 40, 20), count) + 1
    gap = draws.between(*_PRICE_GAP, count) * np.where(groups["side"] == _BUY, -PRICE_STEP, PRICE_STEP)
    resubmits = draws.chance(_RESUBMITS, count)
    second = np.where(resubmits, draws.between(_NOON, _CLOSES, count), draws.between(_OPENS, _CLOSES, count))
    second = np.where(draws.chance(_IS_LATE, count), draws.between(_CLOSES + 60, _CLOSES + 1800, count), second)
    first_second = draws.between(_OPENS, _NOON - 1, count)
    first_shift = draws.between(-6, 6, count) * PRICE_STEP

    # The submissions: all groups, and before them the first attempts of those that submitted twice.
    group = np.concatenate([np.arange(count), np.flatnonzero(resubmits)])
    is_first = np.arange(len(group)) >= count
    moment = np.where(is_first, first_second[group], second[group])
    shift = np.where(is_first, first_shift[group], 0)

    submission = np.repeat(np.arange(len(group)), steps[group])
    step = np.arange(len(submission)) - np.searchsorted(submission, submission, side="left")
    of = group[submission]
    price = groups["price"][of] + shift[submission] + gap[of] * step
    orders = {
        "participant": groups["participant"][of],
        "side": groups["side"][of],
        "product": groups["product"][of],
        "energy": whole_steps(groups["energy"][of] * STEP_SHARES[steps[of] - 1, step] // 100),
        "price": product_price(price, groups["product"][of]),
        "second": moment[submission],
    }
    kept = np.flatnonzero(orders["energy"] > 0)
    arrival = kept[np.lexsort((kept, orders["second"][kept]))]
    return {name: values[arrival] for name, values in orders.items()}
