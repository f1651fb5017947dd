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
