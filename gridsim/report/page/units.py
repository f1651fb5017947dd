"""The settlement units: all of them in one table, and the pages of those with the largest deviation money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.attribution.asked import attribution_table
from gridsim.analysis.attribution.view import users_grid
from gridsim.analysis.charts import contract_and_metered, cost_waterfall
from gridsim.analysis.charts.display import rows_of
from gridsim.analysis.charts.words import ChartWords
from gridsim.analysis.items import outside_items
from gridsim.analysis.regimes import without_bands
from gridsim.errors import ResultError
from gridsim.explain import explain
from gridsim.explain.model import html
from gridsim.io.named_frames import ExactTables
from gridsim.manifest import changes_of
from gridsim.report.page.finding import CitedStep, cited_steps
from gridsim.report.page.listing import Listing, deviation_columns, listing, number, text
from gridsim.rules.citations import clause_text
from gridsim.rules.shape import CORRECTION
from gridsim.scenario.party_names import apart
from gridsim.show.numbers import count, energy, mean_price, money, percent
from gridsim.trading.units import units_by_id
from gridsim.words import msg, within

if TYPE_CHECKING:
    import pyarrow as pa

    from gridsim.analysis.charts import Chart
    from gridsim.analysis.table import StatisticsTable
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["UnitPage", "Units", "narrowed", "pages_of", "plain", "units_of"]

_ROWS = 5000
_OUTSIDE = 20
_FEWEST_BEARERS = 2  # where one bears all, nothing is to be told
_ENERGIES = ("contract_kwh", "lower_kwh", "upper_kwh", "metered_kwh", "in_band_kwh", "overrun_kwh", "shortfall_kwh")
_MONEY = ("energy_micro_yuan", "overrun_micro_yuan", "shortfall_micro_yuan")


@dataclass(frozen=True, slots=True)
class Units:
    """What the section shows.

    Attributes
    ----------
    heat_map : Chart or None
    table : Listing
    with_page : list of str
        The units that have a page, in the order of the table.
    outside : Listing or None
        Users that belong to no unit.
    """

    heat_map: Chart | None
    table: Listing
    with_page: list[str]
    note: str
    outside: Listing | None


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit's page: its tables, charts, and the explanation of each month as HTML.

    `bearers`: whose its deviation was; None where it has none, or has but one user. `steps`: what the search finds.
    """

    unit: str
    called: str
    positions: Listing
    items: Listing
    bearers: Listing | None
    charts: dict[str, Chart]
    months: list[tuple[str, str, str]]  # YYYY-MM, its name, HTML
    steps: list[CitedStep]


def units_of(result: Result, words: PageWords, pages: int, outside: StatisticsTable) -> Units:
    """The section's table and charts.

    Parameters
    ----------
    result : Result
    words : PageWords
    pages : int
        How many units get a page.
    outside : StatisticsTable
        What each user without a unit pays, by item.
    """
    statistics = result.statistics
    deviation = statistics.deviation("unit").exact
    if deviation.empty:
        return Units(None, listing((), [], name="units"), [], "", _outside(result, words, outside))
    deviation = deviation.sort_values("deviation_micro_yuan", ascending=False, kind="stable")
    shown = deviation.head(_ROWS)
    by_item = statistics.breakdown("unit").exact
    costs, corrected = (
        by_item["total_micro_yuan"],
        by_item.get(f"{CORRECTION}_micro_yuan", by_item["total_micro_yuan"] * 0),
    )
    whose = units_by_id(result.inputs, result.rules.shape)
    rows = []
    for unit, row in zip(shown.index, rows_of(shown), strict=True):
        cost, contract = int(costs.get(unit, 0)), int(row.contract_kwh)
        rows.append(
            [
                words.who("unit", str(unit)),
                words.called("mode", whose[str(unit)][1]),
                energy(contract),
                energy(row.metered_kwh),
                percent(int(row.metered_kwh) - contract, contract, 2),
                energy(row.overrun_kwh),
                energy(row.shortfall_kwh),
                money(row.deviation_micro_yuan),
                money(cost),
                mean_price(cost - int(corrected.get(unit, 0)), row.metered_kwh),
            ]
        )
    columns = (text(words.say("unit")), text(words.say("mode")), *deviation_columns(words))
    with_page = list(map(str, shown.index[:pages]))
    links = [i if i < len(with_page) else -1 for i in range(len(rows))]
    notes = [
        words.say("A row opens the unit's page, with every step of each month.")
        if len(with_page) == len(deviation)
        else words.say(
            "A row opens the unit's page. The {pages} units with the largest deviation money have one, "
            "with every step of each month; for any other: gridsim explain DIR --unit UNIT --month "
            "YYYY-MM.",
            pages=count(pages),
        )
    ]
    if len(deviation) > len(shown):
        notes.append(
            words.say(
                "The table has the {shown} units with the largest deviation money of {all}; the table "
                "positions of the results has all.",
                shown=count(len(shown)),
                all=count(len(deviation)),
            )
        )
    table = listing(columns, rows, links=links, name="units")
    heat_map = result.plot.deviation_heat_map(lang=words.lang)
    return Units(heat_map, table, with_page, words.sentences(*notes), _outside(result, words, outside))


