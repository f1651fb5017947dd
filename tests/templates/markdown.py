"""Reading the tables of a README back."""

from __future__ import annotations

import re

from gridsim.units import MONEY_DECIMALS, fixed_point

__all__ = ["number", "section_tables"]

Table = list[list[str]]


def section_tables(text: str, heading: str) -> list[Table]:
    """The tables between a heading (its beginning will do) and the next one, as cells without their headings."""
    section = re.split(r"^#+ ", text.split(f"\n{heading}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    blocks = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in block.splitlines()[2:]]
        for block in blocks
    ]


def number(text: str, decimals: int = MONEY_DECIMALS) -> int:
    """A figure as people print it, with commas and a minus sign, as an integer of ``10**-decimals``."""
    return fixed_point(text.replace(",", "").replace("−", "-"), decimals)
