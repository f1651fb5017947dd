"""What is at risk for one party, by the draws of a batch of the same scenario."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.charts import risk_heat_map
from gridsim.report.page.linked import Html, Told, told_energy, told_money
from gridsim.report.page.risk import level_shown, level_text, quantile_name
from gridsim.show.numbers import count, percent
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridsim.analysis.charts import Chart
    from gridsim.batch import Batch
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords

__all__ = ["OwnRisk", "own_risk_of"]

_LOW = Decimal("0.05")
"""The share of draws whose margins are called the worst."""
_MOST_CUSTOMERS = 3
"""So many of those that lose money are named."""


@dataclass(frozen=True, slots=True)
class OwnRisk:
    """What the page says of the draws.

    Attributes
    ----------
    sentences : list of Html
    by_month : dict of str to int
        What deviation costs at most, at the level [micro-yuan].
    level : str
        As a percentage.
    heat_map : Chart
    """

    sentences: list[Html]
    by_month: dict[str, int]
    level: str
    heat_map: Chart


def own_risk_of(
    batch: Batch,
    where: dict[str, int],
    party: Party,
    words: PageWords,
    *,
    margins: pd.DataFrame | None = None,
) -> OwnRisk:
    """The sentences and the chart.

    Parameters
    ----------
    batch : Batch
        With the metric ``positions``.
    where : dict
        The point, as `gridsim.report.page.risk.point_of` gives it.
    party : Party
    words : PageWords
    margins : DataFrame, optional
        What the party earned by user and month, of one that sells by retail contracts.
    """
    level = level_shown(batch.manifest["quantiles"])
    name, shown, told = quantile_name(level), level_text(level), Told(words)
    draws, mine = batch.manifest["draws"], {**where, **party.of_batch}
    ask = batch.statistics.deviation
    (year,) = ask((), mine, (name, "mean")).exact.to_dict("records")
    months: Any = ask("month", mine, (name, "mean")).exact
    column = f"{name}_micro_yuan"
    worst = str(months[column].idxmax())
    sentences = [
        told.say(
            "Over {draws} draws of load, deviation costs {mean} in the mean year, at most {most} in {level} of them.",
            draws=count(draws),
            mean=told_money(int(year["mean_micro_yuan"]), words),
            most=told.strong(told_money(int(year[column]), words)),
            level=shown,
        ),
        told.say(
            "The most dangerous month is {month}: at most {most} in {level} of the draws.",
            month=told.link(words.month(worst), "months"),
            most=told.strong(told_money(int(months.at[worst, column]), words)),
            level=shown,
        ),
    ]
    likely = _likeliest(batch, mine, party, words, told)
    if likely is not None:
        sentences.append(likely)
    paid = {**mine, "payer": "buyer"} if batch.manifest.get("payer") == "buyer" else mine
    (cost,) = batch.statistics.cost((), paid, (name, "mean")).exact.to_dict("records")
    sentences.append(
        told.say(
            "All that {who} pays: {mean} in the mean year, at most {most} in {level} of them.",
            who=party.name
            if "payer" in paid or not party.is_retailer
            else words.say("{name} with its users", name=party.name),
            mean=told_money(int(cost["mean_micro_yuan"]), words),
            most=told_money(int(cost[column]), words),
            level=shown,
        )
    )
    if margins is not None and "margins" in batch.manifest["metrics"]:
        sentences.append(_margin(batch, {**where, "retailer": party.id}, told))
        if "user_margins" in batch.table_names:
            sentences.append(_customers(batch, {**where, "retailer": party.id}, _buying(margins), party, told))
    by_month = {str(month): int(amount) for month, amount in months[column].items()}
    return OwnRisk(sentences, by_month, shown, _heat_map(batch, where, name, party, words))


def _margin(batch: Batch, mine: dict[str, Any], told: Told) -> Html:
    """How likely it loses money, and what is left to it in a bad year."""
    low = quantile_name(_LOW)
    (year,) = batch.statistics.margins((), mine, ("mean", low, "loss_probability")).exact.to_dict("records")
    losses = int(year["loss_draws"])
    return told.say(
        msg(
            "In {losses} of {draws} draws its margin is below zero; it is {mean} in the mean year, and at most {low} "
            "in the worst {level} of them."
        )
        if losses
        else msg(
            "In none of {draws} draws its margin is below zero; it is {mean} in the mean year, and at most {low} in "
            "the worst {level} of them."
        ),
        losses=told.strong(count(losses)),
        draws=count(batch.manifest["draws"]),
        mean=told_money(int(year["mean_micro_yuan"]), told.words),
        low=told.strong(told_money(int(year[f"{low}_micro_yuan"]), told.words)),
        level=level_text(_LOW),
    )


def _buying(margins: pd.DataFrame) -> list[str]:
    """The customers that paid by a retail contract."""
    paid = margins.filter(like="retail_").sum(axis=1).groupby(margins["user"].astype(str)).sum()
    return [str(user) for user in paid.index[paid != 0] if user]


def _customers(batch: Batch, mine: dict[str, Any], buying: Collection[str], party: Party, told: Told) -> Html:
    """Of those that buy by a contract the customers that lose it money most often, and when the first of them does."""
    words, draws, ask = told.words, batch.manifest["draws"], batch.statistics.margins
    years: Any = ask("user", mine, ("loss_probability", "mean")).exact
    years = years[years.index.isin(buying) & (years["loss_draws"] > 0)]
    years = years.sort_values(["loss_draws", "mean_micro_yuan"], ascending=[False, True], kind="stable")
    if years.empty:
        return told.say("In no draw a customer with a retail contract costs it more than it pays in the year.")
    first = str(years.index[0])
    months: Any = ask("month", {**mine, "user": first}, "loss_probability").exact["loss_draws"]
    customers = [
        words.say(
            "{user} in {losses} of {draws} draws ({mean} in the mean year)",
            user=party.users.get(str(user), str(user)),
            losses=count(int(row["loss_draws"])),
            draws=count(draws),
            mean=told_money(int(row["mean_micro_yuan"]), words),
        )
        for user, row in years.head(_MOST_CUSTOMERS).iterrows()
    ]
    return told.say(
        "Customers with a retail contract that cost it more than they pay, the likeliest first: {customers}; {first} "
        "most often in {month}.",
        customers=told.strong(words.listed(customers)),
        first=party.users.get(first, first),
        month=told.link(words.month(str(months.idxmax())), "months"),
    )


def _heat_map(batch: Batch, where: dict[str, int], name: str, party: Party, words: PageWords) -> Chart:
    """The months of each unit, which go by their names."""
    mine: Any = {**where, "unit": list(party.units)}
    rows = batch.statistics.deviation(("unit", "month"), mine, (name, "mean")).exact.reset_index()
    risks = pd.DataFrame(
        {
            "who": [party.unit(str(unit), words) or party.name for unit in rows["unit"]],
            "month": rows["month"],
            "risk_micro_yuan": rows[f"{name}_micro_yuan"],
            "mean_micro_yuan": rows["mean_micro_yuan"],
        }
    )
    return risk_heat_map(risks, what="deviation", level=name, forecast=words.forecast, lang=words.lang)


def _likeliest(batch: Batch, mine: dict[str, Any], party: Party, words: PageWords, told: Told) -> Html | None:
    """The position that leaves its band most often."""
    asked = ("overrun_probability", "shortfall_probability", "overrun", "shortfall")
    rows: Any = batch.statistics.deviation(("unit", "month", "product"), mine, asked).exact
    draws = batch.manifest["draws"]
    over, under = (rows[f"{side}_draws"] for side in ("overrun", "shortfall"))
    if rows.empty or not max(over.max(), under.max()):
        return None
    is_over = over.max() >= under.max()
    side = "overrun" if is_over else "shortfall"
    unit, month, product = rows[f"{side}_draws"].idxmax()
    row = rows.loc[(unit, month, product)]
    blanks = {
        "what": words.listed([words.month(str(month)), *party.position(str(unit), str(product), words)]),
        "share": percent(int(row[f"{side}_draws"]), draws, 0),
        "energy": told_energy(int(row[f"{side}_kwh"]), words),
    }
    if is_over:
        return told.say(
            "Likeliest to leave its band: {what}, above it in {share} of the draws, by {energy} on average.", **blanks
        )
    return told.say(
        "Likeliest to leave its band: {what}, below it in {share} of the draws, by {energy} on average.", **blanks
    )
