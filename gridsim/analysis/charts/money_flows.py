"""Who pays whom: payers on the left, payees on the right, a ribbon for each item between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, money_scale, rows_of
from gridsim.analysis.charts.items import item_colours
from gridsim.analysis.charts.marks import AreaMark, BarMark, Coordinate, Mark, Panel, TextMark
from gridsim.analysis.charts.named_flows import OTHERS, named_flows
from gridsim.analysis.charts.narrowed import chosen_rows, people_of
from gridsim.analysis.charts.words import ChartWords
from gridsim.show.numbers import percent
from gridsim.spoken import spoken_lang
from gridsim.words import msg, within

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape

__all__ = ["money_flows", "money_flows_of"]

_COLOURS = (style.BLUE, style.VIOLET, style.STEEL, style.TEAL, style.SLATE, style.BROWN, style.PINK)
_SIDES = ("payer", "payee")
_NODE_WIDTH = 0.018  # where the left side is 0 and the right one is 1
_GAP = 15  # between two nodes, so that their names do not touch [pixels]
_ROW, _LEAST = 38, 330  # heights [pixels]
_ROOM, _LETTERS = 0.27, 28  # for names on both sides
_STEPS = np.linspace(0, 1, 17)  # along a ribbon


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


def money_flows_of(
    result: Charted,
    *,
    where: Where | None = None,
    top: int = 8,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """Who pays whom, as a Sankey diagram.

    Parameters
    ----------
    where : mapping of str to str or sequence of str, optional
        Only what has one of these values, by dimension: ``{"month": ["2021-04", "2021-05"]}``.
    top : int
        At most so many payers and so many payees stand there by name, if they have 1 % of the money; the others of
        each group as one.
    backend : {"plotly", "matplotlib"}
        For screens, or for papers.
    lang : {"en", "zh"}, optional
        Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

    Returns
    -------
    Chart
        Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

    Examples
    --------
    >>> result.plot.money_flows(where={"month": "2021-04"}).table[["payer", "payee", "amount_yuan"]].head(2)
      payer payee  amount_yuan
    0    R1    G1  1233330.368
    1    R1    G2   883974.996
    """
    statistics = result.statistics
    chosen = chosen_rows(where)
    flows, others = named_flows(statistics, chosen, top)
    months = chosen.get("month", ())
    return money_flows(
        flows,
        others=others,
        named=top,
        months=(months,) if isinstance(months, str) else tuple(months),
        groups=statistics.values("payer_group"),
        shape=result.rules.shape,
        people=people_of(result),
        backend=backend,
        lang=spoken_lang(lang),
    )


def money_flows(
    flows: pd.DataFrame,
    *,
    others: Mapping[tuple[str, str], int] | None = None,
    named: int = 8,
    months: Sequence[str] = (),
    groups: Sequence[str] = (),
    shape: MarketShape | None = None,
    people: Mapping[str, str] | None = None,
    backend: Backend = "plotly",
    lang: Lang,
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
    groups : sequence of str, optional
        In which order the groups stand and are coloured; those that it does not name follow as they come.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    people : mapping of str to str, optional
        Names of participants by id, which stand in place of ids.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words, counts = ChartWords(lang, shape, people=people), others or {}
    links = [_link(row) for row in rows_of(flows) if row.amount_micro_yuan]
    found = [node.group for link in links for node in (link.source, link.target)]
    total = sum(link.amount for link in links)
    scale = money_scale(total, lang)
    colours = item_colours(shape, (link.item for link in links))
    about = {"total": scale.text(total), "unit": scale.unit}
    parts = [words.say("{total} {unit} change hands.", **about)]
    if months:
        span = words.months(sorted(months))
        parts = [words.say("{total} {unit} change hands in {months}.", months=span, **about)]
    if counts:
        parts.append(
            words.say("By name: the largest, at most {named} a side, that have 1 % of it or more.", named=named)
        )
    if any(row < 0 for row in flows["amount_micro_yuan"]):
        parts.append(words.say("A negative sum is drawn as a payment back."))
    return Chart(
        "money_flows",
        {"flows": flows},
        partial(_panels, words, scale, links, list(dict.fromkeys([*groups, *found])), counts, colours),
        title=words.say(within("chart", "Who pays whom")),
        caption=words.sentences(*parts),
        backend=backend,
        lang=lang,
    )


def _link(row: Any) -> _Link:
    """A row as a ribbon; money that comes back flows from left to right too, from who pays it."""
    payer, payee = (row.payer_group, row.payer), (row.payee_group, row.payee)
    if row.amount_micro_yuan < 0:
        payer, payee = payee, payer
    source, target = _Node("payer", *map(str, payer)), _Node("payee", *map(str, payee))
    return _Link(source, target, str(row.item), abs(int(row.amount_micro_yuan)))


def _panels(
    words: ChartWords,
    scale: Scale,
    links: list[_Link],
    groups: Sequence[str],
    counts: Mapping[tuple[str, str], int],
    of_items: Mapping[str, str],
) -> Sequence[Panel]:
    sums: dict[_Node, int] = {}
    for link in links:
        for node in (link.source, link.target):
            sums[node] = sums.get(node, 0) + link.amount
    nodes = sorted(sums, key=lambda node: (node.side, groups.index(node.group), node.party == OTHERS, -sums[node]))
    names = {node: _name(node, words, counts) for node in nodes}
    most = max((sum(node.side == side for node in nodes) for side in _SIDES), default=1)
    height = max(_LEAST, _ROW * most)
    tops, unit = _layout(nodes, sums, _GAP / height)
    marks = _ribbons(words, scale, links, names, tops, unit, of_items)
    total = sum(link.amount for link in links)
    colours = style.coloured(groups, _COLOURS)
    for side in _SIDES:
        mine = [node for node in nodes if node.side == side]
        shares = [percent(sums[node], total) for node in mine]
        said = msg("{share} of the money paid") if side == "payer" else msg("{share} of the money received")
        left = 0.0 if side == "payer" else 1.0
        middles = [tops[node] + sums[node] * unit / 2 for node in mine]
        marks += [
            BarMark(
                at=[left + (_NODE_WIDTH / 2 if side == "payer" else -_NODE_WIDTH / 2)] * len(mine),
                foot=[tops[node] for node in mine],
                length=[sums[node] * unit for node in mine],
                width=_NODE_WIDTH,
                colour=[colours[node.group] for node in mine],
                hover=[
                    f"{names[node]}\n{scale.text(sums[node])} {scale.unit}\n{words.say(said, share=share)}"
                    for node, share in zip(mine, shares, strict=True)
                ],
            ),
            TextMark(
                x=[left] * len(mine),
                y=middles,
                texts=[
                    f"{style.shortened(names[node], _LETTERS)}  {share}"
                    for node, share in zip(mine, shares, strict=True)
                ],
                side="left" if side == "payer" else "right",
            ),
        ]
    hidden: Any = {"is_shown": False, "has_grid": False, "has_line": False}
    return [
        Panel(
            marks=marks,
            x=Coordinate(limits=(-_ROOM, 1 + _ROOM), **hidden),
            y=Coordinate(limits=(-0.01, 1.01), is_reversed=True, **hidden),
            height=height,
        )
    ]


def _name(node: _Node, words: ChartWords, counts: Mapping[tuple[str, str], int]) -> str:
    if node.party != OTHERS:
        return words.called("party", node.party)
    count = counts.get((node.side, node.group), 0)
    return words.say("{count} other {group}", count=f"{count:,}", group=words.called("group", node.group))


def _layout(nodes: Sequence[_Node], sums: Mapping[_Node, int], gap: float) -> tuple[dict[_Node, float], float]:
    """The top of each node between 0 and 1, and the height of a micro-yuan."""
    sides = [[node for node in nodes if node.side == side] for side in _SIDES]
    total = sum(sums[node] for node in sides[0])
    most = max(map(len, sides))
    unit = (1 - gap * (most - 1)) / total if total else 0.0
    tops = {}
    for mine in sides:
        between = (1 - total * unit) / (len(mine) - 1) if len(mine) > 1 else 0.0
        top = 0.0
        for node in mine:
            tops[node] = top
            top += sums[node] * unit + between
    return tops, unit


def _ribbons(
    words: ChartWords,
    scale: Scale,
    links: list[_Link],
    names: Mapping[_Node, str],
    tops: Mapping[_Node, float],
    unit: float,
    colours: Mapping[str, str],
) -> list[Mark]:
    """A ribbon for each link; at a node they stand as the nodes on the other side do, so that few cross."""
    used = dict(tops)
    places: dict[_Link, tuple[float, float]] = {}
    for link in sorted(links, key=lambda link: (tops[link.source], tops[link.target])):
        places[link] = used[link.source], used[link.target]
        used[link.source] += link.amount * unit
        used[link.target] += link.amount * unit
    marks: list[Mark] = []
    for link in sorted(links, key=lambda link: (list(colours).index(link.item), -link.amount)):
        x, y = _ribbon(*places[link], link.amount * unit)
        item = words.called("item", link.item)
        hover = f"{item}\n{names[link.source]} → {names[link.target]}\n{scale.text(link.amount)} {scale.unit}"
        marks.append(AreaMark(x=x, y=y, colour=colours[link.item], opacity=0.45, name=item, hover=hover))
    return marks


def _ribbon(left_top: float, right_top: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The outline of a ribbon that leaves and arrives level (a cubic Bézier curve above and one below)."""
    t, left, right = _STEPS, _NODE_WIDTH, 1 - _NODE_WIDTH
    x = left * (1 - t) ** 3 + 1.5 * t * (1 - t) ** 2 + 1.5 * t**2 * (1 - t) + right * t**3
    y = left_top + (right_top - left_top) * (3 * t**2 - 2 * t**3)
    return np.concatenate([x, x[::-1]]), np.concatenate([y, y[::-1] + high])
