"""What energy was traded for, session by session."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, energy_scale, price_scale, rows_of
from gridsim.analysis.charts.marks import BarMark, Coordinate, LineMark, Mark, Panel, PointMark
from gridsim.analysis.charts.narrowed import exact_rows
from gridsim.analysis.charts.words import ChartWords
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.rules.shape import MarketShape
    from gridsim.words import Language

__all__ = ["market_prices", "market_prices_of", "one_sided_in_words"]

_PRICES, _ENERGY = 270, 110  # heights [pixels]
_WIDTH = 0.7  # of what a session's products take, a session being 1
_COLOURS = (
    style.BLUE,
    style.RED,
    style.GREEN,
    style.VIOLET,
    style.AMBER,
    style.TEAL,
    style.PINK,
    style.BROWN,
    style.ORANGE,
    style.SLATE,
)


def market_prices_of(
    result: Charted,
    *,
    where: Where | None = None,
    top: int = 60,
    backend: Backend = "plotly",
    lang: Lang = "en",
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
    lang : {"en", "zh"}
        Of titles, legends and captions.

    Returns
    -------
    Chart
        Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

    Examples
    --------
    >>> result.plot.market_prices(where={"kind": "monthly"}).table.iloc[:2, :3]
         session product  energy_mwh
    0  M-2021-04   total       600.0
    1  M-2021-04    peak        20.0
    """
    statistics = result.statistics
    table = exact_rows(statistics.market_prices(("session", "product"), where))
    energy = table.groupby("session", sort=False, observed=True)["energy_kwh"].sum()
    shown = set(energy.sort_values(ascending=False, kind="stable").index[:top])
    table = table[table["session"].isin(shown)].reset_index(drop=True)
    sums = zip(table["amount_micro_yuan"].tolist(), table["energy_kwh"].tolist(), strict=True)
    prices = pd.DataFrame(
        {
            "session": table["session"],
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
    products = statistics.values("product")
    return market_prices(
        prices,
        products=products,
        all_sessions=len(energy),
        shape=result.rules.shape,
        backend=backend,
        lang=lang,
    )


def market_prices(
    prices: pd.DataFrame,
    *,
    products: Sequence[str] = (),
    all_sessions: int | None = None,
    shape: MarketShape | None = None,
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw the price and the energy of each session and product.

    Parameters
    ----------
    prices : DataFrame
        One row per `session` and `product`, sessions in order of time: `energy_kwh`, `trades`, and
        `average_micro_yuan_per_kwh`, `lowest_micro_yuan_per_kwh`, `highest_micro_yuan_per_kwh`; `one_sided` where some
        are deals: how many of the trades lack their other side.
    products : sequence of str, optional
        In which order they stand and are coloured; those that it does not name follow as they come.
    all_sessions : int, optional
        How many sessions traded, if not all are drawn.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape)
    sessions = list(dict.fromkeys(map(str, prices["session"])))
    rows: dict[str, list[Any]] = {product: [] for product in products}
    for row in rows_of(prices):
        rows.setdefault(str(row.product), []).append(row)
    by_session = prices.groupby("session", observed=True)["energy_kwh"].sum()
    energy = energy_scale(int(by_session.max()) if len(by_session) else 0, lang)
    caption = words.say("Points: average weighted by energy; lines: lowest to highest price of a trade. Below: energy.")
    if all_sessions is not None and all_sessions > len(sessions):
        count = {"shown": f"{len(sessions):,}", "all": f"{all_sessions:,}"}
        caption = words.sentences(caption, words.say("The {shown} of {all} sessions with the most energy.", **count))
    lacking = int(prices["one_sided"].sum()) if "one_sided" in prices else 0
    if lacking:
        caption = words.sentences(caption, one_sided_in_words(words, lacking, int(prices["trades"].sum())))
    return Chart(
        "market_prices",
        {"prices": prices},
        partial(_panels, words, energy, price_scale(lang), sessions, rows),
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
    words: ChartWords, energy: Scale, price: Scale, sessions: Sequence[str], rows: dict[str, list[Any]]
) -> Sequence[Panel]:
    above: list[Mark] = []
    below: list[Mark] = []
    colours = style.coloured(rows, _COLOURS)
    traded = [product for product, found in rows.items() if found]
    session_of = {session: i for i, session in enumerate(sessions)}
    reached = dict.fromkeys(sessions, 0)
    for place, product in enumerate(traded):
        found, colour = rows[product], colours[product]
        aside = (place - (len(traded) - 1) / 2) * _WIDTH / len(traded)
        at = [session_of[str(row.session)] for row in found]
        x = [session + aside for session in at]
        hover = [_hover(words, energy, price, row) for row in found]
        feet = [reached[str(row.session)] for row in found]
        for row in found:
            reached[str(row.session)] += int(row.energy_kwh)
        ends = [(price.value(r.lowest_micro_yuan_per_kwh), price.value(r.highest_micro_yuan_per_kwh)) for r in found]
        above += [
            LineMark(
                x=[point for each in x for point in (each, each, math.nan)],
                y=[point for low, high in ends for point in (low, high, math.nan)],
                colour=colour,
            ),
            PointMark(
                x=x,
                y=[price.value(row.average_micro_yuan_per_kwh) for row in found],
                colour=colour,
                name=words.called("product", product),
                hover=hover,
            ),
        ]
        below.append(
            BarMark(
                at=at,
                foot=[energy.value(kwh) for kwh in feet],
                length=[energy.value(row.energy_kwh) for row in found],
                width=_WIDTH,
                colour=colour,
                hover=hover,
            )
        )
    across = Coordinate(
        ticks=[(i, style.shortened(session or words.say("no session"), 24)) for i, session in enumerate(sessions)],
        limits=(-0.6, len(sessions) - 0.4),
        has_grid=False,
    )
    prices = Coordinate(title=words.say("price [{unit}]", unit=price.unit))
    energies = Coordinate(title=words.say("energy [{unit}]", unit=energy.unit), has_zero=True)
    return [
        Panel(marks=above, x=across, y=prices, height=_PRICES),
        Panel(marks=below, x=across, y=energies, height=_ENERGY),
    ]


def _hover(words: ChartWords, energy: Scale, price: Scale, row: Any) -> str:
    prices = {
        words.say("average"): row.average_micro_yuan_per_kwh,
        words.say("lowest"): row.lowest_micro_yuan_per_kwh,
        words.say("highest"): row.highest_micro_yuan_per_kwh,
    }
    lines = [words.pair(name, f"{price.text(value)} {price.unit}") for name, value in prices.items()]
    lines += [f"{energy.text(row.energy_kwh)} {energy.unit}", words.pair(words.say("trades"), f"{row.trades:,}")]
    session = row.session or words.say("no session")
    return "\n".join([f"{session}  {words.called('product', str(row.product))}", *lines])
