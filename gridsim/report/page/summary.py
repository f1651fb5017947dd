"""The summary: what it comes to, who paid whom, what the cost is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsim.analysis.charts import cost_waterfall
from gridsim.analysis.charts.display import energy_scale, money_scale, price_scale, rows_of
from gridsim.metering import forecast_months, months_told
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.rules.shape import CORRECTION, OVERRUN, SHORTFALL, WITHIN_UNITS
from gridsim.rules.told_values import unverified_texts
from gridsim.show.numbers import count, energy, mean_price, money, percent
from gridsim.units import round_half_up
from gridsim.words import msg, within

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.charts import Chart
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["KeyFigure", "Overview", "summary_of"]

_PARTIES = 20


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A key figure."""

    label: str
    value: str
    unit: str
    note: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """What the section shows."""

    figures: list[KeyFigure]
    flows: Listing
    accounts: Listing
    charts: dict[str, Chart]
    notes: list[str]


def summary_of(result: Result, words: PageWords, outside_micro_yuan: int) -> Overview:
    """The section's figures, tables and charts.

    Parameters
    ----------
    result : Result
    words : PageWords
    outside_micro_yuan : int
        What users without a unit pay, without corrections of earlier months.
    """
    lang = words.lang
    plot = result.plot
    flows = result.statistics.money(("item", "payer_group", "payee_group")).exact
    amounts = {str(item): int(amount) for item, amount in flows["amount_micro_yuan"].groupby("item").sum().items()}
    energy = result.statistics.energy(()).exact.sum()
    metered = int(energy["metered_kwh"]) + int(energy["outside_kwh"])
    return Overview(
        _figures(result, words, amounts, energy, outside_micro_yuan),
        _flows(flows, result.manifest["rules"]["id"], words),
        _accounts(result, words),
        {
            "waterfall": cost_waterfall(amounts, metered_kwh=metered, shape=result.rules.shape, lang=lang),
            "energy": plot.contract_and_metered(lang=lang),
            "flows": plot.money_flows(lang=lang),
            "months": plot.money_by_month(lang=lang),
        },
        _notes(result, words),
    )


def _figures(
    result: Result, words: PageWords, amounts: Mapping[str, int], energy_sums: pd.Series, outside_micro_yuan: int
) -> list[KeyFigure]:
    lang = words.lang
    contract, metered, outside = (int(energy_sums[f"{name}_kwh"]) for name in ("contract", "metered", "outside"))
    total = sum(amounts.values())
    balance = int(result.statistics.accounts(()).exact["net_micro_yuan"].sum())
    energies, sum_of_money = energy_scale(max(contract, metered), lang), money_scale(total, lang)
    prices = price_scale(lang)
    cost = total - outside_micro_yuan - sum(amounts.get(item, 0) for item in (*WITHIN_UNITS, CORRECTION))
    about_outside = ""
    if outside:
        scale = energy_scale(outside, lang)
        about_outside = words.say(
            "+ {energy} {unit} of users outside of the market", energy=scale.text(outside), unit=scale.unit
        )
    figures = [
        KeyFigure(words.say("contracted energy"), energies.text(contract), energies.unit, about_outside),
        KeyFigure(
            words.say("metered energy"),
            energies.text(metered),
            energies.unit,
            words.say("{share} of the contracts", share=percent(metered, contract)),
        ),
        KeyFigure(
            words.say("all transfers"),
            sum_of_money.text(total),
            sum_of_money.unit,
            words.say("accounts sum to {balance} yuan", balance=money(balance)),
            is_warning=balance != 0,
        ),
        KeyFigure(
            words.say("average delivered price"),
            prices.text(round_half_up(cost, metered)) if metered else "–",
            prices.unit,
            words.say("settlement units: all they and their users pay, by metered energy"),
        ),
    ]
    fees = result.rules.shape.fees
    for item in (OVERRUN, SHORTFALL, *([] if fees is None else [fees.item])):
        amount = amounts.get(item, 0)
        scale = money_scale(amount, lang)
        share = words.say("{share} of all transfers", share=percent(amount, total, 2))
        figures.append(KeyFigure(words.called("item", item), scale.text(amount), scale.unit, share))
    return [*figures, _units(result, words), _checks(result, words)]


