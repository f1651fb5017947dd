"""Faults and warnings in Chinese: each sentence with its blanks, as the checks write it in English.

What stands in no list stays in English; a test holds every fault that an input can have against them.
"""

from __future__ import annotations

import re
from functools import cache

from gridsim import names_zh
from gridsim.columns import INPUT_TABLES
from gridsim.io.faults_zh_sentences import ALLOWED, MESSAGES, WARNINGS

__all__ = ["in_chinese", "parts_in_chinese"]

# What a blank may hold; any other, anything.
_BLANKS = {
    "codes": r"[a-z_]+\??(?:, [a-z_]+\??)*",
    "either": r"[a-z_]+(?:, [a-z_]+)* or [a-z_]+",
    "why": ".*",
}

_WORDS = tuple(
    (re.compile(english), chinese)
    for english, chinese in (
        (r"\byuan/MWh\b", "元/兆瓦时"),
        (r"\bMWh\b", "兆瓦时"),
        (r"(?<=\d) yuan\b", " 元"),
        (r"\brow (\d+)", r"第 \1 行"),
        (r"^([\d,]+) rows?$", r"\1 行"),
        (r"^(['\"].*) twice$", r"两次 \1"),
        (r"(?<=') and (?=')", "和"),
    )
)


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in (*MESSAGES, *ALLOWED, *WARNINGS))


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{([a-z]+)\}", english)
    return re.compile(
        "".join(
            re.escape(part) if place % 2 == 0 else f"(?P<{part}>{_BLANKS.get(part, '.+?')})"
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def in_chinese(sentence: str) -> str | None:
    """A message or a warning in Chinese; None if no list has it.

    Examples
    --------
    >>> in_chinese("duplicate id: row 3 has the same")
    '编号重复：与第 3 行相同'
    """
    for pattern, chinese in _compiled():
        match = pattern.fullmatch(sentence)
        if match:
            blanks = match.groupdict()
            for name in ("what", "months"):
                if name in blanks:
                    blanks[name] = in_chinese(blanks[name]) or blanks[name]
            if "either" in blanks:
                blanks["either"] = blanks["either"].replace(" or ", " 或 ")
            if "tables" in blanks:
                blanks["tables"] = "、".join(map(_table, blanks["tables"].split(" or ")))
            return chinese.format(**{name: _in_our_words(text) for name, text in blanks.items()})
    return None


def parts_in_chinese(allowed: str) -> tuple[str, tuple[str, ...]]:
    """What is allowed, in Chinese, and those of its parts that no list has.

    Names of columns and values, which are the same in both languages, are in no list and need none.
    """
    shown, left = [], []
    for part in allowed.split("; ") if allowed else ():
        chinese = in_chinese(part)
        if chinese is None and not _is_list_of_values(part):
            left.append(part)
        shown.append(chinese or part)
    return "；".join(shown), tuple(left)


def _in_our_words(blank: str) -> str:
    """A figure with its unit, or a place, as it stands in Chinese."""
    for english, chinese in _WORDS:
        blank = english.sub(chinese, blank)
    return blank


def _table(name: str) -> str:
    return f"{INPUT_TABLES[name].zh}（{name}）" if name in INPUT_TABLES else name


def _is_list_of_values(part: str) -> bool:
    values = {*names_zh.VALUES, "true", "false"}
    return set(part.split(", ")) <= values
