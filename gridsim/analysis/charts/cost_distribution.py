"""The distribution of a cost over draws, with the cost-at-risk and the average of what lies beyond it (CVaR)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, money_scale
from gridsim.analysis.charts.marks import BarMark, Coordinate, Dash, Mark, Panel, RuleMark
from gridsim.analysis.charts.words import ChartWords
from gridsim.analysis.tail import tail_mean
from gridsim.errors import ResultError
from gridsim.spoken import spoken_lang
from gridsim.units import RATIO_ONE, format_fixed, round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CostRisk", "cost_distribution", "cost_risk"]

_HEIGHT = 280
_MOST_BINS = 60


class CostRisk(NamedTuple):
    """What a sample of costs says about risk [micro-yuan].

    Attributes
    ----------
    draws : int
    mean : int
        Rounded half up to the micro-yuan, as is `conditional`.
    at_risk : int
        The smallest cost of the sample that at least the share `level` of it does not exceed.
    conditional : int
        The average of the worst 1 − `level` of the sample (CVaR); the draw at the edge counts in part.
    """

    draws: int
    mean: int
    at_risk: int
    conditional: int


def cost_risk(costs_micro_yuan: ArrayLike, level: float | str | Decimal = "0.95") -> CostRisk:
    """Mean, cost-at-risk and CVaR of a sample, in integers.

    Parameters
    ----------
    costs_micro_yuan : (n,) integers [micro-yuan]
    level : float, str or Decimal
        Above 0 and below 1, at most 4 decimals.

    Raises
    ------
    ResultError
        No costs, costs that are no integers, or a level outside.
    """
    return _risk(_sorted_costs(costs_micro_yuan), _level(level))


def _sorted_costs(costs: ArrayLike) -> NDArray[np.int64]:
    values = np.asarray(costs)
    if values.ndim != 1 or len(values) == 0:
        raise ResultError(
            Sentence("costs must be one number a draw, at least one, not an array of shape {shape}", shape=values.shape)
        )
    if not np.issubdtype(values.dtype, np.integer):
        raise ResultError(
            Sentence("costs must be whole micro-yuan (an integer array), not {dtype}", dtype=str(values.dtype))
        )
    return np.sort(values.astype(np.int64))


def _level(level: float | str | Decimal) -> int:
    parts = Decimal(str(level)) * RATIO_ONE
    if not 0 < parts < RATIO_ONE or parts != int(parts):
        raise ResultError(
            Sentence("level must lie between 0 and 1 and have at most 4 decimals, not {level}", level=level)
        )
    return int(parts)


def _risk(ordered: NDArray[np.int64], level: int) -> CostRisk:
    count = len(ordered)
    at = -(-level * count // RATIO_ONE)  # so many draws do not exceed the cost-at-risk
    mean = round_half_up(sum(map(int, ordered)), count)
    return CostRisk(count, mean, int(ordered[at - 1]), tail_mean(ordered, level))


def cost_distribution(
    costs_micro_yuan: ArrayLike | pd.Series | Sequence[int],
    *,
    level: float | str | Decimal = "0.95",
    who: str | None = None,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    r"""Draw how often which cost was drawn, with cost-at-risk and conditional value at risk (CVaR).

    Of the share :math:`F(c)` of draws that a cost :math:`c` is not exceeded by, at level :math:`\alpha`:

    .. math::

        \mathrm{VaR}_\alpha = \min\{c : F(c) \ge \alpha\}, \quad
        \mathrm{CVaR}_\alpha = \frac{1}{1-\alpha} \int_\alpha^1 \mathrm{VaR}_u \, du

    so that the draw at the edge counts in part (Rockafellar and Uryasev, Conditional value-at-risk for general loss
    distributions, Journal of Banking & Finance 26, 2002).

    Parameters
    ----------
    costs_micro_yuan : (n,) integers [micro-yuan]
        The cost of each draw.
    level : float, str or Decimal
        Of cost-at-risk and CVaR.
    who : str, optional
        Whose cost, as the title names it.
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
        No costs, costs that are no integers, or a level outside.

    Examples
    --------
    >>> result.plot.cost_distribution([100, 120, 130, 500], level="0.75").title
    'Distribution of cost: all draws'
    """
    lang = spoken_lang(lang)
    words = ChartWords(lang)
    ordered, parts = _sorted_costs(costs_micro_yuan), _level(level)
    risk, table = _risk(ordered, parts), _histogram(ordered)
    scale = money_scale(max(abs(int(ordered[0])), abs(int(ordered[-1]))), lang)
    scale = _fine(scale, int(ordered[-1]) - int(ordered[0]))
    share, rest = (f"{format_fixed(part, 2)}".rstrip("0").rstrip(".") + " %" for part in (parts, RATIO_ONE - parts))
    caption = words.say(
        "{count} draws. In {level} of them the cost is at most {var} {unit} (cost-at-risk); the worst {rest} cost "
        "{cvar} {unit} on average (CVaR).",
        count=f"{risk.draws:,}",
        level=share,
        rest=rest,
        var=scale.text(risk.at_risk),
        cvar=scale.text(risk.conditional),
        unit=scale.unit,
    )
    figures = pd.DataFrame(
        {
            "draws": [risk.draws],
            "mean_micro_yuan": [risk.mean],
            "at_risk_micro_yuan": [risk.at_risk],
            "conditional_micro_yuan": [risk.conditional],
        }
    )
    return Chart(
        "cost_distribution",
        {"histogram": table, "risk": figures},
        partial(_panels, words, scale, table, risk, share),
        title=words.say("Distribution of cost: {who}", who=who or words.say("all draws")),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _histogram(ordered: NDArray[np.int64]) -> pd.DataFrame:
    """How many draws lie in each class of cost; a class contains where it starts, the last also where it ends."""
    low, high = int(ordered[0]), int(ordered[-1])
    count = min(_MOST_BINS, max(1, round(2 * len(ordered) ** 0.5)), high - low + 1)
    edges = [low + (high + 1 - low) * i // count for i in range(count + 1)]
    places = np.searchsorted(ordered, np.array(edges, dtype=np.int64), side="left")
    edges[-1] = high
    return pd.DataFrame(
        {"from_micro_yuan": edges[:-1], "to_micro_yuan": edges[1:], "draws": np.diff(places).astype(np.int64)}
    )


def _fine(scale: Scale, spread: int) -> Scale:
    """As many decimals as tell the draws apart."""
    decimals = scale.decimals
    while decimals < 6 and spread * 10**decimals < 200 * scale.divisor:
        decimals += 1
    return scale._replace(decimals=decimals)


def _panels(words: ChartWords, scale: Scale, table: pd.DataFrame, risk: CostRisk, share: str) -> Sequence[Panel]:
    starts, ends = table["from_micro_yuan"].tolist(), table["to_micro_yuan"].tolist()
    counts = table["draws"].tolist()
    edges = [(scale.value(start), scale.value(end)) for start, end in zip(starts, ends, strict=True)]
    marks: list[Mark] = [
        BarMark(
            at=[(start + end) / 2 for start, end in edges],
            length=counts,
            width=[max((end - start) * 0.96, 1e-9) for start, end in edges],
            colour=[style.RED if start >= risk.at_risk else style.BLUE for start in starts],
            opacity=0.75,
            hover=[
                f"{scale.text(start)} – {scale.text(end)} {scale.unit}\n{words.pair(words.say('draws'), f'{count:,}')}"
                for start, end, count in zip(starts, ends, counts, strict=True)
            ],
        )
    ]
    for text, place, colour, dash in (
        (words.say("mean {value}", value=scale.text(risk.mean)), risk.mean, style.INK, "dot"),
        (
            words.say("cost-at-risk {level}: {value}", level=share, value=scale.text(risk.at_risk)),
            risk.at_risk,
            style.ORANGE,
            "dash",
        ),
        (
            words.say("CVaR {level}: {value}", level=share, value=scale.text(risk.conditional)),
            risk.conditional,
            style.RED,
            "solid",
        ),
    ):
        marks.append(RuleMark(at=scale.value(place), colour=colour, width=2, dash=cast("Dash", dash), name=text))
    return [
        Panel(
            marks=marks,
            x=Coordinate(title=words.say("cost [{unit}]", unit=scale.unit)),
            y=Coordinate(title=words.say("draws"), has_zero=True),
            height=_HEIGHT,
        )
    ]
