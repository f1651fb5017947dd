"""Who pays whom: payers on the left, payees on the right, a ribbon for each item between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, money_scale, percent, rows_of
from gridsim.analysis.plots.words import ChartWords
from gridsim.columns import ITEMS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OTHERS", "money_flows"]

OTHERS = "(others)"
_GROUPS = ("retailers", "users", "generators", "grid", "government")
_GROUP_COLOURS = {
    "retailers": "#8266b2",
    "users": "#4a5a6a",
    "generators": "#2f6db5",
    "grid": "#1f9e97",
    "government": "#7d8b99",
}
_NODE_WIDTH = 0.018  # of the figure that matplotlib draws, where everything lies between 0 and 1
_GAP = 0.018


class _Node(NamedTuple):
    """A party on one side; on both sides it is two nodes."""

    side: str
    group: str
    party: str


class _Link(NamedTuple):
    source: _Node
    target: _Node
    item: str
    amount: int


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    scale: Scale
    links: list[_Link]
    nodes: list[_Node]
    sums: dict[_Node, int]
    labels: dict[_Node, str]
    total: int


def money_flows(
    flows: pd.DataFrame,
    *,
    others: Mapping[tuple[str, str], int] | None = None,
    named: int = 8,
    months: Sequence[str] = (),
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw money between parties (a Sankey diagram).

    Parameters
    ----------
    flows : DataFrame
        `payer`, `payer_group`, `payee`, `payee_group`, `item`, `amount_micro_yuan`. A party ``(others)`` stands for
        all of its group that are not named.
    others : mapping of (str, str) to int, optional
        How many parties ``(others)`` stands for, by side (``payer`` or ``payee``) and group.
    named : int
        At most so many of a side stand there by name, as the caption says if there are others.
    months : sequence of str, optional
        The months that it is about, if not the whole year.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang)
    links = [_link(row) for row in rows_of(flows) if row.amount_micro_yuan]
    links.sort(key=lambda link: (ITEMS.index(link.item), -link.amount))
    sums: dict[_Node, int] = {}
    for link in links:
        for node in (link.source, link.target):
            sums[node] = sums.get(node, 0) + link.amount
    nodes = sorted(sums, key=lambda node: (node.side, _GROUPS.index(node.group), node.party == OTHERS, -sums[node]))
    counts = others or {}
    total = sum(link.amount for link in links)
    scale = money_scale(total, lang)
    period = words.say("flows_period", months=words.months(sorted(months))) if months else ""
    about = {"total": scale.text(total), "unit": scale.unit, "period": period}
    if counts:
        caption = words.say("flows", named=named, **about)
    else:
        caption = words.say("flows_whole", **about)
    if any(row < 0 for row in flows["amount_micro_yuan"]):
        caption = words.sentences(caption, words.say("repaid"))
    title = words.say("money_flows")
    view = _View(title, caption, words, scale, links, nodes, sums, {n: _name(n, words, counts) for n in nodes}, total)
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart("money_flows", {"flows": flows}, draw, title=title, caption=caption, backend=backend, lang=lang)


def _link(row: Any) -> _Link:
    """A row as a ribbon; money that comes back flows from left to right too, from who pays it."""
    payer, payee = (row.payer_group, row.payer), (row.payee_group, row.payee)
    if row.amount_micro_yuan < 0:
        payer, payee = payee, payer
    source, target = _Node("payer", *map(str, payer)), _Node("payee", *map(str, payee))
    return _Link(source, target, str(row.item), abs(int(row.amount_micro_yuan)))


def _name(node: _Node, words: ChartWords, counts: Mapping[tuple[str, str], int]) -> str:
    if node.party != OTHERS:
        return words.name(node.party)
    count = counts.get((node.side, node.group), 0)
    return words.say("other_of", count=f"{count:,}", group=words.name(node.group))


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    words, scale = view.words, view.scale
    height = max(380, 34 * max(sum(node.side == side for node in view.nodes) for side in ("payer", "payee")))
    figure = style.plotly_figure(style.label(view.title), style.label(view.caption), height=height)
    place = {node: i for i, node in enumerate(view.nodes)}
    figure.add_trace(
        go.Sankey(
            arrangement="snap",
            valueformat=",.2f",
            valuesuffix=f" {scale.unit}",
            domain={"x": [0, 1], "y": [0, 0.97]},
            node={
                "label": [style.label(_label(view, node)) for node in view.nodes],
                "color": [_GROUP_COLOURS[node.group] for node in view.nodes],
                "customdata": [f"{scale.text(view.sums[node])} {scale.unit}" for node in view.nodes],
                "hovertemplate": "%{label}<br>%{customdata}<extra></extra>",
                "pad": 14,
                "thickness": 16,
                "line": {"width": 0},
            },
            link={
                "source": [place[link.source] for link in view.links],
                "target": [place[link.target] for link in view.links],
                "value": [scale.value(link.amount) for link in view.links],
                "color": [style.translucent(style.ITEM_COLOURS[link.item], 0.45) for link in view.links],
                "customdata": [
                    f"<b>{words.name(link.item)}</b><br>{scale.text(link.amount)} {scale.unit}" for link in view.links
                ],
                "hovertemplate": "%{source.label} → %{target.label}<br>%{customdata}<extra></extra>",
            },
        )
    )
    for item in _items(view):  # a Sankey has no legend of its own
        marker = {"color": style.ITEM_COLOURS[item], "symbol": "square", "size": 11}
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=words.name(item)))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(margin={"l": 8, "r": 8, "b": 16}, legend_itemclick=False, legend_itemdoubleclick=False)
    return figure


def _label(view: _View, node: _Node) -> str:
    return f"{view.labels[node]}  {percent(view.sums[node], view.total)}"


def _items(view: _View) -> list[str]:
    found = {link.item for link in view.links}
    return [item for item in ITEMS if item in found]


def _matplotlib(view: _View) -> Any:
    from matplotlib.patches import Patch, Rectangle

    words = view.words
    with style.matplotlib_style(words.lang, [view.title, *view.labels.values()]):
        most = max(sum(node.side == side for node in view.nodes) for side in ("payer", "payee"))
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=max(4.0, 0.36 * most))
        axes.set_axis_off()
        axes.set_xlim(-0.27, 1.27)
        axes.set_ylim(1.01, -0.01)
        tops, unit = _layout(view)
        for node, top in tops.items():
            left = 0.0 if node.side == "payer" else 1 - _NODE_WIDTH
            high = view.sums[node] * unit
            colour = _GROUP_COLOURS[node.group]
            axes.add_patch(Rectangle((left, top), _NODE_WIDTH, high, facecolor=colour, linewidth=0))
            at, aligned = (-0.012, "right") if node.side == "payer" else (1.012, "left")
            text = style.printable_lines([_label(view, node)])
            axes.text(at, top + high / 2, text, ha=aligned, va="center", fontsize=8)
        used = dict(tops)
        for link in sorted(view.links, key=lambda link: (tops[link.source], tops[link.target])):
            high = link.amount * unit
            left_top, right_top = used[link.source], used[link.target]
            used[link.source] += high
            used[link.target] += high
            axes.add_patch(_ribbon(left_top, right_top, high, style.ITEM_COLOURS[link.item]))
        items = _items(view)
        handles = [Patch(facecolor=style.ITEM_COLOURS[item], alpha=0.6) for item in items]
        figure.legend(
            handles,
            [words.name(item) for item in items],
            loc="outside lower center",
            ncols=len(items) if len(items) <= 5 else 4,
        )
    return figure


def _layout(view: _View) -> tuple[dict[_Node, float], float]:
    """The top of each node, and the height of a micro-yuan."""
    sides = {side: [node for node in view.nodes if node.side == side] for side in ("payer", "payee")}
    most = max(map(len, sides.values()), default=1)
    unit = (1 - _GAP * (most - 1)) / view.total if view.total else 0.0
    tops = {}
    for nodes in sides.values():
        gap = (1 - view.total * unit) / (len(nodes) - 1) if len(nodes) > 1 else 0.0
        top = 0.0
        for node in nodes:
            tops[node] = top
            top += view.sums[node] * unit + gap
    return tops, unit


def _ribbon(left_top: float, right_top: float, high: float, colour: str) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, right, middle = _NODE_WIDTH, 1 - _NODE_WIDTH, 0.5
    points = [
        (left, left_top),
        (middle, left_top),
        (middle, right_top),
        (right, right_top),
        (right, right_top + high),
        (middle, right_top + high),
        (middle, left_top + high),
        (left, left_top + high),
        (left, left_top),
    ]
    curve, line = Path.CURVE4, Path.LINETO
    codes = [Path.MOVETO, curve, curve, curve, line, curve, curve, curve, Path.CLOSEPOLY]
    return PathPatch(Path(points, codes), facecolor=colour, alpha=0.45, linewidth=0)
