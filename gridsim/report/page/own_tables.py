"""The tables of a party's page: its dearest positions, its months, what it earned by month and by customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.report.page.listing import Listing, deviation_columns, listing, number, text
from gridsim.report.page.own_words import position_link
from gridsim.show.numbers import NOTHING_THERE, count, energy, mean_price, money, percent, signed
from gridsim.words import within

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.report.page.better import Better
    from gridsim.report.page.derivations import Derivations
    from gridsim.report.page.linked import Told
    from gridsim.report.page.own_figures import OwnFigures
    from gridsim.report.page.own_risk import OwnRisk
    from gridsim.report.page.party import Party
    from gridsim.report.page.words import PageWords

__all__ = ["customers_of", "margins_of", "months_of", "worst_of"]

_WORST = 5
_SALES = ("retail_energy", "retail_delivery", "retail_deviation")
_COSTS = ("energy", "overrun", "fee", "shortfall", "other")


def worst_of(party: Party, figures: OwnFigures, better: Better, derivations: Derivations, told: Told) -> Listing | None:
    """The five positions with the dearest deviation, each with the contract that would have cost least."""
    words, rows = told.words, []
    for row in figures.rows[:_WORST]:
        if not row.deviation_micro_yuan:
            break
        best = better.best.get((row.unit, row.month, row.product))
        off = row.metered_kwh - row.contract_kwh
        span = NOTHING_THERE
        if best is not None:
            span = words.say("{least} to {most}", least=energy(best.contract), most=energy(best.up_to))
        rows.append(
            [
                told.link(words.month(row.month), derivations.anchor(row.unit, row.month)),
                words.listed(party.position(row.unit, row.product, words)) or words.called("product", row.product),
                energy(row.contract_kwh),
                energy(row.metered_kwh),
                signed(percent(off, row.contract_kwh), off),
                energy(row.overrun_kwh - row.shortfall_kwh),
                told.link(money(row.deviation_micro_yuan), position_link(row, derivations)),
                span,
            ]
        )
    if not rows:
        return None
    columns = [
        text(words.say("month")),
        text(words.say("position")),
        number(words.say("contracted, MWh")),
        number(words.say("metered, MWh")),
        number(words.say("deviation")),
        number(words.say("out of band, MWh")),
        number(words.say("deviation, yuan")),
        number(words.say("cheapest contract, MWh")),
    ]
    if not better.best:  # the market is one that can't be asked for it
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    note = words.say("Out of band: above it; with a minus, missing below it. A figure leads to where it is derived.")
    return listing(columns, rows, note=note)


def months_of(figures: OwnFigures, derivations: Derivations, risk: OwnRisk | None, told: Told) -> Listing:
    """The months: energies, what deviation and all cost, and beside it what the draws say."""
    words, rows = told.words, []
    first = {str(month): derivations.first(str(month)) for month in figures.months.index}
    for month, row in figures.months.iterrows():
        off = int(row["metered_kwh"] - row["contract_kwh"])
        cells: list[str] = [
            told.link(words.month(str(month)), first[str(month)]),
            energy(row["contract_kwh"]),
            energy(row["metered_kwh"]),
            signed(percent(off, int(row["contract_kwh"])), off),
            energy(row["overrun_kwh"]),
            energy(row["shortfall_kwh"]),
            money(row["deviation_micro_yuan"]),
            money(row["cost_micro_yuan"]),
            mean_price(int(row["cost_micro_yuan"]), int(row["metered_kwh"])),
        ]
        rows.append([*cells, *([] if risk is None else [money(risk.by_month.get(str(month), 0))])])
    columns = [text(words.say("month")), *deviation_columns(words)]
    if risk is not None:
        columns.append(number(words.say("deviation, yuan: {level} of draws at most", level=risk.level)))
    sums = figures.months.sum()
    off = int(sums["metered_kwh"] - sums["contract_kwh"])
    foot = [words.say("all"), energy(sums["contract_kwh"]), energy(sums["metered_kwh"])]
    foot += [signed(percent(off, int(sums["contract_kwh"])), off)]
    foot += [energy(sums["overrun_kwh"]), energy(sums["shortfall_kwh"])]
    foot += [money(sums["deviation_micro_yuan"]), money(sums["cost_micro_yuan"])]
    foot += [mean_price(int(sums["cost_micro_yuan"]), int(sums["metered_kwh"])), *([] if risk is None else [""])]
    return listing(columns, rows, foot=foot)


def _earned(rows: pd.DataFrame) -> list[int]:
    """What was sold for, what buying cost, and what is left [micro-yuan]."""
    sold = int(rows[[f"{name}_micro_yuan" for name in _SALES]].to_numpy().sum())
    bought = int(rows[[f"{name}_micro_yuan" for name in _COSTS]].to_numpy().sum())
    return [sold, bought, int(rows["margin_micro_yuan"].sum())]


def margins_of(margins: pd.DataFrame, words: PageWords) -> Listing:
    """What customers paid against what buying cost, by month."""
    rows = [
        [words.month(str(month)), *map(money, earned), percent(earned[2], earned[0], 2)]
        for month, earned in ((month, _earned(of_month)) for month, of_month in margins.groupby("month", sort=True))
    ]
    columns = (
        text(words.say("month")),
        number(words.say("customers paid, yuan")),
        number(words.say("buying cost, yuan")),
        number(words.say("margin, yuan")),
        number(words.say("of what customers paid")),
    )
    whole = _earned(margins)
    return listing(columns, rows, foot=[words.say("all"), *map(money, whole), percent(whole[2], whole[0], 2)])


def customers_of(margins: pd.DataFrame, party: Party, words: PageWords) -> Listing:
    """The customers that it earned least with."""
    users = margins[margins["user"].astype(str) != ""]
    earned: Any = users.groupby(users["user"].astype(str))["margin_micro_yuan"].sum().sort_values(kind="stable")
    rows = []
    for user in earned.index[:_WORST]:
        sold, bought, left = _earned(users[users["user"].astype(str) == user])
        name = party.users.get(user, user)
        name = name if sold else words.say("{user} (no retail contract)", user=name)
        rows.append([name, money(sold), money(bought), money(left), percent(left, sold, 2)])
    columns = (
        text(words.say("customer")),
        number(words.say(within("of a customer", "paid, yuan"))),
        number(words.say("buying cost, yuan")),
        number(words.say("margin, yuan")),
        number(words.say("of what it paid")),
    )
    left_out = len(earned) - len(rows)
    note = words.say("The {shown} with the least margin of {all}.", shown=count(len(rows)), all=count(len(earned)))
    return listing(columns, rows, note=note if left_out else "")
