"""What is said of results: of their folders, and of questions about what is not in them."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    # folders and files
    "{path}: no {file} here, so this is no folder of results": "{path}：其中没有 {file}，不是结果文件夹",
    "{path}: cannot be read ({why})": "{path}：无法读取（{why}）",
    "{path}: unknown format {format!r}": "{path}：无法识别的格式 {format!r}",
    "{path}: the manifest promises this table, but it is missing": "{path}：运行清单列有此表，而文件不存在",
    "{path}: column {column} is missing": "{path}：缺少 {column} 列",
    "{path}: results go into a folder, and this is a file": "{path}：结果须写入文件夹，而这是一个文件",
    "{path}: a workbook of statements is named with .xlsx at its end": "{path}：结算单工作簿的文件名应以 .xlsx 结尾",
    "{path}: is a folder; statements are one workbook": "{path}：是文件夹，而结算单应写入一个工作簿文件",
    "{path}: the workbook cannot be written ({why})": "{path}：工作簿无法写入（{why}）",
    "{path}: a report is a file, and this is a folder": "{path}：报告应写入文件，而这是一个文件夹",
    "units: how many have a page, not {units}": "units：有单独页面的结算单元个数，不能为 {units}",
    # what there is
    "{unit} has no position in {month}": "{unit} 没有这个月的结算头寸：{month}",
    "{month!r} (a month is written YYYY-MM)": "{month!r}（月份应写作 YYYY-MM）",
    "months that it has: {names}": "现有月份：{names}",
    "{unit} has no position {product!r} in {month}": "{unit} 在 {month} 没有交易品种 {product!r} 的结算头寸",
    "products that it has: {names}": "现有交易品种：{names}",
    "user {user} is outside the market in {month} and has no products: leave product out": (
        "用户 {user} 在 {month} 不在市场内，没有交易品种：请去掉 product"
    ),
    "{user} is a user; in {month} it belongs to settlement unit {unit}: ask for that": (
        "{user} 是电力用户，在 {month} 属于结算单元 {unit}：请查询该结算单元"
    ),
    "user {user} has no metered energy in {month}": "用户 {user} 没有这个月的实际用电量：{month}",
    "{name} is a buyer and no settlement unit; its settlement units: {units}": (
        "{name} 是购电方，不是结算单元；其结算单元：{units}"
    ),
    "there is no settlement unit {unit!r}": "没有结算单元 {unit!r}",
    "there is no settlement unit {name!r} in these months": "所选月份中没有结算单元 {name!r}",
    "{month!r} is no month YYYY-MM": "{month!r} 不是 YYYY-MM 形式的月份",
    "{month!r} is not in {year}": "{month!r} 不在 {year} 年内",
    "there are {first} to {last}": "可选 {first} 至 {last}",
    "these results hold no input table {name!r}, without which nothing can be explained": (
        "结果中没有保存输入表 {name!r}，缺少此表无法说明结算过程"
    ),
    "the table of tariffs has no row of {tariff_class} at {voltage} for {month}": (
        "电价表（tariffs）中没有 {tariff_class}、{voltage} 在 {month} 适用的行"
    ),
    # derivations that the tables contradict
    "{row} (trial)": "{row}（试结算）",
    "{place}: the derivation arrives at this row, but the table has none": "{place}：按推导应有此行，而表中没有",
    "{place}, {column}: the table has {stands}, but the derivation arrives at {derived}": (
        "{place}，{column}：表中为 {stands}，而推导所得为 {derived}"
    ),
    # whole results
    "this result does not hold, so nothing is printed from it:": "该结果前后不符，不予输出：",
    "(this result was made by gridsim {made_by}, and this is gridsim {version}: run its scenario again)": (
        "（该结果由 gridsim {made_by} 生成，当前为 gridsim {version}：请重新运行其场景）"
    ),
    "and {more:,} more": "另有 {more:,} 处",
    "{what} (and {more:,} more rows)": "{what}（另有 {more:,} 行不符）",
    "{place}, {part} ({row})": "{place}，{part}（{row}）",
    "an empty cell": "空单元格",
    "{place}: the table has {stands:,} rows, but the derivation arrives at {derived:,}": (
        "{place}：表中有 {stands:,} 行，而推导所得为 {derived:,} 行"
    ),
    "{place}, {part}: a row of the trial settlement stands before rows that are none": (
        "{place}，{part}：试结算的行排在正式结算的行之前"
    ),
    "{place}, {part}: {row} is no row of orders": "{place}，{part}：orders 中没有第 {row} 行",
    "{place}, {part}: row {row} of orders does not stand on this side": (
        "{place}，{part}：orders 第 {row} 行不是这一侧的有效申报"
    ),
    "{place}: its two orders are of different books": "{place}：买卖两条申报不属于同一交易簿",
    "{place}: it stands behind trades of a later book": "{place}：排在后面交易簿的成交之后",
    "{place}, {part}: {energy} kWh, but its orders have {left} left": (
        "{place}，{part}：{energy} 千瓦时，而其申报只余 {left} 千瓦时"
    ),
    "{place}: rows {sell} and {buy} of orders have energy left at prices that cross, but no trade": (
        "{place}：orders 第 {sell}、{buy} 行尚有余量且价格可以成交，却没有成交"
    ),
    "ledger, line {line} ({row})": "ledger，第 {line} 笔（{row}）",
    "{place}: the derivation arrives at no such transfer": "{place}：按推导不应有这笔资金往来",
    (
        "ledger ({row}): the derivation arrives at a transfer from {payer} to {payee} ({about}), but the "
        "table has no such line"
    ): "ledger（{row}）：按推导应有 {payer} 付给 {payee} 的一笔资金（{about}），而表中没有",
    # statistics and comparison
    "{argument}: no {what} {name!r} here": "{argument}：{what}中没有 {name!r}",
    "dimension": "维度",
    "dimension of {method}": "{method} 的维度",
    "changed table": "有变化的表",
    "item": "科目",
    "column": "列",
    "column that adds up": "可相加的列",
    "aggregate": "汇总方式",
    "{method}: {names} stand in no table together": "{method}：{names} 不在同一张表中",
    "allowed together: {sets}": "可同时使用：{sets}",
    "where: no {dimension} {text!r} in this result": "where：本结果的 {dimension} 中没有 {text!r}",
    "by: no column {name!r}": "by：没有 {name!r} 列",
    "top: at least 1 group, not {count}": "top：至少 1 组，不能为 {count}",
    (
        "groupby: {names} have too many possible groups together; leave out what follows from the others, as buyer, "
        "retailer and mode from the unit, or payer_group from the payer"
    ): (
        "groupby：{names} 的组合过多；请去掉可由其他维度得出的维度，如由 unit 可得 buyer、retailer、mode，"
        "由 payer 可得 payer_group"
    ),
    "compare: the results are of two years, {first} and {second}; their months do not match": (
        "compare：两个结果分属 {first} 年和 {second} 年，月份无法对应"
    ),
    "curve: this result has no orders, so no books": "curve：本结果没有撮合申报，因而没有交易簿",
    "curve: no standing order in session {session!r}": "curve：交易场次 {session!r} 没有有效申报",
    "curve: several books fit, say which": "curve：符合条件的交易簿不止一个，请指明",
    "curve: there is no such book": "curve：没有这个交易簿",
    "session {session} has, by product/delivery/segment: {names}": (
        "交易场次 {session} 的交易簿（交易品种/交割期/旬段）：{names}"
    ),
    "optimal_cover: several positions": "optimal_cover：结算头寸不止一个",
    "optimal_cover: no such position": "optimal_cover：没有这个结算头寸",
    "choose month and product from: {names}": "可选的月份和交易品种：{names}",
    "none (numerical)": "无（数值解）",
}
