"""What is said of charts that cannot be drawn."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "{path}: backend {backend!r} writes {endings}": "{path}：backend={backend!r} 可写的文件类型为 {endings}",
    "{ending} is written with backend={backend!r}": "{ending} 请用 backend={backend!r}",
    "charts with backend={backend!r}": "backend={backend!r} 的图表",
    "costs must be one number a draw, at least one, not an array of shape {shape}": (
        "costs 应为每次抽样一个数，至少一个，而不是形状为 {shape} 的数组"
    ),
    "costs must be whole micro-yuan (an integer array), not {dtype}": (
        "costs 应为以微元计的整数（整数数组），而不是 {dtype}"
    ),
    "level must lie between 0 and 1 and have at most 4 decimals, not {level}": (
        "level 应在 0 与 1 之间，最多 4 位小数，而不是 {level}"
    ),
    "supply_demand: nothing was matched in this result; name the session of a book": (
        "supply_demand：本结果没有撮合成交；请指明交易簿的交易场次"
    ),
    "deviation_heat_map: this result has no positions here": "deviation_heat_map：本结果在所选范围内没有结算头寸",
    "a sensitivity table has the columns {names} and at least one row": "敏感性表应有 {names} 各列，且至少有一行",
    "no font with Chinese characters was found: {what}": "没有找到含汉字的字体：{what}",
    (
        "install one, such as Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk; Fedora: dnf install "
        "google-noto-sans-cjk-fonts), or take backend='plotly', for which the browser brings its own"
    ): (
        "请安装一种，如 Noto Sans CJK（Debian、Ubuntu：apt install fonts-noto-cjk；Fedora：dnf install "
        "google-noto-sans-cjk-fonts），或改用 backend='plotly'，由浏览器提供字体"
    ),
}
