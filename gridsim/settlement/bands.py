"""Bands around a contract, as a user writes them, and as tables for the kernel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.settlement.arrays import NO_EDGE, OPEN_EDGE, BandTables
from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.units import INT64_MAX, PRICE_DECIMALS, RATIO_DECIMALS, RATIO_ONE, fixed_point, percentage_fault
from gridsim.words import Sentence, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.core.settlement.arrays import Ints
    from gridsim.rules import RuleSet

__all__ = ["Bands", "band_tables"]

Number = int | float | Decimal | str
_FILE = "bands"
_AS_GOOD_AS_OPEN = 100 * RATIO_ONE  # an upper edge that a rule set may have for none; nobody means 100 %
_RATIO = Sentence("a ratio of the contract, 0 or above, at most {decimals} decimals", decimals=RATIO_DECIMALS)
_PRICE = Sentence("yuan/MWh, 0 or above, at most {decimals} decimals", decimals=PRICE_DECIMALS)


@helpful
@dataclass(frozen=True, slots=True)
class Bands:
    """The bands around a position's contract energy: any number above it and below it, not necessarily alike.

    Energy up to the first over edge is *in band* and pays the contracts' prices. Each over band lies above its edge
    and reaches to the next one; its energy pays the cell's overrun price and the fee. Each under band lies below its
    edge and reaches down to the next one; energy missing there costs the price, which the sellers of the contracts
    receive, and the fee.

    Parameters
    ----------
    over : sequence of (edge, fee)
        Edges as ratios of the contract [1], ascending; fees [yuan/MWh]. At least one. A single edge of None has no
        end: all that is metered is in band while there is a contract.
    under : sequence of (edge, price, fee)
        Edges as ratios of the contract [1], descending, none above the first over edge; prices and fees [yuan/MWh].

    Attributes
    ----------
    exact_over, exact_under : tuple of tuples of int
        The same in 10⁻⁴ and micro-yuan/kWh; two Bands with the same numbers here are equal.

    Raises
    ------
    ScenarioError
        Lists every fault: what is no number, too fine, negative or out of order, and edges above 10 that can only be
        percentages (98 for 0.98; an over edge of 100 is none).

    Examples
    --------
    Henan 2021, conventional mode (notice 991, N5.1): overrun beyond 105 %, shortfall below 95 % at 10 yuan/MWh.

    >>> Bands(over=[(1.05, 0)], under=[(0.95, 10, 0)])
    Bands(over=((1.05, 0),), under=((0.95, 10, 0),))

    Jiangsu 2023 (articles 112, 117): two bands above the contract, and a fee beyond 3 % on either side.

    >>> Bands(over=[(1, 0), (1.03, 39.1)], under=[(0.97, 0, 39.1)])
    Bands(over=((1, 0), (1.03, 39.1)), under=((0.97, 0, 39.1),))
    """

    over: Sequence[tuple[Number | None, Number]] = field(compare=False)
    under: Sequence[tuple[Number, Number, Number]] = field(default=(), compare=False)
    exact_over: tuple[tuple[int, int], ...] = field(init=False, repr=False)
    exact_under: tuple[tuple[int, int, int], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        over = _rows("over", self.over, ("edge", "fee"), faults)
        under = _rows("under", self.under, ("edge", "price", "fee"), faults)
        if not over and not faults:
            faults.append(
                Fault(_FILE, None, "over", None, Sentence("no over band"), Sentence("at least one (edge, fee)"))
            )
        if not faults:
            faults.extend(_order_faults([row[0] for row in over], [row[0] for row in under]))
        if faults:
            raise ScenarioError(faults)
        object.__setattr__(self, "over", tuple(map(tuple, self.over)))
        object.__setattr__(self, "under", tuple(map(tuple, self.under)))
        object.__setattr__(self, "exact_over", tuple(over))
        object.__setattr__(self, "exact_under", tuple(under))

    @classmethod
    def from_rules(cls, rules: RuleSet | str, mode: str, month: str | None = None) -> Bands:
        """The bands of a mode of a rule set.

        Parameters
        ----------
        rules : RuleSet or str
            A rule set, or the id of a shipped one, such as ``henan-2021``.
        mode : str
            One of the rule set's: ``conventional`` or ``tou`` of ``henan-2021``.
        month : str, optional
            YYYY-MM, for values that change with time; if left out, those in force at the start.

        Returns
        -------
        Bands
            Those of the mode in that month.

        Raises
        ------
        ScenarioError
            There is no such mode, or its bands rest on what only a scenario has, such as the price of a contract.

        Examples
        --------
        >>> gridsim.Bands.from_rules("henan-2021", "tou", "2021-04")
        Bands(over=((1.08, 0),), under=((0.92, 10.0, 0),))
        """
        from gridsim.rules import load  # pydantic and YAML, which bands written by hand don't need
        from gridsim.settlement.rule_bands import bands_of_mode

        return cls(*bands_of_mode(load(rules) if isinstance(rules, str) else rules, mode, month))

    @classmethod
    def by_product(cls, rules: RuleSet | str | None = None) -> dict[str, Bands]:
        """The bands of each product of a rule set, in force at the start.

        Parameters
        ----------
        rules : RuleSet or str, optional
            As in `from_rules`; if left out, ``henan-2021``.

        Returns
        -------
        dict of str to Bands
            As `gridsim.settle` takes them: ``{"total": …, "peak": …}``.

        Examples
        --------
        >>> list(gridsim.Bands.by_product())
        ['total', 'peak', 'flat', 'valley']
        """
        from gridsim.rules import load
        from gridsim.rules.shipped import FIRST

        found = load(rules or FIRST) if isinstance(rules, str | None) else rules
        modes = {product: mode.id for mode in found.shape.modes for product in mode.products}
        of_mode = {mode: cls.from_rules(found, mode) for mode in modes.values()}
        return {product: of_mode[modes[product]] for product in found.shape.product_ids}

    @classmethod
    def henan_conventional(cls) -> Bands:
        """Henan 2021, conventional mode: 105 % and 95 %, as the shipped rule set has them (notice 991, N5.1).

        Returns
        -------
        Bands
            Shortfall at 10 yuan/MWh, overrun at each cell's overrun price.

        Examples
        --------
        >>> gridsim.Bands.henan_conventional()
        Bands(over=((1.05, 0),), under=((0.95, 10.0, 0),))
        """
        return cls.from_rules("henan-2021", "conventional")

    @classmethod
    def henan_tou(cls) -> Bands:
        """Henan 2021, trading by periods: 108 % and 92 %, as the shipped rule set has them (notice 991, N5.2).

        Returns
        -------
        Bands
            Shortfall at 10 yuan/MWh, overrun at each cell's overrun price.

        Examples
        --------
        >>> gridsim.Bands.henan_tou()
        Bands(over=((1.08, 0),), under=((0.92, 10.0, 0),))
        """
        return cls.from_rules("henan-2021", "tou")


def band_tables(sets: Sequence[Bands], of_position: Ints) -> BandTables:
    """Sets of bands as the kernel's tables; where a set has fewer bands than another, the rest does not exist."""
    over_bands = max((len(bands.exact_over) for bands in sets), default=1)
    under_bands = max((len(bands.exact_under) for bands in sets), default=0)

    def table(bands: int, filler: int) -> Ints:
        return np.full((len(sets), bands), filler, dtype=np.int64)

    tables = BandTables(
        of_position=of_position,
        over_edge=table(over_bands, OPEN_EDGE),
        over_fee=table(over_bands, 0),
        under_edge=table(under_bands, NO_EDGE),
        under_price=table(under_bands, 0),
        under_fee=table(under_bands, 0),
    )
    for row, bands in enumerate(sets):
        for b, (edge, fee) in enumerate(bands.exact_over):
            tables.over_edge[row, b], tables.over_fee[row, b] = edge, fee
        for u, (edge, price, fee) in enumerate(bands.exact_under):
            tables.under_edge[row, u], tables.under_price[row, u], tables.under_fee[row, u] = edge, price, fee
    return tables


