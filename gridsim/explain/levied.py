"""What of a user's energy pays a price that contains levies, which no power factor adjusts (rulebook part 13)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.arrow import dicts
from gridsim.explain.cells import Cell
from gridsim.explain.derive import derive
from gridsim.explain.facts import cells_of, gather, tariff_parts, tariff_period_of
from gridsim.explain.month_prices import MonthPrices
from gridsim.explain.part_weights import load_of_parts
from gridsim.explain.places import Place, price_at
from gridsim.rules.shape import OVERRUN, TAIL_ITEMS, TAIL_OF_TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gridsim.explain.cells import TariffRow, User
    from gridsim.explain.source import ResultFacts
    from gridsim.settlement.ways import Way

__all__ = ["levies_of"]

_DELIVERY = TAIL_OF_TABLE["retail_contracts"][1]


class _Levied(NamedTuple):
    """Some energy of an item [kWh], and the cell at whose tariff it is levied."""

    item: str
    cell: Cell
    energy: int


def levies_of(
    source: ResultFacts, user: User, month: str, way: Way, mine: Sequence[Mapping[str, Any]], units: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """What delivered prices contain for other accounts than the grid company's, by item [micro-yuan].

    Parameters
    ----------
    source : ResultFacts
    user : User
    month : str
    way : Way
        How its energy settles in its unit.
    mine : sequence of mapping
        The lines that it pays in the month.
    units : sequence of str
        The units that its energy counts in.
    """
    shape, grid = source.rules.shape, source.rules.shape.grid_account
    levied = [charge for charge in way.charges if charge.payee != grid]
    values, prices = source.rules.at(month), MonthPrices(source, month)
    instead = None if user.is_peak_valley or way.stands_for_all is None else shape.periods[way.stands_for_all]
    outside = [line for line in mine if line["unit_id"] is None and line["item"] not in TAIL_ITEMS]
    tariffs = tariff_parts(source, [user], month)[user.id]

    def levies(found: _Levied, *, in_band_alone: bool) -> int:
        here = Place(shape, values, month, prices, None, found.cell.by_tariff, instead)
        each = (
            price_at(charge.price, here)
            for charge in levied
            if (charge.base == "in_band" or not in_band_alone) and (user.is_peak_valley or not charge.only_on_tariff)
        )
        return sum(found.energy * price.rounded for price in each if price is not None)

    over = [line for line in mine if line["item"] in (OVERRUN, _DELIVERY)]
    for item in (OVERRUN, _DELIVERY):
        of_item = [line for line in over if line["item"] == item]
        found = (
            _of_lines(user, of_item, tariffs[0]) if len(tariffs) == 1 else _over(source, user, month, of_item, units)
        )
        taken = sum(levies(each, in_band_alone=True) for each in found)
        if taken:
            yield item, taken
    if outside and all(line["payee"] == grid for line in outside):
        for item in dict.fromkeys(line["item"] for line in outside):
            of_item = [line for line in outside if line["item"] == item]
            found = (
                _of_lines(user, of_item, tariffs[0]) if len(tariffs) == 1 else _all(source, user, month, item, tariffs)
            )
            yield item, sum(levies(each, in_band_alone=False) for each in found)


def _of_lines(user: User, lines: Sequence[Mapping[str, Any]], tariff: TariffRow) -> list[_Levied]:
    """The energy of lines, all at one tariff."""
    return [
        _Levied(
            line["item"],
            Cell(user, line["period"], line["energy_kwh"], tariff, tariff_period_of(line)),
            line["energy_kwh"],
        )
        for line in lines
    ]


def _over(
    source: ResultFacts, user: User, month: str, lines: Sequence[Mapping[str, Any]], units: Sequence[str]
) -> list[_Levied]:
    """The overrun of the user's cells, each part of the month at its tariff: lines don't tell of which they are."""
    if not lines:
        return []
    item = lines[0]["item"]
    return [
        _Levied(item, cell, energy)
        for unit in units
        for cell, energy in _over_of_unit(source, unit, month).get(user.id, ())
    ]


def _over_of_unit(source: ResultFacts, unit: str, month: str) -> dict[str, list[tuple[Cell, int]]]:
    """By user, its cells in a unit's month and the overrun of each [kWh]; derived once for all users of the unit."""
    if (unit, month) not in source.over_by_cell:
        found: dict[str, list[tuple[Cell, int]]] = defaultdict(list)
        facts = gather(source, unit, month)
        for product in facts.cells:
            for part in derive(facts, source.rules, product, trial=False).cells:
                found[part.cell.user.id].append((part.cell, part.overrun))
        source.over_by_cell[unit, month] = found
    return source.over_by_cell[unit, month]


def _all(source: ResultFacts, user: User, month: str, item: str, tariffs: Sequence[TariffRow]) -> list[_Levied]:
    """All energy of a user outside the market, by parts of the month."""
    load = load_of_parts(source, [user.id], month)
    rows = dicts(source.exact.arrow("cell_settlement", {"user_id": user.id, "month": month, "unit_id": None}))
    cells = (
        cell
        for row in rows
        if not row["trial"]
        for cell in cells_of(user, row["period"], row["metered_kwh"], tariffs, tariff_period_of(row), load)
    )
    return [_Levied(item, cell, cell.metered) for cell in cells]
