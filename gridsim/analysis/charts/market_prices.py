"""What energy was traded for, session by session."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale, price_scale, rows_of
from gridsim.analysis.charts.marks import Coordinate, LineMark, Mark, Panel, PointMark
from gridsim.analysis.charts.narrowed import exact_rows
from gridsim.analysis.charts.words import ChartWords
from gridsim.spoken import spoken_lang
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Language

__all__ = ["market_prices", "market_prices_of", "one_sided_in_words"]

_PRICES, _ENERGY = 118, 110  # heights [pixels]
_LEAST_SPAN = 60  # a panel spans at least this part of the mean price, so that a trifle does not look like a leap


def market_prices_of(
    result: Charted,
    *,
    where: Where | None = None,
    top: int = 60,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """Prices and energy of the trading sessions.

    Parameters
    ----------
    where : mapping of str to str or sequence of str, optional
        By session, kind, product, delivery, segment, generator, buyer, retailer.
    top : int
        So many sessions, those with the most energy, in order of time.
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
    >>> chart = result.plot.market_prices(where={"kind": "monthly"})
    >>> chart.table[["session", "product", "energy_mwh"]].head(2)
         session product  energy_mwh
    0  M-2021-04   total       600.0
    1  M-2021-04    peak        20.0
    """
    statistics = result.statistics
    table = exact_rows(statistics.market_prices(("session", "kind", "product"), where))
    energy = table.groupby("session", sort=False, observed=True)["energy_kwh"].sum()
    shown = set(energy.sort_values(ascending=False, kind="stable").index[:top])
    table = table[table["session"].isin(shown)].reset_index(drop=True)
    sums = zip(table["amount_micro_yuan"].tolist(), table["energy_kwh"].tolist(), strict=True)
    prices = pd.DataFrame(
        {
            "session": table["session"],
            "kind": table["kind"],
            "product": table["product"],
            "energy_kwh": table["energy_kwh"],
            "average_micro_yuan_per_kwh": [round_half_up(amount, kwh) if kwh else 0 for amount, kwh in sums],
            "lowest_micro_yuan_per_kwh": table["lowest"],
            "highest_micro_yuan_per_kwh": table["highest"],
            "trades": table["trades"],
        }
    )
    if "one_sided" in table:
        prices["one_sided"] = table["one_sided"]
    return market_prices(
        prices,
        products=statistics.values("product"),
        kinds=statistics.values("kind"),
        all_sessions=len(energy),
        shape=result.rules.shape,
        backend=backend,
        lang=spoken_lang(lang),
    )


def market_prices(
    prices: pd.DataFrame,
    *,
    products: Sequence[str] = (),
    kinds: Sequence[str] = (),
    all_sessions: int | None = None,
    shape: MarketShape | None = None,
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw the price of each session, a panel for each product, and its energy.

    Parameters
    ----------
    prices : DataFrame
        One row per `session`, `kind` and `product`, sessions in order of time: `energy_kwh`, `trades`, and
        `average_micro_yuan_per_kwh`, `lowest_micro_yuan_per_kwh`, `highest_micro_yuan_per_kwh`; `one_sided` where some
        are deals: how many of the trades lack their other side.
    products : sequence of str, optional
        In which order their panels stand; those that it does not name follow as they come.
    kinds : sequence of str, optional
        Kinds of session in the order in which they are coloured; the same holds.
    all_sessions : int, optional
        How many sessions traded, if not all are drawn.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape)
    sessions = list(dict.fromkeys(map(str, prices["session"])))
    by_session = prices.groupby("session", observed=True)["energy_kwh"].sum()
    energy = energy_scale(int(by_session.max()) if len(by_session) else 0, lang)
    caption = words.say(
        "Points: average weighted by energy; upright lines: lowest to highest price of a trade. At the foot: energy, "
        "on a logarithmic scale."
    )
    if all_sessions is not None and all_sessions > len(sessions):
        count = {"shown": f"{len(sessions):,}", "all": f"{all_sessions:,}"}
        caption = words.sentences(caption, words.say("The {shown} of {all} sessions with the most energy.", **count))
    lacking = int(prices["one_sided"].sum()) if "one_sided" in prices else 0
    if lacking:
        caption = words.sentences(caption, one_sided_in_words(words, lacking, int(prices["trades"].sum())))
    return Chart(
        "market_prices",
        {"prices": prices},
        partial(_panels, words, energy, price_scale(lang), sessions, prices, products, kinds),
        title=words.say("Market prices by session"),
        caption=caption,
        backend=backend,
        lang=lang,
    )


def one_sided_in_words(words: Language, lacking: int, trades: int) -> str:
    """How many trades are deals that lack their seller or buyer, of which the market's figures know nothing."""
    return words.say(
        "Of the {all} trades {count} are deals that lack their seller or buyer: these are not the whole market.",
        count=f"{lacking:,}",
        all=f"{trades:,}",
    )