def _outside(result: Result, words: PageWords, table: StatisticsTable) -> Listing | None:
    """Users that belong to no unit, those that pay most first; what is paid without any user is the sellers' own."""
    exact = table.exact[table.exact.index != ""].sort_values("total_micro_yuan", ascending=False, kind="stable")
    if not len(exact):
        return None
    energies = result.statistics.energy("user").exact["outside_kwh"]
    shown, items = exact.head(_OUTSIDE), outside_items(result.rules.shape)
    rows = [
        [
            words.who("user", str(user)),
            energy(energies.get(user, 0)),
            *(money(row[f"{item}_micro_yuan"]) for item in items),
            money(row["total_micro_yuan"]),
        ]
        for user, row in shown.iterrows()
    ]
    yuan = words.say(within("column with its unit", "yuan"))
    heads = [f"{words.called('item', item)} · {yuan}" for item in items]
    columns = (
        text(words.say("user")),
        *map(number, [words.say(within("column with its unit", "MWh")), *heads, words.say("all costs, yuan")]),
    )
    note = words.note("outside")
    if len(exact) > len(shown):
        note = words.sentences(
            note, words.say("The {shown} largest of {all}.", shown=count(len(shown)), all=count(len(exact)))
        )
    return listing(columns, rows, note=note)


def narrowed(result: Result, units: Sequence[str]) -> ExactTables:
    """The exact tables with no more than the rows of some units, read once and in the form that is searched soonest."""
    of_units = {"unit_id": list(units)}
    trades = plain(result.exact.arrow("trades"))
    # What changed hands follows from what others held.
    is_whole = trades.column("transfer").null_count < len(trades)
    tables = {
        name: plain(result.exact.arrow(name, None if is_whole and name in ("legs", "ledger") else of_units))
        for name in ("legs", "positions", "cell_settlement", "ledger")
    }
    of_legs = {"leg_id": tables["legs"].column("leg_id").to_pylist()}
    tables["leg_settlement"] = plain(result.exact.arrow("leg_settlement", of_legs))
    whole = ("rejected", *(("seller_settlement",) if result.rules.shape.sellers is not None else ()))
    return ExactTables(tables | {"trades": trades} | {name: plain(result.exact.arrow(name)) for name in whole})


def plain(table: pa.Table) -> pa.Table:
    """A table with texts instead of dictionaries, which a search would have to look through for each piece."""
    import pyarrow as pa

    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_coded = pa.types.is_dictionary(column.type)
        columns[name] = (column.cast(pa.string()) if is_coded else column).combine_chunks()
    return pa.table(columns)


