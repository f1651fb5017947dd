"""What `optimal_cover` gives: the energies, what they cost, and why no other amount is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.analysis.charts.display import shown as _shown
from gridsim.errors import ResultError
from gridsim.names import NamingLanguage
from gridsim.spoken import spoken_lang
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, RATIO_ONE, format_fixed, round_half_up
from gridsim.words import Sentence, listed, msg, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.charts import Backend, Chart, Lang
    from gridsim.analysis.cover.one import Hinges, Optimum
    from gridsim.analysis.cover.position_terms import Terms

__all__ = ["Cover", "PositionCover"]

_CURVE_POINTS = 201
_FORM = msg(
    "{unit}, {month}, {product}: a kWh more of contract widens the band by {upper} kWh, each saving\n"
    "{gain} yuan/MWh (overrun {overrun} less in band {in_band}) when load lies above the band, and lifts the\n"
    "lower edge by {lower} kWh, each costing {shortfall} yuan/MWh when load lies below. The best contract C has\n"
    "    {upper} × {gain} × P(load > {upper} C) = {lower} × {shortfall} × P(load < {lower} C)\n"
    "C = {contract} MWh: P(load > {upper} C) = {above:.4f}, P(load < {lower} C) = {below:.4f};\n"
    "{left:.4f} on the left, {right:.4f} on the right{weighted}."
)
_WEIGHTED = msg("(draws weighted for the CVaR: the worst count more)")


@dataclass(frozen=True, eq=False)
class PositionCover:
    """The best contract energy of one position under one price, exactly.

    Attributes
    ----------
    terms : Terms
    hinges : Hinges
        The weighted cost as a function of the contract energy.
    optimum : Optimum
    is_weighted : bool
        Whether the draws have different weights, for the CVaR.
    """

    terms: Terms
    hinges: Hinges
    optimum: Optimum
    is_weighted: bool

    def curve(self) -> pd.DataFrame:
        """Weighted cost by contract energy, to draw or to read: ``contract_mwh``, ``cost_yuan``."""
        return _shown(self.exact_curve())

    def break_points(self) -> pd.DataFrame:
        """Where the curve changes its slope: ``contract_mwh``, ``cost_yuan``."""
        return _shown(self.exact_break_points())

    def exact_curve(self, points: int = _CURVE_POINTS) -> pd.DataFrame:
        """The same in kWh and micro-yuan, the mean cost rounded to the micro-yuan; the optimum is among the points."""
        top = max(2 * self.optimum.contract, int(self.hinges.energy[-1]), 1)
        energies = np.linspace(0, top, points).astype(np.int64)
        return self._frame(np.unique(np.append(energies, [self.optimum.contract, self.optimum.up_to])))

    def exact_break_points(self) -> pd.DataFrame:
        """The same in kWh and micro-yuan."""
        return self._frame(self.hinges.break_points())

    def _frame(self, energies: NDArray[np.int64]) -> pd.DataFrame:
        weight = int(self.hinges.weight.sum())
        cost = [round_half_up(int(value), weight) for value in self.hinges.cost(energies)]
        return pd.DataFrame({"contract_kwh": energies, "cost_micro_yuan": cost})

    def plot(self, *, backend: Backend = "plotly", lang: Lang | None = None) -> Chart:
        """The cost curve with its break points and its least.

        Parameters
        ----------
        backend : {"plotly", "matplotlib"}
        lang : {"en", "zh"}, optional
            Language; if left out, that of ``GRIDSIM_LANG``, else English.
        """
        from gridsim.analysis.charts import cost_by_contract

        return cost_by_contract(
            self.exact_curve(),
            self.exact_break_points(),
            optimum_kwh=self.optimum.contract,
            up_to_kwh=self.optimum.up_to,
            unit=self.terms.unit,
            month=self.terms.month,
            product=self.terms.product,
            draws=len(self.hinges.energy),
            is_weighted=self.is_weighted,
            shape=self.terms.shape,
            people=self.terms.people,
            backend=backend,
            lang=spoken_lang(lang),
        )

    def quantile_form(self, lang: Lang | None = None) -> str:
        """The condition that the optimum meets: a newsvendor's quantile, with a band on both sides."""
        lang = spoken_lang(lang)
        hinges, terms = self.hinges, self.terms
        if hinges.more_over or hinges.more_under:
            raise ResultError(Sentence("optimal_cover: with several bands on one side there is no quantile form"))
        above, below = hinges.chances(self.optimum.contract)
        gain = hinges.overrun_price - hinges.in_band_price
        upper, lower = hinges.upper / RATIO_ONE, hinges.lower / RATIO_ONE

        def price(value: int) -> str:
            return format_fixed(value, PRICE_DECIMALS)

        words = NamingLanguage(lang, terms.shape, terms.people)
        weighted = ""
        if self.is_weighted:
            weighted = ("" if lang == "zh" else " ") + words.say(_WEIGHTED)
        return words.say(
            _FORM,
            unit=words.called("unit", terms.unit),
            month=terms.month,
            product=words.called("product", terms.product),
            upper=upper,
            lower=lower,
            gain=price(gain),
            overrun=price(hinges.overrun_price),
            in_band=price(hinges.in_band_price),
            shortfall=price(hinges.shortfall_price),
            contract=format_fixed(self.optimum.contract, ENERGY_DECIMALS),
            above=above,
            below=below,
            left=upper * gain / 1000 * above,
            right=lower * hinges.shortfall_price / 1000 * below,
            weighted=weighted,
        )


@dataclass(frozen=True, eq=False)
class Cover:
    """How much to contract.

    Attributes
    ----------
    table : DataFrame
        One row per contract, or per position where each is sized by itself: ``contract``, ``month``, ``product``,
        ``price_yuan_per_mwh``, ``energy_mwh``, and where it is exact ``up_to_mwh``: every energy from ``energy_mwh``
        to there costs the same.
    expected_yuan : float
        Expected cost [yuan] of all positions with these energies.
    cvar_yuan : float
        Mean cost of the worst 1 − level of the draws [yuan].
    uncovered_yuan : float
        Expected cost without any contract [yuan].
    costs : (D,) float64 array
        Cost of each draw [yuan].
    method : str
        ``exact``, or ``numerical``.
    load : str
        Where the draws come from.
    positions : tuple of PositionCover
        Of an exact answer, one per position; empty for a numerical one.
    """

    table: pd.DataFrame
    expected_yuan: float
    cvar_yuan: float
    uncovered_yuan: float
    costs: NDArray[np.float64]
    method: str
    load: str
    positions: Sequence[PositionCover]

    def position(self, month: str | None = None, product: str | None = None) -> PositionCover:
        """The exact answer of one position: its curve, break points and quantile form.

        Raises
        ------
        ResultError
            There is no such position, or several; the message lists what there is.
        """
        found = [
            cover
            for cover in self.positions
            if month in (None, cover.terms.month) and product in (None, cover.terms.product)
        ]
        if len(found) == 1:
            return found[0]
        there = named(f"{cover.terms.month} {cover.terms.product}" for cover in found or self.positions)
        what = Sentence("optimal_cover: no such position")
        if found:
            what = Sentence("optimal_cover: several positions")
        choice = Sentence("choose month and product from: {names}", names=there or Sentence("none (numerical)"))
        raise ResultError(listed(what, choice))

    def __repr__(self) -> str:
        return (
            f"Cover({self.method}, {len(self.table)} rows, expected {self.expected_yuan:,.2f} yuan, "
            f"without contract {self.uncovered_yuan:,.2f} yuan)"
        )
