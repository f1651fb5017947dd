"""What every contract energy would cost: the curve of a sized position, its break points and its least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale, money_scale
from gridsim.analysis.charts.marks import BandMark, Coordinate, LineMark, Mark, Panel, PointMark
from gridsim.analysis.charts.words import ChartWords

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.rules.shape import MarketShape

__all__ = ["cost_by_contract"]

_HEIGHT = 280
_MOST_BREAK_POINTS = 60  # more would be a thick line


def cost_by_contract(
    curve: pd.DataFrame,
    break_points: pd.DataFrame,
    *,
    optimum_kwh: int,
    up_to_kwh: int | None = None,
    unit: str,
    month: str,
    product: str,
    draws: int,
    is_weighted: bool = False,
    shape: MarketShape | None = None,
    people: Mapping[str, str] | None = None,
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw expected cost (with the CVaR in it, if risk counts) against contract energy.

    Parameters
    ----------
    curve : DataFrame
        `contract_kwh`, rising, and `cost_micro_yuan`; the optimum is among the rows.
    break_points : DataFrame
        The same where the curve changes its slope.
    optimum_kwh : int
        The contract energy that costs least.
    up_to_kwh : int, optional
        The largest that costs as little.
    unit, month, product : str
        Of which position.
    draws : int
        How many loads the cost is expected over.
    is_weighted : bool
        Whether the draws have different weights, for the CVaR.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    people : mapping of str to str, optional
        Names of participants by id.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape, people=people)
    energy = energy_scale(int(curve["contract_kwh"].iloc[-1]), lang)
    money = money_scale(int(curve["cost_micro_yuan"].abs().max()), lang)
    count = f"{draws:,}"
    caption = words.say("Expected cost over {draws} equally likely loads.", draws=count)
    if is_weighted:
        caption = words.say(
            "Expected cost over {draws} equally likely loads, with the CVaR: the dearest count more.", draws=count
        )
    shown = break_points[break_points["contract_kwh"] <= curve["contract_kwh"].iloc[-1]]
    if len(break_points) > _MOST_BREAK_POINTS:
        bends = words.say(
            "The curve bends at {count} energies; the table has them all.", count=f"{len(break_points):,}"
        )
        caption, shown = words.sentences(caption, bends), shown.head(0)
    least = curve[curve["contract_kwh"] == optimum_kwh]
    level = (optimum_kwh, up_to_kwh) if up_to_kwh is not None and up_to_kwh > optimum_kwh else None
    position = {
        "unit": words.called("unit", unit),
        "month": words.month(month),
        "product": words.called("product", product),
    }
    return Chart(
        "cost_by_contract",
        {"curve": curve, "break_points": break_points},
        partial(_panels, words, energy, money, curve, shown, least, level),
        title=words.say("Cost by contract energy: {unit}, {month}, {product}", **position),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _panels(
    words: ChartWords,
    energy: Scale,
    money: Scale,
    curve: pd.DataFrame,
    break_points: pd.DataFrame,
    least: pd.DataFrame,
    level: tuple[int, int] | None,
) -> Sequence[Panel]:
    def points(rows: pd.DataFrame) -> tuple[list[float], list[float]]:
        energies = [energy.value(kwh) for kwh in rows["contract_kwh"]]
        return energies, [money.value(cost) for cost in rows["cost_micro_yuan"]]

    def hover(rows: pd.DataFrame) -> list[str]:
        columns = rows["contract_kwh"].tolist(), rows["cost_micro_yuan"].tolist()
        return [
            f"{energy.text(kwh)} {energy.unit}\n{money.text(cost)} {money.unit}"
            for kwh, cost in zip(*columns, strict=True)
        ]

    marks: list[Mark] = []
    if level:
        start, end = map(energy.value, level)
        name = words.say("equally cheap: up to {energy} {unit}", energy=energy.text(level[1]), unit=energy.unit)
        marks.append(BandMark(start=start, end=end, colour=style.LIGHT, opacity=0.6, name=name))
    x, y = points(curve)
    marks += [
        LineMark(x=x, y=y, colour=style.BLUE, name=words.say("cost")),
        PointMark(x=x, y=y, is_shown=False, hover=hover(curve)),
    ]
    if len(break_points):
        x, y = points(break_points)
        name = words.say("break points")
        marks.append(PointMark(x=x, y=y, size=6, name=name, hover=hover(break_points)))
    x, y = points(least)
    name = words.say("least cost: {energy} {unit}", energy=energy.text(least["contract_kwh"].iloc[0]), unit=energy.unit)
    marks.append(PointMark(x=x, y=y, colour=style.RED, size=11, symbol="diamond", name=name, hover=hover(least)))
    return [
        Panel(
            marks=marks,
            x=Coordinate(title=words.say("contract energy [{unit}]", unit=energy.unit)),
            y=Coordinate(title=words.say("cost [{unit}]", unit=money.unit)),
            height=_HEIGHT,
        )
    ]
