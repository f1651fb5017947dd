"""What ``gridsim batch`` does: run a plan, show how far it is, then what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from gridsim.batch.plan import Detail, read_plan
from gridsim.batch.progress import Bar, Event, JsonLines, damage_told, told_in
from gridsim.batch.runner import run
from gridsim.errors import MissingExtraError, SentenceError
from gridsim.sentences import Lang, Sentence

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gridsim.batch.batch import Batch

__all__ = ["run_command"]

_MOST_POINTS = 20
_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "title": "All that units and users pay in the year, yuan",
        "point": "point",
        "mean": "mean",
        "deviation": "standard deviation",
        "first": "the first {shown} of {points} points",
        "failed": "point {point} failed: {error}",
        "out": "Batch: {out} (gridsim.batch.load reads it)",
    },
    "zh": {
        "title": "全部结算单元和用户全年支出，元",
        "point": "参数点",
        "mean": "均值",
        "deviation": "标准差",
        "first": "{points} 个参数点中的前 {shown} 个",
        "failed": "参数点 {point} 未能完成：{error}",
        "out": "批量运算结果：{out}（由 gridsim.batch.load 读取）",
    },
}
_SECONDS_TO_CONNECT, _SECONDS_TO_WAIT = 10.0, 60.0


def run_command(
    plan: Path,
    out: Path,
    *,
    workers: int | None,
    dask: str | None,
    detail: Detail,
    is_json: bool,
    show: Callable[[RenderableType], None],
    lang: Lang = "en",
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

    Returns
    -------
    int
        How many points failed.
    """
    read = read_plan(plan)  # its faults first: no cluster is asked for a plan that cannot run
    client = _client(dask) if dask is not None else None
    errors: dict[str, str] = {}  # of points by id, as they came: those that are stored are English alone
    try:
        if is_json:
            batch = run(read, out, executor=client, workers=workers, detail=detail, progress=JsonLines())
        else:
            with Bar(lang=lang) as bar:

                def listen(event: Event) -> None:
                    if event["event"] == "damage" and bar.is_quiet:
                        show(Text(told_in(damage_told(event), lang)))
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
        words = _WORDS[lang]
        show(_points_table(batch, words))
        for _, failure in batch.failures.iterrows():
            error = errors.get(failure["point_id"], failure["error"])
            show(Text(words["failed"].format(point=failure["point"], error=error)))
        show(Text(words["out"].format(out=out)))
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


def _points_table(batch: Batch, words: Mapping[str, str]) -> Table:
    """The cost of each point, rounded to the fen for display."""
    names = list(batch.parameters)
    table = Table(title=words["title"], title_justify="left", title_style="bold")
    table.add_column(words["point"], justify="right")
    for name in names:
        table.add_column(name, justify="right")
    for head in (words["mean"], words["deviation"], "5 %", "95 %"):
        table.add_column(head, justify="right")
    points = batch.points
    done = points.index[points["status"] == "done"][:_MOST_POINTS]
    chosen = {"point": list(done)}
    cost = batch.statistics.cost("point", chosen, ("mean", "std", "q05", "q95")) if len(done) else None
    for number in done:
        assert cost is not None
        amounts = (f"{value:,.2f}" for value in cost.loc[number])
        table.add_row(str(number), *(_label(points.loc[number, name]) for name in names), *amounts)
    if int((points["status"] == "done").sum()) > _MOST_POINTS:
        table.caption = words["first"].format(shown=_MOST_POINTS, points=len(points))
    return table


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
