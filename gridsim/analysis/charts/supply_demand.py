"""Supply and demand of one book, with the pairs that matched (rulebook part 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import energy_scale, price_scale
from gridsim.analysis.charts.marks import AreaMark, Coordinate, LineMark, Mark, Panel, PointMark, RuleMark, TextMark
from gridsim.analysis.charts.narrowed import people_of
from gridsim.analysis.charts.words import ChartWords
from gridsim.errors import ResultError
from gridsim.rules.shape import FILINGS
from gridsim.show.plain import display_width
from gridsim.spoken import spoken_lang
from gridsim.units import round_half_up
from gridsim.words import Sentence, within

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import Where
    from gridsim.analysis.charts.display import Scale
    from gridsim.analysis.charts.narrowed import Charted
    from gridsim.analysis.statistics import Statistics
    from gridsim.rules.shape import MarketShape

__all__ = ["largest_book", "matched_books", "supply_demand", "supply_demand_of"]

_HEIGHT, _SMALL = 340, 250  # pixels
_MOST_STEPS = 2000  # of one curve: more than a screen has columns
_NAMED_STEPS = 400  # so many orders are shown with who gave them
_FEW = 5  # up to so many orders a side each step tells who gave it, and for what
_LETTER = 0.008  # of the width of the chart
_BOOK = ("session", "product", "delivery", "segment")


class _Stairs(NamedTuple):
    """A staircase: where its steps end, what they cost, and who stands on them."""

    ends: NDArray[np.int64]  # kWh
    price: NDArray[np.int64]
    names: list[str]
    levels: int  # before those were left out that no screen can show

    def corners(self, energy: Scale, price: Scale) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The line in the units of the axes: two corners a step."""
        starts = np.append(0, self.ends[:-1]) if len(self.ends) else self.ends
        x = np.column_stack([starts, self.ends]).ravel() / energy.divisor
        return x, np.repeat(self.price, 2) / price.divisor

    def middles(self, energy: Scale) -> NDArray[np.float64]:
        """Where the middle of each step stands."""
        starts = np.append(0, self.ends[:-1]) if len(self.ends) else self.ends
        middles: NDArray[np.float64] = (starts + self.ends) / 2 / energy.divisor
        return middles


def supply_demand_of(
    result: Charted,
    session: str | None = None,
    product: str | None = None,
    delivery: str | None = None,
    segment: str | None = None,
    *,
    backend: Backend = "plotly",
    lang: Lang | None = None,
) -> Chart:
    """Supply and demand of one book with its matched pairs (N3).

    Parameters
    ----------
    session : str, optional
        The book in which most was traded, of those that fit, if it or any of the others is left out.
    product, delivery, segment : str, optional
        What the book is of; ``result.statistics.market_prices(("session", "product", "delivery"))`` lists the books.
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
        There is no such book; the message lists what there is.

    Examples
    --------
    >>> result.plot.supply_demand("M-2021-04").title
    'Supply and demand: M-2021-04'
    """
    statistics = result.statistics
    asked = {"session": session, "product": product, "delivery": delivery, "segment": segment}
    is_named = all(name is not None for name in asked.values())
    book = asked if is_named else largest_book(statistics, asked) or asked
    if book["session"] is None:
        raise ResultError(Sentence("supply_demand: nothing was matched in this result; name the session of a book"))
    curve = statistics.curve(book["session"], book["product"], book["delivery"], book["segment"])
    which: Any = {name: curve.book[name] for name in _BOOK}
    return supply_demand(
        curve.exact["orders"], curve.exact["pairs"], **which, shape=result.rules.shape, people=people_of(result),
        backend=backend, lang=spoken_lang(lang),
    )  # fmt: skip


def largest_book(statistics: Statistics, asked: Mapping[str, str | None]) -> dict[str, str | None] | None:
    """Of the books that fit what was asked for, the one in which most was matched; None if nothing was."""
    where: dict[str, Any] = {name: text for name, text in asked.items() if text is not None}
    try:
        books = matched_books(statistics, where)
    except ResultError:
        return None  # an unknown name: who looks for the book lists what there is
    if books.empty:
        return None
    found: Any = books.index[0]
    return dict(zip(_BOOK, map(str, found), strict=True))


def matched_books(statistics: Statistics, where: Where | None = None) -> pd.Series:
    """Energy matched by session, product, delivery and segment [kWh], most first; what is filed or held has no book."""
    shape = statistics.names.shape
    kinds = [kind.id for kind in (*shape.sessions, *shape.without_sessions) if kind.how != FILINGS]
    energy: pd.Series = statistics.market_prices(_BOOK, {**(where or {}), "kind": kinds}).exact["energy_kwh"]
    if statistics.names.has_deals:  # which may count as of a kind that is matched, and are of no book
        energy = energy[energy.index.get_level_values("session").isin(statistics.names.ordered("session"))]
    return energy.sort_values(ascending=False, kind="stable")


