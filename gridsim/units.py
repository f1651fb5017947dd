"""The fixed-point scales of the rulebook (part 1), and the few named roundings that exist.

Inside, everything is an integer: energy in kWh, prices in micro-yuan per kWh (which is 0.001 yuan/MWh),
money in micro-yuan, ratios in 10⁻⁴. Outside, people read MWh, yuan/MWh, yuan and decimals.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from gridsim.errors import WrongValueError
from gridsim.words import Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ENERGY_DECIMALS",
    "HIGHEST_RATIO",
    "INT64_MAX",
    "MONEY_DECIMALS",
    "PRICE_DECIMALS",
    "RATIO_DECIMALS",
    "RATIO_ONE",
    "decimals_of",
    "fixed_point",
    "format_fixed",
    "is_amount",
    "percentage_fault",
    "round_fen",
    "round_half_up",
    "times_ratio",
    "trimmed",
]

ENERGY_DECIMALS = 3
POWER_DECIMALS = 3
PRICE_DECIMALS = 3
MONEY_DECIMALS = 6
RATIO_DECIMALS = 4
RATIO_ONE = 10**RATIO_DECIMALS
INT64_MAX = 2**63 - 1

_DECIMALS = {
    "energy": ENERGY_DECIMALS,
    "power": POWER_DECIMALS,
    **dict.fromkeys(("apparent", "demand", "reactive", "per_apparent", "per_demand"), POWER_DECIMALS),
    "price": PRICE_DECIMALS,
    "money": MONEY_DECIMALS,
    "ratio": RATIO_DECIMALS,
    "integer": 0,
}

# Henan's edges lie between 0.92 and 1.08, Jiangsu's at 0.97 and 1.03, coefficients below 2: ten leaves room for any
# study, and no percentage that somebody means lies below it.
HIGHEST_RATIO = 10
"""Above it, a ratio that somebody wrote is taken for a percentage."""

_HIGHEST_PERCENTAGE = 1_000

_MICRO_YUAN_PER_FEN = 10**4
_MOST_DIGITS = 40  # of any number that is worth comparing with a bound; int and str refuse thousands of digits


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide two integers and round half away from zero (四舍五入; rulebook part 1).

    Parameters
    ----------
    numerator : int
    denominator : int
        Positive.

    Returns
    -------
    int
    """
    if denominator <= 0:
        raise ValueError(f"the denominator must be positive, not {denominator}")
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def decimals_of(kind: str) -> int | None:
    """Decimals of a kind of column (`gridsim.columns.Kind`) that holds numbers; None for the others."""
    return _DECIMALS.get(kind)


def is_amount(kind: str) -> bool:
    """Whether a kind of column holds whole numbers inside, decimals outside: an energy, a price, money, a ratio."""
    return bool(_DECIMALS.get(kind))


def times_ratio(values: NDArray[np.int64], ratio: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """values × ratio, rounded half away from zero (rulebook part 1).

    Parameters
    ----------
    values : int64 array
        Energies or prices.
    ratio : int64 array or int
        [10⁻⁴] What comes out must fit int64; the products need not.
    """
    import numpy as np

    whole, rest = np.divmod(np.abs(values), RATIO_ONE)
    size = np.abs(ratio)
    magnitude = whole * size + (2 * rest * size + RATIO_ONE) // (2 * RATIO_ONE)
    rounded: NDArray[np.int64] = np.where((values < 0) != (np.asarray(ratio) < 0), -magnitude, magnitude)
    return rounded


def round_fen(amount_micro_yuan: int) -> int:
    """Money for a statement: micro-yuan to whole fen, half up (rulebook part 1)."""
    return round_half_up(amount_micro_yuan, _MICRO_YUAN_PER_FEN)


def fixed_point(value: str | int | float | Decimal, decimals: int) -> int:
    """A decimal quantity as an integer of ``10**-decimals``; exact, or an error.

    A float counts as the shortest decimal that names it, which is what its user typed.

    Raises
    ------
    WrongValueError
        A ValueError: not a finite number, or finer than `decimals` allows.
    """
    if isinstance(value, bool):
        raise WrongValueError(Sentence("not a number"))
    if isinstance(value, str) and not (value.isascii() and "_" not in value):
        raise WrongValueError(Sentence("not a number"))  # Decimal would read 1_000 and full-width digits
    try:
        number = Decimal(value if isinstance(value, (str, int, Decimal)) else str(value))
    except InvalidOperation:
        raise WrongValueError(Sentence("not a number")) from None
    if not number.is_finite():
        raise WrongValueError(Sentence("not a finite number"))
    sign, every, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite, as tested above
    digits = "".join(map(str, every)).rstrip("0")  # so what is left ends at the last decimal that is not 0
    if not digits:
        return 0
    shift = exponent + len(every) - len(digits) + decimals
    if shift < 0:
        raise WrongValueError(Sentence("more than {decimals} decimals", decimals=decimals))
    if len(digits) + shift > _MOST_DIGITS:
        raise WrongValueError(Sentence("too large"))
    magnitude: int = int(digits) * 10**shift
    return -magnitude if sign else magnitude


def format_fixed(value: int, decimals: int, *, thousands: bool = False) -> str:
    """An integer of ``10**-decimals`` as plain decimal text, with all its decimals."""
    whole, fraction = divmod(abs(int(value)), 10**decimals)
    sign = "-" if value < 0 else ""
    text = f"{whole:,}" if thousands else str(whole)
    return f"{sign}{text}.{fraction:0{decimals}d}" if decimals else f"{sign}{text}"


def trimmed(number: int, decimals: int) -> str:
    """A fixed-point integer as decimal text without trailing zeros: ``10500, 4`` is ``1.05``."""
    text = format_fixed(number, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percentage_fault(ratio: int) -> Sentence | None:
    """What is wrong with a ratio [10⁻⁴] that was most likely meant as a percentage; None: it was not."""
    if not HIGHEST_RATIO * RATIO_ONE < ratio <= _HIGHEST_PERCENTAGE * RATIO_ONE:
        return None
    percent, meant = trimmed(ratio, RATIO_DECIMALS), trimmed(ratio, RATIO_DECIMALS + 2)
    return Sentence("probably a percentage: {percent} % is {ratio}", percent=percent, ratio=meant)
