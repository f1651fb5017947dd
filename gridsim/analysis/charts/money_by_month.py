"""What the energy of each month and period costs, with all charges: money, and yuan per MWh."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale, money_scale, price_scale, rows_of
from gridsim.analysis.charts.forecast import forecast_ground
from gridsim.analysis.charts.marks import BarMark, Coordinate, LineMark, Mark, Panel, PointMark
from gridsim.analysis.charts.narrowed import chosen_rows, exact_rows, whose
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.metering import forecast_months
from gridsim.spoken import spoken_lang
from gridsim.units import round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape

__all__ = ["money_by_month", "money_by_month_of"]

_MONEY, _PRICE = 210, 150  # heights [pixels]


def money_by_month_of(
    result: Charted,
    unit: str | None = None,
    *,
    where: Where | None = None,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """What the energy of each month and period costs.

    Parameters
    ----------
    unit : str, optional
        One settlement unit; short for ``where={"unit": unit}``.
    where : mapping of str to str or sequence of str, optional
        By unit, retailer, user, tariff_class, voltage, month.
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
        Nothing was metered there.

    Examples
    --------
    >>> result.plot.money_by_month("R1/tou").table.iloc[:3, :3]
         month  period  metered_mwh
    0  2021-01    peak        780.0
    1  2021-01    flat        640.0
    2  2021-01  valley        630.0
    """
    lang = spoken_lang(lang)
    chosen = chosen_rows(where, unit=unit)
    table = exact_rows(
        result.statistics.prices(("month", "period"), chosen or None), ("metered_kwh", "all_in_micro_yuan")
    )
    if table.empty:
        raise ResultError(Sentence("money_by_month: nothing was metered here"))
    shape = result.rules.shape
    periods = [*result.statistics.values("product"), *result.statistics.values("period")]
    who = whose(chosen, lang, result)
    return money_by_month(
        table, periods=periods, who=who, shape=shape, forecast=forecast_months(result.manifest),
        backend=backend, lang=lang,
    )  # fmt: skip


def money_by_month(
    money: pd.DataFrame,
    *,
    periods: Sequence[str] = (),
    who: str | None = None,
    shape: MarketShape | None = None,
    forecast: Collection[str] = (),
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw money by month and period, and below it what a MWh costs.

    Parameters
    ----------
    money : DataFrame
        One row per `month` and `period`: `metered_kwh`, and `all_in_micro_yuan`, which may be negative.
    periods : sequence of str, optional
        In which order they stand and are coloured; those that it does not name follow as they come.
    who : str, optional
        Whose, as the title names it; the whole market's if left out.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    forecast : collection of str
        Months that are a forecast, which the chart marks.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape, forecast=forecast)
    total, metered = int(money["all_in_micro_yuan"].sum()), int(money["metered_kwh"].sum())
    scale, price, energy = money_scale(total, lang), price_scale(lang), energy_scale(metered, lang)
    by_month = money.groupby("month", observed=True)["all_in_micro_yuan"].sum()
    largest = money_scale(int(by_month.abs().max()), lang)
    dearest = str(by_month.idxmax())
    caption = words.say(
        "{total} {unit} for {energy} {energy_unit} metered: {average} {price_unit} with all that is charged on it, "
        "without fees for what was not taken. Most in {month}.",
        total=scale.text(total),
        unit=scale.unit,
        energy=energy.text(metered),
        energy_unit=energy.unit,
        average=price.text(round_half_up(total, metered)) if metered else "–",
        price_unit=price.unit,
        month=words.month(dearest),
    )
    return Chart(
        "money_by_month",
        {"money": money},
        partial(_panels, words, largest, price, money, periods),
        title=words.say("Money by month and period: {who}", who=who or words.say("the whole market")),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _panels(
    words: ChartWords, scale: Scale, price: Scale, money: pd.DataFrame, periods: Sequence[str]
) -> Sequence[Panel]:
    months = sorted({str(month) for month in money["month"]})
    place_of = {month: i for i, month in enumerate(months)}
    found = dict.fromkeys(str(period) for period in money["period"])
    colours = style.coloured(dict.fromkeys([*periods, *found]), style.SERIES)
    reached = {sign: dict.fromkeys(months, 0) for sign in (1, -1)}
    bars: list[Mark] = [*forecast_ground(months, words)]
    lines: list[Mark] = [*forecast_ground(months, words)]
    for period, colour in colours.items():
        rows = [row for row in rows_of(money) if str(row.period) == period]
        if not rows:
            continue
        feet = []
        for row in rows:
            side = reached[1 if row.all_in_micro_yuan >= 0 else -1]
            feet.append(side[str(row.month)])
            side[str(row.month)] += int(row.all_in_micro_yuan)
        name, at = words.called("period", period), [place_of[str(row.month)] for row in rows]
        hover = [_hover(words, scale, price, name, row) for row in rows]
        bars.append(
            BarMark(
                at=at,
                foot=[scale.value(foot) for foot in feet],
                length=[scale.value(row.all_in_micro_yuan) for row in rows],
                colour=colour,
                name=name,
                hover=hover,
            )
        )
        each = [price.value(row.all_in_micro_yuan) / row.metered_kwh if row.metered_kwh else math.nan for row in rows]
        lines += [LineMark(x=at, y=each, colour=colour), PointMark(x=at, y=each, colour=colour, hover=hover)]
    across = Coordinate(
        ticks=[(i, words.short_month(month)) for i, month in enumerate(months)],
        limits=(-0.6, len(months) - 0.4),
        has_grid=False,
    )
    of_money = Coordinate(title=words.say("money [{unit}]", unit=scale.unit), has_zero=True)
    return [
        Panel(marks=bars, x=across, y=of_money, height=_MONEY),
        Panel(marks=lines, x=across, y=Coordinate(title=price.unit, has_zero=True), height=_PRICE),
    ]


def _hover(words: ChartWords, scale: Scale, price: Scale, period: str, row: Any) -> str:
    energy = energy_scale(int(row.metered_kwh), words.lang)
    average = round_half_up(int(row.all_in_micro_yuan), int(row.metered_kwh)) if row.metered_kwh else None
    lines = [
        f"{words.month(str(row.month))}  {period}",
        f"{scale.text(row.all_in_micro_yuan)} {scale.unit}",
        words.pair(words.say("metered"), f"{energy.text(row.metered_kwh)} {energy.unit}"),
    ]
    return "\n".join([*lines, f"{price.text(average)} {price.unit}"] if average is not None else lines)
