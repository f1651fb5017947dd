"""Units in headings: ``电量(kWh)``, ``电价（元/千瓦时）``, ``energy [万千瓦时]``, and how many of ours one of them is.

Every unit that people write is a power of ten of ours, so a table in another one is read exactly: by as many decimals
more, or fewer (`HeadingUnit.exponent`). Power is a quantity of its own: kW and MW are never energy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, cast

from gridsim.words import (
    KVA,
    KW,
    MVARH,
    MW,
    MWH,
    YUAN,
    YUAN_PER_KVA,
    YUAN_PER_KW,
    YUAN_PER_MWH,
    Sentence,
    both,
    verbatim,
)

__all__ = ["OUR_UNITS", "UNITS_SHOWN", "HeadingUnit", "Quantity", "heading_in_unit", "parse_unit", "unit_of_heading"]

Quantity = Literal[
    "energy", "power", "reactive", "price", "money", "power_price", "apparent", "demand", "per_apparent", "per_demand"
]

OUR_UNITS: Mapping[str, Sentence] = MappingProxyType(
    {
        "energy": MWH,
        "power": MW,
        "apparent": KVA,
        "demand": KW,
        "reactive": MVARH,
        "per_apparent": YUAN_PER_KVA,
        "per_demand": YUAN_PER_KW,
        "price": YUAN_PER_MWH,
        "money": YUAN,
    }
)
"""The unit of a column of each kind, as it is shown."""

UNITS_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "energy": ("MWh", "kWh", "兆瓦时", "千瓦时", "万千瓦时", "度"),
        "power": ("MW", "kW", "兆瓦", "千瓦", "万千瓦"),
        "apparent": ("kVA", "千伏安", "万千伏安"),
        "demand": ("kW", "千瓦", "万千瓦"),
        "reactive": ("Mvarh", "kvarh", "兆乏时", "千乏时"),
        "per_apparent": ("yuan/kVA", "元/千伏安"),
        "per_demand": ("yuan/kW", "元/千瓦"),
        "price": ("yuan/MWh", "yuan/kWh", "元/兆瓦时", "元/千瓦时", "分/千瓦时"),
        "money": ("yuan", "元", "万元"),
    }
)
"""Units that a heading may name, for columns of each kind: those that people use, to be shown."""

_OF_KINDS = {
    **{kind: (kind, 0, False) for kind in ("energy", "power", "reactive", "price", "money")},
    "demand": ("power", -3, False),
    "apparent": ("power", -3, True),
    "per_demand": ("power_price", 3, False),
    "per_apparent": ("power_price", 3, True),
}
"""By kind of a column: the quantity of its units, the power of ten that its own unit is, and whether that is of kVA."""

_APPARENT = re.compile("va(?!r)|伏安", re.IGNORECASE)
_POWERS = {"kw": -3, "千瓦": -3, "mw": 0, "兆瓦": 0, "gw": 3, "吉瓦": 3, "kva": -3, "千伏安": -3, "mva": 0, "兆伏安": 0}
_ENERGIES = {"kwh": -3, "千瓦时": -3, "千瓦小时": -3, "度": -3, "mwh": 0, "兆瓦时": 0, "gwh": 3, "吉瓦时": 3, "twh": 6}
_REACTIVES = {"kvarh": -3, "千乏时": -3, "mvarh": 0, "兆乏时": 0}
_MONEYS = {**dict.fromkeys(("元", "yuan", "rmb", "cny", "¥", "人民币元"), 0), "角": -1, "分": -2, "fen": -2, "厘": -3}
_SMALLEST_PRICE = -3  # 0.001 yuan/MWh, below which no price is counted
_MULTIPLES = {"": 0, "千": 3, "万": 4, "百万": 6, "亿": 8}

_BRACKETS = "()[]{}<>【】〔〕〖〗《》「」"
_OPENING, _CLOSING = _BRACKETS[::2], _BRACKETS[1::2]
_BRACKETED = re.compile(rf"(.*?)\s*[{re.escape(_OPENING)}]([^{re.escape(_BRACKETS)}]+)[{re.escape(_CLOSING)}]")
_INNER = re.compile(r"/\(([^()]*)\)")  # 元/(千瓦·月)
_SEPARATOR = re.compile(r"\s*[:,;/_、|-]\s*|\s+")
_SAID = re.compile(r"单位\s*:?\s*|unit\s*:\s*|in\s+")
_IDLE = re.compile(r"[\s·∙•⋅.*-]|(?<=[^_])_(?=[^_])")  # kW·h, kW-h, yuan_per_mwh
_PER = re.compile(r"/|每|per")


@dataclass(frozen=True, slots=True)
class HeadingUnit:
    """A heading that names its unit.

    Parameters
    ----------
    name : str
        The heading without it; empty where the unit stands alone.
    unit : str
        As it stands there.
    quantity : {"energy", "power", "reactive", "price", "money", "power_price"}
        What it is a unit of; ``power`` is in kVA as well as in kW, and ``power_price`` is money for it. As a unit of
        columns of a kind (`for_kind`), that kind.
    exponent : int
        One of it is ``10**exponent`` of ours: MWh, MW, yuan/MWh, yuan; of a kind, of the kind's.
    """

    name: str
    unit: str
    quantity: Quantity
    exponent: int

    @property
    def factor(self) -> Fraction:
        """How many of our unit one of it is, exactly."""
        return Fraction(10) ** self.exponent

    def for_kind(self, kind: str) -> HeadingUnit | None:
        """The same as a unit of columns of a kind; None if it is none of theirs."""
        quantity, exponent, is_apparent = _OF_KINDS.get(kind, ("", 0, False))
        if self.quantity != quantity or is_apparent != (_APPARENT.search(self.unit) is not None):
            return None
        return replace(self, quantity=cast("Quantity", kind), exponent=self.exponent - exponent)

    @property
    def is_ours(self) -> bool:
        """Whether it is the unit that a column without any is in."""
        return self.exponent == 0 and self.quantity in OUR_UNITS

    @property
    def equation(self) -> Sentence:
        """What one of it is, such as ``1 kWh = 0.001 MWh``."""
        amount = f"{Decimal(1).scaleb(self.exponent):,f}"
        return Sentence("1 {unit} = {amount} {ours}", unit=self.unit, amount=amount, ours=OUR_UNITS[self.quantity])

    @property
    def words(self) -> Sentence:
        """The unit as a message shows it."""
        return OUR_UNITS[self.quantity] if self.is_ours else verbatim(self.unit)


@lru_cache(maxsize=4096)
def unit_of_heading(heading: str) -> HeadingUnit | None:
    """The unit that a heading names behind its name, in brackets of any kind or set off; or alone.

    Parameters
    ----------
    heading : str
        In English or Chinese, of either width.

    Returns
    -------
    HeadingUnit or None
        None: it names none.

    Examples
    --------
    >>> unit_of_heading("电量（万千瓦时）")
    HeadingUnit(name='电量', unit='万千瓦时', quantity='energy', exponent=1)
    >>> unit_of_heading("price_yuan_per_kwh").factor
    Fraction(1000, 1)
    >>> unit_of_heading("月度") is None
    True
    """
    text = _INNER.sub(r"/\1", unicodedata.normalize("NFKC", heading).strip())
    for name, unit in _splits(text):
        found = parse_unit(unit)
        if found is not None:
            return HeadingUnit(name.strip(), _SAID.sub("", unit, count=1), *found)
    return None


def heading_in_unit(name: str, chinese: str, unit: str, unit_zh: str) -> Sentence:
    """How the heading of a column names a unit.

    Parameters
    ----------
    name, chinese : str
        The column's English and Chinese heading; one that names a unit has the other in its place.
    unit, unit_zh : str
    """
    named = unit_of_heading(chinese)
    return both(f"{name} ({unit})", f"{chinese if named is None else named.name}（{unit_zh}）")


def parse_unit(text: str) -> tuple[Quantity, int] | None:
    """What a text is a unit of, and the power of ten of ours that it is; None if it is no unit.

    Parameters
    ----------
    text : str
        Such as ``kWh``, ``元/千瓦时``, ``yuan per MWh``.
    """
    plain = _SAID.sub("", unicodedata.normalize("NFKC", text).strip().casefold(), count=1)
    parts = _PER.split(_IDLE.sub("", plain))
    if len(parts) == 1:
        for quantity, units in _KINDS.items():
            exponent = _exponent(parts[0], units)
            if exponent is not None:
                return quantity, exponent
        return None
    money = _exponent(parts[0], _MONEYS)
    if money is None:
        return None
    energy = _exponent(parts[1], _ENERGIES)
    if energy is not None and len(parts) == 2 and money - energy >= _SMALLEST_PRICE:
        return "price", money - energy
    if parts[2:] not in ([], ["月"], ["month"]):
        return None
    power = _exponent(parts[1].removesuffix("月").removesuffix("month"), _POWERS)
    return None if power is None else ("power_price", money - power)


_KINDS: dict[Quantity, dict[str, int]] = {
    "energy": _ENERGIES,
    "power": _POWERS,
    "reactive": _REACTIVES,
    "money": _MONEYS,
}


def _exponent(text: str, units: Mapping[str, int]) -> int | None:
    for multiple, power in _MULTIPLES.items():
        if text.startswith(multiple) and text.removeprefix(multiple) in units:
            return power + units[text.removeprefix(multiple)]
    return None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """A heading as a name and what may be its unit: the surest first, of alike ones the longest unit."""
    match = _BRACKETED.fullmatch(text)
    if match is not None:
        yield match[1], match[2]
        return
    yield "", text
    for separator in _SEPARATOR.finditer(text):
        yield text[: separator.start()], text[separator.end() :]
    for place in range(1, len(text) - 1):  # set off by nothing: a letter alone may be part of a word, as in 月度
        if not text[place - 1].isascii():
            yield text[:place], text[place:]
