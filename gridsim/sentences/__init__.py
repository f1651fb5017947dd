"""The old name of `gridsim.words`."""

from __future__ import annotations

from gridsim.words import (
    MWH,
    NOTHING,
    YUAN,
    YUAN_PER_MWH,
    Lang,
    Sentence,
    both,
    enumerated,
    listed,
    named,
    verbatim,
)

__all__ = [
    "MWH",
    "NOTHING",
    "YUAN",
    "YUAN_PER_MWH",
    "Lang",
    "Sentence",
    "both",
    "enumerated",
    "listed",
    "named",
    "verbatim",
]
