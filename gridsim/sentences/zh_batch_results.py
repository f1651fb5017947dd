"""What is said of batches that are run or asked: folders, points, metrics."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    # folders
    "{path}: no {file} here, so this is no folder of a batch": "{path}：其中没有 {file}，不是批量运算的结果文件夹",
    "{path}: another run is at work in this folder": "{path}：另一次运算正在使用此文件夹",
    "{path}: a batch goes into a folder, and this is a file": "{path}：批量运算的结果须写入文件夹，而这是一个文件",
    "{path}: holds other files ({first}, …); a batch needs a folder of its own": (
        "{path}：其中有其他文件（{first} 等）；批量运算需用单独的文件夹"
    ),
    "{path}: a batch keeps a folder here, and this is a link or a file": (
        "{path}：此处应为批量运算的文件夹，而这是一个链接或文件"
    ),
    "{path}: cannot be written ({why}); what was finished is kept, and the same plan goes on from there": (
        "{path}：无法写入（{why}）；已完成的部分保留，以同一方案再次运行即可继续"
    ),
    # damage
    (
        "{path}: this batch is damaged: {what}; run its plan again in the same folder: "
        "what is damaged is set aside, and its points are computed again"
    ): "{path}：批量运算的结果已损坏：{what}；请在同一文件夹中重新运行其方案：损坏的部分会移开，所涉参数点重新运算",
    "{path}: {what}": "{path}：{what}",
    "and {more} more": "另有 {more} 处",
    "not there": "缺失",
    "cannot be read ({why})": "无法读取（{why}）",
    "no JSON, or cut off": "不是 JSON，或不完整",
    "not of format {number}, so another version of gridsim wrote it, or none did": (
        "格式不是 {number}，由其他版本的 gridsim 写成，或并非 gridsim 所写"
    ),
    "changed since gridsim wrote it: its SHA-256 is another": "在 gridsim 写入之后被改动：SHA-256 不符",
    "cut off: {found} of {count} bytes are there": "不完整：{count} 字节中只有 {found} 字节",
    "no ordinary file": "不是普通文件",
    "larger than what gridsim wrote": "比 gridsim 写入的大",
    "holds other rows than its record says": "所含的行与其记录不符",
    "has points that {part} has too": "其中的参数点在 {part} 中也有",
    "has points of another batch": "其中有另一次批量运算的参数点",
    "has other points than {file}": "其参数点与 {file} 不符",
    "has other tables or rows than this batch": "其表或行数与本次批量运算不符",
    "not what gridsim writes into a record": "不是 gridsim 写出的记录",
    "not what gridsim writes into a manifest": "不是 gridsim 写出的清单",
    "not a table of points as gridsim writes it": "不是 gridsim 写出的参数点表",
    "the record of another part": "这是另一部分的记录",
    "the record of finished points is gone": "已完成的参数点失去了记录",
    "no record tells of it: a run that was killed as it wrote it leaves such a file": (
        "没有记录提到它：运算在写入时被强行中止会留下这样的文件"
    ),
    "its rows are damaged or gone: run the plan again": "其行已损坏或缺失：请重新运行方案",
    "{path}: {what}; it was set aside": "{path}：{what}；已移开",
    "computed again: points {names}": "重新运算参数点 {names}",
    "{path}: changed since the parent of this batch wrote it": "{path}：在本次批量运算的主进程写入之后被改动",
    # points
    "there is no point {point}; there are 0 to {last}": "没有参数点 {point}；现有 0 至 {last}",
    "point {point} was not computed: {why}": "参数点 {point} 未能完成：{why}",
    "open": "尚未运算",
    (
        "{missing} of {count} points were not computed (the first is point {point}: {why}), and the indices need all "
        "of them"
    ): "共 {count} 个参数点，有 {missing} 个未能完成（首个为参数点 {point}：{why}），而敏感性指标需要全部参数点",
    "the worker that ran it died, once": "运算的工作进程中断，共 1 次",
    "the worker that ran it died, {count} times": "运算的工作进程中断，共 {count} 次",
    # questions
    "unknown {what} {name!r}": "{what}中没有 {name!r}",
    "energy": "电量",
    "none: the plan has no metric deviation": "无：方案没有 deviation 指标",
    "no quantile at 0.{digits}; between 0.0001 and 0.9999, such as {example}": (
        "没有 0.{digits} 分位数；应在 0.0001 与 0.9999 之间，如 {example}"
    ),
    "there is no unit {unit!r}": "没有结算单元 {unit!r}",
    "a batch has no table {name!r}; it has {names}": "批量运算没有表 {name!r}；现有 {names}",
    "this batch has no table {name!r}: it needs {what} (metrics {metrics}; detail {detail})": (
        "本次批量运算没有表 {name!r}：需要{what}（现为 metrics {metrics}；detail {detail}）"
    ),
    "the metric items": "指标 items",
    "the metric cost_by_unit or deviation, and detail unit or full": (
        "指标 cost_by_unit 或 deviation，且 detail 为 unit 或 full"
    ),
    "the metric cost_by_unit, and detail full": "指标 cost_by_unit，且 detail 为 full",
    "the query failed: {why}": "查询失败：{why}",
    "unknown metric {metric!r}": "没有指标 {metric!r}",
    "known: cost, an energy such as overrun_mwh, or a ledger item such as transmission_yuan": (
        "可用：cost、电量（如 overrun_mwh）或台账科目（如 transmission_yuan）"
    ),
    "{metric} is the same at every point: there is no variance to explain": (
        "{metric} 在各参数点都相同：没有方差可供分解"
    ),
    "the plan sweeps nothing, so there is nothing to compare": "方案没有变动任何参数，无可比较",
    "this needs a plan with design: {design} (this one: {own})": "此项需要 design: {design} 的方案（本方案：{own}）",
    "a list sweep": "逐值列出",
    "the chart is of money, and {metric} is not; batch.sensitivity.tornado has its table": (
        "此图以金额计，而 {metric} 不是金额；其数值见 batch.sensitivity.tornado"
    ),
}
