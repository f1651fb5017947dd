"""The Chinese of each English template: tables of the same blanks, by what they are said of."""

from __future__ import annotations

from gridsim.sentences import (
    zh_asked,
    zh_batch,
    zh_batch_results,
    zh_cells,
    zh_charts,
    zh_commands,
    zh_files,
    zh_parts,
    zh_results,
    zh_rules,
    zh_tables,
    zh_warnings,
)

__all__ = ["CHINESE", "ROOMS", "chinese_of"]

ROOMS = (
    zh_parts,
    zh_cells,
    zh_tables,
    zh_files,
    zh_rules,
    zh_warnings,
    zh_asked,
    zh_batch,
    zh_results,
    zh_charts,
    zh_batch_results,
    zh_commands,
)
CHINESE: dict[str, str] = {english: chinese for room in ROOMS for english, chinese in room.CHINESE.items()}


def chinese_of(template: str) -> str:
    """The Chinese template of an English one; the English itself where a caller has one that no table has."""
    return CHINESE.get(template, template)
