"""What is said of what a program asks: `clear`, `settle`, `optimal_cover`, scenarios that are varied."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "{unit}, 0 or above, at most {decimals} decimals": "{unit}，不小于 0，最多 {decimals} 位小数",
    "names not unique": "名称有重复",
    "one each": "各不相同",
    "missing": "没有给出",
    "not sized": "不在所求范围内",
    "without weight in the rule set": "在规则集中没有权重",
    "others": "其他月份",
    "below least": "低于 least",
    "at least {number}": "至少 {number}",
    "price and contracts: one of the two": "price 与 contracts 只能给其中之一",
    "a price, or contracts": "电价，或合同",
    "no contract": "没有合同",
    "at least one Contract": "至少一个 Contract",
    "not a product of the unit": "不是该结算单元的交易品种",
    "no price for this product": "没有此交易品种的电价",
    "a price for each": "每个交易品种一个电价",
    (
        "a scipy.stats distribution or a sequence of numbers (of the scenario's metered energy: 1.07 is 7 % "
        "over), 'history', or a DataFrame with the columns {codes}"
    ): (
        "scipy.stats 的分布，或一列数（为场景实际用电量的倍数：1.07 即多 7 %），或 'history'，或有 "
        "{codes} 各列的 DataFrame"
    ),
    "not a multiple": "不是倍数",
    "{low} to {high}": "{low} 至 {high}",
    "no such column": "没有这一列",
    "a second row for one draw and position": "同一次抽样、同一结算头寸有两行",
    "one": "一个",
    "metered energy too large": "实际用电量过大",
    "up to 10¹³ kWh": "至多 10¹³ 千瓦时",
    "not a load distribution": "不是负荷的分布",
    "no user of {unit} has a history": "{unit} 的用户都没有历史用电量",
    "its users consume nothing this year": "其用户本年没有用电量",
    "no row for this position": "没有此结算头寸的行",
    "all months and products sized": "所求的全部月份和交易品种",
    "missing in some draws": "有的抽样没有",
    "a row in each draw": "每次抽样一行",
    "a settlement unit of the scenario": "场景中的结算单元",
    "not a payer": "不是付款方",
    "no such settlement unit": "没有这个结算单元",
    "no month": "没有月份",
    "at least one": "至少一个",
    "{unit} consumes nothing then": "{unit} 当月没有用电量",
    "a month with load": "有用电量的月份",
    "consumes nothing in any month with bands": "在有偏差范围的月份都没有用电量",
    "a unit with load": "有用电量的结算单元",
    "not a month of the scenario": "不是场景中的月份",
    "a month of transition: without bands no contract energy is better": (
        "过渡期的月份：没有偏差范围，合同电量无优劣之分"
    ),
    "another": "其他月份",
    "a ratio of the contract, 0 or above, at most {decimals} decimals": (
        "合同电量的倍数，不小于 0，最多 {decimals} 位小数"
    ),
    "yuan/MWh, 0 or above, at most {decimals} decimals": "元/兆瓦时，不小于 0，最多 {decimals} 位小数",
    "a sequence of ({names})": "一列 ({names})",
    "not a sequence": "不是列表",
    "a band that is never reached": "永远到不了的偏差范围",
    "none above an edge of None": "边界为 None 时，其上不再有偏差范围",
    "above the first over edge": "高于 over 的首个边界",
    "no over band": "没有 over 偏差范围",
    "at least one (edge, fee)": "至少一个 (edge, fee)",
    "not {count} values": "不是 {count} 个值",
    "not ascending": "没有递增",
    "above the edge before it": "高于前一个边界",
    "above 0": "大于 0",
    "not descending": "没有递减",
    "below the edge before it": "低于前一个边界",
    "holds {here} here and {legs} in the legs, so that none would meet": (
        "此处为 {here}，而合同腿中为 {legs}，两者无法对应"
    ),
    "no bands for it": "没有对应的偏差范围",
    "a value in every row": "每行都有值",
    "missing column, which {name} needs": "缺少列，而 {name} 需要它",
    "bands by product need the product": "偏差范围按交易品种给出，需要交易品种一列",
    "with product": "包含 product",
    "a number, 0 or above, at most {decimals} decimals": "数字，不小于 0，最多 {decimals} 位小数",
    "one kind in both": "两表类型一致",
    "a number cannot tell positions apart": "数值不能用来区分结算头寸",
    "columns of keys": "用作键的列",
    "two columns of one name": "两列同名",
    # numbers whose products or sums leave 64 bits
    "position {number}: its energies and prices have products that leave int64": (
        "第 {number} 个结算头寸：电量与电价的乘积超出 64 位整数"
    ),
    "cell {number}: its energies and prices have products that leave int64": (
        "第 {number} 个计量单元格：电量与电价的乘积超出 64 位整数"
    ),
    "energies or prices too large to settle exactly in 64 bits in the position of {keys}": (
        "电量或电价过大，无法以 64 位整数精确结算：{keys} 的结算头寸"
    ),
    "all rows": "全部各行",
    "orders, row {row}: the energies of its book and side sum to {total} kWh here, above {bound}": (
        "orders，第 {row} 行：该交易簿同一方的电量至此合计 {total} 千瓦时，超过 {bound}"
    ),
    "orders, row {row}: the time {value} could leave int64": "orders，第 {row} 行：时间 {value} 可能超出 64 位整数",
    "orders, row {row}: the price {value} micro-yuan/kWh could leave int64": (
        "orders，第 {row} 行：电价 {value} 微元/千瓦时可能超出 64 位整数"
    ),
    (
        "orders, row {row}: the price {value} micro-yuan/kWh lies so far from that of row {other} ({price}) that "
        "K × (buy − sell) could leave int64"
    ): (
        "orders，第 {row} 行：电价 {value} 微元/千瓦时与第 {other} 行的电价（{price}）相差过大，"
        "K ×（买价 − 卖价）可能超出 64 位整数"
    ),
    "accounts: what a group paid and received, together, leaves int64; group by party": (
        "accounts：一组的收支合计超出 64 位整数；请按 party 分组"
    ),
    "{name}: the sum over these rows could leave int64; ask for fewer with where=": (
        "{name}：各行合计可能超出 64 位整数；请用 where= 缩小范围"
    ),
}