def _units(result: Result, words: PageWords) -> KeyFigure:
    parties = {name: count(len(result.inputs[name])) for name in ("users", "generators", "retailers")}
    units = len(result.statistics.values("unit"))
    return KeyFigure(
        words.say("settlement units"),
        count(units),
        "",
        words.say("{users} users, {generators} generators, {retailers} retailers", **parties),
    )


def _checks(result: Result, words: PageWords) -> KeyFigure:
    passed = result.compliance["passed"]
    failed, judged = int(passed.eq(False).sum()), int(passed.notna().sum())
    note = words.say("of {checks} that pass or fail", checks=count(judged))
    return KeyFigure(words.say("checks not passed"), count(failed), "", note, is_warning=failed > 0)


def _flows(exact: pd.DataFrame, rules: str, words: PageWords) -> Listing:
    rows = [
        [
            words.called("item", item),
            words.called("group", payer),
            words.called("group", payee),
            count(row.lines),
            energy(row.energy_kwh),
            mean_price(row.amount_micro_yuan, row.energy_kwh),
            money(row.amount_micro_yuan),
        ]
        for (item, payer, payee), row in zip(exact.index, rows_of(exact), strict=True)
    ]
    columns = (
        text(words.say("item")),
        text(words.say("from")),
        text(words.say("to")),
        number(words.say("lines")),
        number(words.say(within("column with its unit", "MWh"))),
        number(words.say(within("column with its unit", "yuan/MWh"))),
        number(words.say(within("column with its unit", "yuan"))),
    )
    sums = exact[["lines", "amount_micro_yuan"]].sum()
    foot = [words.say("all"), "", "", count(sums["lines"]), "", "", money(sums["amount_micro_yuan"])]
    note = words.note("who_bears")
    if note:
        note = words.say("{who_bears} (choices of rule set {rules}).", who_bears=note, rules=rules)
    return listing(
        columns,
        rows,
        foot=foot,
        note=words.sentences(
            note, words.say("Money is rounded to the fen for display; the ledger is exact to 10⁻⁶ yuan.")
        ),
    )


def _accounts(result: Result, words: PageWords) -> Listing:
    table = result.statistics.accounts(("party", "party_group"))
    cut = table.top(_PARTIES)
    sides = ["paid_micro_yuan", "received_micro_yuan", "net_micro_yuan"]
    rows: list[list[str]] = []
    for (party, group), amounts in zip(cut.exact.index, rows_of(cut.exact[sides]), strict=True):
        is_rest = cut.omitted > 0 and len(rows) == _PARTIES
        name = words.say("{count} others", count=count(cut.omitted)) if is_rest else words.who("party", party)
        rows.append([name, "" if is_rest else words.called("group", group), *map(money, amounts)])
    foot = [words.say("all"), "", *(money(int(table.exact[side].sum())) for side in sides)]
    columns = (
        text(words.say("party")),
        text(words.say(within("party", "kind"))),
        *(
            number(words.say(head))
            for head in (
                msg("paid, yuan"),
                msg("received, yuan"),
                msg("net, yuan"),
            )
        ),
    )
    note = (
        words.say("The {shown} largest of {all}.", shown=count(_PARTIES), all=count(len(table))) if cut.omitted else ""
    )
    return listing(columns, rows, foot=foot, note=note)


def _notes(result: Result, words: PageWords) -> list[str]:
    told = months_told(forecast_months(result.manifest), result.manifest["scenario"]["year"], words)
    notes = [told] if told else []
    trial = int(result.statistics.money((), trial=True).exact["lines"].sum())
    if trial:
        notes.append(
            words.say(
                "A trial settlement of {lines} lines stands in the ledger, marked trial; it is in none of these sums.",
                lines=count(trial),
            )
        )
    unverified = unverified_texts(result.manifest["assumptions"], result.rules)
    if unverified:
        values = words.listed(each.told(words.lang) for each in unverified)
        notes.append(words.say("Not verified: {values}", values=values))
    return notes
