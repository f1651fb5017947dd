"""What the commands show on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from gridsim import names_zh
from gridsim.sentences import Lang
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, PRICE_DECIMALS, format_fixed, round_fen, round_half_up

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gridsim.summary import Account, Deviation, Flow, Summary

__all__ = ["Lang", "render_stages", "render_summary"]

_TOP_UNITS = 10
_TOP_PARTIES = 14

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "flows": "Who paid whom",
        "item": "item",
        "from": "from",
        "to": "to",
        "lines": "lines",
        "energy": "MWh",
        "average": "yuan/MWh",
        "amount": "yuan",
        "total": "all transfers",
        "accounts": "Accounts",
        "party": "party",
        "paid": "paid yuan",
        "received": "received yuan",
        "net": "net yuan",
        "others": "{count} others",
        "deviations": "Deviation by settlement unit",
        "unit": "unit",
        "contract": "contract MWh",
        "metered": "metered MWh",
        "ratio": "metered / contract",
        "overrun": "overrun MWh",
        "shortfall": "shortfall MWh",
        "overrun_money": "overrun yuan",
        "shortfall_money": "shortfall yuan",
        "more_units": "{count} more units stand in the table positions",
        "balance": "Accounts of all parties sum to {balance} yuan.",
        "trial": "A trial settlement of {lines} lines stands in the ledger, marked trial; it is not in these sums.",
        "rejected": "Not used:",
        "failed": "Compliance checks not passed:",
        "unverified": "Not verified:",
        "overridden": "Set by the scenario, not as in the rule set:",
        "rounded": "yuan rounded to the fen for display; the ledger is exact",
        "payers": "The retailer pays its units' overrun; the fee of a shortfall goes from buyer to generator; "
        "the grid company keeps the funds contained in catalogue money (choices of rule set {rules}).",
    },
    "zh": {
        "flows": "资金流向",
        "item": "科目",
        "from": "付款方",
        "to": "收款方",
        "lines": "笔数",
        "energy": "电量(兆瓦时)",
        "average": "均价(元/兆瓦时)",
        "amount": "金额(元)",
        "total": "合计",
        "accounts": "各方收支",
        "party": "主体",
        "paid": "支付(元)",
        "received": "收取(元)",
        "net": "净额(元)",
        "others": "其余 {count} 家",
        "deviations": "各结算单元偏差",
        "unit": "结算单元",
        "contract": "合同电量",
        "metered": "实际用电量",
        "ratio": "用电/合同",
        "overrun": "超用电量",
        "shortfall": "欠用电量",
        "overrun_money": "超用电费(元)",
        "shortfall_money": "欠用电费(元)",
        "more_units": "其余 {count} 个结算单元见 positions 表",
        "balance": "各方收支合计 {balance} 元。",
        "trial": "台账中另有试结算 {lines} 笔(trial 列标记),不计入以上合计。",
        "rejected": "未采用的申报:",
        "failed": "未通过的合规检查:",
        "unverified": "未经核实的取值:",
        "overridden": "场景改设、与规则集不同的取值:",
        "rounded": "金额显示到分,台账为精确值",
        "payers": "超用电费由购电方(售电公司)支付;欠用电费由购电方付给发电企业;目录电价所含基金由电网企业留存"
        "(规则 {rules} 的约定)。",
    },
}
_NAMES_ZH = {**names_zh.ITEMS, **names_zh.GROUPS, **names_zh.REASONS, **names_zh.CHECKS}


def render_summary(summary: Summary, lang: Lang = "en") -> RenderableType:
    """The summary as two tables and what else ought to be known.

    Parameters
    ----------
    summary : Summary
    lang : {"en", "zh"}
    """
    words = _WORDS[lang]
    notes = [words["balance"].format(balance=_money(summary.balance_micro_yuan)), f"({words['rounded']})"]
    notes = [" ".join(notes), words["payers"].format(rules=summary.rules)]
    if summary.trial_lines:
        notes.append(words["trial"].format(lines=f"{summary.trial_lines:,}"))
    for heading, counts in (("rejected", summary.rejected), ("failed", summary.failed_checks)):
        if counts:
            notes.append(f"{words[heading]} {_counts(counts, lang)}")
    for heading, values in (("overridden", summary.overridden), ("unverified", summary.unverified)):
        if values:
            notes.append(f"{words[heading]} {', '.join(values)}")
    parts: list[RenderableType] = [_flow_table(summary.flows, words, lang), Text()]
    parts += [_account_table(summary.accounts, words), Text()]
    parts += [_deviation_table(summary.deviations, words), Text(), *(Text(note) for note in notes)]
    return Group(*parts)


def _flow_table(flows: tuple[Flow, ...], words: Mapping[str, str], lang: Lang) -> Table:
    table = Table(title=words["flows"], title_justify="left", show_footer=True, title_style="bold")
    total = sum(flow.amount_micro_yuan for flow in flows)
    lines = sum(flow.lines for flow in flows)
    table.add_column(words["item"], footer=words["total"])
    table.add_column(words["from"])
    table.add_column(words["to"])
    table.add_column(words["lines"], justify="right", footer=f"{lines:,}")
    table.add_column(words["energy"], justify="right")
    table.add_column(words["average"], justify="right")
    table.add_column(words["amount"], justify="right", footer=_money(total))
    for flow in flows:
        average = round_half_up(flow.amount_micro_yuan, flow.energy_kwh) if flow.energy_kwh else 0
        table.add_row(
            _name(flow.item, lang),
            _name(flow.payer_group, lang),
            _name(flow.payee_group, lang),
            f"{flow.lines:,}",
            _energy(flow.energy_kwh),
            format_fixed(average, PRICE_DECIMALS, thousands=True),
            _money(flow.amount_micro_yuan),
        )
    return table


def _account_table(accounts: tuple[Account, ...], words: Mapping[str, str]) -> Table:
    table = Table(title=words["accounts"], title_justify="left", show_footer=True, title_style="bold")
    paid = sum(account.paid_micro_yuan for account in accounts)
    received = sum(account.received_micro_yuan for account in accounts)
    table.add_column(words["party"], footer=words["total"], overflow="fold")
    for name, total in (("paid", paid), ("received", received), ("net", received - paid)):
        table.add_column(words[name], justify="right", footer=_money(total))
    shown, others = accounts, accounts[:0]
    if len(accounts) > _TOP_PARTIES:
        shown, others = accounts[: _TOP_PARTIES - 1], accounts[_TOP_PARTIES - 1 :]
    for account in shown:
        amounts = (account.paid_micro_yuan, account.received_micro_yuan, account.net_micro_yuan)
        table.add_row(account.party, *map(_money, amounts))
    if others:
        columns = ("paid_micro_yuan", "received_micro_yuan", "net_micro_yuan")
        sums = [_money(sum(getattr(account, column) for account in others)) for column in columns]
        table.add_row(words["others"].format(count=f"{len(others):,}"), *sums)
    return table


def _deviation_table(units: tuple[Deviation, ...], words: Mapping[str, str]) -> Table:
    table = Table(title=words["deviations"], title_justify="left", title_style="bold", caption_justify="left")
    table.add_column(words["unit"], overflow="fold")
    for name in ("contract", "metered", "ratio", "overrun", "shortfall", "overrun_money", "shortfall_money"):
        table.add_column(words[name], justify="right")
    for unit in units[:_TOP_UNITS]:
        table.add_row(
            unit.unit,
            _energy(unit.contract_kwh),
            _energy(unit.metered_kwh),
            _percent(unit.metered_kwh, unit.contract_kwh),
            _energy(unit.overrun_kwh),
            _energy(unit.shortfall_kwh),
            _money(unit.overrun_micro_yuan),
            _money(unit.shortfall_micro_yuan),
        )
    if len(units) > _TOP_UNITS:
        table.caption = words["more_units"].format(count=f"{len(units) - _TOP_UNITS:,}")
    return table


def render_stages(seconds: Mapping[str, float]) -> Table:
    """Wall time by stage."""
    table = Table(title="Wall time by stage", title_justify="left", show_footer=True, title_style="bold")
    table.add_column("stage", footer="all")
    table.add_column("s", justify="right", footer=f"{sum(seconds.values()):.2f}")
    for stage, time in seconds.items():
        table.add_row(stage, f"{time:.2f}")
    return table


def _name(name: str, lang: Lang) -> str:
    return _NAMES_ZH.get(name, name) if lang == "zh" else name


def _counts(counts: Mapping[str, int], lang: Lang) -> str:
    return ", ".join(f"{_name(name, lang)} {count:,}" for name, count in counts.items())


def _money(amount_micro_yuan: int) -> str:
    return format_fixed(round_fen(amount_micro_yuan), MONEY_DECIMALS - 4, thousands=True)


def _energy(energy_kwh: int) -> str:
    return format_fixed(energy_kwh, ENERGY_DECIMALS, thousands=True)


def _percent(part: int, whole: int) -> str:
    if whole == 0:
        return "–"
    return format_fixed(round_half_up(part * 10**4, whole), 2) + " %"
