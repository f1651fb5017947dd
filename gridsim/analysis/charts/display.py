"""From exact integers to what people read: units that fit the size, and the columns of a displayed table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, PRICE_DECIMALS, format_fixed, round_half_up
from gridsim.words import Lang

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scale", "energy_scale", "money_scale", "price_scale", "rows_of", "shown"]

# The exact column's ending, the displayed one's, and the decimals between them. The longest ending comes first.
_ENDINGS = (
    ("_micro_yuan_per_kwh", "_yuan_per_mwh", PRICE_DECIMALS),
    ("_micro_yuan", "_yuan", MONEY_DECIMALS),
    ("_kwh", "_mwh", ENERGY_DECIMALS),
)


def shown(exact: pd.DataFrame) -> pd.DataFrame:
    """A table of integers in MWh, yuan and yuan/MWh, as the DataFrames of a `Result` show them."""
    columns = {}
    for name in exact.columns:
        for ending, unit, decimals in _ENDINGS:
            if str(name).endswith(ending):
                columns[f"{str(name).removesuffix(ending)}{unit}"] = exact[name] / 10**decimals
                break
        else:
            columns[name] = exact[name]
    return type(exact)(columns)


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, each with its columns as attributes; without the index."""
    return frame.itertuples(index=False)


class Scale(NamedTuple):
    """A unit that fits what is shown.

    Attributes
    ----------
    divisor : int
        Exact units in one of these.
    unit : str
    decimals : int
        Of a label.
    """

    divisor: int
    unit: str
    decimals: int

    def value(self, exact: int) -> float:
        """A number for the axis."""
        return int(exact) / self.divisor

    def text(self, exact: int, *, sign: bool = False) -> str:
        """A label, rounded half up."""
        rounded = round_half_up(int(exact) * 10**self.decimals, self.divisor)
        plus = "+" if sign and rounded > 0 else ""
        return plus + format_fixed(rounded, self.decimals, thousands=True)


_MONEY: dict[str, tuple[tuple[int, str], ...]] = {
    "en": ((10**15, "billion yuan"), (10**12, "million yuan"), (10**9, "thousand yuan"), (10**6, "yuan")),
    "zh": ((10**14, "亿元"), (10**10, "万元"), (10**6, "元")),
}
_ENERGY: dict[str, tuple[tuple[int, str], ...]] = {
    "en": ((10**9, "TWh"), (10**6, "GWh"), (10**3, "MWh")),
    "zh": ((10**8, "亿千瓦时"), (10**4, "万千瓦时"), (10**3, "兆瓦时")),
}
_PRICE = {"en": "yuan/MWh", "zh": "元/兆瓦时"}


def _fitting(units: tuple[tuple[int, str], ...], largest: int) -> Scale:
    for divisor, unit in units:
        if abs(largest) >= 10 * divisor:
            return Scale(divisor, unit, 2 if abs(largest) < 1000 * divisor else 1)
    divisor, unit = units[-1]
    return Scale(divisor, unit, 2)


def money_scale(largest_micro_yuan: int, lang: Lang) -> Scale:
    """The unit of money for numbers up to this size [micro-yuan]."""
    return _fitting(_MONEY[lang], largest_micro_yuan)


def energy_scale(largest_kwh: int, lang: Lang) -> Scale:
    """The unit of energy for numbers up to this size [kWh]."""
    return _fitting(_ENERGY[lang], largest_kwh)


def price_scale(lang: Lang) -> Scale:
    """Prices are shown in yuan/MWh, always."""
    return Scale(10**PRICE_DECIMALS, _PRICE[lang], 2)