def _rows(side: str, rows: object, names: tuple[str, ...], faults: list[Fault]) -> list[tuple[int, ...]]:
    """One side's bands as integers; what cannot be read becomes a fault."""
    shape = Sentence("a sequence of ({names})", names=named(names))
    if isinstance(rows, str) or not isinstance(rows, Sequence):
        faults.append(Fault(_FILE, None, side, str(rows), Sentence("not a sequence"), shape))
        return []
    exact = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, str) or not isinstance(row, Sequence) or len(row) != len(names):
            faults.append(Fault(_FILE, number, side, str(row), Sentence("not {count} values", count=len(names)), shape))
            continue
        exact.append(tuple(_exact(side, number, name, value, faults) for name, value in zip(names, row, strict=True)))
    return exact


def _exact(side: str, number: int, name: str, value: Number | None, faults: list[Fault]) -> int:
    decimals, allowed = (RATIO_DECIMALS, _RATIO) if name == "edge" else (PRICE_DECIMALS, _PRICE)
    if value is None and (side, name, number) == ("over", "edge", 1):
        return OPEN_EDGE
    try:
        exact = fixed_point("" if value is None else value, decimals)
        problem = Sentence("negative") if exact < 0 else Sentence("too large") if exact >= INT64_MAX else None
        if name == "edge" and (side, exact) != ("over", _AS_GOOD_AS_OPEN):
            problem = problem or percentage_fault(exact)
    except WrongValueError as error:
        exact, problem = 0, error.sentence
    if problem is not None:
        faults.append(Fault(_FILE, number, f"{side}.{name}", str(value), problem, allowed))
    return exact


def _order_faults(over: list[int], under: list[int]) -> Iterable[Fault]:
    def text(edge: int) -> str:
        return "None" if edge == OPEN_EDGE else str(Decimal(edge).scaleb(-RATIO_DECIMALS).normalize())

    if over[0] == OPEN_EDGE and len(over) > 1:
        yield Fault(
            _FILE,
            2,
            "over.edge",
            text(over[1]),
            Sentence("a band that is never reached"),
            Sentence("none above an edge of None"),
        )
        return
    for number in range(1, len(over)):
        if over[number] <= over[number - 1]:
            yield Fault(
                _FILE,
                number + 1,
                "over.edge",
                text(over[number]),
                Sentence("not ascending"),
                Sentence("above the edge before it"),
            )
    for number, edge in enumerate(under):
        if edge == NO_EDGE:
            yield Fault(_FILE, number + 1, "under.edge", text(edge), Sentence("zero"), Sentence("above 0"))
        if number > 0 and edge >= under[number - 1]:
            yield Fault(
                _FILE,
                number + 1,
                "under.edge",
                text(edge),
                Sentence("not descending"),
                Sentence("below the edge before it"),
            )
    if under and under[0] > over[0]:
        yield Fault(
            _FILE,
            1,
            "under.edge",
            text(under[0]),
            Sentence("above the first over edge"),
            Sentence("at most {number}", number=text(over[0])),
        )
