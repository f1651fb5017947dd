"""What explains some lines of a statement: one cause, or several of which the numbers don't tell which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.reconcile.causes import Cause
    from gridsim.reconcile.settling import State

__all__ = ["Found"]


@dataclass(frozen=True, eq=False)
class Found:
    """What explains some lines.

    Attributes
    ----------
    causes : tuple of Cause
        One: it is named. Several: candidates.
    before, after : State
        Without it, and with the first of them.
    lines : frozenset of tuple
        Keys of the lines that it explains.
    moved : frozenset of tuple
        Keys of all lines that it changes.
    """

    causes: tuple[Cause, ...]
    before: State
    after: State
    lines: frozenset[tuple[str, ...]]
    moved: frozenset[tuple[str, ...]]

    @property
    def is_named(self) -> bool:
        return len(self.causes) == 1
