"""Timing side by side: a round runs every contender once, so that a noisy machine is noisy for all of them."""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ROUNDS", "Contest"]

ROUNDS = 7
_SHORTEST = 0.01  # seconds: what takes less is called several times in a row
_LONG = 1.0  # seconds: one call is enough to be warm


class Contest:
    """Contenders that do one and the same thing.

    Parameters
    ----------
    contenders : mapping of str to callable
        Each is called once to warm up (and to see how often it must be called to be timed at all).
    """

    def __init__(self, contenders: Mapping[str, Callable[[], object]]) -> None:
        self._contenders = dict(contenders)
        self._is_long: dict[str, bool] = {}
        self._calls = {name: self._how_often(name) for name in contenders}
        self._rounds = 0
        self.seconds: dict[str, list[float]] = {name: [] for name in contenders}
        """Seconds of one call, by contender and round."""

    def _how_often(self, name: str) -> int:
        call = self._contenders[name]
        seconds = 0.0
        for _ in range(2):  # the first call may compile or touch memory for the first time
            start = perf_counter()
            call()
            seconds = perf_counter() - start
            if seconds > _LONG:
                break
        self._is_long[name] = seconds > _LONG
        return 1 + int(_SHORTEST / max(seconds, 1e-6))

    def round(self) -> None:
        """Time every contender once, each of them warm, beginning with another one each time."""
        names = list(self._contenders)
        first = self._rounds % len(names)
        self._rounds += 1
        for name in names[first:] + names[:first]:
            call = self._contenders[name]
            gc.collect()  # first: it reads all objects of the process into the caches
            gc.disable()
            try:
                if not self._is_long[name]:
                    call()  # whoever was before has left the caches to himself
                start = perf_counter()
                for _ in range(self._calls[name]):
                    call()
                self.seconds[name].append((perf_counter() - start) / self._calls[name])
            finally:
                gc.enable()

    def run(self, rounds: int = ROUNDS) -> dict[str, float]:
        """Median seconds of each contender after so many rounds."""
        for _ in range(rounds):
            self.round()
        return self.medians()

    def medians(self) -> dict[str, float]:
        """Median seconds of each contender so far."""
        return {name: median(seconds) for name, seconds in self.seconds.items()}
