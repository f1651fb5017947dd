"""The market: sessions, prices, sellers, and the books with the most energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts.display import rows_of
from gridsim.analysis.charts.market_prices import one_sided_in_words
from gridsim.analysis.charts.supply_demand import matched_books
from gridsim.names import TRANSFERS
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.rules.shape import MARKET
from gridsim.scenario.party_names import party_names
from gridsim.show.numbers import count, energy, mean_price, percent, price
from gridsim.words import msg, within

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from gridsim.analysis.charts import Chart
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["BookOption", "MarketSection", "market_of"]

_BOOKS = 12
_SELLERS = 15
_SESSION_NUMBERS = (
    msg("trades"),
    within("column with its unit", "MWh"),
    msg("average, yuan/MWh"),
    msg("lowest"),
    msg("highest"),
    msg("sellers"),
    msg("buyers"),
    msg("HHI"),
)


@dataclass(frozen=True, slots=True)
class BookOption:
    """A book that can be chosen."""

    label: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class MarketSection:
    """What the section shows."""

    prices: Chart | None
    sessions: Listing
    sellers: Listing
    transfers: Listing | None
    books: list[BookOption]
    books_note: str


def market_of(result: Result, words: PageWords) -> MarketSection:
    """The section's tables and charts."""
    has_trades = result.manifest["counts"]["results"]["trades"] > 0
    books, note = _books(result, words) if has_trades else ([], "")
    return MarketSection(
        result.plot.market_prices(lang=words.lang) if has_trades else None,
        _sessions(result, words),
        _sellers(result, words),
        _transfers(result, words),
        books,
        note,
    )


def _sessions(result: Result, words: PageWords) -> Listing:
    prices = result.statistics.market_prices("session").exact
    hhi = result.statistics.concentration(groupby="session")["hhi"]
    kinds, windows = _kinds(result), _windows(result)
    columns = (
        text(words.say("session")),
        text(words.say("kind")),
        text(words.say("opens")),
        text(words.say("closes")),
        *(number(words.say(head)) for head in _SESSION_NUMBERS),
    )
    rows = []
    for session, row in zip(prices.index, rows_of(prices), strict=True):
        opens, closes = windows.get(session, ("", ""))
        figures = [
            count(row.trades),
            energy(row.energy_kwh),
            mean_price(row.amount_micro_yuan, row.energy_kwh),
            price(row.lowest),
            price(row.highest),
            count(row.sellers),
            count(row.buyers),
            f"{hhi[session]:,.0f}" if session in hhi.index and hhi[session] == hhi[session] else "–",
        ]
        name = session or words.say("no session")
        rows.append([name, words.called("kind", kinds.get(session, "")), opens, closes, *figures])
    traded = set(prices.index)
    for session, (opens, closes) in windows.items():  # those in which nothing was traded
        if session not in traded:
            rows.append(
                [
                    session,
                    words.called("kind", kinds.get(session, "")),
                    opens,
                    closes,
                    "0",
                    "0.000",
                    *["–"] * 3,
                    "0",
                    "0",
                    "–",
                ]
            )
    return listing(
        columns,
        rows,
        note=words.sentences(
            words.say(
                "HHI: sum of the squared shares of the sellers in percent; above 2,500 a market counts as concentrated."
            ),
            _one_sided(prices, words),
        ),
        name="sessions",
    )


def _one_sided(prices: pd.DataFrame, words: PageWords) -> str:
    lacking = int(prices["one_sided"].sum()) if "one_sided" in prices else 0
    return one_sided_in_words(words, lacking, int(prices["trades"].sum())) if lacking else ""


def _kinds(result: Result) -> dict[str, str]:
    """The kind of each session; of those that no table has, as where deals were concluded, that of its trades."""
    exact = result.statistics.market_prices(("session", "kind")).exact
    kinds = {str(session): str(kind) for session, kind in exact.index}
    if "sessions" in result.inputs:
        table = result.inputs["sessions"]
        kinds |= zip(table.column("session").to_pylist(), table.column("kind").to_pylist(), strict=True)
    return kinds


def _windows(result: Result) -> dict[str, tuple[str, str]]:
    if "sessions" not in result.inputs:
        return {}
    table = result.inputs["sessions"]
    ends = [table.column(name).to_pylist() for name in ("session", "opens_at", "closes_at")]
    return {session: (_instant(opens), _instant(closes)) for session, opens, closes in zip(*ends, strict=True)}


def _instant(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def _sellers(result: Result, words: PageWords) -> Listing:
    table = result.statistics.market_prices("generator")
    cut = table.exact.sort_values("energy_kwh", ascending=False, kind="stable").head(_SELLERS)
    whole = int(table.exact["energy_kwh"].sum())
    names = party_names(result.inputs, ("generators",))
    columns = (
        text(words.say("generator")),
        text(words.say("name")),
        *(
            number(words.say(name))
            for name in (
                msg("trades"),
                within("column with its unit", "MWh"),
                msg("share"),
                msg("average, yuan/MWh"),
            )
        ),
    )
    rows = [
        [
            str(generator) or words.called("party", MARKET),
            names.get(str(generator), ""),
            count(row.trades),
            energy(row.energy_kwh),
            percent(row.energy_kwh, whole, 2),
            mean_price(row.amount_micro_yuan, row.energy_kwh),
        ]
        for generator, row in zip(cut.index, rows_of(cut), strict=True)
    ]
    note = (
        words.say("The {shown} largest of {all}.", shown=count(len(cut)), all=count(len(table)))
        if len(cut) < len(table)
        else ""
    )
    return listing(columns, rows, note=words.sentences(note, _one_sided(table.exact, words)))


def _transfers(result: Result, words: PageWords) -> Listing | None:
    """Contracted energy that changed hands, by session; None if none did."""
    by = ("session", "transfer")
    prices = result.statistics.market_prices(by, {"transfer": list(TRANSFERS)}).exact
    if prices.empty:
        return None
    columns = (
        text(words.say("session")),
        text(words.say("transferred among")),
        *(number(words.say(head)) for head in _SESSION_NUMBERS[:5]),
    )
    rows = []
    for (session, among), row in zip(prices.index, rows_of(prices), strict=True):
        average = mean_price(row.amount_micro_yuan, row.energy_kwh)
        figures = count(row.trades), energy(row.energy_kwh), average, price(row.lowest), price(row.highest)
        rows.append([session, words.called("transfer", among), *figures])
    return listing(columns, rows)


def _books(result: Result, words: PageWords) -> tuple[list[BookOption], str]:
    """The books with the most energy."""
    energy, books = matched_books(result.statistics), []
    for session, product, delivery, segment in energy.index[:_BOOKS]:
        chart = result.plot.supply_demand(session, product, delivery, segment, lang=words.lang)
        parts: list[Any] = [session, words.delivery(delivery), words.called("product", product)]
        parts += [words.called("segment", segment)] if segment else []
        books.append(BookOption(" · ".join(parts), chart))
    if len(energy) > len(books):
        return books, words.say(
            "The {shown} books with the most energy of {all} in which something was traded.",
            shown=count(len(books)),
            all=count(len(energy)),
        )
    return books, ""
