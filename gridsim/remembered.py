"""What is made of the same things once more is given as it was made: for whoever makes nearly the same many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["Remembered"]

_Made = TypeVar("_Made")
_MOST = 3


class Remembered:
    """Results of functions by the objects that they were made of, the same objects and not only equal ones.

    Of each function the first result is kept, and the latest: variants of one thing are made of its own parts but for
    one, and one variant after the other of the parts of the one before it.
    """

    def __init__(self) -> None:
        self._made: dict[object, list[tuple[tuple[Any, ...], Any]]] = {}

    def __call__(self, make: Callable[..., _Made], *arguments: Any, of: tuple[Any, ...] | None = None) -> _Made:
        """What `make` makes of the arguments, or has made of the same before.

        Parameters
        ----------
        make : callable
        *arguments
        of : tuple, optional
            What the result depends on, where that is not the arguments themselves.
        """
        parts = arguments if of is None else of
        kept = self._made.setdefault(make, [])
        for known, made in kept:
            if len(known) == len(parts) and all(a is b for a, b in zip(known, parts, strict=True)):
                return made  # type: ignore[no-any-return]
        made = make(*arguments)
        if len(kept) == _MOST:
            del kept[1]
        kept.append((parts, made))
        return made
