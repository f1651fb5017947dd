"""The risk: what deviation may cost, by the draws of a batch of the same scenario."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gridsim.errors import ResultError
from gridsim.report.page.listing import Listing, listing, number, text
from gridsim.show.numbers import count, energy, money, percent
from gridsim.words import Sentence, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.analysis.charts import Chart
    from gridsim.batch import Batch
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["RiskSection", "level_shown", "level_text", "point_of", "quantile_name", "risk_of"]

_POSITIONS = 15
_LEVEL = Decimal("0.9")


@dataclass(frozen=True, slots=True)
class RiskSection:
    """What the section shows."""

    lead: str
    heat_map: Chart
    months: Listing
    positions: Listing
    note: str


def point_of(batch: Batch, result: Result, point: int | None) -> dict[str, int]:
    """Which point of a batch is the result's market, as statistics take it; found out before anything is written.

    Parameters
    ----------
    batch : Batch
    result : Result
    point : int or None
        None where the batch has one alone.

    Raises
    ------
    ResultError
        The batch is of another scenario, kept no positions, or has no such point, or several and none is named.
    """
    if batch.manifest["scenario"]["hash"] != result.manifest["scenario"]["hash"]:
        raise ResultError(Sentence("the batch is of another scenario than the result"))
    if "positions" not in batch.manifest["metrics"]:
        raise ResultError(Sentence("the batch kept no positions: its plan needs metrics: [positions]"))
    points = len(batch.points)
    if point is None and points > 1:
        raise ResultError(Sentence("the batch has {count} points: name the one that the report is of", count=points))
    if point is not None and not 0 <= point < points:
        raise ResultError(Sentence("the batch has no point {point}; it has 0 to {last}", point=point, last=points - 1))
    return {} if points == 1 else {"point": int(point or 0)}


def level_shown(kept: Iterable[str]) -> Decimal:
    """The quantile that a page tells of: 0.9, or the highest of those that a batch has kept."""
    levels = [Decimal(level) for level in kept]
    return _LEVEL if _LEVEL in levels else max(levels)


def quantile_name(level: Decimal) -> str:
    """What statistics call a quantile: ``q05``."""
    return f"q{str(level.normalize()).partition('.')[2]:0<2}"


def level_text(level: Decimal) -> str:
    """A level in per cent, with all its digits: of ``97.5 %`` of the draws something holds that does not of 98."""
    return f"{(level * 100).normalize():f} %"


def risk_of(batch: Batch, where: dict[str, int], words: PageWords) -> RiskSection:
    """The section's tables and chart.

    Parameters
    ----------
    batch : Batch
        With the metric ``positions``.
    where : dict
        As `point_of` gives it.
    words : PageWords
    """
    level = level_shown(batch.manifest["quantiles"])
    name, shown = quantile_name(level), level_text(level)
    months: Any = batch.statistics.deviation("month", where, (name, "mean", "overrun", "shortfall")).exact
    worst = months[f"{name}_micro_yuan"].idxmax()
    figures = {"level": shown, "draws": count(batch.manifest["draws"])}
    lead = words.say(
        "Over {draws} draws of load, {month} is the most dangerous month: in {level} of them deviation costs at most "
        "{most} yuan, {mean} yuan on average.",
        month=words.month(str(worst)),
        most=money(int(months.at[worst, f"{name}_micro_yuan"])),
        mean=money(int(months.at[worst, "mean_micro_yuan"])),
        **figures,
    )
    return RiskSection(
        lead,
        batch.plot.risk_heat_map(name, where=where or None, lang=words.lang),
        _months(months, name, shown, words),
        _positions(batch, where, name, shown, words),
        words.sentences(
            words.say(
                "Each figure is of sums that were made draw by draw: months do not add up to the year, nor positions "
                "to months."
            ),
            words.say("Metered months are the same in every draw.") if words.forecast else "",
        ),
    )


def _months(months: Any, name: str, shown: str, words: PageWords) -> Listing:
    rows = [
        (
            words.month(str(month)),
            money(int(row[f"{name}_micro_yuan"])),
            money(int(row["mean_micro_yuan"])),
            energy(int(row["overrun_kwh"])),
            energy(int(row["shortfall_kwh"])),
        )
        for month, row in months.iterrows()
    ]
    return listing((text(words.say("month")), *_costs(shown, words), *_energies(words)), rows)


def _positions(batch: Batch, where: dict[str, int], name: str, shown: str, words: PageWords) -> Listing:
    asked = (name, "mean", "overrun", "shortfall", "overrun_probability", "shortfall_probability")
    table = batch.statistics.deviation(("unit", "month", "product"), where, asked, top=_POSITIONS)
    draws, exact = batch.manifest["draws"], table.exact
    whole: Any = exact.iterrows()
    rows = [
        (
            words.who("unit", str(unit)),
            words.month(str(month)),
            words.called("product", str(product)),
            money(int(row[f"{name}_micro_yuan"])),
            money(int(row["mean_micro_yuan"])),
            energy(int(row["overrun_kwh"])),
            energy(int(row["shortfall_kwh"])),
            percent(int(row["overrun_draws"]), draws, 1),
            percent(int(row["shortfall_draws"]), draws, 1),
        )
        for (unit, month, product), row in whole
        if row[f"{name}_micro_yuan"]
    ]
    columns = (
        text(words.say("unit")),
        text(words.say("month")),
        text(words.say("product")),
        *_costs(shown, words),
        *_energies(words),
        number(words.say("overruns in")),
        number(words.say("falls short in")),
    )
    left = len(exact) - len(rows) + table.omitted
    note = words.say("{count} more positions", count=count(left)) if left else ""
    return listing(columns, rows, note=note)


def _costs(shown: str, words: PageWords) -> tuple[tuple[str, str], ...]:
    return (
        number(words.say("deviation, yuan: {level} of draws at most", level=shown)),
        number(words.say("on average")),
    )


def _energies(words: PageWords) -> tuple[tuple[str, str], ...]:
    return (
        number(words.say(within("expected", "overrun, MWh"))),
        number(words.say(within("expected", "shortfall, MWh"))),
    )
