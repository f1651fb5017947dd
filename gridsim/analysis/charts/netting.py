"""What settling together saves: deviation of users alone beside that of their units, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import energy_scale, money_scale, rows_of
from gridsim.analysis.charts.forecast import forecast_ground
from gridsim.analysis.charts.marks import BarMark, Coordinate, Panel, RuleMark
from gridsim.analysis.charts.narrowed import whose
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.metering import forecast_months
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.analysis.attribution.held import LedgerName
    from gridsim.analysis.charts.narrowed import Charted

__all__ = ["netting_of"]

_FIGURES = ["over_kwh", "under_kwh", "saved_micro_yuan"]


def netting_of(
    result: Charted,
    ledger: LedgerName = "real",
    *,
    units: Sequence[str] = (),
    months: Sequence[str] = (),
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """What users save by settling together, month by month.

    Parameters
    ----------
    ledger : {"real", "trial"}
        The settlement that counts, or the trial beside it.
    units, months : sequence of str, optional
        Only these; all if left out.
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
        Nothing is netted there, or as `gridsim.Result.netting`.

    Examples
    --------
    >>> result.plot.netting(units=["R1/conventional"]).table.head(2)
         month  over_mwh  under_mwh  saved_yuan
    0  2021-01       0.0        0.0         0.0
    1  2021-02       0.0        0.0         0.0
    """
    lang = spoken_lang(lang)
    exact = result.netting(ledger, units=units, months=months).exact
    table = exact.groupby(exact["month"].astype(str))[_FIGURES].sum().reset_index()
    if not table[_FIGURES].to_numpy().any():
        raise ResultError(Sentence("nothing is netted here"))
    words = ChartWords(lang, result.rules.shape, forecast=forecast_months(result.manifest))
    who = whose({"unit": list(units)} if units else {}, lang, result) or words.say("the whole market")
    return Chart(
        "netting",
        {"netting": table},
        partial(_panels, words, table),
        title=words.say("Saved by settling together: {who}", who=who),
        caption=words.say(
            "What each user would overrun or fall short alone, with its plan as its contract, less the unit's. "
            "It belongs to nobody."
        ),
        backend=backend,
        lang=lang,
    )


def _panels(words: ChartWords, table: pd.DataFrame) -> Sequence[Panel]:
    of_energy = energy_scale(int(table[_FIGURES[:2]].abs().to_numpy().max()), words.lang)
    of_money = money_scale(int(table["saved_micro_yuan"].abs().max()), words.lang)
    months = [words.short_month(month) for month in table["month"]]
    places = list(range(len(months)))
    energies = [
        BarMark(
            at=[place + step for place in places],
            length=[of_energy.value(kwh) for kwh in table[column]],
            width=0.36,
            colour=colour,
            name=name,
            hover=[f"{month}\n{words.pair(name, f'{of_energy.text(kwh)} {of_energy.unit}')}" for month, kwh in pairs],
        )
        for step, column, colour, name in (
            (-0.19, "over_kwh", style.RED, words.say("overrun netted")),
            (0.19, "under_kwh", style.AMBER, words.say("shortfall netted")),
        )
        for pairs in [list(zip(months, table[column], strict=True))]
    ]
    saved = BarMark(
        at=places,
        length=[of_money.value(row.saved_micro_yuan) for row in rows_of(table)],
        colour=style.TEAL,
        name=words.say("saved"),
        hover=[
            f"{month}\n{of_money.text(amount)} {of_money.unit}"
            for month, amount in zip(months, table["saved_micro_yuan"], strict=True)
        ],
    )
    ground = forecast_ground(list(map(str, table["month"])), words)
    zero = RuleMark(at=0, axis="y", colour=style.INK)
    ticks = list(enumerate(months))
    return [
        Panel(
            marks=[*ground, *energies, zero],
            x=Coordinate(ticks=ticks, has_grid=False),
            y=Coordinate(title=of_energy.unit, has_zero=True),
            height=220,
        ),
        Panel(
            marks=[*ground, saved, zero],
            x=Coordinate(ticks=ticks, has_grid=False),
            y=Coordinate(title=of_money.unit, has_zero=True),
            height=180,
        ),
    ]
