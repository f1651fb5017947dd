"""What cells pay for one item, as a table of which each row can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gridsim.explain.script import condense, condensed, table
from gridsim.show.numbers import energy, money_in_full, price

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gridsim.explain.cells import Cell
    from gridsim.explain.model import Transfer
    from gridsim.explain.script import OwnColumn, Script
    from gridsim.explain.words import Wording
    from gridsim.show.document import Block

__all__ = ["Charge", "charges_grid"]


class Charge(NamedTuple):
    """What a cell pays for one item: energy [kWh], price [micro-yuan/kWh], and what to say between."""

    cell: Cell
    energy: int
    price: int
    details: tuple[str, ...]
    line: Transfer | None


def charges_grid(
    script: Script,
    charges: Sequence[Charge],
    details: Sequence[str | OwnColumn],
    periods: Sequence[str],
    *,
    has_period: bool,
) -> list[Block]:
    """Charges as a table; of many, the rest is summed up by tariff and price, so that each row can be checked.

    Parameters
    ----------
    script : Script
    charges : sequence of Charge
        Those without energy are left out, as in the ledger.
    details : sequence of str or OwnColumn
        The columns of ``Charge.details``.
    periods : sequence of str
        Of the market, in order.
    has_period : bool
        Whether cells of several periods stand here.
    """
    words = script.words
    charges = [charge for charge in charges if charge.energy]
    shown, rest = condense(charges, lambda charge: charge.energy)
    rows = []
    for i in shown:
        charge = charges[i]
        period = (words.both_periods(charge.cell.period, charge.cell.tariff_period),) if has_period else ()
        amount = charge.energy * charge.price
        line = f"{charge.line.line:,}" if charge.line else ""
        rows.append(
            (
                charge.cell.user.id,
                *period,
                energy(charge.energy),
                *charge.details,
                price(charge.price),
                money_in_full(amount),
                line,
            )
        )
    for alike in _alike((charges[i] for i in rest), periods):
        rows.append(_together(words, alike, has_period=has_period))
    columns = ("user", *(("period",) if has_period else ()), "energy", *details, "price", "money", "line")
    empty = ("",) if has_period else ()
    total_energy = energy(sum(charge.energy for charge in charges))
    total_money = money_in_full(sum(charge.energy * charge.price for charge in charges))
    foot = (words.say("sum"), *empty, total_energy, *("",) * len(details), "", total_money, "")
    lines: list[Block] = []
    if rest:
        lines.append(condensed(words, len(charges), by_price=True))
    lines.append(table(words, columns, rows, foot))
    return lines


def _together(words: Wording, alike: Sequence[Charge], *, has_period: bool) -> tuple[str, ...]:
    """Charges of one tariff and price as one row."""
    total = sum(charge.energy for charge in alike)
    periods = {words.both_periods(charge.cell.period, charge.cell.tariff_period) for charge in alike}
    period = (min(periods) if len(periods) == 1 else "",) if has_period else ()
    return (
        words.say("{count} more", count=f"{len(alike):,}"),
        *period,
        energy(total),
        *alike[0].details,
        price(alike[0].price),
        money_in_full(total * alike[0].price),
        words.say("{count} lines", count=f"{len(alike):,}"),
    )


def _alike(charges: Iterable[Charge], periods: Sequence[str]) -> list[list[Charge]]:
    """Charges of one tariff and price together, in the order of their tariffs."""
    groups: dict[tuple[tuple[str, ...], int], list[Charge]] = {}
    for charge in charges:
        groups.setdefault((charge.details, charge.price), []).append(charge)
    return sorted(groups.values(), key=lambda group: (group[0].cell.tariff.row, periods.index(group[0].cell.period)))
