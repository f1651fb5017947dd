"""What a result depends on most: its change for a low and a high value of each parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, money_scale
from gridsim.analysis.charts.marks import BarMark, Coordinate, Mark, Panel, RuleMark, TextMark
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.spoken import spoken_lang
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.charts.narrowed import Charted


__all__ = ["tornado", "tornado_of"]

_NEEDED = ("parameter", "low_micro_yuan", "high_micro_yuan")
_VALUES = ("low_value", "high_value")
_ROW = 34  # height [pixels]
_THICK = 0.62  # a row being 1


def tornado_of(
    result: Charted,
    sensitivity: pd.DataFrame,
    *,
    base_micro_yuan: int | None = None,
    top: int = 15,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """What a result depends on most.

    Parameters
    ----------
    sensitivity : DataFrame
        One row per ``parameter``: ``low_micro_yuan`` and ``high_micro_yuan``, the result at the parameter's low and
        high value; and, if given, ``low_value`` and ``high_value``, which stand beside its name.
    base_micro_yuan : int, optional
        The result that changes are held against [micro-yuan]; this result's whole cost if left out.
    top : int
        So many parameters.
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
        A column is missing, or there is no row.

    Examples
    --------
    >>> moved = pd.DataFrame({"parameter": ["load"], "low_micro_yuan": [90], "high_micro_yuan": [130]})
    >>> result.plot.tornado(moved, base_micro_yuan=100).title
    'What the result depends on'
    """
    if base_micro_yuan is None:
        base_micro_yuan = int(result.statistics.breakdown().exact["total_micro_yuan"].sum())
    return tornado(sensitivity, base_micro_yuan=base_micro_yuan, top=top, backend=backend, lang=spoken_lang(lang))


def tornado(
    sensitivity: pd.DataFrame,
    *,
    base_micro_yuan: int,
    labels: Mapping[str, str] | None = None,
    top: int = 15,
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw the change of a result for each parameter, the widest first.

    Parameters
    ----------
    sensitivity : DataFrame
        One row per `parameter`: `low_micro_yuan` and `high_micro_yuan`, the result at the parameter's low and high
        value; and, if given, `low_value` and `high_value`, which stand beside its name.
    base_micro_yuan : int
        The result that the changes are held against.
    labels : mapping of str to str, optional
        What stands at the axis in place of a parameter and its values.
    top : int
        How many parameters are drawn.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        A column is missing, or there is no row.
    """
    missing = [name for name in _NEEDED if name not in sensitivity]
    if missing or sensitivity.empty:
        raise ResultError(
            Sentence("a sensitivity table has the columns {names} and at least one row", names=named(_NEEDED))
        )
    words, of_base = ChartWords(lang), money_scale(base_micro_yuan, lang)
    width = (sensitivity["high_micro_yuan"] - sensitivity["low_micro_yuan"]).abs()
    columns = [name for name in (*_NEEDED, *_VALUES) if name in sensitivity]
    widest = width.sort_values(ascending=False, kind="stable").index[:top]
    table = sensitivity.loc[widest, columns].reset_index(drop=True)
    changes = {
        side: [int(value) - base_micro_yuan for value in table[f"{side}_micro_yuan"]] for side in ("low", "high")
    }
    caption = words.say(
        "Change of the result against {base} {unit}, for the low and the high value of each parameter.",
        base=of_base.text(base_micro_yuan),
        unit=of_base.unit,
    )
    if len(sensitivity) > len(table):
        count = {"shown": f"{len(table):,}", "all": f"{len(sensitivity):,}"}
        caption = words.sentences(caption, words.say("The {shown} of {all} parameters with the widest range.", **count))
    scale = money_scale(max(map(abs, [*changes["low"], *changes["high"]])), lang)
    return Chart(
        "tornado",
        {"sensitivity": table},
        partial(_panels, words, scale, [_name(row, labels or {}) for row in table.to_dict("records")], changes),
        title=words.say("What the result depends on"),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def _name(row: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    name = str(row["parameter"])
    if name in labels:
        return labels[name]
    if all(value in row for value in _VALUES):
        name += f"  [{row['low_value']} … {row['high_value']}]"
    return name


def _panels(
    words: ChartWords, scale: Scale, names: Sequence[str], changes: Mapping[str, Sequence[int]]
) -> Sequence[Panel]:
    places = list(range(len(names)))
    pairs = zip(changes["low"], changes["high"], strict=True)
    is_beside = any(low * high > 0 for low, high in pairs)  # one bar would cover the other
    sides = {"low": (words.say("low value"), style.TEAL), "high": (words.say("high value"), style.ORANGE)}
    bars: list[Mark] = []
    texts: list[Mark] = []
    for step, (side, (name, colour)) in zip((-1, 1), sides.items(), strict=True):
        at = [place + step * _THICK / 4 if is_beside else place for place in places]
        values = [scale.value(change) for change in changes[side]]
        said = [scale.text(change, sign=True) for change in changes[side]]
        bars.append(
            BarMark(
                at=at,
                length=values,
                width=_THICK / 2 if is_beside else _THICK,
                colour=colour,
                is_lying=True,
                name=name,
                hover=[f"{name}\n{text} {scale.unit}" for text in said],
            )
        )
        for is_left in (True, False):
            shown = [i for i, value in enumerate(values) if (value < 0) == is_left and value]
            texts.append(
                TextMark(
                    x=[values[i] for i in shown],
                    y=[at[i] for i in shown],
                    texts=[said[i] for i in shown],
                    side="left" if is_left else "right",
                )
            )
    ends = [scale.value(change) for side in changes.values() for change in side]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.13 * (high - low or 1.0)  # for the numbers beside the bars
    return [
        Panel(
            marks=[*bars, RuleMark(at=0, colour=style.INK), *texts],
            x=Coordinate(title=words.say("change [{unit}]", unit=scale.unit), limits=(low - room, high + room)),
            y=Coordinate(
                ticks=list(zip(places, names, strict=True)),
                limits=(-0.6, len(names) - 0.4),
                has_grid=False,
                has_line=False,
                is_reversed=True,
            ),
            height=_ROW * max(len(names), 2),
        )
    ]