def _panels(
    words: ChartWords,
    energy: Scale,
    price: Scale,
    sessions: Sequence[str],
    prices: pd.DataFrame,
    products: Sequence[str],
    kinds: Sequence[str],
) -> Sequence[Panel]:
    rows = list(rows_of(prices))
    place_of = {session: i for i, session in enumerate(sessions)}
    colours = style.coloured(dict.fromkeys([*kinds, *(str(row.kind) for row in rows)]), style.SERIES)
    across = Coordinate(
        ticks=[(i, style.shortened(session or words.say("no session"), 24)) for i, session in enumerate(sessions)],
        limits=(-0.6, len(sessions) - 0.4),
        has_grid=False,
    )
    panels = []
    for product in dict.fromkeys([*products, *(str(row.product) for row in rows)]):
        mine = [row for row in rows if str(row.product) == product]
        if mine:
            marks = [mark for each in colours for mark in _prices(words, energy, price, mine, each, colours, place_of)]
            prices_of = Coordinate(title=price.unit, limits=_limits(price, mine))
            title = words.called("product", product)
            panels.append(Panel(marks=marks, x=across, y=prices_of, height=_PRICES, title=title))
    return [*panels, _energies(words, energy, rows, colours, place_of, across)]


def _prices(
    words: ChartWords,
    energy: Scale,
    price: Scale,
    rows: Sequence[Any],
    kind: str,
    colours: Mapping[str, str],
    place_of: Mapping[str, int],
) -> Iterator[Mark]:
    """The sessions of one kind: what each span of prices was, and the averages, in order of time."""
    mine = [row for row in rows if str(row.kind) == kind]
    if not mine:
        return
    x = [place_of[str(row.session)] for row in mine]
    averages = [price.value(row.average_micro_yuan_per_kwh) for row in mine]
    ends = [(price.value(row.lowest_micro_yuan_per_kwh), price.value(row.highest_micro_yuan_per_kwh)) for row in mine]
    yield LineMark(
        x=[point for each in x for point in (each, each, math.nan)],
        y=[point for low, high in ends for point in (low, high, math.nan)],
        colour=colours[kind],
    )
    yield LineMark(x=x, y=averages, colour=colours[kind], width=1, dash="dot")
    yield PointMark(
        x=x,
        y=averages,
        colour=colours[kind],
        name=words.called("kind", kind) or words.say("no session"),
        hover=[_hover(words, energy, price, row) for row in mine],
    )


def _limits(price: Scale, rows: Sequence[Any]) -> tuple[float, float]:
    """From the lowest to the highest price, with room about them."""
    low = price.value(min(row.lowest_micro_yuan_per_kwh for row in rows))
    high = price.value(max(row.highest_micro_yuan_per_kwh for row in rows))
    middle = (low + high) / 2
    half = max(0.58 * (high - low), abs(middle) / _LEAST_SPAN, 1.0)
    return middle - half, middle + half


def _energies(
    words: ChartWords,
    energy: Scale,
    rows: Sequence[Any],
    colours: Mapping[str, str],
    place_of: Mapping[str, int],
    across: Coordinate,
) -> Panel:
    """The energy of each session, of all products: an annual session has a thousand times that of ten days."""
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        sums[str(row.kind), str(row.session)] = sums.get((str(row.kind), str(row.session)), 0) + int(row.energy_kwh)
    marks: list[Mark] = []
    nameless = words.say("no session")
    for kind, colour in colours.items():
        mine = [(session, kwh) for (each, session), kwh in sums.items() if each == kind and kwh > 0]
        if mine:
            marks.append(
                PointMark(
                    x=[place_of[session] for session, _ in mine],
                    y=[energy.value(kwh) for _, kwh in mine],
                    colour=colour,
                    symbol="diamond",
                    hover=[f"{name or nameless}\n{energy.text(kwh)} {energy.unit}" for name, kwh in mine],
                )
            )
    shown = [energy.value(kwh) for kwh in sums.values() if kwh > 0] or [1.0]
    limits = 10 ** math.floor(math.log10(min(shown) * 0.8)), 10 ** math.ceil(math.log10(max(shown) * 1.25))
    title = words.say("energy [{unit}]", unit=energy.unit)
    return Panel(marks=marks, x=across, y=Coordinate(is_log=True, limits=limits), height=_ENERGY, title=title)


def _hover(words: ChartWords, energy: Scale, price: Scale, row: Any) -> str:
    prices = {
        words.say("average"): row.average_micro_yuan_per_kwh,
        words.say("lowest"): row.lowest_micro_yuan_per_kwh,
        words.say("highest"): row.highest_micro_yuan_per_kwh,
    }
    lines = [words.pair(name, f"{price.text(value)} {price.unit}") for name, value in prices.items()]
    lines += [f"{energy.text(row.energy_kwh)} {energy.unit}", words.pair(words.say("trades"), f"{row.trades:,}")]
    session = row.session or words.say("no session")
    head = f"{session}  {words.called('product', str(row.product))}"
    return "\n".join([head, *filter(None, [words.called("kind", str(row.kind))]), *lines])
