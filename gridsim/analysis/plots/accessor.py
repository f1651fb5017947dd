"""``result.plot``: every chart as one call, drawn from the statistics of a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.contract_and_metered import contract_and_metered
from gridsim.analysis.plots.cost_distribution import cost_distribution
from gridsim.analysis.plots.cost_waterfall import cost_waterfall
from gridsim.analysis.plots.deviation_heat_map import deviation_heat_map
from gridsim.analysis.plots.market_prices import market_prices
from gridsim.analysis.plots.money_flows import money_flows
from gridsim.analysis.plots.named_flows import named_flows
from gridsim.analysis.plots.supply_demand import supply_demand
from gridsim.analysis.plots.tornado import tornado
from gridsim.analysis.plots.words import ChartWords
from gridsim.columns import ITEMS
from gridsim.errors import ResultError
from gridsim.units import round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    from decimal import Decimal

    from numpy.typing import ArrayLike

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.statistics import Statistics
    from gridsim.result import Result

__all__ = ["Plots", "largest_book"]

_BANDS = ["contract_kwh", "metered_kwh", "lower_kwh", "upper_kwh", "overrun_kwh", "shortfall_kwh"]
_DEVIATIONS = ["contract_kwh", "metered_kwh", "overrun_kwh", "shortfall_kwh", "deviation_micro_yuan"]


class Plots:
    """The charts of a result.

    All take ``backend="plotly"`` (for screens) or ``"matplotlib"`` (for papers) and ``lang="en"`` or ``"zh"``, and
    give a `Chart`: notebooks show it, ``.table`` is the table behind it, ``.exact`` the same as integers,
    ``.save(path)`` writes it. ``where=`` narrows as in `Statistics`. What is too much for a chart is left to the
    largest; the caption says so.

    Parameters
    ----------
    result : Result
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    @property
    def _statistics(self) -> Statistics:
        return self._result.statistics

    def supply_demand(
        self,
        session: str | None = None,
        product: str | None = None,
        delivery: str | None = None,
        segment: str | None = None,
        *,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """Supply and demand of one book with its matched pairs.

        Parameters
        ----------
        session : str, optional
            The book in which most was traded, of those that fit, if it or any of the others is left out.
        product, delivery, segment : str, optional

        Raises
        ------
        ResultError
            There is no such book; the message lists what there is.
        """
        asked = {"session": session, "product": product, "delivery": delivery, "segment": segment}
        book = largest_book(self._statistics, asked) or asked
        if book["session"] is None:
            raise ResultError(Sentence("supply_demand: nothing was matched in this result; name the session of a book"))
        curve = self._statistics.curve(book["session"], book["product"], book["delivery"], book["segment"])
        return supply_demand(
            curve.exact["orders"],
            curve.exact["pairs"],
            session=curve.book["session"],
            delivery=curve.book["delivery"],
            product=curve.book["product"],
            segment=curve.book["segment"],
            backend=backend,
            lang=lang,
        )

    def contract_and_metered(
        self,
        unit: str | None = None,
        *,
        where: Where | None = None,
        trial: bool = False,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """Contracted and metered energy with its bands, by month and product.

        Parameters
        ----------
        unit : str, optional
            One settlement unit; short for ``where={"unit": unit}``.
        where : mapping, optional
        trial : bool
            The trial settlement of the first quarter, which has bands (N5).
        """
        chosen = _chosen(where, unit=unit)
        rules = self._result.rules
        table = self._statistics.deviation(("month", "product"), chosen, trial=trial)
        units = len(self._statistics.deviation("unit", chosen, trial=trial))
        return contract_and_metered(
            _exact(table, _BANDS),
            who=_who(chosen, lang),
            units=units,
            months_without_band=() if trial else sorted(rules.values.transition.months),
            clause=rules.clauses_of("transition.months"),
            backend=backend,
            lang=lang,
        )

    def cost_waterfall(
        self,
        unit: str | None = None,
        *,
        where: Where | None = None,
        trial: bool = False,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """What a cost is made of: contract energy, T&D, time-of-use adjustment, overrun, shortfall, and what follows.

        Parameters
        ----------
        unit : str, optional
            One settlement unit with its users; short for ``where={"unit": unit}``.
        where : mapping, optional
            By any of unit, retailer, user, tariff_class, voltage, month …
        trial : bool
        """
        chosen = _chosen(where, unit=unit)
        sums = self._statistics.breakdown((), chosen, trial=trial).exact
        energy = self._statistics.energy((), chosen, trial=trial).exact
        metered = sum(int(energy[name].sum()) for name in ("metered_kwh", "outside_kwh") if name in energy)
        return cost_waterfall(
            {item: int(sums[f"{item}_micro_yuan"].sum()) for item in ITEMS},
            metered_kwh=metered,
            who=_who(chosen, lang),
            backend=backend,
            lang=lang,
        )

    def money_flows(
        self, *, where: Where | None = None, top: int = 8, backend: Backend = "plotly", lang: Lang = "en"
    ) -> Chart:
        """Who pays whom, as a Sankey diagram.

        Parameters
        ----------
        where : mapping, optional
        top : int
            At most so many payers and so many payees stand there by name, if they have 1 % of the money; the others of
            each group as one.
        """
        chosen = _chosen(where)
        flows, others = named_flows(self._statistics, chosen, top)
        months = chosen.get("month", ())
        months = (months,) if isinstance(months, str) else tuple(months)
        return money_flows(flows, others=others, named=top, months=months, backend=backend, lang=lang)

    def deviation_heat_map(
        self, *, where: Where | None = None, top: int = 30, backend: Backend = "plotly", lang: Lang = "en"
    ) -> Chart:
        """Deviation of settlement units by month, those with the largest deviation money first.

        Parameters
        ----------
        where : mapping, optional
        top : int
            So many units.

        Raises
        ------
        ResultError
            Nothing was chosen: no unit has a position there.
        """
        chosen = _chosen(where)
        by_unit = self._statistics.deviation("unit", chosen).exact["deviation_micro_yuan"]
        units = by_unit.sort_values(ascending=False, kind="stable").index[:top].tolist()
        if not units:
            raise ResultError(Sentence("deviation_heat_map: this result has no positions here"))
        table = _exact(self._statistics.deviation(("unit", "month"), {**chosen, "unit": units}), _DEVIATIONS)
        order = {unit: i for i, unit in enumerate(units)}
        table = table.sort_values("unit", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)
        return deviation_heat_map(table, all_units=len(by_unit), backend=backend, lang=lang)

    def market_prices(
        self, *, where: Where | None = None, top: int = 60, backend: Backend = "plotly", lang: Lang = "en"
    ) -> Chart:
        """Prices and energy of the trading sessions.

        Parameters
        ----------
        where : mapping, optional
            By session, kind, product, delivery, segment, generator, buyer, retailer.
        top : int
            So many sessions, those with the most energy, in order of time.
        """
        table = _exact(self._statistics.market_prices(("session", "product"), where))
        energy = table.groupby("session", sort=False, observed=True)["energy_kwh"].sum()
        shown = set(energy.sort_values(ascending=False, kind="stable").index[:top])
        table = table[table["session"].isin(shown)].reset_index(drop=True)
        prices = pd.DataFrame(
            {
                "session": table["session"],
                "product": table["product"],
                "energy_kwh": table["energy_kwh"],
                "average_micro_yuan_per_kwh": [
                    round_half_up(amount, kwh) if kwh else 0
                    for amount, kwh in zip(
                        table["amount_micro_yuan"].tolist(), table["energy_kwh"].tolist(), strict=True
                    )
                ],
                "lowest_micro_yuan_per_kwh": table["lowest"],
                "highest_micro_yuan_per_kwh": table["highest"],
                "trades": table["trades"],
            }
        )
        return market_prices(prices, all_sessions=len(energy), backend=backend, lang=lang)

    def cost_distribution(
        self,
        costs_micro_yuan: ArrayLike,
        *,
        level: float | str | Decimal = "0.95",
        who: str | None = None,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """The distribution of a cost over draws, with cost-at-risk and CVaR.

        Parameters
        ----------
        costs_micro_yuan : (n,) integers [micro-yuan]
            The cost of each draw.
        level : float, str or Decimal
            Of cost-at-risk and CVaR.
        who : str, optional
            Whose cost, as the title names it.

        Raises
        ------
        ResultError
            No costs, costs that are no integers, or a level outside 0 to 1.
        """
        return cost_distribution(costs_micro_yuan, level=level, who=who, backend=backend, lang=lang)

    def tornado(
        self,
        sensitivity: pd.DataFrame,
        *,
        base_micro_yuan: int | None = None,
        top: int = 15,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """What a result depends on most.

        Parameters
        ----------
        sensitivity : DataFrame
            One row per ``parameter`` with ``low_micro_yuan`` and ``high_micro_yuan``, the result at its low and its
            high value.
        base_micro_yuan : int, optional
            The result that changes are held against; this result's whole cost if left out.
        top : int
            So many parameters.

        Raises
        ------
        ResultError
            A column is missing, or there is no row.
        """
        if base_micro_yuan is None:
            base_micro_yuan = int(self._statistics.breakdown().exact["total_micro_yuan"].sum())
        return tornado(sensitivity, base_micro_yuan=base_micro_yuan, top=top, backend=backend, lang=lang)

    def __repr__(self) -> str:
        names = [name for name in vars(type(self)) if not name.startswith("_")]
        return f"Plots({', '.join(names)})"


def largest_book(statistics: Statistics, asked: Mapping[str, str | None]) -> dict[str, str | None] | None:
    """Of the books that fit what was asked for, the one in which most was matched; None if nothing was."""
    kinds = [kind for kind in statistics.values("kind") if kind not in {"annual_bilateral", "bilateral"}]
    where: dict[str, Any] = {name: text for name, text in asked.items() if text is not None}
    dimensions = ("session", "product", "delivery", "segment")
    try:
        table = statistics.market_prices(dimensions, {**where, "kind": kinds}).exact
    except ResultError:
        return None  # an unknown name: who looks for the book lists what there is
    if table.empty:
        return None
    found: Any = table["energy_kwh"].idxmax()
    return dict(zip(dimensions, map(str, found), strict=True))


def _chosen(where: Where | None, **shorts: str | None) -> dict[str, Any]:
    return {**(where or {}), **{name: text for name, text in shorts.items() if text is not None}}


def _exact(table: Any, columns: list[str] | None = None) -> pd.DataFrame:
    """The integers of a statistics table with its dimensions as columns."""
    exact = table.exact if columns is None else table.exact[columns]
    frame: pd.DataFrame = exact.reset_index()
    return frame


def _who(chosen: Mapping[str, Any], lang: Lang) -> str | None:
    """What the title says of what was chosen."""
    if not chosen:
        return None
    words, parts = ChartWords(lang), []
    for dimension, texts in chosen.items():
        listed = [texts] if isinstance(texts, str) else list(texts)
        if dimension == "month":
            parts.append(words.months(sorted(listed)))
        elif dimension in {"unit", "retailer"}:
            parts.append(words.say(dimension, **{dimension: words.listed(listed)}))
        else:
            parts.append(words.listed([words.name(text) for text in listed]))
    return words.listed(parts)
