"""Contracted against metered energy with its band, by month, one panel for each product (rulebook part 5)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale
from gridsim.analysis.charts.forecast import forecast_ground
from gridsim.analysis.charts.marks import BarMark, Coordinate, LineMark, Mark, Panel, PointMark
from gridsim.analysis.charts.narrowed import chosen_rows, exact_rows, whose
from gridsim.analysis.charts.words import ChartWords
from gridsim.analysis.regimes import without_bands
from gridsim.metering import forecast_months
from gridsim.rules.citations import clause_text
from gridsim.spoken import spoken_lang

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape

__all__ = ["contract_and_metered", "contract_and_metered_of"]

_ENERGIES = ("contract_kwh", "metered_kwh", "lower_kwh", "upper_kwh", "overrun_kwh", "shortfall_kwh")
_BAND, _BAR = 0.92, 0.6  # widths, a month being 1
_ALONE, _AMONG = 280, 120  # heights of a panel [pixels]


def contract_and_metered_of(
    result: Charted,
    unit: str | None = None,
    *,
    where: Where | None = None,
    trial: bool = False,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """Contracted and metered energy with its bands, by month and product.

    Parameters
    ----------
    unit : str, optional
        One settlement unit; short for ``where={"unit": unit}``.
    where : mapping of str to str or sequence of str, optional
        Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
    trial : bool
        The trial settlement of the first quarter, which has bands (N5).
    backend : {"plotly", "matplotlib"}
        For screens, or for papers.
    lang : {"en", "zh"}, optional
        Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

    Returns
    -------
    Chart
        Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

    Examples
    --------
    >>> chart = result.plot.contract_and_metered("R1/conventional")
    >>> chart.table[["month", "contract_mwh", "metered_mwh"]].head(2)
         month  contract_mwh  metered_mwh
    0  2021-01      3720.001       3800.0
    1  2021-02      3360.000       3300.0
    """
    lang = spoken_lang(lang)
    statistics, shape = result.statistics, result.rules.shape
    without = without_bands(result.rules)
    chosen = chosen_rows(where, unit=unit)
    table = statistics.deviation(("month", "product"), chosen, trial=trial)
    return contract_and_metered(
        exact_rows(table, _ENERGIES),
        who=whose(chosen, lang, result),
        units=len(statistics.deviation("unit", chosen, trial=trial)),
        products=statistics.values("product"),
        months_without_band=() if trial else without.months,
        clause=without.clause,
        shape=shape,
        forecast=forecast_months(result.manifest),
        backend=backend,
        lang=lang,
    )


def contract_and_metered(
    energies: pd.DataFrame,
    *,
    who: str | None = None,
    units: int = 1,
    products: Sequence[str] = (),
    months_without_band: Sequence[str] = (),
    clause: str = "",
    shape: MarketShape | None = None,
    forecast: Collection[str] = (),
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw contracted and metered energy by month.

    Parameters
    ----------
    energies : DataFrame
        One row per `month` and `product`: `contract_kwh`, `metered_kwh`, `lower_kwh`, `upper_kwh`, `overrun_kwh`,
        `shortfall_kwh`.
    who : str, optional
        Whose, as the title names it; all units if left out.
    units : int
        How many settlement units are summed up in it.
    products : sequence of str, optional
        In which order they stand; those that it does not name follow as they come.
    months_without_band : sequence of str
        Months of the older method, which has no band.
    clause : str
        By which clause they have none.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    forecast : collection of str
        Months that are a forecast, which the chart marks.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape, forecast=forecast)
    months = sorted(map(str, energies["month"].unique()))
    found = list(dict.fromkeys(map(str, energies["product"])))
    shown = [product for product in dict.fromkeys([*products, *found]) if product in found]
    panels = {}
    for product in shown:
        rows = energies[energies["product"] == product].set_index("month")[list(_ENERGIES)]
        panels[product] = rows.reindex(months).fillna(0).astype("int64")
    largest = max((int(rows[["contract_kwh", "metered_kwh"]].to_numpy().max()) for rows in panels.values()), default=0)
    free = [month for month in months if month in set(months_without_band)]
    caption = words.say("Grey: band in which energy settles at contract prices.")
    if units > 1:
        caption = words.say("Grey: the bands of {count} settlement units, summed.", count=f"{units:,}")
    if free:
        said = {"months": words.months(free), "clause": clause_text(clause, lang)}
        caption = words.sentences(caption, words.say("{months}: no band ({clause}).", **said))
    return Chart(
        "contract_and_metered",
        {"energies": energies},
        partial(_panels, words, energy_scale(largest, lang), panels, months, frozenset(free)),
        title=words.say("Contracted and metered energy: {who}", who=who or words.say("all settlement units")),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _panels(
    words: ChartWords, scale: Scale, products: Mapping[str, pd.DataFrame], months: Sequence[str], free: frozenset[str]
) -> Sequence[Panel]:
    x = Coordinate(ticks=[(i, words.short_month(month)) for i, month in enumerate(months)], has_grid=False)
    y = Coordinate(title=words.say("energy [{unit}]", unit=scale.unit), has_zero=True)
    is_alone = len(products) < 2
    return [
        Panel(
            marks=[*forecast_ground(months, words), *_marks(words, scale, rows, free)],
            x=x,
            y=y,
            height=_ALONE if is_alone else _AMONG,
            title="" if is_alone else words.called("product", product),
        )
        for product, rows in products.items()
    ] or [Panel(marks=(), x=x, y=y, height=_ALONE)]


def _marks(words: ChartWords, scale: Scale, rows: pd.DataFrame, free: frozenset[str]) -> list[Mark]:
    def values(exact: Any) -> list[float]:
        return [scale.value(kwh) for kwh in exact]

    places = list(range(len(rows)))
    banded = [place for place, month in enumerate(rows.index) if month not in free]
    bands = rows.iloc[banded]
    in_band = rows["metered_kwh"] - rows["overrun_kwh"]
    levels = values(rows["contract_kwh"])
    hover = [_hover(words, scale, str(month), row, month in free) for month, row in rows.iterrows()]
    return [
        BarMark(
            at=banded,
            foot=values(bands["lower_kwh"]),
            length=values(bands["upper_kwh"] - bands["lower_kwh"]),
            width=_BAND,
            colour=style.PALE,
            name=words.say("band"),
        ),
        BarMark(
            at=places,
            length=values(in_band),
            width=_BAR,
            colour=style.BLUE,
            name=words.say("metered, in band"),
            hover=hover,
        ),
        BarMark(
            at=places,
            foot=values(in_band),
            length=values(rows["overrun_kwh"]),
            width=_BAR,
            colour=style.RED,
            name=words.say("overrun"),
            hover=hover,
        ),
        BarMark(
            at=places,
            foot=values(rows["metered_kwh"]),
            length=values(rows["shortfall_kwh"]),
            width=_BAR,
            colour=style.AMBER,
            is_hatched=True,
            name=words.say("shortfall"),
            hover=hover,
        ),
        LineMark(
            x=[x for place in places for x in (place - _BAND / 2, place + _BAND / 2, math.nan)],
            y=[y for level in levels for y in (level, level, math.nan)],
            colour=style.INK,
            name=words.say("contracted"),
        ),
        PointMark(  # where the bars are too low to be pointed at
            x=places,
            y=values(rows[["metered_kwh", "contract_kwh"]].max(axis=1)),
            is_shown=False,
            hover=hover,
        ),
    ]


def _hover(words: ChartWords, scale: Scale, month: str, row: pd.Series, is_free: bool) -> str:
    energies = {
        words.say("contracted"): scale.text(row["contract_kwh"]),
        words.say("metered"): scale.text(row["metered_kwh"]),
        words.say("overrun"): scale.text(row["overrun_kwh"]),
        words.say("shortfall"): scale.text(row["shortfall_kwh"]),
    }
    if not is_free:
        energies[words.say("band")] = f"{scale.text(row['lower_kwh'])} – {scale.text(row['upper_kwh'])}"
    lines = [words.pair(name, f"{text} {scale.unit}") for name, text in energies.items()]
    return "\n".join([words.month(month), *lines])