def supply_demand(
    orders: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    session: str,
    delivery: str,
    product: str,
    segment: str = "",
    shape: MarketShape | None = None,
    people: Mapping[str, str] | None = None,
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw the two curves of one book and the price of its pairs.

    Parameters
    ----------
    orders : DataFrame
        Both sides in the order of matching: `side` (``sell``/``buy``), `participant`, `price_micro_yuan_per_kwh`,
        `energy_kwh`.
    pairs : DataFrame
        In the order of matching: `energy_kwh`, `price_micro_yuan_per_kwh`.
    session, delivery, product, segment : str
        Which book.
    shape : MarketShape, optional
        Of the rule set: what its codes are called; they stand as they are if left out.
    people : mapping of str to str, optional
        Names of participants by id, which stand in place of ids.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words, price = ChartWords(lang, shape, people=people), price_scale(lang)
    energy = energy_scale(int(orders.groupby("side")["energy_kwh"].sum().max()), lang)
    sides = {side: orders[orders["side"] == side] for side in ("sell", "buy")}
    supply, demand = (_named(_stairs(side), words) for side in sides.values())
    traded = int(pairs["energy_kwh"].sum())
    book = {"delivery": words.delivery(delivery), "product": words.called("product", product)}
    stands = {f"{side}s": f"{len(rows):,}" for side, rows in sides.items()}
    if segment:
        about = words.say(
            "Delivery {delivery}, {product}, {segment}. Orders: {sells} to sell, {buys} to buy.",
            segment=words.called("segment", segment),
            **book,
            **stands,
        )
    else:
        about = words.say("Delivery {delivery}, {product}. Orders: {sells} to sell, {buys} to buy.", **book, **stands)
    outcome = words.say("Nothing trades: the highest bid lies below the cheapest offer.")
    if traded:
        money = sum(e * p for e, p in zip(*_lists(pairs), strict=True))
        outcome = words.say(
            "Matched pairs: {pairs}, {energy} {unit} at {price} {price_unit} on average.",
            energy=energy.text(traded),
            unit=energy.unit,
            pairs=f"{len(pairs):,}",
            price=price.text(round_half_up(money, traded)),
            price_unit=price.unit,
        )
    levels, shown = supply.levels + demand.levels, len(supply.ends) + len(demand.ends)
    limit = words.say(
        "Drawn with {shown} of {all} price levels; the table has every order.", shown=f"{shown:,}", all=f"{levels:,}"
    )
    return Chart(
        "supply_demand",
        {"orders": orders, "pairs": pairs},
        partial(_panels, words, energy, price, {"supply": supply, "demand": demand}, _stairs(pairs), traded),
        title=words.say("Supply and demand: {session}", session=session),
        caption=words.sentences(about, outcome, limit if shown < levels else ""),
        backend=backend,
        lang=lang,
    )


def _lists(pairs: pd.DataFrame) -> tuple[list[int], list[int]]:
    return pairs["energy_kwh"].tolist(), pairs["price_micro_yuan_per_kwh"].tolist()


def _lasts(price: NDArray[np.int64]) -> NDArray[np.intp]:
    """The last step at each price of a staircase."""
    return np.flatnonzero(np.append(price[1:] != price[:-1], True))


def _stairs(orders: pd.DataFrame) -> _Stairs:
    """The staircase of one side: an order a step, or a price a step where there are many."""
    price = orders["price_micro_yuan_per_kwh"].to_numpy()
    end = np.cumsum(orders["energy_kwh"].to_numpy())
    names = orders["participant"].astype(object).tolist() if "participant" in orders else [""] * len(orders)
    levels = len(price)
    if levels > _NAMED_STEPS:
        last = _lasts(price)
        levels = len(last)
        if levels > _MOST_STEPS:
            last = last[np.unique(np.linspace(0, levels - 1, _MOST_STEPS).round().astype(np.int64))]
        price, end, names = price[last], end[last], [""] * len(last)
    return _Stairs(end, price, names, levels)


def _named(stairs: _Stairs, words: ChartWords) -> _Stairs:
    """The same with what participants are called."""
    return stairs._replace(names=[words.called("party", who) for who in stairs.names])


def _panels(
    words: ChartWords, energy: Scale, price: Scale, sides: Mapping[str, _Stairs], pairs: _Stairs, traded: int
) -> Sequence[Panel]:
    marks: list[Mark] = []
    if traded:
        x, y = _between(sides["supply"].corners(energy, price), sides["demand"].corners(energy, price), traded, energy)
        marks.append(AreaMark(x=x, y=y, colour=style.GREEN, opacity=0.14, name=words.say(within("chart", "matched"))))
    names = {"supply": words.say("supply"), "demand": words.say("demand")}
    for side, colour in (("supply", style.BLUE), ("demand", style.ORANGE)):
        x, y = sides[side].corners(energy, price)
        marks.append(LineMark(x=x, y=y, colour=colour, name=names[side]))
    if traded:
        x, y = pairs.corners(energy, price)
        name = words.say("price of the matched pairs")
        marks += [
            LineMark(x=x, y=y, colour=style.GREEN, dash="dot", name=name),
            RuleMark(at=energy.value(traded), colour=style.GREY, dash="dash"),
            _pointed(pairs, energy, price, name),
        ]
    marks += [_pointed(sides[side], energy, price, name) for side, name in names.items()]
    is_small = all(len(side.ends) <= _FEW for side in sides.values())
    if is_small:
        marks += _told(energy, price, sides, pairs, traded)
    return [
        Panel(
            marks=marks,
            x=Coordinate(title=words.say("cumulative energy [{unit}]", unit=energy.unit), has_zero=True),
            y=Coordinate(
                title=words.say("price [{unit}]", unit=price.unit), limits=_room(price, sides) if is_small else None
            ),
            height=_SMALL if is_small else _HEIGHT,
        )
    ]


def _told(energy: Scale, price: Scale, sides: Mapping[str, _Stairs], pairs: _Stairs, traded: int) -> Iterator[Mark]:
    """Who stands on each step and at what price, where the step has room: outside of what lies between the curves."""
    whole = max(int(side.ends[-1]) for side in sides.values() if len(side.ends))
    last = _lasts(pairs.price) if len(pairs.price) else slice(0)
    levelled = _Stairs(pairs.ends[last], pairs.price[last], [""] * len(pairs.price[last]), pairs.levels)
    for side, stairs in (*sides.items(), ("pairs", levelled)):  # pairs at one price tell it once
        starts = np.append(0, stairs.ends[:-1]) if len(stairs.ends) else stairs.ends
        texts: dict[str, list[tuple[float, float, str]]] = {"above": [], "below": []}
        for start, end, asked, who in zip(starts, stairs.ends, stairs.price, stairs.names, strict=True):
            text = "  ".join(part for part in (style.shortened(who, 20), price.text(int(asked))) if part)
            if (int(end) - int(start)) / whole >= _LETTER * display_width(text):
                is_matched = int(start) + int(end) <= 2 * traded
                is_below = side == "supply" if is_matched else side == "demand"
                middle = energy.value(int(start) + int(end)) / 2
                texts["below" if is_below else "above"].append((middle, price.value(int(asked)), text))
        colour = {"supply": style.BLUE, "demand": style.BROWN, "pairs": style.GREEN}[side]
        for where, found in texts.items():
            if found:
                x, y, said = zip(*found, strict=True)
                yield TextMark(x=x, y=y, texts=said, side="above" if where == "above" else "below", colour=colour)


def _room(price: Scale, sides: Mapping[str, _Stairs]) -> tuple[float, float]:
    """From the lowest to the highest price, with room for a line of letters above and below."""
    prices = np.concatenate([side.price for side in sides.values()])
    low, high = price.value(int(prices.min())), price.value(int(prices.max()))
    room = 0.18 * (high - low) or 1.0
    return low - room, high + room


def _pointed(stairs: _Stairs, energy: Scale, price: Scale, name: str) -> Mark:
    """What a pointer finds on each step: who gave the order, and its price."""
    exact = price._replace(decimals=3)
    hover = [
        "\n".join(part for part in (name, who, f"{exact.text(int(asked))} {price.unit}") if part)
        for who, asked in zip(stairs.names, stairs.price, strict=True)
    ]
    return PointMark(x=stairs.middles(energy), y=stairs.price / price.divisor, is_shown=False, hover=hover)


def _between(
    supply: tuple[NDArray[np.float64], NDArray[np.float64]],
    demand: tuple[NDArray[np.float64], NDArray[np.float64]],
    traded: int,
    energy: Scale,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The outline of what lies between demand and supply up to the traded energy."""
    cleared, outline = energy.value(traded), []
    for x, y in (supply, demand):
        inside = int((x <= cleared).sum())
        x_inside, y_inside = x[:inside], y[:inside]
        if inside < len(x) and inside and x_inside[-1] < cleared:  # the step that is cut
            x_inside, y_inside = np.append(x_inside, cleared), np.append(y_inside, y[inside])
        outline.append((x_inside, y_inside))
    (x_supply, y_supply), (x_demand, y_demand) = outline
    return np.concatenate([x_supply, x_demand[::-1]]), np.concatenate([y_supply, y_demand[::-1]])