def pages_of(result: Result, words: PageWords, units: Sequence[str]) -> Iterator[UnitPage]:
    """The pages of some units, one after the other: there may be much to each.

    Parameters
    ----------
    result : Result
    words : PageWords
    units : sequence of str
    """
    if not units:
        return
    exact, inputs = narrowed(result, units), {name: plain(table) for name, table in result.inputs.items()}
    positions = exact.arrow("positions", {"trial": False}).to_pandas()
    items = result.statistics.breakdown("unit", {"unit": list(units)}).exact
    shape, (without_band, clause) = result.rules.shape, without_bands(result.rules)
    attributed, changes = _attributed(result, units), changes_of(result.manifest)
    in_charts = ChartWords(words.lang, shape, people=apart(words.names))
    for unit in units:
        mine = positions[positions["unit_id"] == unit]
        months = sorted(map(str, mine["month"].unique()))
        bands = mine.rename(columns={"unit_id": "unit"})
        paid: dict[Any, Any] = items.loc[unit].to_dict() if unit in items.index else {}
        amounts = {item: int(paid.get(f"{item}_micro_yuan", 0)) for item in shape.items}
        called = words.who("unit", unit)
        who = words.say("settlement unit {unit}", unit=in_charts.called("unit", unit))
        charts = {
            "energy": contract_and_metered(
                bands,
                who=who,
                products=shape.product_ids,
                months_without_band=without_band,
                clause=clause,
                shape=shape,
                forecast=words.forecast,
                lang=words.lang,
            ),
            "waterfall": cost_waterfall(
                amounts, metered_kwh=int(mine["metered_kwh"].sum()), who=who, shape=shape, lang=words.lang
            ),
        }
        derivations = [
            explain(exact, inputs, result.rules, unit, month, lang=words.lang, changes=changes, forecast=words.forecast)
            for month in months
        ]
        explained = [(each.month, words.month(each.month), html(each, with_style=False)) for each in derivations]
        free = [month for month in months if month in without_band]
        bands_table = _positions(mine, shape.product_ids, words, free, clause)
        bearers = None if attributed is None else _bearers(attributed[attributed["unit_id"] == unit], words)
        paid_for, steps = _items(amounts, mine, words), cited_steps(derivations, words)
        yield UnitPage(unit, called, bands_table, paid_for, bearers, charts, explained, steps)


def _attributed(result: Result, units: Sequence[str]) -> pd.DataFrame | None:
    """Whose the deviation of units was; None of a result that 0.1 wrote, which lacks the table of bands."""
    try:
        return attribution_table(result, units=units).exact
    except ResultError:
        return None


def _bearers(attributed: pd.DataFrame, words: PageWords) -> Listing | None:
    """Whose a unit's deviation was."""
    if attributed["user_id"].nunique(dropna=False) < _FEWEST_BEARERS:
        return None
    return Listing(users_grid(words, attributed, words.names, with_unit=False))


def _positions(
    positions: pd.DataFrame, products: Sequence[str], words: PageWords, free: list[str], clause: str
) -> Listing:
    order = positions["product"].map({product: i for i, product in enumerate(products)}).astype("int64")
    ordered = positions.assign(order=order).sort_values(["month", "order"], kind="stable")
    rows: list[list[str]] = []
    for row in rows_of(ordered):
        figures: dict[str, Any] = row._asdict()
        rows.append(
            [
                words.as_metered(str(row.month), str(row.month)),
                words.called("product", str(row.product)),
                *(energy(figures[name]) for name in _ENERGIES),
                *(money(figures[name]) for name in _MONEY),
            ]
        )
    sums = positions[[*_ENERGIES, *_MONEY]].sum()
    foot = [words.say("all"), ""]
    foot += [energy(sums[name]) if name not in {"lower_kwh", "upper_kwh"} else "" for name in _ENERGIES]
    foot += [money(sums[name]) for name in _MONEY]
    heads = (
        msg("contracted"),
        msg("lower edge"),
        msg("upper edge"),
        msg("metered"),
        msg("in band"),
        msg("overrun"),
        msg("shortfall"),
        msg("energy, yuan"),
        msg("overrun, yuan"),
        msg("shortfall fee, yuan"),
    )
    columns = (text(words.say("month")), text(words.say("product")), *(number(words.say(head)) for head in heads))
    note = words.say("Energies in MWh.")
    if free:
        note = words.say(
            "Energies in MWh. {months} settle by the older method, without a band ({clause}).",
            months=words.months(free),
            clause=clause_text(clause, words.lang),
        )
    return listing(columns, rows, foot=foot, note=note)


def _items(amounts: Mapping[str, int], positions: pd.DataFrame, words: PageWords) -> Listing:
    total, metered = sum(amounts.values()), int(positions["metered_kwh"].sum())
    rows = [
        [words.called("item", item), money(amount), percent(amount, total, 2), mean_price(amount, metered)]
        for item, amount in amounts.items()
        if amount
    ]
    columns = (
        text(words.say("item")),
        number(words.say(within("column with its unit", "yuan"))),
        number(words.say("share")),
        number(words.say("delivered, yuan/MWh")),
    )
    return listing(columns, rows, foot=[words.say("all"), money(total), "100.00 %", mean_price(total, metered)])
