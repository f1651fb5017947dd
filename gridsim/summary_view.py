"""What is shown of a summary, as of `gridsim run`: who paid whom, what each party comes to, how far units were off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gridsim.metering import months_told
from gridsim.names import NamingLanguage
from gridsim.show.document import grid
from gridsim.show.numbers import count, energy, mean_price, money, percent
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.show.document import Block, Grid
    from gridsim.summed import Account, Flow, SummedResult
    from gridsim.words import Lang

__all__ = ["summary_document"]

_TOP_UNITS = 10
_TOP_PARTIES = 14
_MWH = within("column with its unit", "MWh")
_YUAN = within("column with its unit", "yuan")
_MEAN = within("column with its unit", "yuan/MWh")


def summary_document(summary: SummedResult, lang: Lang) -> list[Block]:
    """The summary as tables, and what else ought to be known.

    Parameters
    ----------
    summary : SummedResult
    lang : {"en", "zh"}
    """
    words = NamingLanguage(lang, summary.shape)
    tables = (_flows(summary.flows, words), _accounts(summary, words), _deviations(summary, words))
    return [*(block for table in tables for block in (table, "")), *_notes(summary, words)]


def _notes(summary: SummedResult, words: NamingLanguage) -> list[str]:
    balance = words.say("Accounts of all parties sum to {balance} yuan.", balance=money(summary.balance_micro_yuan))
    rounded = words.say("(yuan rounded to the fen for display; the ledger is exact)")
    told = months_told(summary.forecast_months, summary.year, words)
    notes = [*([told] if told else []), words.sentences(balance, rounded)]
    who_bears = words.note("who_bears")
    if who_bears:
        notes.append(words.say("{who_bears} (choices of rule set {rules}).", who_bears=who_bears, rules=summary.rules))
    if summary.trial_lines:
        notes.append(
            words.say(
                "A trial settlement of {lines} lines stands in the ledger, marked trial; it is not in these sums.",
                lines=count(summary.trial_lines),
            )
        )
    if summary.rejected:
        notes.append(words.say("Not used: {counts}", counts=_counts(summary.rejected, "reason", words)))
    if summary.failed_checks:
        failed = _counts(summary.failed_checks, "check", words)
        notes.append(words.say("Compliance checks not passed: {counts}", counts=failed))
    if summary.overridden:
        values = words.listed(each.told(words.lang) for each in summary.overridden)
        notes.append(words.say("Set by the scenario, not as in the rule set: {values}", values=values))
    if summary.unverified:
        values = words.listed(each.told(words.lang) for each in summary.unverified)
        notes.append(words.say("Not verified: {values}", values=values))
    return notes


def _counts(counts: Mapping[str, int], column: str, words: NamingLanguage) -> str:
    return words.listed(f"{words.called(column, code)} {count(number)}" for code, number in counts.items())


def _flows(flows: tuple[Flow, ...], words: NamingLanguage) -> Grid:
    heads = (msg("item"), msg("from"), msg("to"), msg("lines"), _MWH, _MEAN, _YUAN)
    rows = [
        (
            words.called("item", flow.item),
            words.called("group", flow.payer_group),
            words.called("group", flow.payee_group),
            count(flow.lines),
            energy(flow.energy_kwh),
            mean_price(flow.amount_micro_yuan, flow.energy_kwh),
            money(flow.amount_micro_yuan),
        )
        for flow in flows
    ]
    lines, total = sum(flow.lines for flow in flows), sum(flow.amount_micro_yuan for flow in flows)
    all_of_it = words.say(within("sum", "all transfers"))
    foot = (all_of_it, "", "", count(lines), "", "", money(total))
    return grid(tuple(map(words.say, heads)), rows, texts=3, foot=foot, title=words.say("Who paid whom"))


def _accounts(summary: SummedResult, words: NamingLanguage) -> Grid:
    def sums(of: tuple[Account, ...]) -> tuple[str, str, str]:
        paid = sum(account.paid_micro_yuan for account in of)
        received = sum(account.received_micro_yuan for account in of)
        return money(paid), money(received), money(received - paid)

    accounts = summary.accounts
    shown, others = accounts, accounts[:0]
    if len(accounts) > _TOP_PARTIES:
        shown, others = accounts[: _TOP_PARTIES - 1], accounts[_TOP_PARTIES - 1 :]
    rows = [
        (words.named(words.called("party", account.party), summary.names.get(account.party)), *sums((account,)))
        for account in shown
    ]
    if others:
        rows.append((words.say("{count} others", count=count(len(others))), *sums(others)))
    heads = (msg("party"), msg("paid yuan"), msg("received yuan"), msg("net yuan"))
    foot = (words.say(within("sum", "all transfers")), *sums(accounts))
    return grid(tuple(map(words.say, heads)), rows, foot=foot, title=words.say("Accounts"))


def _deviations(summary: SummedResult, words: NamingLanguage) -> Grid:
    units = summary.deviations
    heads = (
        msg("unit"),
        msg("contract MWh"),
        msg("metered MWh"),
        msg("metered / contract"),
        msg("overrun MWh"),
        msg("shortfall MWh"),
        msg("overrun yuan"),
        msg("shortfall yuan"),
    )
    rows = [
        (
            words.with_name("unit", unit.unit, summary.names),
            energy(unit.contract_kwh),
            energy(unit.metered_kwh),
            percent(unit.metered_kwh, unit.contract_kwh, 2),
            energy(unit.overrun_kwh),
            energy(unit.shortfall_kwh),
            money(unit.overrun_micro_yuan),
            money(unit.shortfall_micro_yuan),
        )
        for unit in units[:_TOP_UNITS]
    ]
    note = ""
    if len(units) > _TOP_UNITS:
        left = count(len(units) - _TOP_UNITS)
        note = words.say("{count} more units stand in the table positions", count=left)
    title = words.say("Deviation by settlement unit")
    return grid(tuple(map(words.say, heads)), rows, title=title, note=note)
