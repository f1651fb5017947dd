"""Orders that transfer contracts between the generators of the synthetic province."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.templates.draws import Integers, RandomStream, scaled
from gridsim.templates.province_figures import Figures
from gridsim.templates.province_units import PRICE_STEP

if TYPE_CHECKING:
    from gridsim.templates.province_sessions import ProvinceSession

__all__ = ["transfers"]

Orders = dict[str, Integers]
_BUY, _SELL = 0, 1


def transfers(draws: RandomStream, session: ProvinceSession, sold: Integers, figured: Figures) -> tuple[Orders, Orders]:
    """Who gives contracts away and who takes them over, how much and at which price.

    Parameters
    ----------
    draws : RandomStream
    session : ProvinceSession
    sold : int64 array, shape (generators, 12)
        What generators sold until then, about [kWh].
    figured : Figures

    Returns
    -------
    buys, sells : mapping of str to int64 array
        A generator that gives a contract away buys itself free; one that takes it over sells.
    """
    count = len(sold)
    takes_part = draws.chance(session.takes_part, count)
    gives = draws.chance(5000, count)
    share = draws.between(session.least, session.most, count)
    energy = scaled(sold[:, session.months].sum(axis=1), share)

    def orders(side: int, is_one: np.ndarray, prices: tuple[int, int]) -> Orders:
        columns = {
            "participant": np.arange(count),
            "side": np.full(count, side),
            "product": np.zeros(count, dtype=np.int64),
            "energy": energy,
            "price": draws.between(*prices, count) * PRICE_STEP,
        }
        return {name: values[is_one] for name, values in columns.items()}

    return (
        orders(_BUY, takes_part & gives, figured.buy_prices),
        orders(_SELL, takes_part & ~gives, figured.sell_prices),
    )
