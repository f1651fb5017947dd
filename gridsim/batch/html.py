"""A batch as a notebook shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.batch.batch import Batch

__all__ = ["batch_html"]

_MOST_POINTS = 20


def batch_html(batch: Batch) -> str:
    """What was run, and the cost of each point; the first twenty of them."""
    manifest = batch.manifest
    points = batch.points
    done = int((points["status"] == "done").sum())
    head = (
        f"<b>{escape(manifest['scenario']['name'])}</b>, {manifest['scenario']['year']}, "
        f"rules {escape(manifest['rules'])}: "
        f"{done} of {len(points)} points done, {manifest['draws']} draws each, seed {manifest['seed']}"
    )
    failed = len(batch.failures)
    if failed:
        head += f"; <b>{failed} failed</b> (see <code>.failures</code>)"
    names = list(batch.parameters)
    cost = batch.statistics.cost("point", aggregate=("mean", "std", "q05", "q95")) if done else None
    cells = ["point", *names, "mean cost, yuan", "standard deviation", "5 %", "95 %"]
    rows = ["".join(f"<th>{escape(cell)}</th>" for cell in cells)]
    for number in points.index[:_MOST_POINTS]:
        row = [str(number), *(str(points.loc[number, name]) for name in names)]
        if cost is not None and number in cost.index:
            row += [f"{value:,.2f}" for value in cost.loc[number]]
        else:
            row += [str(points.loc[number, "error"]) or str(points.loc[number, "status"]), "", "", ""]
        rows.append("".join(f"<td>{escape(cell)}</td>" for cell in row))
    more = f"<p>{len(points) - _MOST_POINTS} more points</p>" if len(points) > _MOST_POINTS else ""
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<div><p>{head}</p><table>{body}</table>{more}</div>"
