"""A stored result made again: what differs from when it was made, and whether every byte is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.lazy import lazy_names

if TYPE_CHECKING:
    from gridsim.reproduction.remaking import Reproduction, reproduce

__all__ = ["Reproduction", "reproduce"]

__getattr__, __dir__ = lazy_names(__name__, {"Reproduction": "remaking", "reproduce": "remaking"})
