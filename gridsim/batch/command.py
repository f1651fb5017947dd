"""What ``gridsim batch`` does: run a plan, show how far it is, then what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.batch.parameter_words import ParameterWords
from gridsim.batch.plan import Detail, read_plan
from gridsim.batch.points_grid import MOST_POINTS, points_grid
from gridsim.batch.recorder import Bar, Event, JsonLines, damage_told, told_in
from gridsim.batch.runner import run
from gridsim.errors import MissingExtraError, SentenceError
from gridsim.words import Lang, Language, Sentence

if TYPE_CHECKING:
    from gridsim.show.document import Block

__all__ = ["run_command"]

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
    lang: Lang,
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

    Raises
    ------
    KeyboardInterrupt
        With a sentence that tells what is left.
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
        raise KeyboardInterrupt(
            Sentence(
                "interrupted; what was finished stands in {path}, and the same command goes on from there", path=out
            )
        ) from None
    finally:
        if client is not None:
            client.close()
    if not is_json:
        words = Language(lang)
        points = batch.points
        done = points.index[points["status"] == "done"]
        named = ParameterWords(lang, batch.market)
        document: list[Block] = [points_grid(batch, named, list(done[:MOST_POINTS]), of=len(done))]
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
