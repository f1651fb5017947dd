"""What is said of the plan of a batch."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "at the largest draw, {times} times what is given, {what}": "抽样最大时（为所给的 {times} 倍），{what}",
    "the energy leaves int64": "电量超出 64 位整数",
    "up to {number}": "至多 {number}",
    "up to {number} MWh": "至多 {number} 兆瓦时",
    "only lognormal has a choice of centre": "只有 lognormal 可选 centre",
    "{name} needs sigma": "{name} 需要 sigma",
    "{name} has sigma and no parameters": "{name} 只有 sigma，没有 parameters",
    "sigma belongs to lognormal and normal; scipy.stats takes parameters": (
        "sigma 用于 lognormal 和 normal；scipy.stats 的分布用 parameters"
    ),
    "lognormal, normal, or a continuous distribution of scipy.stats": "lognormal、normal，或 scipy.stats 的连续分布",
    "unknown or missing parameter {name}": "参数 {name} 无法识别，或没有给出",
    "unknown distribution": "没有这个分布",
    "the largest factor is too large": "最大的倍数过大",
    "the largest factors multiply to too much": "最大的倍数相乘后过大",
    "quantiles that are no numbers": "分位数不是数字",
    "parameters in range": "范围内的参数",
    "a number above 0 and below 1": "大于 0 且小于 1 的数字",
    "numbers above 0 and below 1, ascending": "大于 0 且小于 1 的数字，递增",
    "the keys {codes}": "可写的项：{codes}",
    "without load every draw is the same": "没有 load，各次抽样完全相同",
    "1, or a load to draw from": "1，或给出可抽样的 load",
    "out of bounds or out of order": "超出范围或次序不对",
    "a whole number, {least} to {most}": "整数，{least} 至 {most}",
    "a list of some of {codes}": "由 {codes} 中的若干个组成的列表",
    "a list of numbers above 0 and below 1, ascending, at most 4 decimals": (
        "大于 0 且小于 1 的数字列表，递增，最多 4 位小数"
    ),
    "{what}, at most {decimals} decimals": "{what}，最多 {decimals} 位小数",
    "a scenario folder": "场景文件夹",
    "a relative path starts at the plan's folder": "相对路径从批量方案所在的文件夹算起",
    "a map with common, own or both": "含 common、own 之一或两者",
    "a map of what is varied to its values": "“所变的项: 取值”的形式",
    "empty list": "空列表",
    "not a map of names to values": "不是“名称: 取值”的形式",
    "unknown name": "没有这个名称",
    "a scenario with meter, or another rule set in scenario.yaml": (
        "有计量表（meter）的场景，或在 scenario.yaml 中改用其他规则集"
    ),
    "a value of the rule set by its dotted path, {names} or {last}": (
        "规则集中的一项（以点分隔的路径）、{names} 或 {last}"
    ),
    "the balance of a Sobol sequence needs a power of two": "Sobol 序列须取 2 的幂才均衡",
    "{what}, with a list of values each": "{what}，各带一个取值列表",
    "too many points": "参数点过多",
    "at most {count} combinations": "至多 {count} 种组合",
    "this belongs to a design, and there is none": "此项属于 design，而没有给出 design",
    "not a list of values": "不是取值的列表",
    "a list, such as [1.02, 1.05]": "列表，如 [1.02, 1.05]",
    "unknown design": "没有这种 design",
    "the steps of Morris need an even number": "Morris 法的 levels 须为偶数",
    "an even number": "偶数",
    "not a truth value": "不是真假值",
    "a design needs ranges to sample": "design 需要可抽样的范围",
    "{what}, with [low, high] each": "{what}，各带 [下限, 上限]",
    "not a whole number in bounds": "不是范围内的整数",
    "a design samples numbers, and this value is none": "design 只对数字抽样，而此项不是数字",
    "a list of values ({each})": "取值的列表（{each}）",
    "not a range": "不是范围",
    "[low, high], each {each}": "[下限, 上限]，各为{each}",
    "the range is empty": "范围是空的",
    "low below high": "下限低于上限",
    "this value stands here twice": "此取值写了两次",
    "each value once": "每个取值一次",
    "this value is swept on its own too": "此项另外也单独列出取值",
    "the design {name} has no such key": "{name} 没有此项",
    "only with design: {name}": "只用于 design: {name}",
    "a design samples numbers, and rule sets are none": "design 只对数字抽样，规则集不是数字",
    "neither a rule set nor overrides": "既不是规则集，也不是若干项取值",
    "an id, a path, or a map of paths to values": "名称、路径，或“路径: 取值”的形式",
    "one of the two": "只给其中之一",
}
