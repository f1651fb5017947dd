"""Columns of tables that are named after a shape's lists: no two of one table may have one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.columns import INPUT_TABLES
from gridsim.result_columns import RESULT_TABLES
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.rules.shape import MarketShape
    from gridsim.rules.yamltext import Place

__all__ = ["equal_columns"]


def equal_columns(shape: MarketShape) -> Iterator[tuple[Place, Sentence, Sentence]]:
    """Where lists of a shape make a column that its table has already, and what to do about it.

    Parameters
    ----------
    shape : MarketShape
        Whose parts are sound.
    """
    own = {column.name for column in INPUT_TABLES["tariffs"]}
    for item in shape.tariff:
        names = [f"{item.id}_{period}" for period in shape.periods] if item.by_period else [item.id]
        yield from _equal(("tariff", item.id), names, own, "tariffs")
    own = {column.name for column in RESULT_TABLES["cell_settlement"]}
    for name in shape.charge_items:
        yield from _equal(("items", name), [f"{name}_yuan"], own, "cell_settlement")


def _equal(place: Place, names: list[str], taken: set[str], table: str) -> Iterator[tuple[Place, Sentence, Sentence]]:
    for name in names:
        if name in taken:
            message = Sentence("the table {table} would have two columns {name}", table=table, name=name)
            yield place, message, Sentence("another id")
        taken.add(name)
