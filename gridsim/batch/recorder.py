"""The parent's side of a batch: putting points together from outcomes, storing them, telling how far it is.

What happens is told as plain events, which a bar or a line of JSON is made of. The library itself prints nothing; who
wants to see something hands a listener in.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

import pyarrow as pa

from gridsim.batch.manifest import batch_manifest, points_table
from gridsim.batch.named_market import market_data
from gridsim.batch.parts import seal_of
from gridsim.batch.reduced import PointSoFar, rows_of_point
from gridsim.scenario.party_names import party_names
from gridsim.simulate import inputs_of
from gridsim.spoken import spoken_lang
from gridsim.words import Lang, Language, Sentence, listed, named

if TYPE_CHECKING:
    from rich.progress import Progress

    from gridsim.batch.parts import Damage
    from gridsim.batch.plan import ExpandedPlan
    from gridsim.batch.pools import Answer
    from gridsim.batch.reduced import PointPart
    from gridsim.batch.store import Store

__all__ = ["Bar", "Event", "JsonLines", "Listener", "Recorder", "damage_told", "listener_of", "told_in"]

_FLUSH_SECONDS = 2.0
_FLUSH_ROWS = 2_000_000
_MOST_POINTS = 20

Event = Mapping[str, Any]
"""What happened: ``event`` is start, damage, task, point, retry or end; `gridsim.batch.run` tells the other keys."""

Listener = Callable[[Event], None]


class Recorder:
    """Takes answers in, in whatever order they come.

    Parameters
    ----------
    store : Store
    expanded : ExpandedPlan
    listener : callable
        Is told each event.
    """

    def __init__(self, store: Store, expanded: ExpandedPlan, listener: Listener) -> None:
        self._store = store
        self._plan = expanded.plan
        self._scenario = expanded.scenario
        self._points = expanded.expansion.points
        self._ids = list(expanded.ids)
        self._number = {
            one: point.number for point, one in reversed(list(zip(self._points, expanded.ids, strict=True)))
        }
        self._market = market_data(expanded.scenario.rules, party_names(inputs_of(expanded.scenario)))
        self._kept = expanded.kept
        self._seed = expanded.seed
        self._tell = listener
        self._pending: dict[str, PointSoFar] = {}
        self._about: dict[str, dict[str, Any]] = {}
        self._failed: dict[str, dict[str, Any]] = {}
        self._buffer: dict[str, list[pa.Table]] = {}
        self._buffered: dict[str, dict[str, Any]] = {}
        self._rows = 0
        self._cells = len(self._scenario.tables["meter"])
        self._cells_done = 0.0
        self._started = self._flushed = time.monotonic()

    def start(self, workers: int, ran_on: str) -> None:
        """The workers are there."""
        self._store.write_market(self._market)
        self._write_manifest(is_finished=False)
        self._started = self._flushed = time.monotonic()
        self._tell(
            {
                "event": "start",
                "points": len(set(self._ids)),
                "draws": self._kept.draws,
                "cells": self._cells * self._kept.draws * len(set(self._ids)),
                "done": len(self._store.finished),
                "workers": workers,
                "ran_on": ran_on,
            }
        )
        for damage in self._store.damage:
            self._tell({"event": "damage", **self._told_of(damage)})

    def take(self, answer: Answer) -> None:
        """One answer of the pool."""
        points = [job.point.id for job in answer.task.jobs]
        if answer.is_retry:
            self._tell({"event": "retry", "points": points, "attempt": answer.task.attempts + 1})
            return
        if answer.result is None:
            for one in points:
                self._fail(one, answer.error, answer.task.attempts)
            return
        share = answer.result.seconds / max(len(points), 1)
        for outcome in answer.result.outcomes:
            self._take_outcome(outcome, share, answer.task.attempts)
        for failure in answer.result.failures:
            self._fail(failure.point, failure.error, answer.task.attempts)
        elapsed = time.monotonic() - self._started
        self._tell(
            {
                "event": "task",
                "points_done": len(self._store.finished) + len(self._buffered) + len(self._failed),
                "points": len(set(self._ids)),
                "cells_done": round(self._cells_done),
                "cells_per_second": round(self._cells_done / max(elapsed, 1e-9)),
                "seconds": round(answer.result.seconds, 3),
            }
        )
        if self._rows > _FLUSH_ROWS or time.monotonic() - self._flushed > _FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Store the points that are whole."""
        if self._buffered:
            tables = {name: pa.concat_tables(parts) for name, parts in self._buffer.items()}
            self._store.add({name: table.unify_dictionaries() for name, table in tables.items()}, self._buffered)
        self._buffer, self._buffered, self._rows = {}, {}, 0
        self._flushed = time.monotonic()

    def end(self) -> None:
        """No answer is left to come."""
        self.flush()
        self._write_manifest(is_finished=True)
        self._tell(
            {
                "event": "end",
                "done": len(self._store.finished),
                "failed": len(self._failed),
                "seconds": round(time.monotonic() - self._started, 3),
                "directory": str(self._store.directory),
            }
        )

    def _take_outcome(self, outcome: PointPart, seconds: float, attempts: int) -> None:
        one = outcome.point
        about = self._about.setdefault(one, {"seconds": 0.0, "attempts": 0})
        about["seconds"] = round(about["seconds"] + seconds, 4)
        about["attempts"] = max(about["attempts"], attempts)
        so_far = self._pending.setdefault(one, PointSoFar(self._kept))
        so_far.add(outcome)
        blocks = outcome.blocks
        self._cells_done += self._cells * self._kept.draws * len(blocks) / max(outcome.total, 1)
        if one in self._failed:
            return  # another share of it failed
        if not so_far.is_whole:
            return
        tables = rows_of_point(self._kept, one, so_far)
        del self._pending[one]
        for name, table in tables.items():
            self._buffer.setdefault(name, []).append(table)
            self._rows += len(table)
        self._buffered[one] = about
        self._tell({"event": "point", "point": self._number[one], "id": one, "status": "done", "error": "", **about})

    def _fail(self, one: str, error: Sentence, attempts: int) -> None:
        if one in self._failed:
            return
        self._failed[one] = {"error": error, "attempts": attempts, "seconds": None}
        event = {"event": "point", "point": self._number[one], "id": one, "status": "failed", "error": error}
        self._tell({**event, "seconds": None, "attempts": attempts})

    def _told_of(self, damage: Damage) -> dict[str, Any]:
        """What is told of damage that was set aside: the file, what is wrong, which points it costs."""
        points = sorted(self._number[one] for one in damage.points if one in self._number)
        path = damage.path.relative_to(self._store.directory).as_posix()
        return {"path": path, "why": damage.why, "points": points}

    def _write_manifest(self, *, is_finished: bool) -> None:
        table = points_table(self._points, self._ids, self._plan.sweep.names, self._store.finished, self._failed)
        manifest = batch_manifest(
            self._plan, self._scenario, self._kept, self._seed, is_finished=is_finished, market=seal_of(self._market),
            points=len(self._points), failed=len(self._failed), damage=[*map(self._told_of, self._store.damage)],
        )  # fmt: skip
        self._store.write_manifest(manifest, table)


# ---- listeners -------------------------------------------------------------------------------------------------------


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

    def __init__(self, stream: IO[str] | None = None, *, lang: Lang) -> None:
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
        return Bar(lang=spoken_lang())
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
        warnings.warn(damage_told(event).told(spoken_lang()), stacklevel=2)
