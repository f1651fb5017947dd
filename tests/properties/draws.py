"""How choices are made, and the values that scenarios are made of.

The same builders work for Hypothesis, which shrinks what fails, and for a seeded generator, which is quick and spreads
evenly (Hypothesis likes extremes and repeats itself: fewer scenarios in which much happens at once).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

Row = dict[str, str]
T = TypeVar("T")

# Text that must stay text, and sort by code points: numbers, words that mean "nothing" or "true" to some readers,
# case, accents, Chinese, a comma, a quote.
IDS = (
    "A", "B", "C", "a", "é", "Z9", "Z10", "007", "7", "1e5", "NA", "nan", "null", "None", "true", "电厂甲", "售电乙",
    "用户丙", "郑州, 一厂", 'the "big" one', "two words", "-1", "N/A", "郑",
)  # fmt: skip
SESSION_NAMES = ("Y", "y", "年度双边", "M9", "M10", "2021-04", "NA", "月内", "H2", "annual, matched")
CONTRACT_IDS = ("C1", "C2", "001", "1", "NA", "合同一")
TARIFF_KEYS = (("large", "110kV"), ("large", "10kV"), ("大工业", "110千伏"), ("NA", "1"))
MATCHED_KINDS = ("monthly", "annual_matched", "half_year", "intra_month")
# Thousandths of yuan/MWh, and kWh.
PRICES = (350_000, 350_001, 350_003, 300_000, 420_000, 0, 1)
ORDER_ENERGIES = (1, 2, 3, 7, 10, 1_000, 1_500, 333_333, 10_000)
ENERGIES = (0, 1, 2, 10, 11, 19, 20, 100, 1_000, 1_500, 333_333, 1_000_000, 123_456_789)
COEFFICIENT_TARIFFS = (0, 1, 333, 205_100, 207_777, 350_000)


class Chooser(Protocol):
    """Makes the choices that a scenario is built by."""

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""

    def one(self, options: Sequence[T]) -> T:
        """One of the options."""

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """A few different ones of the options; none if there are none."""

    def permuted(self, items: Sequence[T]) -> list[T]:
        """All items in any order."""

    def chance(self, percent: int) -> bool:
        """True so often."""

    def shuffled(self, items: list[T]) -> list[T]:
        """The items, often in another order."""


class _Both:
    def chance(self: Chooser, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent  # False is the simpler answer: shrinking goes to 0

    def shuffled(self: Chooser, items: list[T]) -> list[T]:
        return self.permuted(items) if len(items) > 1 and self.chance(60) else items


class HypothesisChooser(_Both):
    """Choices that Hypothesis makes."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def one(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        if not options:
            return []
        return self._draw(st.lists(st.sampled_from(options), min_size=least, max_size=most, unique=True))

    def permuted(self, items: Sequence[T]) -> list[T]:
        return list(self._draw(st.permutations(items)))


class SeededChooser(_Both):
    """Choices of a pseudo-random generator: the same seed, the same choices."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def one(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        different = list(dict.fromkeys(options))
        most = min(most, len(different))
        return self._random.sample(different, self.number(min(least, most), most))

    def permuted(self, items: Sequence[T]) -> list[T]:
        return self._random.sample(items, len(items))


def decimal_text(choose: Chooser, thousandths: int) -> str:
    """1500 as 1.500 or 1.5; 2000 as 2.000 or 2."""
    text = f"{thousandths // 1000}.{thousandths % 1000:03d}"
    return text if choose.chance(20) else text.rstrip("0").rstrip(".")


mwh = yuan_per_mwh = decimal_text


def time_text(choose: Chooser, when: datetime) -> str:
    """An instant as it may be written: seconds, or a midnight's time, may be left out."""
    forms = [f"{when:%Y-%m-%dT%H:%M:%S}", f"{when:%Y-%m-%d %H:%M:%S}"]
    if when.second == 0:
        forms.append(f"{when:%Y-%m-%dT%H:%M}")
        if (when.hour, when.minute) == (0, 0):
            forms.append(f"{when:%Y-%m-%d}")
    return choose.one(forms)
