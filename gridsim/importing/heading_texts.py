"""What a text says by itself, wherever it stands: that a row adds up others, remarks on the table, another quantity."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["SUM", "heading_text", "is_footer_word", "is_of_readings", "is_sum_word", "other_quantity"]

SUM = r"(?:日|月|年|全年|全月|全日|本页|本期)?(?:合计|总计|小计|共计|累计|总和)|总量?|(?:sub|grand )?total|sum"
"""Words of sums, as a pattern."""
_COUNTED = r"(?:\(.*\)|\d+[户个条行])?"  # 合计（12户）
_FOOTER = (
    r"(?:制表|编制|填报|填表|审核|复核|审批|批准|负责|打印|导出|查询|统计|经办|操作)(?:人员?|单位|部门|时间|日期)?\s*(?::|$)"
    r"|(?:备注|说明|注释?|声明|数据来源)\s*\d*\s*[:、]|(?:prepared|printed|exported|checked) (?:by|on|at)\b|note:"
)
_POWER = r"功率|出力|瞬时|\bpower\b"
_OTHER = r"无功|反向|功率因数|力率|电流|电压|需量|温度|上网电量|发电量|reactive|reverse|current\b|voltage|generation"


def heading_text(cell: object) -> str:
    """A heading as it is compared: of usual width, on one line, without spaces at its ends."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return _compared(str(cell))


@lru_cache(maxsize=2**12)  # rows are looked at several times, alone and with those above them
def _compared(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def other_quantity(text: str) -> str:
    """The kind of amounts that a text speaks of, if that is neither energy that is consumed nor a price."""
    plain = heading_text(text)
    if re.search(_OTHER, plain, re.IGNORECASE):
        return "other"
    return "power" if re.search(_POWER, plain, re.IGNORECASE) else ""


def is_of_readings(text: str) -> bool:
    """Whether a text speaks of what registers show."""
    return re.search(r"示数|示值|表码|读数|表底|底码", heading_text(text)) is not None


def is_sum_word(text: str) -> bool:
    """Whether a cell that should name something says that its row adds up others."""
    return re.fullmatch(rf"(?:{SUM}){_COUNTED}[:：]?", heading_text(text).replace(" ", ""), re.IGNORECASE) is not None


def is_footer_word(text: str) -> bool:
    """Whether a cell that should name something says who made the table, when, or what is to be remarked."""
    return re.match(_FOOTER, heading_text(text), re.IGNORECASE) is not None
