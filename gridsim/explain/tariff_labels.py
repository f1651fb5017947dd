"""The tariffs that some cells pay, and what they are called in later steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gridsim.explain.script import OwnColumn, table
from gridsim.show.numbers import price
from gridsim.words import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gridsim.explain.cells import Cell, TariffRow
    from gridsim.explain.script import Script
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet
    from gridsim.show.document import Block, Grid

__all__ = ["Labels", "tariffs_step"]

_WIDE = 8  # so many prices by period stand beside each other


class Labels(NamedTuple):
    """What tariffs are called in later steps, by their row in the table of tariffs; and where they were shown."""

    of_row: dict[tuple[int, str], str]
    step: int
    section: int

    def of(self, cell: Cell) -> str:
        """What a cell's tariff is called."""
        return self.of_row[cell.tariff.key]

    def note(self, script: Script) -> list[Block]:
        """Where to look, if that is in an earlier section."""
        is_here = self.section == len(script.sections)
        return (
            []
            if is_here
            else [script.words.say("The tariffs (T1 and so on) are those of step {step}.", step=self.step)]
        )


def tariffs_step(script: Script, cells: Sequence[Cell], month: str, rules: RuleSet) -> Labels:
    """The tariffs that the users of some cells pay, each with a label.

    Parameters
    ----------
    script : Script
    cells : sequence of Cell
    month : str
    rules : RuleSet
    """
    words = script.words
    tariffs = {cell.tariff.key: cell.tariff for cell in cells}
    labels = {row: f"T{number}" for number, row in enumerate(sorted(tariffs), start=1)}
    lines: list[Block] = [
        words.own("tariffs", month=words.month(month))
        or words.say("From the scenario's table of tariffs, with its row.")
    ]
    lines += _grids(words, {label: tariffs[row] for row, label in labels.items()}, rules)
    sources = dict.fromkeys(tariffs[row].source for row in labels if tariffs[row].source)
    if sources:
        lines.append(words.say("Source as given: {sources}.", sources=words.listed(str(source) for source in sources)))
    clause = rules.clauses_of("tariff.prices")
    step = script.step(
        msg("Tariffs that apply"),
        clause,
        words.say("of each class and voltage the last row in force by the month"),
        lines,
        leans=("tariff.prices",),
    )
    return Labels(labels, step, len(script.sections))


def _grids(words: Wording, tariffs: Mapping[str, TariffRow], rules: RuleSet) -> Iterator[Grid]:
    """One table; where prices are of many periods, another one with a row for each period."""
    shape = rules.shape
    by_period = [item.id for item in shape.tariff if item.by_period]
    by_rate = [item.id for item in shape.tariff if not item.by_period]
    is_wide = len(by_period) * len(shape.periods) <= _WIDE
    beside = [(item, period) for item in by_period for period in shape.periods] if is_wide else []
    prices = [
        OwnColumn(
            words.called("period", period)
            if len(by_period) == 1
            else words.say("{item}, {period}", item=words.called("tariff", item), period=words.called("period", period))
        )
        for item, period in beside
    ]
    columns: tuple[str | OwnColumn, ...] = (
        "tariff", "tariff_class", "voltage", *prices, *(OwnColumn(words.called("tariff", item)) for item in by_rate),
        "row", "since",
    )  # fmt: skip
    yield table(
        words,
        columns,
        [
            (
                label,
                tariff.tariff_class,
                tariff.voltage,
                *(price(tariff.price(item, period)) for item, period in beside),
                *(price(tariff.by_rate[item]) for item in by_rate),
                f"{tariff.row:,}",
                _since(words, tariff),
            )
            for label, tariff in tariffs.items()
        ],
    )
    if by_period and not is_wide:
        yield table(
            words,
            ("tariff", "period", *(OwnColumn(words.called("tariff", item)) for item in by_period)),
            [
                (label, words.called("period", period), *(price(tariff.price(item, period)) for item in by_period))
                for label, tariff in tariffs.items()
                for period in shape.periods
            ],
        )


def _since(words: Wording, tariff: TariffRow) -> str:
    """From when on it holds: a month, or a day of one."""
    since = tariff.begins or tariff.effective_from or ""
    if len(since) <= len("YYYY-MM"):
        return words.month(since) if since else ""
    return since
