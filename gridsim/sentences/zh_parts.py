"""What sentences are put together from: places, lists of names, what would be right."""

from __future__ import annotations

__all__ = ["CHINESE"]

CHINESE = {
    "{names} and {more:,} more": "{names}，另有 {more:,} 个",
    "there are: {names}": "现有：{names}",
    "known: {names}": "可用：{names}",
    "allowed: {names}": "可用：{names}",
    "allowed: {what}": "应为：{what}",
    "{argument} must be one of {allowed}, not {value!r}": "{argument} 应为 {allowed} 之一，而不是 {value!r}",
    "{place}: {what}": "{place}：{what}",
    "{place}, {part}": "{place}，{part}",
    "{place}, cell {cell}": "{place}，单元格 {cell}",
    "{place}, row {row}": "{place}，第 {row} 行",
    "{place}, line {row}": "{place}，文件第 {row} 行",
    "{what} (value: {value!r})": "{what}（所填：{value!r}）",
}
