"""The bridge from ours to theirs as a chart: each cause begins where the one before it ends."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Chart
from gridsim.analysis.charts.display import money_scale, rows_of
from gridsim.analysis.charts.marks import BarMark, Coordinate, LineMark, Mark, Panel, RuleMark, TextMark
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.reconcile.view import step_name
from gridsim.show.numbers import money_in_full
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.analysis.charts.chart import Backend
    from gridsim.analysis.charts.display import Scale
    from gridsim.reconcile.reconciled import ReconciledStatement
    from gridsim.words import Lang

__all__ = ["bridge_chart"]

_ROW = 34
_THICK = 0.62
_LONGEST = 58
_COLOURS = {"unexplained": style.RED, "candidates": style.ORANGE, "printing": style.GREY, "difference": style.INK}


def bridge_chart(found: ReconciledStatement, *, backend: Backend = "plotly", lang: Lang) -> Chart:
    """Draw what lies between ours and theirs; what nothing explains stands last, and below it all of the difference.

    Parameters
    ----------
    found : ReconciledStatement
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        The statement prints no money.
    """
    if not found.steps:
        raise ResultError(Sentence("the statement prints no money: there is no bridge to draw"))
    words = ChartWords(lang, found.scenario.rules.shape)
    ours, *between, theirs = found.steps
    between = [step for step in between if step.amount or step.number]
    ends = list(accumulate((step.amount for step in between), initial=0))
    names = [step_name(found, step, words) for step in between]
    difference = theirs.amount - ours.amount
    table = pd.DataFrame(
        {
            "step": [*(step.kind for step in between), "difference"],
            "number": [*(step.number for step in between), 0],
            "amount_micro_yuan": [*(step.amount for step in between), difference],
            "start_micro_yuan": [*ends[:-1], 0],
            "end_micro_yuan": [*ends[1:], difference],
        }
    )
    return Chart(
        "statement_bridge",
        {"steps": table},
        partial(_panels, words, table, [*names, words.say("theirs less ours")]),
        title=words.say("The statement of {party}: from ours to theirs", party=found.read.side.whose),
        caption=words.say(
            "Ours {ours} yuan, theirs {theirs} yuan; the steps add up to the difference exactly.",
            ours=money_in_full(ours.amount),
            theirs=money_in_full(theirs.amount),
        ),
        backend=backend,
        lang=lang,
    )


def _panels(words: ChartWords, table: pd.DataFrame, names: Sequence[str]) -> Sequence[Panel]:
    rows, places = list(rows_of(table)), list(range(len(table)))
    largest = int(table[["start_micro_yuan", "end_micro_yuan"]].abs().to_numpy().max())
    scale: Scale = money_scale(largest, words.lang)
    starts, ends = (
        [scale.value(getattr(row, name)) for row in rows] for name in ("start_micro_yuan", "end_micro_yuan")
    )
    said = [scale.text(row.amount_micro_yuan, sign=True) for row in rows]
    colours = [_COLOURS.get(row.step, style.TEAL if row.amount_micro_yuan < 0 else style.BLUE) for row in rows]
    low, high = min(*starts, *ends), max(*starts, *ends)
    room = 0.16 * (high - low or 1.0)  # for the numbers beside the bars
    links: list[Mark] = [
        LineMark(x=[ends[place]] * 2, y=[place, place + 1], colour=style.GREY, width=1, dash="dot")
        for place in places[:-2]
    ]
    bars = BarMark(
        at=places,
        foot=starts,
        length=[end - start for start, end in zip(starts, ends, strict=True)],
        width=_THICK,
        colour=colours,
        is_lying=True,
        hover=[f"{name}\n{text} {scale.unit}" for name, text in zip(names, said, strict=True)],
    )
    texts = [
        TextMark(
            x=[ends[place] for place in places if (ends[place] < starts[place]) == is_left],
            y=[place for place in places if (ends[place] < starts[place]) == is_left],
            texts=[said[place] for place in places if (ends[place] < starts[place]) == is_left],
            side="left" if is_left else "right",
        )
        for is_left in (True, False)
    ]
    labels = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in names]
    return [
        Panel(
            marks=[*links, bars, RuleMark(at=0, colour=style.INK), *texts],
            x=Coordinate(
                title=words.say("difference from ours [{unit}]", unit=scale.unit), limits=(low - room, high + room)
            ),
            y=Coordinate(
                ticks=list(zip(places, labels, strict=True)),
                limits=(-0.6, len(rows) - 0.4),
                has_grid=False,
                has_line=False,
                is_reversed=True,
            ),
            height=_ROW * max(len(rows), 3),
        )
    ]
