"""What ``gridsim batch`` does: run a plan, show how far it is, then what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.batch.plan import Detail, read_plan
from gridsim.batch.recorder import Bar, Event, JsonLines, damage_told, told_in
from gridsim.batch.runner import run
from gridsim.errors import MissingExtraError, SentenceError
from gridsim.show.document import grid
from gridsim.words import Lang, Language, Sentence

if TYPE_CHECKING:
    from gridsim.batch.batch import Batch
    from gridsim.show.document import Block, Grid

__all__ = ["run_command"]

_MOST_POINTS = 20
_SECONDS_TO_CONNECT, _SECONDS_TO_WAIT = 10.0, 60.0


def run_command(
    plan: Path,
    out: Path,
    *,
    workers: int | None,
    dask: str | None,
    detail: Detail,
    is_json: bool,
    show: Callable[[list[Block]], None],
    lang: Lang = "en",
    starting: Callable[[], None] = lambda: None,
) -> int:
    """Run a plan from the command line.

    Parameters
    ----------
    plan, out : Path
    workers : int or None
    dask : str or None
        Address of a Dask scheduler.
    detail : {"summary", "unit", "full"}
    is_json : bool
        Events instead of a bar and a table.
    show : callable
        Takes what is to be seen.
    lang : {"en", "zh"}
    starting : callable
        Called when the plan has been read without a fault.

    Returns
    -------
    int
        How many points failed.
    """
    read = read_plan(plan)  # its faults first: no cluster is asked for a plan that cannot run
    starting()
    client = _client(dask) if dask is not None else None
    errors: dict[str, str] = {}  # of points by id, as they came: those that are stored are English alone
    try:
        if is_json:
            batch = run(read, out, executor=client, workers=workers, detail=detail, progress=JsonLines())
        else:
            with Bar(lang=lang) as bar:

                def listen(event: Event) -> None:
                    if event["event"] == "damage" and bar.is_quiet:
                        show([told_in(damage_told(event), lang)])
                    if event["event"] == "point" and event["status"] == "failed":
                        errors[event["id"]] = told_in(event["error"], lang)
                    bar(event)

                batch = run(read, out, executor=client, workers=workers, detail=detail, progress=listen)
    except KeyboardInterrupt:
        raise SentenceError(
            Sentence(
                "interrupted; what was finished stands in {path}, and the same command goes on from there", path=out
            )
        ) from None
    finally:
        if client is not None:
            client.close()
    if not is_json:
        words = Language(lang)
        document: list[Block] = [_points_table(batch, words)]
        for _, failure in batch.failures.iterrows():
            error = errors.get(failure["point_id"], failure["error"])
            document.append(words.say("point {point} failed: {error}", point=failure["point"], error=error))
        show([*document, words.say("Batch: {out} (gridsim.batch.load reads it)", out=out)])
    return len(batch.failures)


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("a cluster"), "distributed", "dask") from None
    try:
        client = Client(address, timeout=_SECONDS_TO_CONNECT)  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=_SECONDS_TO_WAIT)
    except (OSError, TimeoutError) as error:
        raise SentenceError(
            Sentence("no Dask cluster with a worker at {address}: {why}", address=address, why=str(error))
        ) from None
    return client


def _points_table(batch: Batch, words: Language) -> Grid:
    """The cost of each point, rounded to the fen for display."""
    names = list(batch.parameters)
    points = batch.points
    done = points.index[points["status"] == "done"]
    shown = done[:_MOST_POINTS]
    cost = batch.statistics.cost("point", {"point": list(shown)}, ("mean", "std", "q05", "q95")) if len(shown) else None
    rows = []
    for number in shown:
        assert cost is not None
        amounts = (f"{value:,.2f}" for value in cost.loc[number])
        rows.append((str(number), *(_label(points.loc[number, name]) for name in names), *amounts))
    left = ""
    if len(done) > len(shown):
        left = words.say("the first {shown} of {points} points", shown=_MOST_POINTS, points=len(points))
    heads = (words.say("point"), *names, words.say("mean"), words.say("standard deviation"), "5 %", "95 %")
    title = words.say("All that units and users pay in the year, yuan")
    return grid(heads, rows, texts=0, title=title, note=left)


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
