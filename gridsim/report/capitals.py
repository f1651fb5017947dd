"""Money in Chinese capitals (大写金额), which a bill states beside the figure so that it cannot be altered."""

from __future__ import annotations

__all__ = ["capital_amount"]

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿", "亿亿")


def capital_amount(fen: int) -> str:
    """An amount in fen in capitals, by the banks' rules for writing bills.

    Parameters
    ----------
    fen : int
        [fen], of any sign, up to 10²² fen.

    Examples
    --------
    >>> capital_amount(260688202)
    '贰佰陆拾万陆仟捌佰捌拾贰元零贰分'
    >>> capital_amount(1050000)
    '壹万零伍佰元整'
    """
    if fen < 0:
        return "负" + capital_amount(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_DIGITS[last] + "分" if last else "整")


def _whole(number: int) -> str:
    """A positive whole number: four digits at a time, one 零 for each gap."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _GROUPS[place]
        gap = False
    return text


def _group(group: int) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
