"""What is no fault but ought to be known."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "{file}: the sheet is hidden, and was read all the same": "{file}：隐藏的工作表，仍已读取",
    (
        "{file}: the results of {count} formulas were taken as the program that wrote them left them; to be "
        "sure, open the workbook and save it"
    ): ("{file}：{count} 个公式的结果取自写入该文件的程序；如需确认，请打开工作簿并保存"),
    "{file}: closes_at without a time of day (or at midnight) counts as 23:59:59 of that day": (
        "{file}：closes_at 没有时刻（或为零点）的，按当日 23:59:59 计"
    ),
    "{file}: missing intervals, taken as zero: {count:,}, in months of users: {months:,}; the first: {first}": (
        "{file}：缺少 {count:,} 个时段，按零计，涉及 {months:,} 个用户月；首个：{first}"
    ),
    "{file} is no table of a scenario and was not read": "{file} 不是场景的表，未读取",
    "{file}: sheet {sheet!r} is no table of a scenario and was not read": (
        "{file}：工作表 {sheet!r} 不是场景的表，未读取"
    ),
    "{file}: no row at all in {months}; nothing is metered then": "{file}：{months} 没有任何行，按没有用电计",
    "{file}: tariffs effective from {months} come after {year} and are not used": (
        "{file}：{months} 生效的电价在 {year} 年之后，未使用"
    ),
    "rule set {id} was made for {first} to {last}; {year} is settled by it all the same": (
        "规则集 {id} 适用于 {first} 至 {last}；{year} 年仍按其结算"
    ),
    "rule set {id}: {path} is {ratio}, an edge at {percent} % of the contract energy": (
        "规则集 {id}：{path} 为 {ratio}，即边界为合同电量的 {percent} %"
    ),
    "{file}: bytes that may be UTF-8 or GB18030 alike, read as {taken} ({first}); a BOM of UTF-8 decides": (
        "{file}：有的字节按 UTF-8、GB18030 都读得通，已按 {taken} 读取（{first}）；加 UTF-8 的 BOM 即可确定"
    ),
    "{first}, {second} … {last} ({count} months)": "{first}、{second} … {last}（{count} 个月）",
    "row {row}": "第 {row} 行",
    "{file}: {rows} (user, month, period), of {users}, taken as zero; the first: {first}": (
        "{file}：缺少 {rows}（用户、月份、时段），涉及 {users}，按零计；首个：{first}"
    ),
    "1 class and voltage has no user": "1 个用电类别和电压等级没有用户",
    "{count:,} classes and voltages have no user": "{count:,} 个用电类别和电压等级没有用户",
    "{file}: {what}; the first: {first}": "{file}：{what}；首个：{first}",
    "has funds above a catalogue price, which contains them": "的基金及附加高于目录电价（目录电价已含基金）",
    "have funds above a catalogue price, which contains them": "的基金及附加高于目录电价（目录电价已含基金）",
    "is not of a year before {year}": "不是 {year} 年以前的",
    "are not of a year before {year}": "不是 {year} 年以前的",
    "is confirmed before being filed": "的确认时间早于申报时间",
    "are confirmed before being filed": "的确认时间早于申报时间",
    "1 row {what}": "1 行{what}",
    "{count:,} rows {what}": "{count:,} 行{what}",
    "1 missing row": "1 行",
    "{count:,} missing rows": "{count:,} 行",
    "1 user": "1 个用户",
    "{count:,} users": "{count:,} 个用户",
}
