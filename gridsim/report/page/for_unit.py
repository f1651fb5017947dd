"""A page for one party: what happened, why, what is at risk and what would have been better; the market behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts import contract_and_metered
from gridsim.analysis.regimes import without_bands
from gridsim.report.page.better import better_of
from gridsim.report.page.derivations import Derivations
from gridsim.report.page.linked import Html, Told, told_energy, told_money
from gridsim.report.page.listing import Listing
from gridsim.report.page.own_against import against_of
from gridsim.report.page.own_figures import own_figures
from gridsim.report.page.own_market import own_market_of
from gridsim.report.page.own_risk import own_risk_of
from gridsim.report.page.own_tables import customers_of, margins_of, months_of, worst_of
from gridsim.report.page.own_words import happened, named_position, why
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.analysis.charts import Chart
    from gridsim.batch import Batch
    from gridsim.report.page.better import Better
    from gridsim.report.page.own_figures import OwnFigures
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["OwnPage", "Said", "own_page"]


@dataclass(frozen=True, slots=True)
class Said:
    """A question of the reader's, and the sentences that answer it."""

    anchor: str
    title: str
    sentences: list[Html]


@dataclass(frozen=True)
class OwnPage:
    """What the page shows.

    Attributes
    ----------
    title : str
        Who it is for.
    answers : list of Said
    worst, months : Listing
    margins, customers, market : Listing or None
    derivations : Derivations
    charts : dict of str to Chart
    """

    title: str
    answers: list[Said]
    worst: Listing | None
    months: Listing
    margins: Listing | None
    customers: Listing | None
    market: Listing | None
    derivations: Derivations
    charts: dict[str, Chart]


def own_page(
    result: Result,
    party: Party,
    words: PageWords,
    *,
    batch: Batch | None = None,
    where: dict[str, int] | None = None,
    against: Result | None = None,
) -> OwnPage:
    """Compose the page.

    Parameters
    ----------
    result : Result
    party : Party
    words : PageWords
    batch : Batch, optional
        With the metric ``positions``, of the same scenario.
    where : dict, optional
        The point of the batch, as `gridsim.report.page.risk.point_of` gives it.
    against : Result, optional
        Another run of the same year.
    """
    figures, derivations = own_figures(result, party), Derivations(result, party, words)
    risk = None if batch is None else own_risk_of(batch, where or {}, party, words, margins=figures.margins)
    better = better_of(result.scenario(), party, figures)
    reasons = why(result, party, figures, derivations, words)
    if against is not None:
        reasons += against_of(result, against, party, words)
    told = Told(words)
    nothing = told.say(
        "No batch of draws stands beside this page (gridsim report DIR --for {who} --batch DIR), so it says nothing of "
        "what may happen.",
        who=party.id,
    )
    answers = [
        Said("happened", words.say("What happened"), happened(result, party, figures, derivations, words)),
        Said("why", words.say("Why"), reasons),
        Said("risk", words.say("What is at risk"), [nothing] if risk is None else risk.sentences),
        Said("better", words.say("What would have been better"), _better(party, figures, better, told)),
    ]
    charts = {"energy": _energies(result, party, figures, words)}
    if risk is not None:
        charts["risk"] = risk.heat_map
    return OwnPage(
        title=party.title(words),
        answers=answers,
        worst=worst_of(party, figures, better, derivations, told),
        months=months_of(figures, derivations, risk, told),
        margins=None if figures.margins is None else margins_of(figures.margins, words),
        customers=None if figures.margins is None else customers_of(figures.margins, party, words),
        market=own_market_of(result, party, words),
        derivations=derivations,
        charts=charts,
    )


def _energies(result: Result, party: Party, figures: OwnFigures, words: PageWords) -> Chart:
    """Contracted and metered energy, under the party's name."""
    names = ["contract_kwh", "metered_kwh", "lower_kwh", "upper_kwh", "overrun_kwh", "shortfall_kwh"]
    without, shape = without_bands(result.rules), result.rules.shape
    return contract_and_metered(
        figures.positions.groupby(["month", "product"], sort=True, as_index=False)[names].sum(),
        who=party.title(words),
        units=len(party.units),
        products=shape.product_ids,
        months_without_band=without.months,
        clause=without.clause,
        shape=shape,
        forecast=words.forecast,
        lang=words.lang,
    )


def _better(party: Party, figures: OwnFigures, better: Better, told: Told) -> list[Html]:
    words = told.words
    rows = {(row.unit, row.month, row.product): row for row in figures.rows}
    sentences: list[Html] = []
    if better.refused is not None:
        reason = better.refused.told(words.lang)
        sentences.append(
            told.say("Which contract would have cost least can't be told in this market: {reason}.", reason=reason)
        )
        sentences += _within_bands(party, figures, told)
    elif not better.best:
        return [told.say("Without a contract that has a price, nothing can be said of a better one.")]
    if better.best and not better.saving:
        sentences.append(
            told.say("With the load that came, no other contract at the same prices would have cost less.")
        )
    elif better.best:
        key, best = max(better.best.items(), key=lambda pair: pair[1].saving)
        sentences.append(
            told.say(
                "With the load that came, the best contracts at the same prices would have cost {saving} less: most of "
                "all {what}, with {least} to {most} instead of {held} ({part} less).",
                saving=told.strong(told_money(better.saving, words)),
                what=told.link(named_position(rows[key], party, words), "worst")
                if key in rows
                else words.month(key[1]),
                least=told_energy(best.contract, words),
                most=told_energy(best.up_to, words),
                held=told_energy(int(rows[key].contract_kwh) if key in rows else 0, words),
                part=told_money(best.saving, words),
            )
        )
    if better.by_history is not None:
        sentences.append(_by_history(better, told))
    return sentences


def _by_history(better: Better, told: Told) -> Html:
    """What contracts would have cost that earlier years alone advise, as one could have known."""
    words = told.words
    blanks = {
        "advised": told_energy(better.history_kwh, words),
        "held": told_energy(better.contract_kwh, words),
        "money": told_money(abs(better.by_history or 0), words),
    }
    return told.say(
        msg(
            "Where there are bands, contracts by earlier years alone would have been {advised} instead of {held}, "
            "and cost {money} less."
        )
        if (better.by_history or 0) >= 0
        else msg(
            "Where there are bands, contracts by earlier years alone would have been {advised} instead of {held}, "
            "and cost {money} more."
        ),
        **blanks,
    )


def _within_bands(party: Party, figures: OwnFigures, told: Told) -> list[Html]:
    """The contracts with which the dearest position would have had no deviation at all."""
    words = told.words
    row: Any = next(iter(figures.rows), None)
    if row is None or not (row.deviation_micro_yuan and row.contract_kwh and row.upper_kwh and row.lower_kwh):
        return []
    least = -(-row.metered_kwh * row.contract_kwh // row.upper_kwh)
    most = row.metered_kwh * row.contract_kwh // row.lower_kwh
    return [
        told.say(
            "Nothing would have been paid for deviation in {what} with {least} to {most} contracted instead of {held}.",
            what=told.link(named_position(row, party, words), "worst"),
            least=told_energy(least, words),
            most=told_energy(most, words),
            held=told_energy(row.contract_kwh, words),
        )
    ]
