"""Telling how far a batch is: as plain events, which a bar or a line of JSON is made of.

The library itself prints nothing; who wants to see something hands a listener in.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from gridsim.words import Lang, Language, Sentence, listed, named

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Bar", "Event", "JsonLines", "Listener", "damage_told", "listener_of", "told_in"]

_MOST_POINTS = 20

Event = Mapping[str, Any]
"""What happened: ``event`` is start, damage, task, point, retry or end; `gridsim.batch.run` tells the other keys."""

Listener = Callable[[Event], None]


class JsonLines:
    """Writes each event as one line of JSON, for a scheduler that reads along.

    Parameters
    ----------
    stream : text stream
    """

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stdout

    def __call__(self, event: Event) -> None:
        self._stream.write(json.dumps(event, ensure_ascii=False) + "\n")
        self._stream.flush()


class Bar:
    """A progress bar with rate and time left, in a terminal or a notebook; quiet where there is neither.

    Parameters
    ----------
    stream : text stream, optional
        Standard error if left out.
    lang : {"en", "zh"}
    """

    def __init__(self, stream: IO[str] | None = None, lang: Lang = "en") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._words = Language(lang)
        console = Console(file=stream) if stream is not None else Console(stderr=True)
        self.is_quiet = not (console.is_terminal or console.is_jupyter)
        self._progress: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(self._words.say("points")),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True, elapsed_when_finished=True),
            console=console,
            disable=self.is_quiet,
        )
        self._task: Any = None
        self._points = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        kind = event["event"]
        if self.is_quiet:
            return
        if kind == "start":
            self._progress.start()
            self._task = self._progress.add_task(
                "gridsim batch", total=event["points"], completed=event["done"], rate=""
            )
        elif kind == "task":
            rate = self._words.say("{rate:,.1f} M cells/s", rate=event["cells_per_second"] / 1e6)
            self._progress.update(self._task, completed=event["points_done"], rate=rate)
        elif kind == "point" and event["status"] == "failed":
            told = self._words.say(
                "point {point} failed: {error}", point=event["point"], error=told_in(event["error"], self._words.lang)
            )
            self._progress.console.print(told, markup=False, highlight=False)
        elif kind == "retry":
            told = self._words.say(
                "a worker died; attempt {attempt} of {points} points",
                attempt=event["attempt"],
                points=len(event["points"]),
            )
            self._progress.console.print(told, highlight=False)
        elif kind == "damage":
            told = damage_told(event)
            self._progress.console.print(told_in(told, self._words.lang), markup=False, highlight=False)
        elif kind == "end":
            self._progress.update(self._task, completed=event["done"] + event["failed"])
            self._progress.stop()


def told_in(error: str, lang: Lang) -> str:
    """The error of a point in a language; in English where it is nothing but a text."""
    return error.zh if lang == "zh" and isinstance(error, Sentence) else error


def listener_of(progress: bool | Listener | None) -> Listener:
    """The listener that a caller means: True is a bar; None and False are nobody, who is warned of damage alone."""
    if progress is True:
        return Bar()
    if progress is None or progress is False:
        return _warn_of_damage
    return progress


def damage_told(event: Event) -> Sentence:
    """What was found damaged and set aside, and which points are computed again for it."""
    told = Sentence("{path}: {what}; it was set aside", path=event["path"], what=event["why"])
    if not event["points"]:
        return told
    again = Sentence("computed again: points {names}", names=named(event["points"], _MOST_POINTS))
    return listed(told, again)


def _warn_of_damage(event: Event) -> None:
    if event["event"] == "damage":
        warnings.warn(damage_told(event), stacklevel=2)
