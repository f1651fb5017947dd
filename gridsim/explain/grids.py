"""Tables of an explanation: headings from the texts, numbers to the right, amounts of a column with equal decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.explain.model import Grid
from gridsim.names import PERIODS
from gridsim.words import msg, within

if TYPE_CHECKING:
    from gridsim.explain.words import Wording

__all__ = ["HEADINGS", "grid"]

HEADINGS = {
    "product": msg("product"),
    "contract": msg("contract C"),
    "metered": msg("metered A"),
    "in_band": msg("in band"),
    "overrun": msg("overrun"),
    "shortfall": msg("shortfall"),
    "all_money": msg("yuan in all"),
    "leg": msg("leg"),
    "seller": msg("seller"),
    "price": msg("price"),
    "money": within("column", "yuan"),
    "line": msg("line"),
    "lines": msg("ledger lines"),
    "user": msg("user"),
    "name": msg("name"),
    "period": msg("period"),
    "tariff": msg("tariff"),
    "energy": within("column", "MWh"),
    "contract_energy": msg("contract"),
    "share": within("split", "share"),
    "exact_share": msg("exact share"),
    "extra": msg("+kWh"),
    "tariff_class": msg("class"),
    "voltage": msg("voltage"),
    "transmission": within("price", "T&D"),
    "funds": msg("funds"),
    "row": msg("row"),
    "since": msg("since"),
    "catalogue": within("price", "catalogue"),
    "item": msg("item"),
    "from": msg("from"),
    "to": msg("to"),
    "payee": msg("payee"),
    "received": msg("yuan received"),
    "on_tariff": msg("peak-valley tariff"),
    **PERIODS,
}
_MONEY = frozenset(("money", "all_money", "received"))
_TEXTS = frozenset(
    (
        *("product", "leg", "seller", "user", "name", "on_tariff", "period", "tariff", "tariff_class", "voltage"),
        *("catalogue", "item", "from", "to", "payee", "lines"),
    )
)
# If the first has no entry, the others say nothing either.
_IDLE_WITHOUT = {"extra": ("extra", "exact_share"), "since": ("since",)}


def grid(words: Wording, columns: Sequence[str], rows: Sequence[Sequence[str]], foot: Sequence[str] = ()) -> Grid:
    """A table.

    Parameters
    ----------
    words : Wording
    columns : sequence of str
        Names of the columns, as `HEADINGS` has them; columns that say nothing in these rows are left out.
    rows : sequence of sequence of str
    foot : sequence of str
        Sums beneath.
    """
    table = [list(row) for row in (*rows, *((foot,) if foot else ()))]
    for name, idle in _IDLE_WITHOUT.items():
        if name in columns and not any(row[columns.index(name)] for row in table):
            kept = [i for i, column in enumerate(columns) if column not in idle]
            columns = [columns[i] for i in kept]
            table = [[row[i] for i in kept] for row in table]
    for i, column in enumerate(columns):
        if column in _MONEY:
            decimals = max((len(row[i].partition(".")[2]) for row in table), default=0)
            for row in table:
                if row[i]:
                    whole, _, fraction = row[i].partition(".")
                    row[i] = f"{whole}.{fraction.ljust(decimals, '0')}"
    complete = [tuple(row) for row in table]
    return Grid(
        headings=tuple(words.say(HEADINGS[column]) for column in columns),
        rows=tuple(complete[: len(rows)]),
        align="".join("<" if column in _TEXTS else ">" for column in columns),
        foot=complete[-1] if foot else (),
    )
