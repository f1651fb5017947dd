"""What a kernel returns: exceptions cannot leave compiled code reliably, so a number says how it went."""

from __future__ import annotations

__all__ = ["BAD_INPUT", "NO_ROOM", "OK", "OVERFLOW"]

OK = 0
"""Done."""
OVERFLOW = 1
"""Products or sums could leave int64; nothing was computed."""
BAD_INPUT = 2
"""The arrays break what the kernel's docstring asks of them."""
NO_ROOM = 3
"""An array handed in for output or scratch is too small."""
