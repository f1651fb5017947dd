"""What a cost is made of, item by item (rulebook part 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale, money_scale, price_scale, rows_of
from gridsim.analysis.charts.items import DEVIATION, built_up, item_colours, stacked
from gridsim.analysis.charts.marks import BarMark, Coordinate, LineMark, Mark, Panel, TextMark
from gridsim.analysis.charts.narrowed import chosen_rows, whose
from gridsim.analysis.charts.words import ChartWords
from gridsim.rules.shape import WITHIN_UNITS
from gridsim.show.numbers import percent
from gridsim.spoken import spoken_lang
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape

__all__ = ["cost_waterfall", "cost_waterfall_of"]

_ROW = 32  # height [pixels]
_ROOM = 0.16  # for the numbers beside the bars, of what the bars take
_TOTAL = "total"


def cost_waterfall_of(
    result: Charted,
    unit: str | None = None,
    *,
    where: Where | None = None,
    trial: bool = False,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """What a cost is made of: contract energy, T&D, peak-valley adjustment, overrun, shortfall, and what follows.

    Parameters
    ----------
    unit : str, optional
        One settlement unit with its users; short for ``where={"unit": unit}``.
    where : mapping of str to str or sequence of str, optional
        By any of unit, retailer, user, tariff_class, voltage, month …
    trial : bool
        The trial settlement of the first quarter alone (N5).
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
    >>> result.plot.cost_waterfall("R1/tou", lang="zh").table[["item", "amount_yuan"]].head(3)
                 item  amount_yuan
    0          energy  9064855.629
    1    transmission  4421628.750
    2  tou_adjustment   179621.700
    """
    lang = spoken_lang(lang)
    statistics = result.statistics
    chosen = chosen_rows(where, unit=unit)
    sums = statistics.breakdown((), chosen, trial=trial).exact
    energy = statistics.energy((), chosen, trial=trial).exact
    metered = sum(int(energy[name].sum()) for name in ("metered_kwh", "outside_kwh") if name in energy)
    return cost_waterfall(
        {item: int(sums[f"{item}_micro_yuan"].sum()) for item in statistics.values("item")},
        metered_kwh=metered,
        who=whose(chosen, lang, result),
        shape=result.rules.shape,
        backend=backend,
        lang=lang,
    )


def cost_waterfall(
    amounts: Mapping[str, int],
    *,
    metered_kwh: int,
    who: str | None = None,
    shape: MarketShape | None = None,
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw the items of a cost, each on top of those before it.

    Parameters
    ----------
    amounts : mapping of str to int
        Money by item of the ledger [micro-yuan]; an item that is left out is zero. What users pay their retailer is no
        part of it.
    metered_kwh : int
        The energy that the cost is for, for the average price.
    who : str, optional
        Whose cost, as the title names it; everybody's if left out.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words, price, energy = ChartWords(lang, shape), price_scale(lang), energy_scale(metered_kwh, lang)
    table = _table(amounts, shape)
    total = int(table["amount_micro_yuan"].iloc[-1])
    scale = money_scale(int(table[["start_micro_yuan", "end_micro_yuan"]].abs().to_numpy().max()), lang)
    caption = words.say(
        "{total} {unit} in all, {average} {price_unit} on {energy} {energy_unit} metered. Deviation (overrun and "
        "shortfall fee) is {share} of it.",
        total=scale.text(total),
        unit=scale.unit,
        average=price.text(round_half_up(total, metered_kwh)) if metered_kwh else "–",
        price_unit=price.unit,
        energy=energy.text(metered_kwh),
        energy_unit=energy.unit,
        share=percent(sum(int(amounts.get(item, 0)) for item in DEVIATION), total, 2),
    )
    return Chart(
        "cost_waterfall",
        {"items": table},
        partial(_panels, words, scale, table, item_colours(shape, amounts)),
        title=words.say("What makes up the cost: {who}", who=who or words.say("the whole market")),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _table(amounts: Mapping[str, int], shape: MarketShape | None) -> pd.DataFrame:
    """Each item with where it starts and ends, and the total; what every cost is made of even where it is zero."""
    always = built_up(shape)
    amounts = {item: amount for item, amount in amounts.items() if item not in WITHIN_UNITS}
    items = [item for item in stacked(shape, amounts) if amounts.get(item) or item in always]
    steps = [int(amounts.get(item, 0)) for item in items]
    ends = list(accumulate(steps))
    return pd.DataFrame(
        {
            "item": [*items, _TOTAL],
            "amount_micro_yuan": [*steps, ends[-1]],
            "start_micro_yuan": [0, *ends[:-1], 0],
            "end_micro_yuan": [*ends, ends[-1]],
        }
    )


def _panels(words: ChartWords, scale: Scale, table: pd.DataFrame, of_items: Mapping[str, str]) -> Sequence[Panel]:
    rows = list(rows_of(table))
    total = rows[-1].amount_micro_yuan
    names = [*(words.called("item", str(row.item)) for row in rows[:-1]), words.say("all")]
    colours = {**of_items, _TOTAL: style.INK}
    feet = [scale.value(min(row.start_micro_yuan, row.end_micro_yuan)) for row in rows]
    heights = [abs(scale.value(row.amount_micro_yuan)) for row in rows]
    heads = [foot + height for foot, height in zip(feet, heights, strict=True)]
    texts = [(scale.text(row.amount_micro_yuan), percent(row.amount_micro_yuan, total)) for row in rows]
    ends = [scale.value(row.end_micro_yuan) for row in rows[:-1]]
    links = [point for i, end in enumerate(ends) for point in ((i, end), (i + 1, end), (math.nan, math.nan))]
    low, high = min(0.0, *feet), max(heads)
    places = list(range(len(rows)))
    marks: list[Mark] = [
        LineMark(x=[x for _, x in links], y=[y for y, _ in links], colour=style.GREY, width=1, dash="dot"),
        BarMark(
            at=places,
            foot=feet,
            length=heights,
            width=0.62,
            colour=[colours[str(row.item)] for row in rows],
            is_lying=True,
            hover=[
                f"{name}\n{amount} {scale.unit}\n{share}" for name, (amount, share) in zip(names, texts, strict=True)
            ],
        ),
        TextMark(x=heads, y=places, texts=["  ".join(text) for text in texts], side="right"),
    ]
    return [
        Panel(
            marks=marks,
            x=Coordinate(
                title=words.say("money [{unit}]", unit=scale.unit),
                limits=(low, high + _ROOM * (high - low or 1.0)),
            ),
            y=Coordinate(
                ticks=list(zip(places, map(style.shortened, names), strict=True)),
                limits=(-0.6, len(rows) - 0.4),
                has_grid=False,
                has_line=False,
                is_reversed=True,
            ),
            height=_ROW * len(rows),
        )
    ]
