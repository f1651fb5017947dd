"""How far each settlement unit was off its contracts, month by month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import energy_scale, money_scale, rows_of
from gridsim.analysis.charts.marks import BarMark, CellMark, Mark, Panel, TextMark
from gridsim.analysis.charts.month_grid import month_grid
from gridsim.analysis.charts.narrowed import chosen_rows, exact_rows, people_of
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.metering import forecast_months
from gridsim.show.numbers import percent
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape

__all__ = ["deviation_heat_map", "deviation_heat_map_of"]

_COLUMNS = ("contract_kwh", "metered_kwh", "overrun_kwh", "shortfall_kwh", "deviation_micro_yuan")
_WIDEST, _NARROWEST = 50.0, 5.0  # where colours end at the latest and at the earliest [%]
_COLOURS = [(0.0, "#8a5a12"), (0.25, "#dcb45c"), (0.5, style.NEUTRAL), (0.75, "#e58b83"), (1.0, "#9c1f2e")]
_DARK = 0.75  # of the way to the end, from where letters are white


def deviation_heat_map_of(
    result: Charted,
    *,
    where: Where | None = None,
    top: int = 30,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """Deviation of settlement units by month, those with the largest deviation money first.

    Parameters
    ----------
    where : mapping of str to str or sequence of str, optional
        Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
    top : int
        So many units.
    backend : {"plotly", "matplotlib"}
        For screens, or for papers.
    lang : {"en", "zh"}, optional
        Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

    Returns
    -------
    Chart
        Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

    Raises
    ------
    ResultError
        Nothing was chosen: no unit has a position there.

    Examples
    --------
    >>> result.plot.deviation_heat_map(top=2).table.head(2)
                  unit    month  contract_mwh  metered_mwh  overrun_mwh  shortfall_mwh  deviation_yuan
    0  U5/conventional  2021-01       15500.0      15600.0          0.0            0.0             0.0
    1  U5/conventional  2021-02       14000.0      14000.0          0.0            0.0             0.0
    """
    statistics = result.statistics
    chosen = chosen_rows(where)
    by_unit = statistics.deviation("unit", chosen).exact["deviation_micro_yuan"]
    units = by_unit.sort_values(ascending=False, kind="stable").index[:top].tolist()
    if not units:
        raise ResultError(Sentence("deviation_heat_map: this result has no positions here"))
    table = exact_rows(statistics.deviation(("unit", "month"), {**chosen, "unit": units}), _COLUMNS)
    order = {unit: i for i, unit in enumerate(units)}
    table = table.sort_values("unit", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)
    return deviation_heat_map(
        table, all_units=len(by_unit), shape=result.rules.shape, people=people_of(result),
        forecast=forecast_months(result.manifest), backend=backend, lang=spoken_lang(lang),
    )  # fmt: skip


def deviation_heat_map(
    deviations: pd.DataFrame,
    *,
    all_units: int | None = None,
    shape: MarketShape | None = None,
    people: Mapping[str, str] | None = None,
    forecast: Collection[str] = (),
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw units × months.

    Parameters
    ----------
    deviations : DataFrame
        One row per `unit` and `month`: `contract_kwh`, `metered_kwh`, `overrun_kwh`, `shortfall_kwh`,
        `deviation_micro_yuan`. Units stand as they come.
    all_units : int, optional
        How many units there are, if not all are drawn.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    people : mapping of str to str, optional
        Names of participants by id, which stand in place of ids.
    forecast : collection of str
        Months that are a forecast, which the chart marks.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape, people=people, forecast=forecast)
    units = list(dict.fromkeys(map(str, deviations["unit"])))
    months = sorted({str(month) for month in deviations["month"]})
    rates = _rates(deviations, units, months)
    sizes = np.abs(rates[~np.isnan(rates)])
    largest = float(sizes.max()) if len(sizes) else _NARROWEST
    limit = min(_WIDEST, max(_NARROWEST, largest))
    parts = [words.say("Metered over contracted energy, less one. ▲ overrun, ▼ shortfall: outside of the band.")]
    if all_units is not None and all_units > len(units):
        count = {"shown": f"{len(units):,}", "all": f"{all_units:,}"}
        parts.append(words.say("The {shown} of {all} units with the largest deviation money.", **count))
    if largest > limit:
        parts.append(words.say("Colours end at ±{limit}.", limit=f"{limit:g} %"))
    if any(_is_uncontracted(row) for row in rows_of(deviations)):
        parts.append(words.say("Hatched: no contract."))
    return Chart(
        "deviation_heat_map",
        {"deviations": deviations},
        partial(_panels, words, deviations, units, months, rates, limit),
        title=words.say("Deviation from contracts by unit and month"),
        caption=words.sentences(*parts),
        backend=backend,
        lang=lang,
    )


def _is_uncontracted(row: Any) -> bool:
    return bool(row.metered_kwh and not row.contract_kwh)


def _rates(deviations: pd.DataFrame, units: Sequence[str], months: Sequence[str]) -> NDArray[np.float64]:
    """Deviation in per cent, units × months; NaN without a contract or a position."""
    rates = np.full((len(units), len(months)), np.nan)
    row_of, column_of = {unit: i for i, unit in enumerate(units)}, {month: i for i, month in enumerate(months)}
    for row in rows_of(deviations):
        if row.contract_kwh:
            at = row_of[str(row.unit)], column_of[str(row.month)]
            rates[at] = 100 * (int(row.metered_kwh) - int(row.contract_kwh)) / int(row.contract_kwh)
    return rates


def _panels(
    words: ChartWords,
    deviations: pd.DataFrame,
    units: Sequence[str],
    months: Sequence[str],
    rates: NDArray[np.float64],
    limit: float,
) -> Sequence[Panel]:
    row_of, column_of = {unit: i for i, unit in enumerate(units)}, {month: i for i, month in enumerate(months)}
    hovers = [[""] * len(months) for _ in units]
    signs: list[tuple[int, int, str]] = []
    hatched: list[tuple[int, int]] = []
    for row in rows_of(deviations):
        at = row_of[str(row.unit)], column_of[str(row.month)]
        hovers[at[0]][at[1]] = _hover(row, words)
        if row.overrun_kwh or row.shortfall_kwh:
            signs.append((*at, "▲" * bool(row.overrun_kwh) + "▼" * bool(row.shortfall_kwh)))
        if _is_uncontracted(row):
            hatched.append(at)
    marks: list[Mark] = [
        CellMark(
            values=rates,
            low=-limit,
            high=limit,
            colours=_COLOURS,
            title=words.say("deviation"),
            unit=" %",
            hover=hovers,
        )
    ]
    if hatched:
        marks.append(
            BarMark(
                at=[column for _, column in hatched],
                foot=[unit - 0.42 for unit, _ in hatched],
                length=[0.84] * len(hatched),
                width=0.92,
                is_hatched=True,
                hover=[hovers[unit][column] for unit, column in hatched],
            )
        )
    is_dark = [abs(rates[unit, column]) > _DARK * limit for unit, column, _ in signs]
    marks.append(
        TextMark(
            x=[column for _, column, _ in signs],
            y=[unit for unit, _, _ in signs],
            texts=[sign for _, _, sign in signs],
            side="middle",
            colour=[style.WHITE if dark else style.INK for dark in is_dark],
            size=10,
        )
    )
    return [month_grid(marks, [words.called("unit", unit) for unit in units], months, words)]


def _hover(row: Any, words: ChartWords) -> str:
    energy = energy_scale(max(int(row.contract_kwh), int(row.metered_kwh)), words.lang)
    money = money_scale(row.deviation_micro_yuan, words.lang)
    rate = percent(int(row.metered_kwh) - int(row.contract_kwh), int(row.contract_kwh), 2)
    lines = {
        words.say("contracted"): f"{energy.text(row.contract_kwh)} {energy.unit}",
        words.say("metered"): f"{energy.text(row.metered_kwh)} {energy.unit}",
        words.say("overrun"): f"{energy.text(row.overrun_kwh)} {energy.unit}",
        words.say("shortfall"): f"{energy.text(row.shortfall_kwh)} {energy.unit}",
        words.say("deviation"): rate,
        words.say("deviation money"): f"{money.text(row.deviation_micro_yuan)} {money.unit}",
    }
    head = f"{words.called('unit', str(row.unit))}  {words.month(str(row.month))}"
    return "\n".join([head, *(words.pair(name, text) for name, text in lines.items())])
