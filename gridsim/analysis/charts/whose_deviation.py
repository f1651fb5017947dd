"""Whose deviation was it: what each user bears, by item, and the buyer's own part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.attribution.told import METHODS_TOLD, buyers_own
from gridsim.analysis.attribution.view import by_user
from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, money_scale
from gridsim.analysis.charts.items import item_colours
from gridsim.analysis.charts.marks import BarMark, Coordinate, Mark, Panel, RuleMark, TextMark
from gridsim.analysis.charts.narrowed import people_of, whose
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.attribution.methods import Method
    from gridsim.analysis.charts.narrowed import Charted

__all__ = ["whose_deviation_of"]

_ROW = 34  # height [pixels]
_THICK = 0.62  # a row being 1


def whose_deviation_of(
    result: Charted,
    method: Method = "own_deviation",
    ledger: LedgerName = "real",
    *,
    units: Sequence[str] = (),
    months: Sequence[str] = (),
    top: int = 20,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """What each user bears of its unit's deviation (rulebook part 14).

    Parameters
    ----------
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
        How it is shared over users; `gridsim.Result.attribution` says what each does.
    ledger : {"real", "trial"}
        The settlement that counts, or the trial beside it.
    units, months : sequence of str, optional
        Only these; all if left out.
    top : int
        So many users, those with the largest sums; the others are left out.
    backend : {"plotly", "matplotlib"}
        For screens, or for papers.
    lang : {"en", "zh"}, optional
        Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

    Returns
    -------
    Chart
        Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

    Raises
    ------
    ResultError
        There is no deviation to share there, or as `gridsim.Result.attribution`.

    Examples
    --------
    >>> result.plot.whose_deviation(units=["R1/conventional"]).table.head(2)
               unit_id user_id  overrun_yuan  shortfall_yuan
    0  R1/conventional      U1   75798.17149          2200.0
    1  R1/conventional      U2   26368.40851             0.0
    """
    lang = spoken_lang(lang)
    table = by_user(result.attribution(method, ledger, units=units, months=months).exact)
    if table.empty:
        raise ResultError(Sentence("there is no deviation to share here"))
    shape = result.rules.shape
    words = ChartWords(lang, shape, people=people_of(result))
    order = table.abs().sum(axis=1).sort_values(ascending=False, kind="stable").index
    shown = table.loc[order[:top]]
    chosen = {**({"unit": list(units)} if units else {}), **({"month": list(months)} if months else {})}
    caption = words.say(
        "Method: {method}. Left of zero: a credit. Hatched: the buyer's own part.",
        method=words.say(METHODS_TOLD[method]),
    )
    if len(order) > top:
        counts = {"shown": f"{top:,}", "all": f"{len(order):,}"}
        caption = words.sentences(caption, words.say("The {shown} of {all} users who bear most.", **counts))
    exact = shown.rename(columns={item: f"{item}_micro_yuan" for item in shown.columns}).reset_index()
    who = whose(chosen, lang, result) or words.say("the whole market")
    return Chart(
        "whose_deviation",
        {"attribution": exact},
        partial(_panels, words, shown, item_colours(shape, shown.columns)),
        title=words.say("Whose deviation was it: {who}", who=who),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _panels(words: ChartWords, table: pd.DataFrame, colours: dict[str, str]) -> Sequence[Panel]:
    is_one_unit = len(table.index.unique("unit_id")) == 1
    names = [_name(words, unit, user, is_one_unit=is_one_unit) for unit, user in table.index]
    is_own = [user == "" for _, user in table.index]
    scale = money_scale(int(table.abs().sum(axis=1).max()), words.lang)
    sides = {sign: [0] * len(table) for sign in (1, -1)}  # where the next bar begins [micro-yuan]
    bars: list[Mark] = []
    for item in table.columns:
        amounts = [int(amount) for amount in table[item]]
        for hatched in (False, True):
            rows = [row for row, amount in enumerate(amounts) if amount and is_own[row] == hatched]
            if rows:
                bars.append(_bars(words, scale, item, colours[item], rows, amounts, sides, names, hatched=hatched))
        for row, amount in enumerate(amounts):
            sides[1 if amount > 0 else -1][row] += amount
    sums = [int(sum(row)) for row in table.itertuples(index=False, name=None)]
    ends = [scale.value(end) for side in sides.values() for end in side]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.16 * (high - low or 1.0)  # for the numbers beside the bars
    return [
        Panel(
            marks=[*bars, RuleMark(at=0, colour=style.INK), *_sums(scale, sums, sides)],
            x=Coordinate(
                title=words.say("borne [{unit}]", unit=scale.unit),
                limits=(low - room if low else 0, high + room if high else 0),
            ),
            y=Coordinate(
                ticks=list(enumerate(names)),
                limits=(-0.6, len(names) - 0.4),
                has_grid=False,
                has_line=False,
                is_reversed=True,
            ),
            height=_ROW * max(len(names), 2),
        )
    ]


def _bars(
    words: ChartWords,
    scale: Scale,
    item: str,
    colour: str,
    rows: Sequence[int],
    amounts: Sequence[int],
    sides: dict[int, list[int]],
    names: Sequence[str],
    *,
    hatched: bool,
) -> BarMark:
    """The bars of an item, each from where the bars of other items end."""
    called = words.called("item", item)
    return BarMark(
        at=rows,
        length=[scale.value(amounts[row]) for row in rows],
        foot=[scale.value(sides[1 if amounts[row] > 0 else -1][row]) for row in rows],
        width=_THICK,
        colour=colour,
        is_hatched=hatched,
        is_lying=True,
        name=called,
        hover=[f"{names[row]}\n{words.pair(called, f'{scale.text(amounts[row])} {scale.unit}')}" for row in rows],
    )


def _sums(scale: Scale, sums: Sequence[int], sides: dict[int, list[int]]) -> list[Mark]:
    """What each bears in all, beside its bars."""
    found: list[Mark] = []
    for sign, side in ((1, "right"), (-1, "left")):
        rows = [row for row, amount in enumerate(sums) if (amount >= 0) == (sign == 1)]
        if rows:
            found.append(
                TextMark(
                    x=[scale.value(sides[sign][row]) for row in rows],
                    y=rows,
                    texts=[scale.text(sums[row]) for row in rows],
                    side="right" if side == "right" else "left",
                )
            )
    return found


def _name(words: ChartWords, unit: str, user: str, *, is_one_unit: bool) -> str:
    called = words.called("user", user) if user else buyers_own(words)
    return style.shortened(called if is_one_unit else f"{words.called('unit', unit)}  {called}")
