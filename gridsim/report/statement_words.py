"""The words of settlement statements, in the trade's Chinese and in English: the same keys and blanks in both."""

from __future__ import annotations

from gridsim import names_zh
from gridsim.sentences import Lang

__all__ = ["Lang", "Words"]

_TEXTS: dict[Lang, dict[str, str]] = {
    "zh": {
        "font": "宋体",
        "title": "电力中长期交易电费结算单",
        "title_outside": "市场外用户电费结算单",
        "index": "目录",
        "index_title": "电费结算单目录",
        "to_index": "返回目录",
        # head of a statement
        "unit": "结算单元",
        "user_outside": "市场外用户",
        "month": "结算月份",
        "month_text": "{year}年{month}月",
        "buyer": "购电方",
        "products": "交易模式、品种",
        "rules": "适用规则",
        "rules_text": "{title}（{number}；规则集 {id}）",
        "rules_text_changed": "{title}（{number}；规则集 {id}，改设 {count} 项，见说明）",
        "scenario": "场景",
        "scenario_text": "{name}（{year}年；编号 {hash}）",
        "due": "合计金额(元)",
        "capitals": "大写",
        "units": "电量兆瓦时，电价元/兆瓦时，金额元",
        "retailer": "{party}（售电公司）",
        "direct": "{party}（直接购电用户）",
        "conventional": "常规电量",
        "tou": "分时段",
        "short_conventional": "常规",
        "short_tou": "分时",
        "outside": "市场外",
        "outside_products": "不参与市场化交易，执行政府定价",
        # energies
        "energies": "一、电量（兆瓦时）",
        "energies_outside": "一、电量（兆瓦时，按时段）",
        "product": "品种",
        "period": "时段",
        "contract": "合同电量",
        "metered": "实际用电量",
        "lower": "下限电量",
        "upper": "上限电量",
        "in_band": "合同内电量",
        "overrun": "超用电量",
        "shortfall": "欠用电量",
        "ratio": "实际/合同",
        "no_band": "不设",
        "total_of": "合计",
        # charges
        "charges": "二、电费（元）",
        "number": "序号",
        "item": "科目",
        "payer": "付款方",
        "payee": "收款方",
        "whose": "用户/合同",
        "slot": "时段/品种",
        "energy": "电量(兆瓦时)",
        "price": "电价(元/兆瓦时)",
        "amount": "金额(元)",
        "clause": "条款",
        "ledger_line": "台账行",
        "ledger_lines": "{count}行",
        "subtotal": "{item}小计",
        "sum_of_items": "以上各科目之和",
        "rounding": "尾差",
        "rounding_why": "精确合计 {exact} 元，四舍五入到分，与各行之和相差",
        "total": "合计",
        "others": "其余 {count} 户",
        "other_sellers": "其余 {count} 家",
        "more_sources": "{shown}等{count}项",
        # accounts
        "accounts": "三、收付汇总（元）",
        "users": "其余 {count} 户用户",
        "sellers": "其余 {count} 家收款方",
        "sum_of_accounts": "以上各行之和",
        # trial
        "trial": "附：模拟试结算（不收付，不计入以上合计）",
        "trial_why": "本月处于过渡期，按现行办法结算；以下为按新办法模拟试结算的结果（{clause}），仅供比较。",
        "trial_energies": "试结算电量（兆瓦时）",
        "trial_charges": "试结算电费（元）",
        "trial_total": "试结算合计",
        "trial_difference": "试结算合计与本单合计之差",
        # below
        "notes": "说明",
        "note_rounding": "各行金额为精确金额四舍五入到分；合计为精确合计四舍五入到分，二者之差单列为“尾差”。小计、合"
        "计均为公式，可在表内核对。",
        "note_lines": "本单含该结算单元当月的全部台账行（共 {count} 行）：合同电费、欠用电费由购电方付给发电企业，超"
        "用电费由购电方付给电网企业，"
        "输配电费、峰谷调整电费由用户付给电网企业，政府性基金及附加由用户缴付。售电公司与所代理用户之间的约定不在其"
        "内。",
        "note_lines_outside": "本单含该用户当月在市场外的全部台账行（共 {count} 行）。",
        "note_clauses": "{how_to_read}；“约定”指通知未作规定、由规则集选定的取法。金额均含税。",
        "note_clauses_plain": "“约定”指通知未作规定、由规则集选定的取法。金额均含税。",
        "note_unstated": "“未注明”指规则集另设了取值，而未注明其条款。",
        "note_by_user": "本单元共 {users} 户，台账 {count} 行，超过每单行数上限 {limit}：按用户汇总各时段，列示金额"
        "较大者，其余合并为一行，"
        "合计不受影响。",
        "note_average": "斜体电价为汇总行的均价（四舍五入），不参与计算。",
        "note_transition": "本月处于过渡期，不设偏差范围（{clause}）；模拟试结算附后。",
        "note_overridden": "场景改设了规则集的取值：{values}。",
        "note_simulated": "本单由 gridsim {version} 根据场景数据模拟计算，供核对与分析，不作为收付凭证。",
        "prepared": "制表：",
        "checked": "复核：",
        "agreed": "购电方确认（盖章）：",
        "dated": "日期：",
        "page": "第 &P 页  共 &N 页",
        # index
        "statements": "结算单",
        "sheet": "工作表",
        "chosen": "范围",
        "chosen_all": "全部结算单元及市场外用户",
        "chosen_units": "所选单元：{units}",
        "chosen_months": "月份：{months}",
        "index_others": "其余 {count} 份结算单（未单列工作表）",
        "index_sum": "以上各行之和",
        "index_note": "金额为各单合计，不含模拟试结算。按单元金额由大到小排列，工作表最多 {limit} 张；未单列者并入“"
        "其余”一行，合计不受影响。",
        "index_note_sum": "合计等于所选范围内台账金额的精确合计四舍五入到分：{exact} 元。",
    },
    "en": {
        "font": "Arial",
        "title": "Settlement statement",
        "title_outside": "Statement of a user outside the market",
        "index": "Index",
        "index_title": "Index of settlement statements",
        "to_index": "to the index",
        "unit": "Settlement unit",
        "user_outside": "User",
        "month": "Month",
        "month_text": "{year}-{month:02d}",
        "buyer": "Buyer",
        "products": "Mode, products",
        "rules": "Rules",
        "rules_text": "{title} ({number}; rule set {id})",
        "rules_text_changed": "{title} ({number}; rule set {id}, {count} of its values changed: see the notes)",
        "scenario": "Scenario",
        "scenario_text": "{name} ({year}; {hash})",
        "due": "Total [yuan]",
        "capitals": "Units",
        "units": "energy in MWh, prices in yuan/MWh, money in yuan",
        "retailer": "{party} (retailer)",
        "direct": "{party} (buys directly)",
        "conventional": "conventional",
        "tou": "time of use",
        "short_conventional": "conv",
        "short_tou": "tou",
        "outside": "outside the market",
        "outside_products": "outside the market, at regulated prices",
        "energies": "1. Energy [MWh]",
        "energies_outside": "1. Energy by period [MWh]",
        "product": "Product",
        "period": "Period",
        "contract": "Contracted",
        "metered": "Metered",
        "lower": "Lower edge",
        "upper": "Upper edge",
        "in_band": "In band",
        "overrun": "Overrun",
        "shortfall": "Shortfall",
        "ratio": "Met./contr.",
        "no_band": "none",
        "total_of": "Total",
        "charges": "2. Charges [yuan]",
        "number": "No.",
        "item": "Item",
        "payer": "Payer",
        "payee": "Payee",
        "whose": "User or contract",
        "slot": "Period or product",
        "energy": "Energy [MWh]",
        "price": "Price [yuan/MWh]",
        "amount": "Amount [yuan]",
        "clause": "Clause",
        "ledger_line": "Ledger line",
        "ledger_lines": "{count} lines",
        "subtotal": "Subtotal, {item}",
        "sum_of_items": "Sum of the items above",
        "rounding": "Rounding",
        "rounding_why": "Exact total {exact} yuan, rounded half up to the fen, less the sum of the lines",
        "total": "Total",
        "others": "{count} other users",
        "other_sellers": "{count} other sellers",
        "more_sources": "{shown} and more, {count} in all",
        "accounts": "3. Who pays whom [yuan]",
        "users": "{count} other users",
        "sellers": "{count} other payees",
        "sum_of_accounts": "Sum of the rows above",
        "trial": "Annex: trial settlement (nothing is paid; not in the total above)",
        "trial_why": "This month of transition settles by the older method; here the new rules run beside it "
        "({clause}), for comparison.",
        "trial_energies": "Trial: energy [MWh]",
        "trial_charges": "Trial: charges [yuan]",
        "trial_total": "Total of the trial",
        "trial_difference": "Total of the trial less the total of this statement",
        "notes": "Notes",
        "note_rounding": "Each line is the exact amount rounded half up to the fen; the total is the exact total "
        "rounded to the fen; "
        "the difference of the two is the line Rounding. Subtotals and totals are formulas.",
        "note_lines": "This statement holds all {count} ledger lines of the unit's month. The buyer pays contract "
        "energy and shortfall to the "
        "generators and overrun to the grid company; the users pay T&D and the time-of-use adjustment to the grid "
        "company, funds to the "
        "government. What a retailer agrees with its own users is not in it.",
        "note_lines_outside": "This statement holds all {count} ledger lines of the user's month outside the market.",
        "note_clauses": "{how_to_read}; a choice is a reading of the rule set where the notice is silent. All "
        "amounts include VAT.",
        "note_clauses_plain": "A choice is a reading of the rule set where the notice is silent. All amounts include "
        "VAT.",
        "note_unstated": "No clause stated: the rule set has a value of its own there and names no clause for it.",
        "note_by_user": "{users} users and {count} ledger lines are more than the {limit} lines that a statement "
        "may have: the periods of a user "
        "are summed, the largest are shown, the others are one line. The totals hold all of them.",
        "note_average": "A price in italics is the rounded mean of a line that sums up several; nothing is computed "
        "from it.",
        "note_transition": "This month of transition has no deviation bands ({clause}); the trial settlement stands "
        "below.",
        "note_overridden": "Set by the scenario, not as in the rule set: {values}.",
        "note_simulated": "Simulated by gridsim {version} from the data of the scenario, for checking and analysis; "
        "no settlement of record.",
        "prepared": "Prepared by:",
        "checked": "Checked by:",
        "agreed": "For the buyer:",
        "dated": "Date:",
        "page": "Page &P of &N",
        "statements": "Statements",
        "sheet": "Sheet",
        "chosen": "Chosen",
        "chosen_all": "all settlement units and users outside the market",
        "chosen_units": "units: {units}",
        "chosen_months": "months: {months}",
        "index_others": "{count} other statements (without a sheet)",
        "index_sum": "Sum of the rows above",
        "index_note": "Amounts are the totals of the statements, without the trial settlement. Units stand by their "
        "money, largest first, on at "
        "most {limit} sheets; those without a sheet are the row of the others, and the total holds them.",
        "index_note_sum": "The total is the exact sum of the ledger lines chosen, rounded half up to the fen: "
        "{exact} yuan.",
    },
}

_NAMES: dict[Lang, dict[str, str]] = {
    "zh": {
        "total": "常规电量",
        **names_zh.PERIODS,
        **names_zh.ITEMS,
        **names_zh.INSTITUTIONS,
    },
    "en": {
        "energy": "Contract energy",
        "shortfall": "Shortfall",
        "overrun": "Overrun",
        "transmission": "T&D",
        "tou_adjustment": "Time-of-use adjustment",
        "funds": "Government funds",
        "fallback": "Fallback price",
        "catalogue": "Catalogue tariff",
        "GRID": "Grid company",
        "GOVERNMENT": "Government",
    },
}


class Words:
    """The texts and names of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._texts = _TEXTS[lang]
        self._names = _NAMES[lang]

    def say(self, key: str, **blanks: object) -> str:
        """A text, with its blanks filled."""
        text = self._texts[key]
        return text.format(**blanks) if blanks else text

    def name(self, name: str) -> str:
        """An item, product, period or institution as people call it; its own name if it has no other."""
        return self._names.get(name, name)

    def month(self, month: str) -> str:
        """A month ``YYYY-MM``."""
        return self.say("month_text", year=int(month[:4]), month=int(month[5:]))
