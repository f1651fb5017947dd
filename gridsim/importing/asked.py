"""What only the user can know: a fault that shows each reading with its totals, and the option that chooses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.errors import Fault
from gridsim.importing.amounts import Amounts
from gridsim.importing.instants import starts_of_ends
from gridsim.importing.slots import DAY
from gridsim.rules.hours import periods_of_quarters
from gridsim.words import Sentence, both, enumerated, listed, verbatim

if TYPE_CHECKING:
    from gridsim.importing.parts import IntArray, Part
    from gridsim.rules import RuleSet

__all__ = ["ask_stamped", "ask_unit", "plain"]

_UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "energy": (("kWh", -3), ("MWh", 0), ("万千瓦时", 1)),
    "price": (("yuan/kWh", 3), ("yuan/MWh", 0), ("分/千瓦时", 1)),
}
"""The units that are likely, and the power of ten of ours that each is."""

_MOST_MONTHS = 3
_QUARTER = 15


def plain(value: Decimal) -> str:
    """A decimal with at least three places and commas between thousands, as energies are shown."""
    exponent = value.normalize().as_tuple().exponent
    places = max(3, -exponent if isinstance(exponent, int) else 3)
    return f"{value:,.{places}f}"


def ask_unit(measures: Mapping[str, Sequence[Part]], quantity: str) -> Fault:
    """The unit of amounts under headings that name none.

    Parameters
    ----------
    measures : mapping of str to sequence of Part
        By column of the table, the parts in which its unit is unknown.
    quantity : str
    """
    every = [part.measures[measure] for measure, parts in measures.items() for part in parts]
    readings = []
    for unit, exponent in _UNITS[quantity]:
        if quantity == "energy":
            total = sum((_total(amounts, exponent) for amounts in every), Decimal(0))
            readings.append(Sentence("--unit {unit}: {total} MWh in all", unit=unit, total=plain(total)))
        else:
            low, high = _range(every, exponent)
            readings.append(
                Sentence("--unit {unit}: {low} to {high} yuan/MWh", unit=unit, low=plain(low), high=plain(high))
            )
    first = next(iter(measures.values()))[0].raw
    message = Sentence("amounts without a unit, in headings or above them")
    return Fault(first.grid.name, None, ", ".join(measures), None, message, listed(*readings))


def ask_stamped(parts: Sequence[Part], rules: RuleSet, *, said: str) -> Fault:
    """Whether times are the starts of their intervals or the ends.

    Parameters
    ----------
    parts : sequence of Part
        Those in which it is unknown.
    rules : RuleSet
        Whose periods the totals are shown by.
    said : str
        What the headings say, where the pattern tells something else.
    """
    readings = []
    for stamped in ("starts", "ends"):
        starts = [starts_of_ends(part) if stamped == "ends" else part.minutes for part in parts]
        totals = _by_period(parts, [each for each in starts if each is not None], rules)
        readings.append(Sentence("--stamped {stamped}: {totals}", stamped=verbatim(stamped), totals=totals))
    message = (
        Sentence(
            "the headings say that times are {said}, and the intervals that are there say the other",
            said=verbatim(said),
        )
        if said
        else Sentence("times may be the starts of their intervals or the ends: nothing in the file tells")
    )
    return Fault(parts[0].raw.grid.name, None, "starts_at", None, message, listed(*readings))


def _by_period(parts: Sequence[Part], starts: Sequence[IntArray], rules: RuleSet) -> Sentence:
    """Energy by month and period of all users together."""
    names, words = rules.shape.periods, rules.shape.words.get("periods", {})
    totals: dict[str, list[Decimal]] = {}
    for part, minutes in zip(parts, starts, strict=True):
        amounts = next(iter(part.measures.values()))
        every = np.broadcast_to(minutes, amounts.values.shape)
        given = amounts.given & (every > 0)
        days, of_day = np.divmod(every[given], DAY)
        months = days.astype("datetime64[D]").astype("datetime64[M]")
        years = days.astype("datetime64[D]").astype("datetime64[Y]")
        period = np.zeros(len(days), dtype=np.int64)
        for year in np.unique(years):
            number = int(str(year))
            table = periods_of_quarters(rules, number)
            here = years == year
            first = int(year.astype("datetime64[D]").astype(np.int64))
            period[here] = table[days[here] - first, of_day[here] // _QUARTER]
        distinct, code = np.unique(months, return_inverse=True)
        flat = Amounts(amounts.values[given], amounts.decimals, np.ones(len(days), dtype=bool), {})
        sums = flat.sum_by(code * len(names) + period, len(distinct) * len(names)).reshape(len(distinct), -1)
        for month, row in zip(distinct, sums.tolist(), strict=True):
            known = totals.setdefault(str(month), [Decimal(0)] * len(names))
            totals[str(month)] = [old + flat.decimal(new) for old, new in zip(known, row, strict=True)]
    told = []
    for month in sorted(totals)[:_MOST_MONTHS]:
        each = enumerated(
            Sentence("{period} {total}", period=both(*_names(words, name)), total=plain(total))
            for name, total in zip(names, totals[month], strict=True)
        )
        told.append(Sentence("{month}: {totals} MWh", month=month, totals=each))
    return enumerated(told)


def _names(words: Any, name: str) -> tuple[str, str]:
    return (words[name].en, words[name].zh) if name in words else (name, name)


def _total(amounts: Amounts, exponent: int) -> Decimal:
    if not amounts.values.size:
        return Decimal(0)
    sums = amounts.sum_by(np.zeros(amounts.values.shape, dtype=np.int64), 1)
    return amounts.decimal(int(sums[0])).scaleb(exponent)


def _range(every: Sequence[Amounts], exponent: int) -> tuple[Decimal, Decimal]:
    found = [amounts.decimal(number) for amounts in every for number in amounts.values[amounts.given].tolist()]
    return min(found, default=Decimal(0)).scaleb(exponent), max(found, default=Decimal(0)).scaleb(exponent)
