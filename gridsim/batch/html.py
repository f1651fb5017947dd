"""A batch as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.show.document import Heading, grid

if TYPE_CHECKING:
    from gridsim.batch.batch import Batch
    from gridsim.show.document import Block

__all__ = ["batch_document"]

_MOST_POINTS = 20


def batch_document(batch: Batch) -> list[Block]:
    """What was run, and the cost of each point; the first twenty of them."""
    manifest = batch.manifest
    points = batch.points
    done = int((points["status"] == "done").sum())
    about = (
        f"{manifest['scenario']['year']}, rules {manifest['rules']}: {done} of {len(points)} points done, "
        f"{manifest['draws']} draws each, seed {manifest['seed']}"
    )
    parts: list[Block] = [Heading(manifest["scenario"]["name"], 2, about)]
    failed = len(batch.failures)
    if failed:
        parts.append(f"{failed} failed (see .failures)")
    names = list(batch.parameters)
    cost = batch.statistics.cost("point", aggregate=("mean", "std", "q05", "q95")) if done else None
    rows = []
    for number in points.index[:_MOST_POINTS]:
        row = [str(number), *(str(points.loc[number, name]) for name in names)]
        if cost is not None and number in cost.index:
            row += [f"{value:,.2f}" for value in cost.loc[number]]
        else:
            row += [str(points.loc[number, "error"]) or str(points.loc[number, "status"]), "", "", ""]
        rows.append(row)
    heads = ("point", *names, "mean cost, yuan", "standard deviation", "5 %", "95 %")
    left = len(points) - _MOST_POINTS
    return [*parts, grid(heads, rows, note=f"{left} more points" if left > 0 else "")]
