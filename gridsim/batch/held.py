"""The few last things of a kind that a process made, each made once even if several threads ask for it together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["HeldOnce"]

_Thing = TypeVar("_Thing")


class HeldOnce(Generic[_Thing]):
    """Holds things by owner and name; of too many, the one asked for longest ago goes."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], _Thing] = OrderedDict()
        self._making: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(
        self, owner: str, name: str, make: Callable[[], _Thing], most: int, size: Callable[[_Thing], int] = lambda _: 1
    ) -> _Thing:
        """The thing, made if it is not held.

        Parameters
        ----------
        owner, name : str
        make : callable
            Its error goes to who asked; nothing is held then.
        most : int
            How many are held, this one included; it is held in any case.
        size : callable, optional
            For how many a thing counts; for one if left out.
        """
        key = (owner, name)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._held:
                    return self._held[key]
            made = make()
            with self._lock:
                self._held[key] = made
                self._making.pop(key, None)
                while len(self._held) > 1 and sum(map(size, self._held.values())) > most:
                    self._held.popitem(last=False)
            return made

    def __len__(self) -> int:
        return len(self._held)

    def forget(self, owner: str) -> None:
        """Let go of all that belongs to an owner."""
        with self._lock:
            for key in [key for key in self._held if key[0] == owner]:
                del self._held[key]
