"""What is said of rows and tables against each other."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "{file}: ids that only case or width tells from others: {count:,}; the first: {text} and {first}": (
        "{file}：有 {count:,} 个编号与其他编号仅大小写或全半角不同，首例：{text} 与 {first}"
    ),
    "out of range": "超出范围",
    "the money of the run could reach {money}; this is the largest energy": "金额合计可能达到 {money}，此行电量最大",
    "energy times price could leave int64 (and so do {count} more rows)": (
        "电量乘以电价会超出 64 位整数（另有 {count} 行）"
    ),
    "energy times price could leave int64": "电量乘以电价会超出 64 位整数",
    "at most {number} at the prices given": "按所给电价，至多 {number}",
    "the largest is {price}": "最高者为 {price}",
    "the energies of this table sum to {sum}, of which this is the largest": "本表电量合计 {sum}，此行最大",
    "a sum of at most {number}": "合计至多 {number}",
    "less than {number} in all": "合计小于 {number}",
    "the largest price is {price}": "最高电价为 {price}",
    "the rule set's decomposition.typical_curve gives every month of this delivery the weight 0": (
        "规则集的 decomposition.typical_curve 中，本交割期各月的权重均为 0"
    ),
    "a month YYYY-MM, or a curve with weight in the delivery": "月份 YYYY-MM，或在交割期内有权重的曲线",
    "not a calendar year": "不是年份",
    "a year from {first} to {last}": "年份，{first} 至 {last}",
    "one row for each {codes}": "每个 {codes} 只有一行",
    "duplicate row: row {row} has the same": "行重复：与第 {row} 行相同",
    "an id that {file} has too": "{file} 中已有此编号",
    "the id of a settlement unit": "与结算单元的编号相同",
    "an id that is no buyer's with its mode": "不是“购电方编号/模式”的编号",
    "duplicate id: row {row} has the same": "编号重复：与第 {row} 行相同",
    "ids that are unique over generators, retailers and users together": "发电企业、售电公司、电力用户的编号互不相同",
    "a reserved id": "保留的编号",
    "an id that another table has too": "另一张表中已有此编号",
    "a generator that buys": "发电企业申报买入",
    "an id of {tables} on the buy side": "买方应为{tables}中的编号",
    "a seller that is no generator": "卖方不是发电企业",
    "an id of {tables} on the sell side": "卖方应为{tables}中的编号",
    "not in {tables}": "{tables}中没有",
    "an instant not before opens_at, {time}": "不早于 opens_at（{time}）的时间",
    "{what}: see row {row}": "{what}：见第 {row} 行",
    "{value}, as in the first row of that {key}": "{value}，与同一 {key} 的首行一致",
    "empty, as in the first row of that {key}": "不填，与同一 {key} 的首行一致",
    "filings of one contract disagree": "同一合同的各次申报不一致",
    "both segments in one session": "同一场次中有两个旬段",
    "both segments in one session: see row {row}": "同一场次中有两个旬段：见第 {row} 行",
    "{segment}, as in the first row of that session, or a session of its own": (
        "{segment}，与同一场次的首行一致；或另设场次"
    ),
    "an order in a bilateral session": "双边场次中的撮合申报",
    "a session of kind {codes}": "类型为 {codes} 的场次",
    "an order of an intra_month session without a segment": "月内交易的申报没有旬段",
    "mid or late": "mid 或 late",
    "a segment in a session that is not intra_month": "非月内交易而填了旬段",
    "nothing, or a session of kind intra_month": "不填，或类型为 intra_month 的场次",
    "a segment of more than one month": "填了旬段而交割期不止一个月",
    "a single month YYYY-MM": "单个月份 YYYY-MM",
    "closes before it opens": "截止时间早于开始时间",
    "a filing in a session that is matched": "集中撮合场次中的双边申报",
    "no tariff in {months}, and for {count:,} more users alike": "{months}没有电价，另有 {count:,} 个用户同样如此",
    "no tariff in {months}": "{months}没有电价",
    "no tariff in {months}, and for 1 more user alike": "{months}没有电价，另有 1 个用户同样如此",
    "{month} and {count} more months": "{month} 及另外 {count} 个月",
    "a row of {file} with an earlier effective_from, or with none": "{file} 中生效月份更早或不填生效月份的一行",
    "a class and voltage of {file}": "{file} 中的用电类别和电压等级",
    "and {count:,} more rows like these: {what}": "另有 {count:,} 行同样的错误：{what}",
    "{low} to {high}, at most {decimals} decimals": "{low} 至 {high}，最多 {decimals} 位小数",
    "hours were summed to periods when the scenario was loaded": "载入场景时，各小时的电量已合计到时段",
    "{amount} {unit}": "{amount} {unit}",
    "{price} ({file}, row {row}, {column})": "{price}（{file}，第 {row} 行，{column}）",
    "any id but {ids}": "除 {ids} 以外的编号",
    "duplicate id": "编号重复",
    "duplicate row": "行重复",
    "rows of one filing disagree": "同一次申报的各行不一致",
    "a scenario with meter, or these hours where the scenario is loaded": (
        "有计量表（meter）的场景，或在载入场景时即用这些时段"
    ),
    "a user of the scenario": "场景中的用户",
}
