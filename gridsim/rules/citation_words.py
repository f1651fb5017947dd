"""What cites a clause, in words: for people who look a rule set up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gridsim.rules.entries import Words

__all__ = ["CITING"]

CITING: Mapping[str, Words] = MappingProxyType(
    {
        name: Words(en, zh)
        for name, en, zh in (
            ("ledger.energy.conventional", "Contract energy, conventional mode", "合同电费，常规电量模式"),
            ("ledger.energy.tou", "Contract energy, tou mode", "合同电费，分时段模式"),
            ("ledger.energy.transition", "Contract energy, months of transition", "合同电费，过渡期"),
            ("ledger.shortfall.conventional", "Shortfall, conventional mode", "欠用电费，常规电量模式"),
            ("ledger.shortfall.tou", "Shortfall, tou mode", "欠用电费，分时段模式"),
            ("ledger.overrun.conventional", "Overrun, conventional mode", "超用电费，常规电量模式"),
            ("ledger.overrun.tou", "Overrun, tou mode", "超用电费，分时段模式"),
            ("ledger.overrun.transition", "Overrun, months of transition", "超用电费，过渡期"),
            ("ledger.transmission.conventional", "T&D, conventional mode", "输配电费，常规电量模式"),
            ("ledger.transmission.tou", "T&D, tou mode", "输配电费，分时段模式"),
            ("ledger.transmission.transition", "T&D, months of transition", "输配电费，过渡期"),
            ("ledger.tou_adjustment", "Peak-valley adjustment", "峰谷调整电费"),
            ("ledger.fallback", "Fallback price of users that have left the market", "退出市场用户的保底电费"),
            ("ledger.catalogue", "Catalogue tariff of priority-purchase users", "优先购电用户的目录电费"),
            ("ledger.funds", "Government funds of a unit's users", "结算单元用户的政府性基金及附加"),
            ("ledger.fallback_funds", "Government funds beside the fallback price", "保底电费之外的政府性基金及附加"),
            ("compliance.direct_access", "Check: who may buy directly", "检查：直接购电准入"),
            ("compliance.mode", "Check: mode of large users", "检查：大用户的交易模式"),
            ("compliance.annual_cover", "Check: cover by annual contracts", "检查：年度合同签约比例"),
            ("compliance.total_cover", "Check: cover by all contracts", "检查：全部合同签约比例"),
            ("compliance.window.annual_bilateral", "Check: window, annual bilateral", "检查：申报时间，年度双边"),
            ("compliance.window.matched", "Check: window, matched sessions", "检查：申报时间，集中撮合"),
            ("compliance.close.annual", "Check: closing day, annual sessions", "检查：截止日，年度交易"),
            ("compliance.close.half_year", "Check: closing day, half-year session", "检查：截止日，半年交易"),
            ("compliance.announcement.monthly", "Check: announcement, monthly", "检查：公告日，月度交易"),
            ("compliance.announcement.mid", "Check: announcement, middle ten days", "检查：公告日，中旬"),
            ("compliance.announcement.late", "Check: announcement, last ten days", "检查：公告日，下旬"),
            ("compliance.delivery.half_year", "Check: delivery, half-year session", "检查：交割期，半年交易"),
            ("compliance.delivery.month", "Check: delivery, monthly and intra-month", "检查：交割期，月度与月内交易"),
            ("compliance.curve_balance", "Check: balance of the curve", "检查：曲线均衡"),
            ("compliance.credit", "Check: credit record", "检查：履约信用"),
            ("sessions.annual_bilateral", "Contracts, annual bilateral sessions", "合同来源，年度双边交易"),
            ("sessions.annual_matched", "Contracts, annual matched sessions", "合同来源，年度集中撮合交易"),
            ("sessions.half_year", "Contracts, half-year sessions", "合同来源，半年交易"),
            ("sessions.monthly", "Contracts, monthly sessions", "合同来源，月度交易"),
            ("sessions.intra_month", "Contracts, intra-month sessions", "合同来源，月内交易"),
            ("sessions.none", "A position without contracts", "没有合同的结算头寸"),
        )
    }
)
"""By the names of `gridsim.rules.citations.GOVERNED_BY`."""
